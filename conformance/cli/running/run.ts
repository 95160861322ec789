import { program } from '../../contract/program.ts';
import { failuresOf } from '../../failures/collect.ts';
import { storeFailures } from '../../failures/store.ts';
import { colorsFor } from '../../reports/console/colors.ts';
import { consoleReport } from '../../reports/console/console.ts';
import { resultOf } from '../../reports/result/build.ts';
import type { RunFacts } from '../../reports/result/facts.ts';
import type { RunExtent, RunResult } from '../../reports/result/result.ts';
import { shortfallOf } from '../../requirements/features.ts';
import { select } from '../../requirements/selection.ts';
import { claimWords, isMixed } from '../../targets/claims.ts';
import { watchStrain } from '../../verdict/bounds/strain.ts';
import { shortExplorations } from '../../verdict/evidence.ts';
import type { TriedCase } from '../../verdict/running/cases.ts';
import { type Judgement, type JudgeRunOptions, runJudge } from '../../verdict/running/run.ts';
import { failsTheRun, type RequirementVerdict } from '../../verdict/verdict.ts';
import type { Output } from '../context.ts';
import { environmentText } from '../debugging/environment.ts';
import { attachedTarget, type DebuggingOptions, worldSettings } from '../debugging/options.ts';
import { EXIT, UsageError } from '../exit-codes.ts';
import { refuseProject, requireProject } from '../project/admission.ts';
import { filesOfRun, type ReportFiles, writeReports } from '../report-files.ts';
import { exploringOf } from './exploring.ts';
import { watchInterruption } from './interruption.ts';
import { keepOutput } from './keep.ts';
import { createProgress } from './progress.ts';
import { claiming, cloudOf, seedOf, targetOf, timeoutOf } from './settings.ts';

/** The options of `conformance run`, as commander gives them. */
export interface RunOptions extends ReportFiles, DebuggingOptions {
  readonly target?: string;
  readonly cloud: string;
  readonly iOwnThisProject?: boolean;
  readonly only: readonly string[];
  readonly profile: readonly string[];
  readonly quick?: boolean;
  readonly bail?: boolean;
  readonly timeout?: string;
  readonly deep?: string;
  readonly seed?: string;
  /** A released version of the contract. */
  readonly against?: string;
  readonly schedule?: string;
  readonly strict?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  /** A folder; false for none. */
  readonly failures: string | false;
  readonly keepOutput?: string;
}

/** What is judged, and how, read from the options and the target's file. */
export type Asked = Pick<
  JudgeRunOptions,
  'target' | 'cloud' | 'seed' | 'selected' | 'exploring' | 'timeout_ms'
>;

/** Read what is asked for. @throws {UsageError} or {TargetError} when an option or the target's file is wrong. */
export function askedBy(options: RunOptions): Asked {
  const cloud = cloudOf(options.cloud);
  const seed = seedOf(options.seed);
  const selected = select({ only: options.only, profiles: options.profile });
  const exploring = exploringOf(options, selected);
  const timeout_ms = timeoutOf(options);
  const described = attachedTarget(targetOf(options.target), options.attach);
  const target = options.against === undefined ? described : claiming(described, options.against);
  if (cloud !== 'project') refuseProject(target, cloud, options);
  return { target, cloud, seed, selected, exploring, timeout_ms };
}

/** Collect what every report tells of a run beside its verdicts. */
export function factsOf(judgement: Judgement, { target, cloud, seed }: Asked, options: RunOptions): RunFacts {
  return {
    target: {
      ...target,
      without: shortfallOf(target),
      ...(isMixed(target) ? { claims: claimWords(target) } : {}),
    },
    cloud,
    project: options.project,
    seed,
    cases: judgement.cases.length,
    duration_ms: judgement.duration_ms,
    extent: extentOf(options),
    ...endOf(judgement),
    strict: options.strict ?? false,
    situations: judgement.situations,
    notices: judgement.notices,
  };
}

/** Runs `conformance run` and returns the exit code. */
export async function run(options: RunOptions, output: Output): Promise<number> {
  const asked = askedBy(options);
  const { target, cloud } = asked;
  if (options.printEnvironment === true) {
    output.out(environmentText(target, options));
    return EXIT.conforms;
  }
  if (cloud === 'project') requireProject(target, options);
  const interruption = watchInterruption(output);
  const progress = createProgress(output, options.json === true);
  const strain = (output.watchStrain ?? watchStrain)();
  try {
    const judgement = await runJudge({
      ...asked,
      world: worldSettings(options, output),
      quick: options.quick ?? false,
      bail: options.bail ?? false,
      strain,
      interrupted: interruption.signal,
      onCleanup: interruption.own,
      onReady: progress.ready,
      onDone: progress.done,
    });
    progress.end();
    const result = resultOf(judgement.verdicts, factsOf(judgement, asked, options));
    warnOfTime(judgement.cases, output);
    if (options.keepOutput !== undefined) keepOutput(options.keepOutput, judgement);
    tellLeftOut(judgement, output);
    requireJudged(result, judgement.verdicts);
    tell(options, result, output);
    return exitCode(result, judgement);
  } finally {
    strain.end();
    progress.end();
    await interruption.release();
  }
}

/** How many reasons are told when nothing was judged. */
const REASONS_TOLD = 3;

/** A report on nothing would read like a pass, so none is written. */
function requireJudged(
  { interrupted, totals: { passed, failed } }: RunResult,
  verdicts: readonly RequirementVerdict[],
): void {
  if (interrupted || passed + failed > 0) return;
  const reasons = new Map(verdicts.map(({ requirement, reason }) => [reason, requirement.id]));
  const told = [...reasons].slice(0, REASONS_TOLD).map(([reason, id]) => `${id}: ${reason}`);
  throw new UsageError(
    `nothing was judged, and no report is written (${told.join('; ')}); select what this target claims, see "conformance list"`,
  );
}

function extentOf({ quick, only, profile }: RunOptions): RunExtent {
  if (quick === true) return 'quick';
  return only.length + profile.length > 0 ? 'selected' : 'all';
}

/** Writes every report that was asked for, and stores the failures. */
function tell(options: RunOptions, result: RunResult, output: Output): void {
  writeReports(filesOfRun(options, process.env), [result]);
  const colors = colorsFor(output.out_is_terminal, process.env);
  const is_json = options.json === true;
  output.out(
    is_json
      ? `${JSON.stringify(result, null, 2)}\n`
      : consoleReport(result, colors, { verbose: options.verbose ?? false }),
  );
  const stored = store(options.failures, result);
  if (stored > 0 && !is_json) {
    const where = options.failures === '.conformance/failures' ? '' : ` --failures ${options.failures}`;
    output.out(
      `${stored} ${stored === 1 ? 'failure is' : 'failures are'} stored in ${options.failures}; run them again with: ${program()} replay${where}\n`,
    );
  }
}

function store(directory: string | false, result: RunResult): number {
  const failures = directory === false ? [] : failuresOf(result);
  return directory === false ? 0 : storeFailures(directory, failures).length;
}

/** On standard error, so that JSON stays JSON. */
function warnOfTime(cases: readonly TriedCase[], output: Output): void {
  const short = shortExplorations(cases);
  for (const line of short) output.err(`conformance: ${line}\n`);
  if (short.length === 0) return;
  output.err(
    'The target is slow or the machine is busy: run these checks alone, or longer with --deep MINUTES.\n',
  );
}

/** Say what kept a run from being whole. */
function endOf({ cut, given_up }: Judgement): { readonly interrupted: boolean; readonly cut_short?: string } {
  if (cut !== null) return { interrupted: true, cut_short: cut.sentence };
  if (given_up.size === 0) return { interrupted: false };
  return { interrupted: true, cut_short: `without ${given_up.size} of its cases` };
}

/** On standard error, each reason once: why cases were not begun or given up. */
function tellLeftOut({ given_up, cut, verdicts }: Judgement, output: Output): void {
  const reasons = new Map<string, number>();
  for (const because of given_up.values()) reasons.set(because, (reasons.get(because) ?? 0) + 1);
  for (const [because, count] of reasons) {
    output.err(`conformance: ${count} ${count === 1 ? 'case is' : 'cases are'} not judged: ${because}\n`);
  }
  if (cut?.by !== 'time') return;
  const rest = verdicts.filter(({ result }) => result === 'not_judged').length;
  output.err(
    `conformance: the run was ${cut.sentence}, and ${rest} requirements are not judged; mend what is told first, or give it longer with --timeout SECONDS\n`,
  );
}

/** Choose the exit code of a run. */
export function exitCode(result: RunResult, { cut, given_up, verdicts }: Judgement): number {
  if (cut?.by === 'interruption') return EXIT.interrupted;
  const is_broken = verdicts.some((verdict) => failsTheRun(verdict, result.strict));
  if (is_broken) return EXIT.does_not_conform;
  // What was judged was kept, and that is not enough to say that the target conforms.
  if (cut?.by === 'time' || given_up.size > 0) return EXIT.unavailable;
  return result.conforms ? EXIT.conforms : EXIT.does_not_conform;
}
