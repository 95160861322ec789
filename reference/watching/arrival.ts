import { MONITORING, SUBSCRIPTIONS, type TopicName } from '../../generated/topology.ts';
import type { Json, Ports } from '../ports/ports.ts';
import { logEvent } from './log-event.ts';

/** What a delivery is about. */
interface About {
  readonly processor: string | null;
  readonly correlation_id: string;
  readonly game_date: string;
  readonly run: number;
}

/**
 * Log that a message came through the door, and how long it was under way: from the end of the run that it tells of
 * (its `timestamp`) until now. A redelivery counts from the same moment, so a message that nobody could take shows.
 *
 * @param payload  the message as it came; a legacy one may have no timestamp, and then the time is null.
 */
export function logArrival(
  { log, clock }: Pick<Ports, 'log' | 'clock'>,
  topic: TopicName,
  { processor, correlation_id, game_date, run }: About,
  payload: Json,
): void {
  const fields: Readonly<Record<string, Json>> =
    typeof payload === 'object' && payload !== null && !Array.isArray(payload)
      ? (payload as Readonly<Record<string, Json>>)
      : {};
  logEvent(log, 'info', 'delivery_received', `${processor} arrived on ${topic}`, {
    hop: hopOf(topic),
    hop_seconds: secondsSince(fields['timestamp'], clock.now()),
    topic,
    phase: fields['phase'] ?? null,
    processor_name: processor,
    status: fields['status'] ?? null,
    correlation_id,
    game_date,
    run,
  });
}

/** Name the hop that ends with the delivery of a topic; null for a topic inside a phase. */
function hopOf(topic: TopicName): string | null {
  const found = Object.entries(MONITORING.hops).find(([, { subscriptions }]) =>
    subscriptions.some((name) => SUBSCRIPTIONS[name].topic === topic),
  );
  return found?.[0] ?? null;
}

/** Count the seconds since a UTC time, 0 for one that is still ahead; null when it is no time. */
export function secondsSince(time: Json | undefined, now: Date): number | null {
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isFinite(ms) ? Math.max(0, now.getTime() - ms) / 1000 : null;
}
