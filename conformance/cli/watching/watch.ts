import path from 'node:path';
import { errorWords } from '../../contract/errors.ts';
import type { RunResult } from '../../reports/result/result.ts';
import { factsOf, verdictSentence } from '../../reports/sentences.ts';
import { findings, requirementChips, verdict, type WatchHead } from '../../reports/watching/parts.ts';
import type { Selected } from '../../requirements/selection.ts';
import { watchStrain } from '../../verdict/bounds/strain.ts';
import type { Output } from '../context.ts';
import { worldSettings } from '../debugging/options.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { exitCodeOf, explainError } from '../explain-error.ts';
import { watchInterruption } from '../running/interruption.ts';
import { askedBy, type RunOptions } from '../running/run.ts';
import { seedOf } from '../running/settings.ts';
import {
  decideWatch,
  type Errand,
  WATCH_START,
  type WatchEvent,
  type WatchRun,
  type WatchState,
} from './decide-watch.ts';
import { LOOK_MS, runErrand } from './errand.ts';
import { watchFolder } from './files.ts';
import { type CaseProgress, NO_PROGRESS, progressOf } from './progress.ts';
import { serveWatchPage, type WatchServer } from './server.ts';

/** The options of `conformance run --watch`. */
export interface WatchOptions extends RunOptions {
  /** Where the page is; any free port when left out. */
  readonly watchPort?: string;
}

/**
 * Runs the target again and again, as its files change and as the page asks, until somebody ends it.
 *
 * @returns the exit code of the last run.
 */
export async function watch(given: WatchOptions, output: Output): Promise<number> {
  // Every run makes the same choices, so that what changes is the program.
  const options = { ...given, seed: given.seed ?? String(seedOf(undefined)) };
  requireWatchable(options);
  const first = askedBy(options);
  const port = portOf(options.watchPort);
  let onWish: (errand: Errand) => void = () => {};
  const server = await serveWatchPage(first.target.name, port, (errand) => onWish(errand)).catch(
    (error: unknown) => {
      const why = errorWords(error);
      throw new UsageError(
        `--watch-port ${port}: the page cannot be served there: ${why}; name another, or leave it out for any free port`,
      );
    },
  );
  const interruption = watchInterruption(output);
  const { signal } = interruption;
  const strain = (output.watchStrain ?? watchStrain)();
  let state = WATCH_START;
  let runs = 0;
  let exit_code: number = EXIT.conforms;
  let cut = new AbortController();
  let stop_world: () => Promise<void> = () => Promise.resolve();
  let working: Promise<void> = Promise.resolve();
  const fault = new AbortController();
  interruption.own(async () => {
    cut.abort();
    await stop_world();
  });

  onWish = (errand) => take({ kind: 'asked', errand });
  const folders = new Set([first.target.directory, path.dirname(path.resolve(first.target.file))]);
  const looks = [...folders].map((folder) =>
    watchFolder(folder, (file) => {
      output.err(`conformance: ${file} changed\n`);
      take({ kind: 'files_changed' });
    }),
  );

  function take(event: WatchEvent): void {
    if (signal.aborted) return;
    const [next, effects] = decideWatch(state, event);
    state = next;
    for (const effect of effects) {
      if (effect.kind === 'run') working = work(effect).catch((error) => fault.abort(error));
      else {
        cut.abort();
        void stop_world();
      }
    }
  }

  async function work(run: WatchRun): Promise<void> {
    cut = new AbortController();
    const own = cut.signal;
    const teller = createTeller(server, first.target.name, ++runs, wordsOf(run));
    let is_partial = false;
    try {
      const asked = askedBy(options);
      const ended = await runErrand(
        run,
        asked,
        options,
        {
          onReady: teller.ready,
          onProgress: teller.progress,
          onLine: server.print,
          onBroken(result, cases) {
            teller.broken(result);
            for (const broken of cases) take({ kind: 'case_broke', broken });
          },
        },
        {
          interrupted: AbortSignal.any([own, signal]),
          strain,
          world: worldSettings(options, output),
          onCleanup(stop) {
            stop_world = stop;
            if (own.aborted || signal.aborted) void stop();
          },
        },
      );
      if (own.aborted || signal.aborted) return teller.cut();
      exit_code = ended.exit_code;
      is_partial = ended.is_partial;
      teller.ended(ended.result);
      const rest = restOf(run, is_partial, state);
      output.err(`${new Date().toISOString()} ${verdictSentence(factsOf(ended.result))}${rest}\n`);
    } catch (error) {
      exit_code = exitCodeOf(error);
      if (exit_code === EXIT.judge_fault) throw error;
      const words = explainError(error);
      teller.failed(words);
      output.err(`${words}\n`);
    } finally {
      teller.end();
      queueMicrotask(() => take({ kind: 'ended', is_partial }));
    }
  }

  try {
    await Promise.all(looks.map(({ ready }) => ready));
    output.err(`conformance: watching ${[...folders].join(' and ')}; the page is ${server.url}\n`);
    take({ kind: 'asked', errand: 'everything' });
    await untilAborted(AbortSignal.any([signal, fault.signal]));
    await working;
    if (fault.signal.aborted) throw fault.signal.reason;
    return exit_code;
  } finally {
    strain.end();
    await interruption.release();
    await Promise.all(looks.map(({ stop }) => stop()));
    await server.stop();
  }
}

/** What tells the page of one run. */
function createTeller(server: WatchServer, name: string, run: number, what: string) {
  let ended: string | undefined;
  const began_ms = Date.now();
  let known: { progress: CaseProgress; selected: Selected } | undefined;
  let said: Pick<WatchHead, 'stage' | 'sentence'> = {
    stage: 'starting',
    sentence: 'The target is being started.',
  };
  const head = (): void => {
    const { planned, begun, done } = known?.progress ?? NO_PROGRESS;
    const trying = [...begun].filter((name) => !done.has(name));
    const seconds = Math.round((Date.now() - began_ms) / 1000);
    const title =
      ended ??
      `${name}: ${said.stage === 'running' ? `${done.size} of ${planned.length} cases` : said.stage}`;
    server.show('head', {
      run,
      what,
      ...said,
      done: done.size,
      planned: planned.length,
      trying,
      seconds,
      title,
    });
  };
  const say = (stage: WatchHead['stage'], sentence: string): void => {
    said = { stage, sentence };
    head();
  };
  const clock = setInterval(head, 1_000);
  server.clear();
  server.show('verdict', '');
  server.show('findings', '');
  head();
  return {
    ready: (components: readonly string[]) => say('running', `${components.join(', ')} ready`),
    progress(progress: CaseProgress, selected: Selected): void {
      known = { progress, selected };
      server.show(
        'chips',
        requirementChips(selected.requirements, progressOf(selected.requirements, progress)),
      );
      head();
    },
    broken: (result: RunResult) => server.show('findings', findings(result)),
    ended(result: RunResult): void {
      server.show('verdict', verdict(result));
      server.show('findings', findings(result));
      ended = verdictSentence(factsOf(result));
      say('ended', 'Save a file of the program, and what is broken runs again.');
    },
    cut: () => say('ended', 'The run was cut, since something else is run now.'),
    failed: (sentence: string) => say('not started', sentence),
    end: () => clearInterval(clock),
  };
}

function wordsOf({ errand, is_short }: WatchRun): string {
  const look = is_short ? 'a short look at ' : '';
  if (errand === 'everything') return `${look}everything that was asked for`;
  return look + errand.map(({ check, round }) => `${check}@${round}`).join(', ');
}

/** What a short look left out, and what follows it. */
function restOf({ errand, is_short }: WatchRun, is_partial: boolean, { broken, chosen }: WatchState): string {
  if (!is_short) return '';
  const short = is_partial ? ` A short look: ${LOOK_MS / 1000} s once the target is ready.` : '';
  if (broken.length > 0) return short;
  if (errand !== 'everything' && chosen === null)
    return `${short} What was broken is mended; a short look at everything follows.`;
  return is_partial ? `${short} The whole follows.` : short;
}

function requireWatchable({ cloud, json, attach = [] }: RunOptions): void {
  if (cloud === 'project')
    throw new UsageError('--watch starts the target itself; it does not go with --cloud project');
  if (json === true) throw new UsageError('--watch shows a page; leave out --json');
  if (attach.length > 0)
    throw new UsageError('--watch starts the target again after a change; it does not go with --attach');
}

function portOf(text: string | undefined): number {
  const port = Number(text ?? 0);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new UsageError(`--watch-port must be a port from 0 to 65535, got "${text}"`);
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
