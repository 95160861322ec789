import { get, put, remove } from './sorted-map.ts';
import type { Delivery, Phase, SubscriptionState } from './state.ts';

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
  const left = leave(state, delivery);
  const { sequence, message } = delivery;
  const { failures = delivery.failures, handed_out = delivery.handed_out } = counted;
  const moved = { sequence, message, failures, handed_out, phase };
  const entered = { ...left, deliveries: put(left.deliveries, sequence, moved) };
  switch (phase.kind) {
    case 'ready':
      return {
        ...entered,
        ready: put(entered.ready, phase.turn, delivery.sequence),
        next_turn: phase.turn + 1,
      };
    case 'backoff':
      return withDue(entered, phase.until_ms, delivery.sequence);
    case 'leased':
      return withHolding(withDue(entered, phase.until_ms, delivery.sequence), phase.consumer, delivery, 1);
    case 'blocked':
    case 'acked_early':
    case 'dead_lettering':
      return entered;
  }
}

/** Removes a delivery from every index. Its ordering key is not this file's business. */
export function forget(state: SubscriptionState, delivery: Delivery): SubscriptionState {
  const left = leave(state, delivery);
  return { ...left, deliveries: remove(left.deliveries, delivery.sequence) };
}

/** Takes a delivery out of the indexes of the phase that it is in. */
function leave(state: SubscriptionState, delivery: Delivery): SubscriptionState {
  const { phase, sequence } = delivery;
  switch (phase.kind) {
    case 'ready':
      return { ...state, ready: remove(state.ready, phase.turn) };
    case 'backoff':
      return withoutDue(state, phase.until_ms, sequence);
    case 'leased':
      return withHolding(withoutDue(state, phase.until_ms, sequence), phase.consumer, delivery, -1);
    case 'blocked':
    case 'acked_early':
    case 'dead_lettering':
      return state;
  }
}

function withDue(state: SubscriptionState, until_ms: number, sequence: number): SubscriptionState {
  return { ...state, due: put(state.due, until_ms, put(get(state.due, until_ms) ?? null, sequence, true)) };
}

function withoutDue(state: SubscriptionState, until_ms: number, sequence: number): SubscriptionState {
  const rest = remove(get(state.due, until_ms) ?? null, sequence);
  return { ...state, due: rest === null ? remove(state.due, until_ms) : put(state.due, until_ms, rest) };
}

/** A consumer that detached keeps no account: its leases simply run out. */
function withHolding(
  state: SubscriptionState,
  id: string,
  { message }: Pick<Delivery, 'message'>,
  count: 1 | -1,
): SubscriptionState {
  const index = state.consumers.findIndex((each) => each.id === id);
  const consumer = state.consumers[index];
  if (consumer === undefined) return state;
  const held_messages = consumer.held_messages + count;
  const held_bytes = consumer.held_bytes + count * message.size_bytes;
  return { ...state, consumers: state.consumers.with(index, { ...consumer, held_messages, held_bytes }) };
}
