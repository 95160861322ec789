import { enter, forget } from './phase.ts';
import { entries, first, get, put, remove } from './sorted-map.ts';
import { type Delivery, findLeased, type KeyQueue, type SubscriptionState } from './state.ts';

/** Acks that do not hold, by their ack ids. Only a subscription with exactly-once delivery tells of them. */
export interface RefusedAcks {
  /** Of leases that have ended. */
  readonly late: readonly string[];
  /** Of messages whose key has an earlier one out; they hold once that one is acked. */
  readonly unordered: readonly string[];
}

/** Every ack holds. */
export const NONE_REFUSED: RefusedAcks = { late: [], unordered: [] };

/** Adds a new delivery: ready, or blocked behind earlier messages of its ordering key. */
export function arrive(state: SubscriptionState, delivery: Delivery): SubscriptionState {
  const key = keyOf(state, delivery);
  if (key === undefined) return enter(state, delivery, { kind: 'ready' });
  const queue = queueOf(state, key);
  const queued = withQueue(state, key, {
    ...queue,
    waiting: put(queue.waiting, delivery.sequence, true, state.edit),
  });
  return settle(enter(queued, delivery, { kind: 'blocked' }), key);
}

/** Removes a delivery for good; what waited for it in its ordering key goes on. */
export function finish(state: SubscriptionState, delivery: Delivery): SubscriptionState {
  const key = keyOf(state, delivery);
  let current = withdraw(state, delivery, key);
  if (key === undefined) return current;
  for (let oldest = oldestOut(current, key); oldest?.phase.kind === 'acked_early'; ) {
    current = withdraw(current, oldest, key);
    oldest = oldestOut(current, key);
  }
  return settle(current, key);
}

/**
 * Acks a delivery. Ahead of an earlier message of its key it stays, since that one's failure would repeat it; where delivery
 * is exactly once, an ack that holds is final, so that this one does not hold yet.
 */
export function acknowledge(state: SubscriptionState, delivery: Delivery): SubscriptionState {
  if (!isAhead(state, delivery)) return finish(state, delivery);
  return state.policy.exactly_once ? state : enter(state, delivery, { kind: 'acked_early' });
}

/** Whether an earlier message of the same key is out, too. */
function isAhead(state: SubscriptionState, delivery: Delivery): boolean {
  const key = keyOf(state, delivery);
  const oldest = key === undefined ? undefined : first(queueOf(state, key).out);
  return oldest !== undefined && oldest.key < delivery.sequence;
}

/** Tells which of some acks would not hold, one after the other. */
export function refusedAcks(state: SubscriptionState, ack_ids: readonly string[]): RefusedAcks {
  if (!state.policy.exactly_once) return NONE_REFUSED;
  const late: string[] = [];
  const unordered: string[] = [];
  let current = state;
  for (const ack_id of ack_ids) {
    const delivery = findLeased(current, ack_id);
    if (delivery === undefined) late.push(ack_id);
    else if (isAhead(current, delivery)) unordered.push(ack_id);
    else current = acknowledge(current, delivery);
  }
  return { late, unordered };
}

/** Tells which new deadlines would not hold, because their leases have ended. */
export function refusedDeadlines(state: SubscriptionState, ack_ids: readonly string[]): RefusedAcks {
  if (!state.policy.exactly_once) return NONE_REFUSED;
  return { late: ack_ids.filter((ack_id) => findLeased(state, ack_id) === undefined), unordered: [] };
}

/** Notes that a delivery was handed to a consumer; the next one of its key may follow to the same consumer. */
export function handOut(state: SubscriptionState, delivery: Delivery, owner: string): SubscriptionState {
  const key = keyOf(state, delivery);
  if (key === undefined) return state;
  const { out, waiting } = queueOf(state, key);
  const { sequence } = delivery;
  const { edit } = state;
  const next = { out: put(out, sequence, true, edit), waiting: remove(waiting, sequence, edit), owner };
  return settle(withQueue(state, key, next), key);
}

/**
 * Takes back a delivery that failed, and with it every later one of its key that is out, also those that were acked: the
 * service delivers them all again, in order.
 *
 * @returns whether the failed one is the next of its key to go out; without a key it is.
 */
export function takeBack(
  state: SubscriptionState,
  failed: Delivery,
): { readonly state: SubscriptionState; readonly is_next: boolean } {
  const key = keyOf(state, failed);
  if (key === undefined) return { state, is_next: true };
  let current = blockNext(state, key);
  for (const [sequence] of entries(queueOf(current, key).out)) {
    const delivery = get(current.deliveries, sequence);
    if (delivery === undefined || sequence < failed.sequence) continue;
    if (sequence !== failed.sequence && delivery.phase.kind === 'dead_lettering') continue;
    const { out, waiting, owner } = queueOf(current, key);
    const { edit } = current;
    const next = { out: remove(out, sequence, edit), waiting: put(waiting, sequence, true, edit), owner };
    current = withQueue(enter(current, delivery, { kind: 'blocked' }), key, next);
  }
  return { state: current, is_next: first(queueOf(current, key).waiting)?.key === failed.sequence };
}

/** Makes the next message of a key ready, or blocks it, as its key allows. */
export function settle(state: SubscriptionState, key: string): SubscriptionState {
  const queue = get(state.keys, key);
  const next = queue === undefined ? undefined : nextOf(state, queue);
  if (queue === undefined || next === undefined) return state;
  const open = isOpen(state, queue);
  if (open && next.phase.kind === 'blocked') return enter(state, next, { kind: 'ready' });
  return !open && next.phase.kind === 'ready' ? enter(state, next, { kind: 'blocked' }) : state;
}

/** Makes a delivery ready as soon as its key allows. */
export function resume(state: SubscriptionState, delivery: Delivery): SubscriptionState {
  const key = keyOf(state, delivery);
  if (key === undefined) return enter(state, delivery, { kind: 'ready' });
  return settle(enter(state, delivery, { kind: 'blocked' }), key);
}

/** Settles every key whose next message is ready, after consumers went. */
export function settleReady(state: SubscriptionState): SubscriptionState {
  if (state.policy.ordering === 'none') return state;
  let current = state;
  for (const [, sequence] of entries(state.ready)) {
    const delivery = get(current.deliveries, sequence);
    const key = delivery === undefined ? undefined : keyOf(current, delivery);
    if (key !== undefined) current = settle(current, key);
  }
  return current;
}

/** Settles every key, after the policy changed. */
export function settleAll(state: SubscriptionState): SubscriptionState {
  return entries(state.keys).reduce((current, [key]) => settle(current, key), state);
}

/** The only consumer that may get a delivery: the one that has earlier messages of its key; null when anyone may. */
export function ownerOf(state: SubscriptionState, delivery: Delivery): string | null {
  const key = keyOf(state, delivery);
  return key === undefined ? null : queueOf(state, key).owner;
}

function keyOf({ policy }: SubscriptionState, { message }: Delivery): string | undefined {
  return policy.ordering === 'none' || message.ordering_key === '' ? undefined : message.ordering_key;
}

function queueOf(state: SubscriptionState, key: string): KeyQueue {
  return get(state.keys, key) ?? { out: null, waiting: null, owner: null };
}

function withQueue(state: SubscriptionState, key: string, queue: KeyQueue): SubscriptionState {
  if (queue.out === null && queue.waiting === null)
    return { ...state, keys: remove(state.keys, key, state.edit) };
  return {
    ...state,
    keys: put(state.keys, key, queue.out === null ? { ...queue, owner: null } : queue, state.edit),
  };
}

function isOpen({ policy, consumers }: SubscriptionState, { out, owner }: KeyQueue): boolean {
  return out === null || (policy.ordering === 'several_out' && consumers.some(({ id }) => id === owner));
}

function nextOf(state: SubscriptionState, { waiting }: KeyQueue): Delivery | undefined {
  const next = first(waiting);
  return next === undefined ? undefined : get(state.deliveries, next.key);
}

function oldestOut(state: SubscriptionState, key: string): Delivery | undefined {
  const oldest = first(queueOf(state, key).out);
  return oldest === undefined ? undefined : get(state.deliveries, oldest.key);
}

/** What was next of its key waits behind those that come back. */
function blockNext(state: SubscriptionState, key: string): SubscriptionState {
  const next = nextOf(state, queueOf(state, key));
  return next === undefined ? state : enter(state, next, { kind: 'blocked' });
}

function withdraw(state: SubscriptionState, delivery: Delivery, key: string | undefined): SubscriptionState {
  const gone = forget(state, delivery);
  if (key === undefined) return gone;
  const { out, waiting, owner } = queueOf(gone, key);
  const { sequence } = delivery;
  const { edit } = state;
  const next = { out: remove(out, sequence, edit), waiting: remove(waiting, sequence, edit), owner };
  return withQueue(gone, key, next);
}
