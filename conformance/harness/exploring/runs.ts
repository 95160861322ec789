import { describeSchedule, findMisfits } from '../../exploration/engine/describe.ts';
import { exploreAsync, type Failure } from '../../exploration/engine/explore.ts';
import type { Schedule } from '../../exploration/schedule/schedule.ts';
import { printSchedule } from '../../exploration/schedule/text.ts';
import { attemptAsync } from '../../exploration/shrinking/attempt.ts';
import { findSmallestAsync, type SmallestCase } from '../../exploration/shrinking/smallest.ts';
import type { ExplorationEvent, FailingSchedule } from '../../history/events.ts';
import { redate } from '../faults/marks.ts';
import type { ExploringPorts, RunRecord, SceneExploration } from './exploration.ts';
import { openRun } from './explore.ts';
import { planRuns, until } from './plan.ts';

/** How long a case may explore, or what it is to replay instead. */
export interface ExploringLimits {
  /** Only this schedule is run. */
  readonly schedule?: Schedule;
  /** Explore for so long, however many runs that makes. */
  readonly explore_ms?: number;
}

/** A slow target gets fewer runs than were asked for. */
const EXPLORE_MS_MAX = 20_000;
/** Where each run waits for what never comes, the first that failed has to do. */
const AFTER_FAILURE_MS_MAX = 6_000;
const SHRINK_MS_MAX = 15_000;
const SHRINK_RUNS_MAX = 80;
/** With fewer nothing can be left out and the neighbour that passes be found. */
const SHRINK_RUNS_MIN = 4;
/** After so many failures a target is broken enough; each anomaly among them is made small. */
const FAILURES_MAX = 3;

/** Try schedules and write down what came of them: how many there were, and the smallest that fails with each anomaly. */
export async function exploreRuns(
  ports: ExploringPorts,
  exploration: SceneExploration,
  seed: number,
  { schedule, explore_ms }: ExploringLimits,
): Promise<void> {
  if (schedule !== undefined) return replayRun(ports, exploration, schedule);
  const begun = new Map<string, number>();
  const simulate = async () => {
    const at_ms = Date.now();
    const run = await openRun(ports, exploration);
    begun.set(run.history.game_date, at_ms);
    return run;
  };
  const failed = new Map<Schedule, FailedRun>();
  const began_ms = Date.now();
  const plan = planRuns(exploration, seed, explore_ms !== undefined);
  let guesses = 0;
  let store_calls = 0;
  let has_failed = false;
  let is_late = false;
  let judged = 0;
  const { runs_max } = exploration;
  const { runs, failures } = await exploreAsync<RunRecord>({
    simulate,
    strategy: until(plan.strategy, () => {
      const patience_ms = explore_ms ?? (has_failed ? AFTER_FAILURE_MS_MAX : EXPLORE_MS_MAX);
      is_late = Date.now() >= began_ms + patience_ms;
      return is_late;
    }),
    runs_max: explore_ms === undefined ? runs_max : Number.MAX_SAFE_INTEGER,
    failures_max: FAILURES_MAX,
    runs_at_once: exploration.runs_at_once ?? 1,
    judge(record, run) {
      guesses += record.guesses;
      store_calls += record.store_calls;
      judged += 1;
      const findings = exploration.judge(record.events);
      has_failed ||= findings.length > 0;
      if (findings.length > 0) {
        const { game_date } = record;
        failed.set(run.schedule, { game_date, run_ms: Date.now() - (begun.get(game_date) ?? began_ms) });
      }
      // An ordinary run keeps them all; one that goes on for hours would fill the memory.
      else if (judged > runs_max && exploration.isRemarkable?.(record.events) !== true) {
        ports.recorder.forget(record.game_date);
      }
      return findings;
    },
  });
  // Who has little time to explore has less to make small what fails.
  const shrink_ms = Math.min(SHRINK_MS_MAX, (explore_ms ?? Number.POSITIVE_INFINITY) / 2);
  const kinds = new Map<string, Failure>();
  for (const failure of failures) {
    const anomaly = failure.findings[0]?.anomaly ?? '';
    if (!kinds.has(anomaly)) kinds.set(anomaly, failure);
  }
  const smallest: FailingSchedule[] = [];
  const until_ms = Date.now() + shrink_ms;
  for (const [anomaly, { schedule }] of kinds) {
    const run = failed.get(schedule);
    // What is told once is enough where each run takes long; a case that does not end tells nothing.
    if (run === undefined || (smallest.length > 0 && Date.now() > until_ms)) continue;
    smallest.push(await makeSmall(ports, exploration, { anomaly, shrink_ms, ...run }, schedule));
  }
  record(ports, {
    runs,
    strategy: plan.strategy.name,
    failing: smallest,
    is_complete: plan.isComplete() && (guesses === 0 || exploration.search === 'single_faults'),
    ended_by: endedBy(
      { runs, failures: failures.length, is_late },
      explore_ms === undefined ? runs_max : null,
    ),
    ...(explore_ms === undefined ? { runs_max } : {}),
    store_calls,
  });
}

function endedBy(
  made: { readonly runs: number; readonly failures: number; readonly is_late: boolean },
  runs_max: number | null,
): NonNullable<ExplorationEvent['ended_by']> {
  if (made.failures >= FAILURES_MAX) return 'failures';
  if (made.runs === runs_max) return 'number';
  return made.is_late ? 'time' : 'nothing left';
}

/** A run that failed: its date, and how long it took. */
interface FailedRun {
  readonly game_date: string;
  readonly run_ms: number;
}

async function makeSmall(
  ports: ExploringPorts,
  exploration: SceneExploration,
  {
    anomaly,
    game_date,
    run_ms,
    shrink_ms,
  }: FailedRun & { readonly anomaly: string; readonly shrink_ms: number },
  schedule: Schedule,
): Promise<FailingSchedule> {
  const trial = {
    simulate: () => openRun(ports, exploration),
    fails: (run: RunRecord) => exploration.judge(run.events).some((finding) => finding.anomaly === anomaly),
  };
  const attempts_max = Math.min(SHRINK_RUNS_MAX, Math.floor(shrink_ms / Math.max(1, run_ms)));
  const small =
    attempts_max < SHRINK_RUNS_MIN
      ? asItIs(schedule)
      : await findSmallestAsync(schedule, trial, attempts_max);
  const again = await attemptAsync(trial, small.failing);
  const repeats = again.fails && small.outcome !== 'unstable';
  // What shrinking had no time to leave out has no effect; a replay would take it for a target that changed.
  const fits = findMisfits(small.failing, again.trace).length === 0;
  const failing = repeats && !fits ? again.run.schedule : small.failing;
  const sentence = describeSchedule(failing, again.trace);
  // The run that is cited must be one that failed, and all words are about its date.
  const cited = repeats ? again.run.history.game_date : game_date;
  const aboutCited = (sentence: string): string => redate(sentence, cited);
  return {
    anomaly,
    game_date: cited,
    schedule: printSchedule(failing),
    sentence: aboutCited(sentence),
    passing: small.passing === null ? null : printSchedule(small.passing),
    passing_sentence: small.passing_sentence === null ? null : aboutCited(small.passing_sentence),
    repeats,
  };
}

/** Where each run takes long there is time for one more, which shows whether it repeats, and none to leave anything out. */
function asItIs(
  failing: Schedule,
): Pick<SmallestCase, 'failing' | 'passing' | 'passing_sentence' | 'outcome'> {
  return { failing, passing: null, passing_sentence: null, outcome: 'unfinished' };
}

async function replayRun(
  ports: ExploringPorts,
  exploration: SceneExploration,
  schedule: Schedule,
): Promise<void> {
  const trial = {
    simulate: () => openRun(ports, exploration),
    fails: (run: RunRecord) => exploration.judge(run.events).length > 0,
  };
  const { fails, run, trace } = await attemptAsync(trial, schedule);
  const { game_date, events, store_calls } = run.history;
  const failing = {
    anomaly: exploration.judge(events)[0]?.anomaly ?? '',
    game_date,
    schedule: printSchedule(schedule),
    sentence: describeSchedule(schedule, trace),
    passing: null,
    passing_sentence: null,
    repeats: true,
  };
  record(ports, {
    runs: 1,
    strategy: `replay of ${failing.schedule}`,
    failing: fails ? [failing] : [],
    is_complete: false,
    misfits: findMisfits(schedule, trace),
    store_calls,
  });
}

function record(
  { recorder, marks }: ExploringPorts,
  told: Omit<ExplorationEvent, 'kind' | 'sequence' | 'at_ms' | 'marks'>,
): void {
  recorder.append({ kind: 'exploration', ...told, marks });
}
