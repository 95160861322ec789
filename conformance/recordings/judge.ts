import type { RequirementId } from '../../generated/requirements.ts';
import { SUBSCRIPTIONS, TOPIC } from '../../generated/topology.ts';
import type { Anomaly } from '../checks/check.ts';
import { levelOf } from '../checks/owed/orchestrators.ts';
import type { History, PublishEvent } from '../history/events.ts';
import { deliveries, publishes, text } from '../history/select.ts';
import { RUN_ATTRIBUTE } from '../project/listening/observe.ts';
import type { RecordingCheck } from './checks.ts';
import { RECORDED_MARKER, type RecordedDate } from './dates.ts';
import { levelIn, listedRuns } from './trigger.ts';

/** What one check says of one date and run. */
export interface DateJudgement {
  readonly date: RecordedDate;
  readonly check: RecordingCheck['check'];
  /** Whether there was anything to judge: a trigger, or a set that is complete. */
  readonly is_shown: boolean;
  readonly anomalies: readonly Anomaly[];
  /** What looks broken and may be the recording's fault, with the reason. */
  readonly doubts: readonly Doubt[];
}

/** A requirement of which a recording cannot tell whether it was broken, and why. */
export interface Doubt {
  readonly requirement: RequirementId;
  readonly reason: string;
}

/** Judge one date and run by one check. */
export function judgeDate(recording: History, date: RecordedDate, one: RecordingCheck): DateJudgement {
  const { check, levels } = one;
  const triggers = publishes(date.history, TOPIC.phase4Trigger).filter((event) =>
    levels.includes(levelIn(event)),
  );
  // A publisher that missed the broker's answer publishes again; whether that was so, no message tells.
  const found = check.judge(date.history).filter(({ anomaly }) => anomaly !== 'repeated message');
  const doubted = found.map((anomaly) => ({
    anomaly,
    reason: doubtOf(recording, date, one, triggers, anomaly),
  }));
  const anomalies = doubted.flatMap(({ anomaly, reason }) => (reason === undefined ? anomaly : []));
  return {
    date,
    check,
    is_shown: triggers.length > 0 || anomalies.length > 0,
    anomalies,
    doubts: doubted.flatMap(({ anomaly: { requirement }, reason }) =>
      reason === undefined ? [] : { requirement, reason: `${date.name}: ${reason}` },
    ),
  };
}

/** Tell whether the judge itself used a date: its messages are wrong on purpose. */
export function isOfJudge({ published }: RecordedDate): boolean {
  return published.some(({ attributes }) => attributes[RUN_ATTRIBUTE] !== undefined);
}

/** Why an anomaly may be the recording's fault; undefined when it cannot. */
function doubtOf(
  recording: History,
  date: RecordedDate,
  { orchestrator }: RecordingCheck,
  triggers: readonly PublishEvent[],
  { anomaly, requirement, events }: Anomaly,
): string | undefined {
  if (anomaly === 'lost trigger') return doubtOfLost(recording, date, orchestrator, events);
  if (anomaly !== 'early trigger' && requirement !== 'FANIN-010') return undefined;
  const trigger = triggers.find(({ sequence }) => events.includes(sequence));
  const missing = trigger === undefined ? [] : unrecordedRuns(date, orchestrator, trigger);
  return missing.length === 0
    ? undefined
    : `the trigger #${trigger?.sequence} lists runs of ${missing.join(', ')} that the recording does not have; begin it before the first of them`;
}

/** Runs that a trigger lists, of processors that it had to wait for, whose completions were not recorded. */
function unrecordedRuns({ history }: RecordedDate, orchestrator: string, trigger: PublishEvent): string[] {
  const level = levelIn(trigger);
  if (![1, 2, 3].includes(level)) return [];
  const recorded = deliveries(history, orchestrator).map(({ message }) => text(message, 'execution_id'));
  return listedRuns(trigger)
    .filter(
      ({ processor, execution_id }) =>
        levelOf(level).waits_for.includes(processor) && !recorded.includes(execution_id),
    )
    .map(({ processor }) => processor);
}

/** A trigger may still come, or went to a topic that nobody listened to. */
function doubtOfLost(
  recording: History,
  { history }: RecordedDate,
  orchestrator: string,
  causes: readonly number[],
): string | undefined {
  const recorded = recording.filter((event) => event.kind === 'marker' && event.name === RECORDED_MARKER);
  if (recorded.length === 0) return undefined;
  const until = recorded.find(({ marks }) => marks.includes(TOPIC.phase4Trigger));
  if (until === undefined) return `the set is complete, and ${TOPIC.phase4Trigger} was not recorded`;
  const times = history.filter(({ sequence }) => causes.includes(sequence)).map(({ at_ms }) => at_ms);
  const since_ms = until.at_ms - Math.max(...times);
  const patience = patienceSeconds(orchestrator);
  return since_ms >= patience * 1000
    ? undefined
    : `the set is complete since ${Math.round(since_ms / 1000)} s before the recording ended, and a redelivery may take ${patience} s; record it later`;
}

/** How long a delivery that failed once may take to come again and be worked on. */
function patienceSeconds(orchestrator: string): number {
  const own = Object.values(SUBSCRIPTIONS).find(({ component }) => component === orchestrator);
  return (own?.retry_policy?.maximum_backoff_seconds ?? 0) + (own?.ack_deadline_seconds ?? 0);
}
