import type { RequirementId } from '../../../../../generated/requirements.ts';
import type { Payload, PublishEvent } from '../../../../history/events.ts';
import { correlationOf, executionOf, metadataOf, text } from '../../../../history/select.ts';
import type { AnomalyName } from '../../../anomalies.ts';
import type { Anomaly } from '../../../check.ts';
import type { Span } from '../predictions/spans.ts';
import { broken } from './runs.ts';

/** A delivery that a run may have been caused by. */
export interface SaidAsk {
  readonly span: Span;
  readonly message: Payload;
  readonly message_id: string;
}

/** A run that a run may have read, or that may have caused it. */
export interface Source {
  readonly message: Payload;
  /** Canonical name. */
  readonly processor: string;
}

/**
 * Judge what a run says of where it comes from: flags, correlation and upstream runs.
 *
 * @param asks     deliveries before it that may have caused it; none where a call did.
 * @param sources  every run that it may have read.
 */
export function judgeSaid(
  output: PublishEvent,
  asks: readonly SaidAsk[],
  sources: readonly Source[],
): readonly Anomaly[] {
  const { message, sequence, topic } = output;
  const told = `#${sequence} on ${topic}, a run of ${text(message, 'processor_name')},`;
  const events = [...asks.map(({ span }) => span.from), sequence];
  const found: Anomaly[] = [];
  const add = (requirement: RequirementId, anomaly: AnomalyName, what: string): void =>
    void found.push(broken(requirement, anomaly, events, `${told} ${what}.`));
  if (message?.['skip_downstream_trigger'] === true) {
    add(
      'BACK-007',
      'backfill leak',
      'tells its receiver to skip downstream triggers, although it was not silent itself',
    );
  }
  const leak = wrongBackfill(message, asks, sources);
  if (leak !== undefined) add('BACK-003', 'backfill leak', leak);
  const chains = new Set([...asks, ...sources].map((one) => correlationOf(one.message)));
  const chain = text(message, 'correlation_id');
  if (!chains.has('') && !chains.has(chain)) {
    const is_missing = asks.some((ask) => text(ask.message, 'correlation_id') === '');
    add(
      is_missing ? 'CORR-002' : 'CORR-001',
      'broken correlation',
      `carries correlation_id ${chain}; what it may come from has ${[...chains].slice(0, 4).join(', ')}`,
    );
  }
  const upstream = wrongUpstream(message, sources);
  if (upstream !== undefined) add('CORR-010', 'broken provenance', upstream);
  return found;
}

/** The delivery that it names decides; beside it, what a run has read may have been a backfill. */
function wrongBackfill(
  message: Payload | null,
  asks: readonly SaidAsk[],
  sources: readonly Source[],
): string | undefined {
  const named = asks.filter(({ message_id }) => message_id === text(message, 'trigger_message_id'));
  const backfills = [...asks, ...sources].filter((one) => one.message['backfill_mode'] === true);
  const reasons = backfills.map((one) => text(one.message, 'backfill_reason'));
  const reason = text(message, 'backfill_reason');
  const is_backfill = message?.['backfill_mode'] === true;
  if (is_backfill && !reasons.includes(reason)) {
    return `is a backfill for "${reason}"; what it may come from were backfills for ${reasons.map((one) => `"${one}"`).join(', ') || 'nothing'}`;
  }
  const is_owed = named.length > 0 && named.every((ask) => ask.message['backfill_mode'] === true);
  if (!is_backfill && is_owed) return 'is no backfill, although the message that caused it was one';
  const is_read = sources.length > 0 && sources.every((source) => source.message['backfill_mode'] === true);
  return !is_backfill && is_read ? 'is no backfill, although everything that it has read was one' : undefined;
}

/** Who lists upstream runs lists runs that there were. */
function wrongUpstream(message: Payload | null, sources: readonly Source[]): string | undefined {
  const { upstream } = metadataOf(message);
  if (!Array.isArray(upstream)) return undefined;
  for (const entry of upstream as readonly object[]) {
    const [processor, correlation_id] = ['processor', 'correlation_id'].map((field) => text(entry, field));
    const execution_id = executionOf(entry);
    const named = sources.filter((source) => source.processor === processor);
    const ids = named.map((source) => executionOf(source.message));
    // An id of the old format is no UUID, and its receiver makes one of it; that of a silent run is known to nobody.
    if (ids.some((id) => !UUID.test(id))) continue;
    const is_known = named.some(
      (source) =>
        executionOf(source.message) === execution_id && correlationOf(source.message) === correlation_id,
    );
    if (!is_known) {
      return `lists the upstream run ${execution_id} of ${processor} with correlation_id ${correlation_id}; those that it may have read are ${ids.join(', ') || 'none of this processor'}`;
    }
  }
  return undefined;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
