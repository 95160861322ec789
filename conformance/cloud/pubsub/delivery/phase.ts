import { type Edit, get, put, remove } from './sorted-map.ts';
import type { Consumer, Delivery, Phase, SubscriptionState } from './state.ts';

/** A phase to move to; `ready` gets its turn from the state. */
export type NextPhase = Exclude<Phase, { kind: 'ready' }> | { readonly kind: 'ready' };

/** Puts a delivery into a phase and keeps every index (ready, due, consumers' holdings) in step with it. */
export function enter(
  state: SubscriptionState,
  delivery: Delivery,
  next: NextPhase,
  counted: Partial<Pick<Delivery, 'failures' | 'handed_out'>> = {},
): SubscriptionState {
  const phase: Phase = next.kind === 'ready' ? { kind: 'ready', turn: state.next_turn } : next;
  const { sequence, message } = delivery;
  const { failures = delivery.failures, handed_out = delivery.handed_out } = counted;
  const moved = { sequence, message, failures, handed_out, phase };
  return indexed(state, delivery, phase, put(state.deliveries, sequence, moved, state.edit));
}

/** Removes a delivery from every index. Its ordering key is not this file's business. */
export function forget(state: SubscriptionState, delivery: Delivery): SubscriptionState {
  return indexed(state, delivery, GONE, remove(state.deliveries, delivery.sequence, state.edit));
}

const GONE = { kind: 'gone' } as const;

/** Takes a delivery out of the indexes of its phase and into those of another. One state is made, since this happens to each message often. */
function indexed(
  state: SubscriptionState,
  { phase: from, sequence, message }: Delivery,
  to: Phase | typeof GONE,
  deliveries: SubscriptionState['deliveries'],
): SubscriptionState {
  let { ready, due, consumers, next_turn } = state;
  const { edit } = state;
  if (from.kind === 'ready') ready = remove(ready, from.turn, edit);
  else if (from.kind === 'leased' || from.kind === 'backoff')
    due = withoutDue(due, from.until_ms, sequence, edit);
  // A lease that is made longer stays with its consumer.
  const is_kept = from.kind === 'leased' && to.kind === 'leased' && from.consumer === to.consumer;
  if (from.kind === 'leased' && !is_kept)
    consumers = withHolding(consumers, from.consumer, message.size_bytes, -1);
  if (to.kind === 'ready') {
    ready = put(ready, to.turn, sequence, edit);
    next_turn = to.turn + 1;
  } else if (to.kind === 'leased' || to.kind === 'backoff') due = withDue(due, to.until_ms, sequence, edit);
  if (to.kind === 'leased' && !is_kept)
    consumers = withHolding(consumers, to.consumer, message.size_bytes, 1);
  const { ack_prefix, policy, next_sequence, keys } = state;
  return { ack_prefix, policy, next_sequence, next_turn, deliveries, ready, due, keys, consumers, edit };
}

function withDue(
  due: SubscriptionState['due'],
  until_ms: number,
  sequence: number,
  edit: Edit,
): SubscriptionState['due'] {
  return put(due, until_ms, put(get(due, until_ms) ?? null, sequence, true, edit), edit);
}

function withoutDue(
  due: SubscriptionState['due'],
  until_ms: number,
  sequence: number,
  edit: Edit,
): SubscriptionState['due'] {
  const rest = remove(get(due, until_ms) ?? null, sequence, edit);
  return rest === null ? remove(due, until_ms, edit) : put(due, until_ms, rest, edit);
}

/** A consumer that detached keeps no account: its leases simply run out. */
function withHolding(
  consumers: SubscriptionState['consumers'],
  id: string,
  size_bytes: number,
  count: 1 | -1,
): SubscriptionState['consumers'] {
  const index = consumers.findIndex((each) => each.id === id);
  const consumer = consumers[index];
  if (consumer === undefined) return consumers;
  const changed = holding(consumer, size_bytes, count);
  return consumers.length === 1 ? [changed] : consumers.with(index, changed);
}

function holding(consumer: Consumer, size_bytes: number, count: 1 | -1): Consumer {
  const { id, max_messages, max_bytes, lease_ms, takes } = consumer;
  const held_messages = consumer.held_messages + count;
  const held_bytes = consumer.held_bytes + count * size_bytes;
  return { id, max_messages, max_bytes, lease_ms, takes, held_messages, held_bytes };
}
