import type { TriggerSource, UpstreamRun } from '../../generated/models.ts';

/** What made a run happen: the upstream run, and how word of it came. */
export interface Cause {
  /** Canonical name of the sender; null for a run that a person or scheduler started. */
  readonly processor: string | null;
  readonly execution_id: string | null;
  readonly correlation_id: string;
  readonly game_date: string;
  readonly run: number;
  readonly trigger_source: TriggerSource;
  /** Pub/Sub id of the delivery; null unless trigger_source is pubsub. */
  readonly message_id: string | null;
  readonly skip_downstream_trigger: boolean;
  readonly backfill_mode: boolean;
  readonly backfill_reason: string | null;
}

/** What one delivery says, once it is through the door. */
export interface Received<Message> {
  readonly cause: Cause & { readonly processor: string; readonly execution_id: string };
  /** The message with the canonical processor_name and a correlation_id. */
  readonly message: Message;
  /** What the door had to decide on its own, as sentences for the log. */
  readonly notes: readonly string[];
}

/** The fields of a run that say whether it is a backfill. */
export interface Backfill {
  readonly backfill_mode: boolean;
  readonly backfill_reason: string | null;
}

/** Name the upstream run of a cause, for metadata.upstream and the history. */
export function upstreamRun({ cause }: Pick<Received<unknown>, 'cause'>): UpstreamRun {
  const { processor, execution_id, correlation_id } = cause;
  return { processor, execution_id, correlation_id };
}

/**
 * Combine the backfill flags of everything that a run has read.
 *
 * @returns the first of the backfills in the given order; figures are historical as soon as one input is.
 */
export function combineBackfill(inputs: readonly Backfill[]): Backfill {
  const first = inputs.find(({ backfill_mode }) => backfill_mode);
  return { backfill_mode: first !== undefined, backfill_reason: first?.backfill_reason ?? null };
}
