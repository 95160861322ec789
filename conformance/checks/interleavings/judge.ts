import type { RequirementId } from '../../../generated/requirements.ts';
import type { ExplorationEvent, FailingSchedule, History } from '../../harness/history/events.ts';
import type { ComponentName } from '../../requirements/names.ts';
import type { Anomaly } from '../check.ts';
import { judgeOutputs, type OutputPromises } from '../judging/outputs.ts';

/** Which requirement each anomaly of a run breaks. */
export interface RunPromises {
  readonly lost: readonly RequirementId[];
  /** Lost although only a call failed whose caller was told so, or could ask again. */
  readonly lost_by_fault: RequirementId;
  readonly double: RequirementId;
  readonly early: RequirementId;
  readonly repeated: RequirementId;
}

/** Judge one run of the edge of a fan-in. */
export function judgeRun(
  history: History,
  component: ComponentName,
  promises: RunPromises,
): readonly Anomaly[] {
  const has_fault = history.some(({ kind }) => kind === 'fault');
  const { double, early, repeated } = promises;
  const [first, ...others] = has_fault ? [promises.lost_by_fault] : promises.lost;
  const all: OutputPromises = {
    ...(first === undefined ? {} : { lost: first }),
    double,
    early,
    phantom: early,
    repeated,
  };
  return [
    ...judgeOutputs(history, component, all),
    ...others.flatMap((lost) => judgeOutputs(history, component, { lost })),
  ];
}

/** Judge the runs that an exploration kept, and tell each anomaly's schedule. */
export function judgeExplored(
  history: History,
  judge: (run: History) => readonly Anomaly[],
): readonly Anomaly[] {
  const explorations = history.filter((event): event is ExplorationEvent => event.kind === 'exploration');
  return explorations.flatMap(({ failing }) =>
    failing.flatMap((found) => {
      const run = history.filter(({ marks }) => marks.includes(found.game_date));
      return judge(run).map((anomaly) => ({
        ...anomaly,
        proof: `${anomaly.proof} ${tellSchedule(found)}`,
        events: [...new Set([...anomaly.events, ...effects(run)])].sort((a, b) => a - b),
        run: { mark: found.game_date, schedule: found.schedule },
      }));
    }),
  );
}

/** What the calls of a run did, and which failed; their order is what the schedule is about. */
function effects(run: History): readonly number[] {
  return run.flatMap((event) =>
    event.kind === 'commit' || (event.kind === 'call' && event.outcome !== 'OK') ? [event.sequence] : [],
  );
}

function tellSchedule({ schedule, sentence, passing, passing_sentence, repeats }: FailingSchedule): string {
  if (!repeats) return `It failed ${sentence} (${schedule}), though not each time that this was run.`;
  const neighbour =
    passing === null ? '' : ` The nearest schedule that passes is ${passing_sentence} (${passing}).`;
  return `It fails ${sentence} (${schedule}).${neighbour}`;
}
