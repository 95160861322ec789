import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { toJsonLines } from '../harness/history/json-lines.ts';
import type { CloudKind } from '../harness/world/cloud.ts';
import { colorsFor } from '../reports/colors.ts';
import { consoleReport } from '../reports/console.ts';
import { jsonReport, resultOf } from '../reports/json.ts';
import { summarise } from '../reports/summary.ts';
import { select } from '../requirements/selection.ts';
import { loadTarget } from '../targets/load.ts';
import { type Judgement, judge } from '../verdict/judge.ts';
import type { CaseRun } from '../verdict/run-cases.ts';
import { EXIT, UsageError } from './exit-codes.ts';
import { exploringOf } from './exploring.ts';
import { type ReportFiles, writeReports } from './report-files.ts';

/** The options of `conformance run`, as commander gives them. */
export interface RunOptions extends ReportFiles {
  readonly target?: string;
  readonly cloud: string;
  readonly only: readonly string[];
  readonly profile: readonly string[];
  readonly seed?: string;
  readonly schedule?: string;
  readonly deep?: string;
  readonly json?: boolean;
  readonly keepOutput?: string;
}

/** Where the command writes, so that tests can read it. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly out_is_terminal: boolean;
  readonly err_is_terminal: boolean;
}

const REFERENCE = fileURLToPath(new URL('../targets/reference.yaml', import.meta.url));
const SEED_MAX = 2 ** 31;

/** Runs `conformance run` and returns the exit code. */
export async function run(options: RunOptions, output: Output): Promise<number> {
  const cloud = cloudNamed(options.cloud);
  const seed = seedOf(options.seed);
  const selected = select({ only: options.only, profiles: options.profile });
  const exploring = exploringOf(options, selected);
  const target = loadTarget(options.target ?? path.relative(process.cwd(), REFERENCE));
  const stopping = stopOnSignals(output);
  const progress = createProgress(output, options.json === true);
  try {
    const judgement = await judge({
      target,
      cloud,
      seed,
      selected,
      exploring,
      onCleanup: stopping.own,
      onReady: progress.ready,
      onDone: progress.done,
    });
    progress.end();
    const summary = summarise(judgement.verdicts, {
      target,
      cloud,
      seed,
      cases: judgement.runs.length,
      duration_ms: judgement.duration_ms,
    });
    if (options.keepOutput !== undefined) keep(options.keepOutput, judgement);
    writeReports(options, resultOf(summary, judgement.verdicts));
    const colors = colorsFor(output.out_is_terminal, process.env);
    output.out(
      options.json === true
        ? jsonReport(summary, judgement.verdicts)
        : consoleReport(summary, judgement.verdicts, colors),
    );
    if (summary.passed + summary.failed === 0) {
      throw new UsageError(
        'nothing was judged: no selected requirement applies to this target; see "conformance list"',
      );
    }
    return summary.conforms ? EXIT.conforms : EXIT.does_not_conform;
  } catch (error) {
    // What breaks because its world was taken away is nobody's fault.
    if (stopping.interrupted()) return EXIT.interrupted;
    throw error;
  } finally {
    progress.end();
    stopping.release();
  }
}

function cloudNamed(name: string): CloudKind {
  if (name === 'embedded' || name === 'emulators') return name;
  throw new UsageError(`--cloud must be embedded or emulators, got "${name}"`);
}

function seedOf(text: string | undefined): number {
  if (text === undefined) return Date.now() % SEED_MAX;
  const seed = Number(text);
  if (Number.isInteger(seed) && seed >= 0 && seed < SEED_MAX) return seed;
  throw new UsageError(`--seed must be a whole number from 0 to ${SEED_MAX - 1}, got "${text}"`);
}

interface Stopping {
  own(stop: () => Promise<void>): void;
  interrupted(): boolean;
  release(): void;
}

/** On SIGINT and SIGTERM everything that was started is stopped, then the process ends with 130. */
function stopOnSignals(output: Output): Stopping {
  let stop: () => Promise<void> = () => Promise.resolve();
  let interrupted = false;
  const interrupt = (): void => {
    interrupted = true;
    output.err('\nconformance: interrupted; stopping what was started\n');
    void stop().finally(() => process.exit(EXIT.interrupted));
  };
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const signal of signals) process.once(signal, interrupt);
  return {
    own(own) {
      stop = own;
    },
    interrupted: () => interrupted,
    release() {
      for (const signal of signals) process.removeListener(signal, interrupt);
    },
  };
}

interface Progress {
  ready(cases: number, components: readonly string[]): void;
  done(run: CaseRun): void;
  end(): void;
}

/** One line that is rewritten on a terminal; two lines where the output goes to a file; none for machines. */
function createProgress(output: Output, is_quiet: boolean): Progress {
  let total = 0;
  let count = 0;
  let open = false;
  return {
    ready(cases, components) {
      total = cases;
      if (!is_quiet) output.err(`${components.length} components are ready; ${cases} cases\n`);
    },
    done(run) {
      count += 1;
      if (is_quiet || !output.err_is_terminal) return;
      open = true;
      output.err(`\r\u001b[2K${count} of ${total} ${run.case.name}`);
    },
    end() {
      if (open) output.err('\r\u001b[2K');
      open = false;
    },
  };
}

/** Write what the components printed, and the history of every case. */
function keep(directory: string, judgement: Judgement): void {
  mkdirSync(path.join(directory, 'histories'), { recursive: true });
  for (const { case: one, scene } of judgement.runs) {
    const file = `${one.check.name}${(one.check.rounds ?? 1) > 1 ? `.${one.round}` : ''}.jsonl`;
    writeFileSync(path.join(directory, 'histories', file), toJsonLines(scene.history()));
  }
  const components = new Set(judgement.runs.flatMap(({ case: one }) => one.check.components));
  for (const name of components) {
    const lines = judgement.world?.component(name).output() ?? [];
    writeFileSync(path.join(directory, `${name}.log`), lines.map((line) => `${line}\n`).join(''));
  }
}
