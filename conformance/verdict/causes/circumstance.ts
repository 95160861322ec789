import type { AnomalyName } from '../../checks/anomalies.ts';
import type { DeliveryEvent, History, HistoryEvent, RequestEvent } from '../../history/events.ts';
import { answerTo, deliveries, metadataOf, runOf, text } from '../../history/select.ts';
import type { ReportedAnomaly } from '../anomalies.ts';

/** What was special when something went wrong; the first that fits says most. */
export const CIRCUMSTANCES = {
  'invalid input': 'when it is handed an invalid message',
  death: 'when an instance dies or is restarted',
  'failed call': 'when a call to broker or store fails or is not confirmed',
  'later run': 'in a second or later run of a date',
  backfill: 'when a message is of a backfill',
  'failed run': 'when a run before it failed or found nothing',
  repeat: 'when a message comes again',
  'unusual fields': 'when fields that decide nothing say something unusual',
  meeting: 'when deliveries or calls meet',
  none: '',
} as const satisfies Readonly<Record<string, string>>;

/** The name of a circumstance. */
export type Circumstance = keyof typeof CIRCUMSTANCES;

/** What is proved by the end of a history, so that all of it may have brought it about. */
const PROVED_BY_THE_END: readonly AnomalyName[] = [
  'lost trigger',
  'lost message',
  'refused message',
  'stuck batch',
];

/** Say what was special when an anomaly came about, from the events up to the last that its proof cites. */
export function circumstanceOf({ history, events, anomaly }: ReportedAnomaly): Circumstance {
  const end = PROVED_BY_THE_END.includes(anomaly) ? Number.POSITIVE_INFINITY : Math.max(0, ...events);
  const before = history.filter(({ sequence }) => sequence <= end);
  const cited = before.filter(({ sequence }) => events.includes(sequence));
  const handed = handedIn(before, cited);
  if (handed.some(({ defect }) => defect !== null)) return 'invalid input';
  // Whoever kills an instance in the middle of a call lets that call fail, too.
  if (anomaly !== 'crash' && before.some(({ kind }) => kind === 'process')) return 'death';
  if (before.some(isFailedCall)) return 'failed call';
  if (handed.some(({ message }) => runOf(message) > 1)) return 'later run';
  if (handed.some(isOfBackfill)) return 'backfill';
  const told = PROVED_BY_THE_END.includes(anomaly) ? deliveries(before) : handed;
  if (told.some(({ message }) => ['failed', 'no_data'].includes(text(message, 'status'))))
    return 'failed run';
  if (hasRepeat(handed)) return 'repeat';
  // What made the history smaller would have left them out if they did nothing; deliveries that meet need not.
  if (told.some(isUnusual)) return 'unusual fields';
  return meets(before, [...handed, ...cited.filter(isRequest)]) ? 'meeting' : 'none';
}

/** The deliveries that a proof is about: those that it cites, those whose answers it cites, else those of the case. */
function handedIn(before: History, cited: readonly HistoryEvent[]): readonly DeliveryEvent[] {
  const own = deliveries(before);
  const answered = cited.flatMap((event) => (event.kind === 'answer' ? [event.delivery] : []));
  const named = own.filter((delivery) => cited.includes(delivery) || answered.includes(delivery.sequence));
  return named.length > 0 ? named : own;
}

/** What a broker or store answers when it fails; a document that exists already or a precondition that does not hold is an answer. */
const FAILURES: readonly string[] = [
  'UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'RESOURCE_EXHAUSTED',
  'INTERNAL',
  'UNKNOWN',
];

function isFailedCall(event: HistoryEvent): boolean {
  if (event.kind === 'fault') return event.change === 'strikes';
  return event.kind === 'call' && FAILURES.includes(event.outcome);
}

function isOfBackfill({ message }: DeliveryEvent): boolean {
  return message?.['skip_downstream_trigger'] === true || message?.['backfill_mode'] === true;
}

/** What the contract allows and decides nothing: a run that nobody's message caused, no number of the run, odd counts of a success. */
function isUnusual({ message }: DeliveryEvent): boolean {
  if (!PROCESSED.includes(text(message, 'phase'))) return false;
  if (message?.['trigger_source'] !== 'pubsub' || metadataOf(message)['run'] === undefined) return true;
  return (
    message['status'] === 'success' && (message['record_count'] === 0 || message['records_failed'] !== 0)
  );
}

/** Phases whose runs are mostly caused by a message. */
const PROCESSED: readonly string[] = ['phase_2_raw', 'phase_3_analytics', 'phase_4_precompute'];

/** The same message under an old id or a new one. */
function hasRepeat(handed: readonly DeliveryEvent[]): boolean {
  const seen = new Set<string>();
  return handed.some((delivery) => {
    const same = JSON.stringify([delivery.component, delivery.topic, delivery.message]);
    const is_again = delivery.attempt > 1 || seen.has(same);
    seen.add(same);
    return is_again;
  });
}

/** Whether one of these was begun while another was under way. */
function meets(before: History, begun: readonly (DeliveryEvent | RequestEvent)[]): boolean {
  const ends = begun.map((one) => [one.sequence, endOf(before, one)] as const);
  return ends.some(([start], index) =>
    ends.some(([other, end], place) => place !== index && other < start && start < end),
  );
}

function endOf(history: History, begun: DeliveryEvent | RequestEvent): number {
  // Of what a subscription delivered nobody sees the answer.
  if (begun.kind === 'delivery' && begun.road !== undefined) return begun.sequence;
  const end =
    begun.kind === 'delivery'
      ? answerTo(history, begun)
      : history.find((event) => event.kind === 'response' && event.request === begun.sequence);
  return end?.sequence ?? Number.POSITIVE_INFINITY;
}

function isRequest(event: HistoryEvent): event is RequestEvent {
  return event.kind === 'request';
}
