import { arrive, finish } from './keys.ts';
import { entries, get } from './sorted-map.ts';
import type { Delivery, PublishedMessage, SubscriptionState } from './state.ts';

/**
 * Makes exactly these messages unacked, in their order, and hands them out anew: an ack for a lease from before a seek is
 * late. Failed deliveries stay counted.
 */
export function seek(state: SubscriptionState, messages: readonly PublishedMessage[]): SubscriptionState {
  const failures = new Map<string, number>();
  let current = state;
  for (const [sequence] of entries(state.deliveries)) {
    // Its phase may have changed, or it may be done, as an earlier one of its key went.
    const delivery = get(current.deliveries, sequence);
    if (delivery === undefined) continue;
    failures.set(delivery.message.message_id, delivery.failures);
    current = finish(current, delivery);
  }
  for (const message of messages) {
    const sequence = current.next_sequence;
    const failed = failures.get(message.message_id) ?? 0;
    current = arrive({ ...current, next_sequence: sequence + 1 }, newDelivery(sequence, message, failed));
  }
  return current;
}

/** Adds a message that an earlier process had not seen acked, under its old sequence; messages come in their order. */
export function restore(
  state: SubscriptionState,
  { sequence, message, failures }: Pick<Delivery, 'sequence' | 'message' | 'failures'>,
): SubscriptionState {
  return arrive({ ...state, next_sequence: sequence + 1 }, newDelivery(sequence, message, failures));
}

/** Creates the delivery of a message that was not handed out yet. */
export function newDelivery(sequence: number, message: PublishedMessage, failures = 0): Delivery {
  return { sequence, message, failures, handed_out: 0, phase: { kind: 'blocked' } };
}
