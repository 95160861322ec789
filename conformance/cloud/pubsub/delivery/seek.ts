import { arrive, finish } from './keys.ts';
import { entries, get } from './sorted-map.ts';
import type { Delivery, PublishedMessage, SubscriptionState } from './state.ts';

/**
 * Makes exactly these messages unacked, in their order. A message that is leased and stays unacked keeps its lease, unless
 * it has an ordering key: its key begins anew, in order. Failed deliveries stay counted.
 */
export function seek(state: SubscriptionState, messages: readonly PublishedMessage[]): SubscriptionState {
  const wanted = new Map(messages.map((message) => [message.message_id, message]));
  const failures = new Map<string, number>();
  let current = state;
  for (const [sequence] of entries(state.deliveries)) {
    // Its phase may have changed as an earlier one of its key went.
    const delivery = get(current.deliveries, sequence);
    if (delivery === undefined) continue;
    const { message_id } = delivery.message;
    failures.set(message_id, delivery.failures);
    if (keepsLease(state, delivery) && wanted.delete(message_id)) continue;
    current = finish(current, delivery);
  }
  for (const message of wanted.values()) {
    const sequence = current.next_sequence;
    const failed = failures.get(message.message_id) ?? 0;
    current = arrive({ ...current, next_sequence: sequence + 1 }, newDelivery(sequence, message, failed));
  }
  return current;
}

/** Creates the delivery of a message that was not handed out yet. */
export function newDelivery(sequence: number, message: PublishedMessage, failures = 0): Delivery {
  return { sequence, message, failures, handed_out: 0, phase: { kind: 'blocked' } };
}

function keepsLease({ policy }: SubscriptionState, { phase, message }: Delivery): boolean {
  return phase.kind === 'leased' && (policy.ordering === 'none' || message.ordering_key === '');
}
