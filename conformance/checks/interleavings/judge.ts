import type { RequirementId } from '../../../generated/requirements.ts';
import type { ComponentName } from '../../contract/names.ts';
import { WAKE_MARKER } from '../../harness/exploring/explore.ts';
import { HEALING_MARKER } from '../../harness/exploring/healing.ts';
import type {
  CommitEvent,
  ExplorationEvent,
  FailingSchedule,
  History,
  HistoryEvent,
  PublishEvent,
} from '../../history/events.ts';
import { eventsOfRun, publishes } from '../../history/select.ts';
import type { Anomaly } from '../check.ts';
import { outputKey } from '../identifying/keys.ts';
import { marker } from '../judging/answers.ts';
import { cite, listed } from '../judging/cite.ts';
import { mayBeOfNeighbour } from '../judging/neighbours.ts';
import { judgeOutputs, type OutputPromises } from '../judging/outputs.ts';
import { hasStruckPublish } from '../subjects/faults.ts';

/** Which requirement each anomaly of a run breaks; what is left out is not the check's business. */
export interface RunPromises {
  readonly lost: readonly RequirementId[];
  /** Lost although only a call failed whose caller was told so, or could ask again. Default: as `lost`. */
  readonly lost_by_fault?: RequirementId;
  /** The same where a publish failed. Default: as `lost_by_fault`. */
  readonly lost_by_publish?: RequirementId;
  readonly double: RequirementId;
  readonly early?: RequirementId;
  readonly repeated?: RequirementId;
  /** Sent again by a schedule although it was out. */
  readonly swept?: RequirementId;
  /** What was acked may wait for the schedule to send it. Default: it may not. */
  readonly may_wait?: boolean;
  /** Judge only what goes to these topics. Default: every topic of the component. */
  readonly topics?: readonly string[];
}

/** List the requirements that promises name. */
export function requirementsOf(promises: RunPromises): readonly RequirementId[] {
  const { lost, lost_by_fault, lost_by_publish, double, early, repeated, swept } = promises;
  const named = [...lost, lost_by_fault, lost_by_publish, double, early, repeated, swept];
  return [...new Set(named.filter((id) => id !== undefined))];
}

/** Judge one explored run of a component. */
export function judgeExploredRun(
  history: History,
  component: ComponentName,
  promises: RunPromises,
): readonly Anomaly[] {
  const { double, early, repeated } = promises;
  const topics = promises.topics === undefined ? {} : { topics: promises.topics };
  const losses = lossesOf(history, promises);
  const all: OutputPromises = {
    ...topics,
    double,
    ...(early === undefined ? {} : { early, phantom: early }),
    ...(repeated === undefined ? {} : { repeated }),
  };
  return [
    ...losses.flatMap((lost) => judgeOutputs(history, component, { ...topics, lost })),
    ...(promises.may_wait === true ? [] : losses).flatMap((lost) =>
      judgeEarlyAck(history, component, { ...topics, lost }),
    ),
    ...judgeOutputs(history, component, all),
    ...judgeSwept(history, component, promises),
  ].map((anomaly) => nameZombie(history, anomaly));
}

/** Which requirements a loss breaks: a proof is told under the sentence that its fault is about. */
function lossesOf(history: History, promises: RunPromises): readonly RequirementId[] {
  const { lost, lost_by_fault, lost_by_publish } = promises;
  if (lost_by_publish !== undefined && hasStruckPublish(history)) return [lost_by_publish];
  const has_fault = history.some(({ kind }) => kind === 'fault' || kind === 'process');
  return has_fault && lost_by_fault !== undefined ? [lost_by_fault] : lost;
}

/** What was owed and acked, and came only when time had passed and the schedule had been fired. */
function judgeEarlyAck(
  history: History,
  component: ComponentName,
  promises: OutputPromises,
): readonly Anomaly[] {
  const healing = marker(history, HEALING_MARKER);
  if (healing === undefined) return [];
  const before = history.filter(({ sequence }) => sequence < healing.sequence);
  const still = judgeOutputs(history, component, promises).map(({ events }) => String(events));
  return judgeOutputs(before, component, { ...promises, ended: false })
    .filter(({ events }) => !still.includes(String(events)))
    .map((anomaly) => ({
      ...anomaly,
      anomaly: 'early ack' as const,
      proof: `What ${listed('Delivery', anomaly.events)} oblige to was published only after #${healing.sequence}, when ${healing.sentence}. They had all been acked by then, so that without the schedule nobody would have asked again.`,
      events: [...anomaly.events, healing.sequence],
    }));
}

/** What was out already when the schedule was fired, and was sent again. */
function judgeSwept(
  history: History,
  component: ComponentName,
  { swept, topics }: RunPromises,
): readonly Anomaly[] {
  const healing = marker(history, HEALING_MARKER);
  if (healing === undefined || swept === undefined) return [];
  const seen = new Map<string, number>();
  return publishes(history).flatMap((message): readonly Anomaly[] => {
    if (topics?.includes(message.topic) === false) return [];
    const key = `${message.topic} ${outputKey(history, message)}`;
    const first = seen.get(key);
    seen.set(key, first ?? message.sequence);
    if (first === undefined || message.sequence < healing.sequence) return [];
    if (mayBeOfNeighbour(history, component, first, message)) return [];
    return [
      {
        requirement: swept,
        anomaly: 'repeated message',
        proof: `${cite(message)} was published by a schedule after #${healing.sequence}, and #${first} is the same. By then everything was acked, so that it was on record as published.`,
        events: [first, healing.sequence, message.sequence],
      },
    ];
  });
}

/** Judge the runs that an exploration kept, and tell each anomaly's schedule. */
export function judgeExplored(
  history: History,
  judge: (run: History) => readonly Anomaly[],
): readonly Anomaly[] {
  const explorations = history.filter((event): event is ExplorationEvent => event.kind === 'exploration');
  return explorations.flatMap(({ failing }) =>
    failing.flatMap((found) => {
      const run = eventsOfRun(history, found.game_date);
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

/**
 * Name an anomaly a zombie write when a caller that slept past its lease did it: one of the messages that contradict each
 * other came after it woke, or what is missing was overwritten by its call.
 */
function nameZombie(history: History, anomaly: Anomaly): Anomaly {
  const wake = marker(history, WAKE_MARKER);
  if (wake === undefined) return anomaly;
  const after = history.filter(({ sequence }) => sequence > wake.sequence);
  const late = LOSSES.has(anomaly.anomaly)
    ? ownWrite(after)
    : after.find((event): event is PublishEvent => isCited(event, anomaly));
  if (late === undefined) return anomaly;
  return {
    ...anomaly,
    anomaly: 'zombie write',
    proof: `${anomaly.proof} A zombie did it: at #${wake.sequence} ${wake.sentence} and its message was delivered elsewhere, and ${late.kind === 'publish' ? 'its publish' : 'its write'} (#${late.sequence}) took effect all the same.`,
    events: [...anomaly.events, wake.sequence, late.sequence],
  };
}

const LOSSES: ReadonlySet<string> = new Set(['lost trigger', 'lost message', 'refused message', 'early ack']);

/** The first thing that happens to the store after a zombie woke is the end of its call; a refused one wrote nothing. */
function ownWrite(after: History): CommitEvent | undefined {
  const first = after.find(({ kind }) => kind === 'commit' || kind === 'publish' || kind === 'call');
  return first?.kind === 'commit' ? first : undefined;
}

function isCited(event: HistoryEvent, { events }: Anomaly): boolean {
  return event.kind === 'publish' && events.includes(event.sequence);
}
