import { CHECKS } from '../../checks/all.ts';
import type { Check } from '../../checks/check.ts';
import { looksLikeHistory } from '../../checks/drawn/value/history.ts';
import type { Schedule } from '../../exploration/schedule/schedule.ts';
import { parseSchedule } from '../../exploration/schedule/text.ts';
import type { OutputLine } from '../../harness/world/settings.ts';
import { resultOf } from '../../reports/result/build.ts';
import type { RunResult } from '../../reports/result/result.ts';
import { type Selected, select } from '../../requirements/selection.ts';
import { judgeCase } from '../../verdict/anomalies.ts';
import { planCases, type TriedCase } from '../../verdict/running/cases.ts';
import { type Exploring, isShortened } from '../../verdict/running/limits.ts';
import { type JudgeRunOptions, runJudge } from '../../verdict/running/run.ts';
import { decideVerdicts } from '../../verdict/verdict.ts';
import { type Asked, exitCode, factsOf, type RunOptions } from '../running/run.ts';
import type { CaseAgain, WatchRun } from './decide-watch.ts';
import { type CaseProgress, caseOf, NO_PROGRESS } from './progress.ts';

/** Told how far an errand is. */
export interface ErrandListeners {
  /** Which components run, once all are ready. */
  readonly onReady: (components: readonly string[]) => void;
  readonly onProgress: (progress: CaseProgress, selected: Selected) => void;
  /** Told what is broken so far, whenever a case has broken something. */
  readonly onBroken: (result: RunResult, broken: readonly CaseAgain[]) => void;
  readonly onLine: (line: OutputLine) => void;
}

/** What came of an errand. */
export interface ErrandEnd {
  readonly result: RunResult;
  readonly exit_code: number;
  /** Cases were left out, or ended before they had explored or drawn all that they would without haste. */
  readonly is_partial: boolean;
}

/** So long a short look takes from the moment at which the target is ready. */
export const LOOK_MS = 2_700;

/**
 * Runs an errand: starts the target as its file says now, and tries the cases.
 *
 * @throws {TargetUnavailableError} when the target does not start.
 */
export async function runErrand(
  { errand, is_short }: WatchRun,
  asked: Asked,
  options: RunOptions,
  { onReady, onProgress, onBroken, onLine }: ErrandListeners,
  around: Pick<JudgeRunOptions, 'interrupted' | 'onCleanup' | 'world' | 'strain'>,
): Promise<ErrandEnd> {
  const whole = errand === 'everything' ? asked : { ...asked, ...chosen(errand) };
  const wanted = is_short ? { ...whole, exploring: { ...whole.exploring, look_ms: LOOK_MS } } : whole;
  const { selected, target, cloud, exploring = {} } = wanted;
  let progress = NO_PROGRESS;
  const broken: TriedCase[] = [];
  const begun_ms = Date.now();
  const tell = (change: Partial<CaseProgress>): void => {
    progress = { ...progress, ...change };
    onProgress(progress, selected);
  };
  const judgement = await runJudge({
    ...wanted,
    ...around,
    world: { ...around.world, onLine },
    quick: errand === 'everything' && options.quick === true,
    bail: options.bail ?? false,
    onPlanned: (planned) => tell({ planned }),
    onReady: (_, components) => onReady(components),
    onBegin: ({ name }) => tell({ begun: new Set([...progress.begun, name]) }),
    onDone(tried) {
      const anomalies = judgeCase(tried);
      tell({
        done: new Set([...progress.done, tried.case.name]),
        broken: new Set([...progress.broken, ...anomalies.map(({ requirement }) => requirement)]),
      });
      if (anomalies.length === 0) return;
      broken.push(tried);
      onBroken(resultSoFar(broken, begun_ms), anomalies.map(caseOf));
    },
  });
  const is_cut = judgement.cases.length + judgement.given_up.size < progress.planned.length;
  const is_partial = is_short && (is_cut || progress.planned.some((one) => isShortened(one, exploring)));
  // What was looked at for a moment may be called free of what was found, and no more.
  const facts = factsOf(judgement, wanted, options);
  const result = resultOf(judgement.verdicts, is_partial ? { ...facts, extent: 'quick' } : facts);
  return { result, exit_code: exitCode(result, judgement), is_partial };

  /** Of the cases that broke something alone; the rest is not decided. */
  function resultSoFar(tried: readonly TriedCase[], since_ms: number): RunResult {
    const cases = tried.map((one) => one.case);
    const extent = { planned: cases, possible: cases, cut_short: null, left_out: 'not decided yet' };
    const verdicts = decideVerdicts(selected.requirements, tried, target, cloud, extent);
    return resultOf(
      verdicts.filter(({ result: name }) => name === 'failed'),
      { target, cloud, seed: wanted.seed, cases: cases.length, duration_ms: Date.now() - since_ms },
    );
  }
}

/** Choose these cases, each with its schedule or history. */
function chosen(cases: readonly CaseAgain[]): { readonly selected: Selected; readonly exploring: Exploring } {
  const schedules = new Map<string, Schedule>();
  const histories = new Map<string, string>();
  for (const { check, round, schedule } of cases) {
    const name = nameOf(check, round);
    if (schedule === null) continue;
    if (looksLikeHistory(schedule)) histories.set(name, schedule);
    else schedules.set(name, parseSchedule(schedule));
  }
  const only = cases.map(({ check, round }) => `${check}@${round}`);
  return { selected: select({ only, profiles: [] }), exploring: { schedules, histories } };
}

function nameOf(check_name: string, round: number): string {
  const check = CHECKS.find(({ name }) => name === check_name) as Check;
  const [one] = planCases(CHECKS, [check], new Map([[check, new Set([round])]]));
  return one?.name ?? check_name;
}
