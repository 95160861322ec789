import type { MONITORING } from '../../generated/topology.ts';
import type { Logger } from '../ports/ports.ts';

/** Name a log event of the contract; log-based metrics find its lines by it. */
export type LogEvent = keyof typeof MONITORING.log_events;

/** The fields that every line of an event has, null where there is no value; a line may have more. */
export type LogFields<Event extends LogEvent> = Readonly<Record<string, unknown>> &
  Readonly<Record<(typeof MONITORING.log_events)[Event]['fields'][number], unknown>>;

/**
 * Write a line that metrics and alert policies count: the sentence for people, `event` and its fields for machines.
 *
 * @see asyncapi.yaml#/x-monitoring, docs/monitoring.md
 */
export function logEvent<Event extends LogEvent>(
  log: Logger,
  level: 'info' | 'warn' | 'error',
  event: Event,
  sentence: string,
  fields: LogFields<Event>,
): void {
  log[level](sentence, { event, ...fields });
}
