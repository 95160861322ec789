import { TOPIC } from '../../../generated/topology.ts';
import type { AnswerEvent, DeliveryEvent, History, RequestEvent } from '../../history/events.ts';
import { deliveries, text } from '../../history/select.ts';
import { sumOverDates } from './dates.ts';
import type { Situation } from './situation.ts';

/** Situations of deliveries and requests alone. */
export const OF_DELIVERIES = [
  {
    name: 'deliveries at once',
    sentence:
      'A message about a date is delivered while another of the date is under way in the same component.',
    count: (history) =>
      countInFlight(history, (later, earlier) => isAboutOneDate(later, earlier) && !isAlike(later, earlier)),
  },
  {
    name: 'duplicate before the ack',
    sentence: 'A message is delivered again while its first delivery is under way.',
    count: (history) => countInFlight(history, isAlike),
  },
  {
    name: 'redelivery after a lost ack',
    sentence: 'A message that was acked is delivered again under its id.',
    count: (history) => countRepeats(history, isSameId, (_again, { answer }) => answer.acked),
  },
  {
    name: 'same message, new id',
    sentence:
      'A message that was delivered comes again under a new message id, as after a retry of its publisher.',
    count: (history) => countRepeats(history, isAlike, (again, { delivery }) => !isSameId(again, delivery)),
  },
  {
    name: 'redelivery after a nack',
    sentence: 'A message that was nacked, or got no answer, is delivered again under its id, and acked.',
    count: (history) =>
      countRepeats(history, isSameId, (_again, { answer }, heard) => !answer.acked && heard?.acked === true),
  },
  {
    name: 'invalid before valid',
    sentence: 'A component that was given an unreadable or invalid message acks a valid one after it.',
    count: countValidAfterInvalid,
  },
  {
    name: 'requests at once',
    sentence: 'An endpoint is called while another call, or a delivery, is under way in the same component.',
    count: countRequestsAtOnce,
  },
  {
    name: 'status of a past date with a batch',
    sentence: 'The status of a date whose deadline is past is asked after a batch of it was requested.',
    count: countPastStatuses,
  },
] as const satisfies readonly Situation[];

/** A delivery that was made and answered before. */
interface Earlier {
  readonly delivery: DeliveryEvent;
  readonly answer: AnswerEvent;
}

/** Tell whether two deliveries bring the same message to the same component. */
export function isAlike(a: DeliveryEvent, b: DeliveryEvent): boolean {
  if (!isSameReceiver(a, b)) return false;
  if (a.message_id === b.message_id) return true;
  return a.message !== null && b.message !== null && JSON.stringify(a.message) === JSON.stringify(b.message);
}

/** Map each answer to its delivery's sequence. */
export function answersOf(history: History): ReadonlyMap<number, AnswerEvent> {
  return new Map(
    history.flatMap((event) => (event.kind === 'answer' ? [[event.delivery, event] as const] : [])),
  );
}

/** Count deliveries that come while an earlier one that `matches` has no answer yet. */
function countInFlight(
  history: History,
  matches: (later: DeliveryEvent, earlier: DeliveryEvent) => boolean,
): number {
  const open = new Map<number, DeliveryEvent>();
  let count = 0;
  for (const event of history) {
    if (event.kind === 'answer') open.delete(event.delivery);
    if (event.kind !== 'delivery' || event.defect !== null) continue;
    if ([...open.values()].some((earlier) => matches(event, earlier))) count += 1;
    open.set(event.sequence, event);
  }
  return count;
}

/** Count deliveries before which the same message, as `isSame` says, was delivered and answered so that `holds`. */
function countRepeats(
  history: History,
  isSame: (a: DeliveryEvent, b: DeliveryEvent) => boolean,
  holds: (again: DeliveryEvent, earlier: Earlier, heard: AnswerEvent | undefined) => boolean,
): number {
  return sumOverDates(history, (events) => {
    const answers = answersOf(events);
    const valid = deliveries(events).filter(({ defect }) => defect === null);
    return valid.filter((again) =>
      valid.some((delivery) => {
        const answer = answers.get(delivery.sequence);
        if (answer === undefined || answer.sequence > again.sequence || !isSame(again, delivery))
          return false;
        return holds(again, { delivery, answer }, answers.get(again.sequence));
      }),
    ).length;
  });
}

function countValidAfterInvalid(history: History): number {
  const answers = answersOf(history);
  const spoilt = new Set<string>();
  let count = 0;
  for (const delivery of deliveries(history)) {
    if (delivery.defect !== null) spoilt.add(delivery.component);
    else if (spoilt.has(delivery.component) && answers.get(delivery.sequence)?.acked === true) count += 1;
  }
  return count;
}

function countRequestsAtOnce(history: History): number {
  const open = new Map<number, RequestEvent | DeliveryEvent>();
  let count = 0;
  for (const event of history) {
    if (event.kind === 'response') open.delete(event.request);
    if (event.kind === 'answer') open.delete(event.delivery);
    if (event.kind !== 'request' && event.kind !== 'delivery') continue;
    const others = [...open.values()].filter(({ component }) => component === event.component);
    if (others.some(({ kind }) => kind === 'request' || event.kind === 'request')) count += 1;
    open.set(event.sequence, event);
  }
  return count;
}

function isSameReceiver(a: DeliveryEvent, b: DeliveryEvent): boolean {
  return a.component === b.component && a.topic === b.topic;
}

function isSameId(a: DeliveryEvent, b: DeliveryEvent): boolean {
  return isSameReceiver(a, b) && a.message_id === b.message_id;
}

function isAboutOneDate(a: DeliveryEvent, b: DeliveryEvent): boolean {
  const game_date = text(a.message, 'game_date');
  return a.component === b.component && game_date !== '' && game_date === text(b.message, 'game_date');
}

/** Deadlines before this are past for everybody. */
const PAST = '2010-01-01';

function countPastStatuses(history: History): number {
  return history.filter((event) => {
    const [, date = PAST] =
      event.kind === 'request' ? (/^\/status\?game_date=([\d-]+)/.exec(event.path) ?? []) : [];
    return date < PAST && history.some((earlier) => isRequestOf(earlier, date, event.sequence));
  }).length;
}

function isRequestOf(event: History[number], game_date: string, before: number): boolean {
  if (event.kind !== 'publish' || event.sequence > before) return false;
  return event.topic === TOPIC.phase5PredictionRequest && text(event.message, 'game_date') === game_date;
}
