import { handOut, ownerOf, settle } from './keys.ts';
import { enter } from './phase.ts';
import { firstAbove, get } from './sorted-map.ts';
import {
  ackIdOf,
  type Consumer,
  type Delivery,
  type Lease,
  type Step,
  type SubscriptionState,
} from './state.ts';

/**
 * Leases ready messages to consumers with room, oldest turn first, consumers taking turns. A message whose ordering key
 * belongs to a consumer waits for that one.
 *
 * @returns one `deliver` effect per consumer that got something. A consumer that takes one batch and got it
 *          is detached.
 */
export function dispatch(state: SubscriptionState, now_ms: number): Step {
  const batches = new Map<string, Lease[]>();
  let current = state;
  // Room only shrinks while messages are handed out, so what nobody could take now is not looked at again.
  for (
    let turn = firstAbove(current.ready, 0);
    turn !== undefined;
    turn = firstAbove(current.ready, turn.key)
  ) {
    if (!current.consumers.some(hasAnyRoom)) break;
    const delivery = get(current.deliveries, turn.value);
    const consumer = delivery === undefined ? undefined : consumerFor(current, delivery);
    if (delivery === undefined || consumer === undefined) continue;
    const { state: leased, lease } = leaseTo(current, delivery, consumer, now_ms);
    current = leased;
    const batch = batches.get(consumer.id);
    if (batch === undefined) batches.set(consumer.id, [lease]);
    else batch.push(lease);
  }
  if (batches.size === 0) return [state, []];

  const effects = [...batches].map(([consumer, leases]) => ({ kind: 'deliver', consumer, leases }) as const);
  return [withoutFinished(current, batches), effects];
}

/** What a consumer of one batch has keeps the rest of its keys waiting, once it is gone. */
function withoutFinished(state: SubscriptionState, batches: ReadonlyMap<string, readonly Lease[]>) {
  const finished = state.consumers.filter(({ id, takes }) => takes === 'one_batch' && batches.has(id));
  if (finished.length === 0) return state;
  const consumers = state.consumers.filter((each) => !finished.includes(each));
  const keys = finished.flatMap(({ id }) => batches.get(id) ?? []).map(({ message }) => message.ordering_key);
  return [...new Set(keys)].reduce(settle, { ...state, consumers });
}

function consumerFor(state: SubscriptionState, delivery: Delivery): Consumer | undefined {
  const owner = ownerOf(state, delivery);
  return state.consumers.find(
    (each) => (owner === null || each.id === owner) && hasRoom(each, delivery.message.size_bytes),
  );
}

/** Leases a message to a consumer, which then stands last in line. */
function leaseTo(
  state: SubscriptionState,
  delivery: Delivery,
  consumer: Consumer,
  now_ms: number,
): { readonly state: SubscriptionState; readonly lease: Lease } {
  const handed_out = delivery.handed_out + 1;
  const lease = {
    ack_id: ackIdOf(state, { sequence: delivery.sequence, handed_out }),
    message: delivery.message,
    delivery_attempt: delivery.failures + 1,
  };
  const until_ms = now_ms + (consumer.lease_ms ?? state.policy.ack_deadline_ms);
  const inLine =
    state.consumers.at(-1) === consumer
      ? state
      : { ...state, consumers: [...state.consumers.filter((each) => each !== consumer), consumer] };
  const leased = enter(inLine, delivery, { kind: 'leased', until_ms, consumer: consumer.id }, { handed_out });
  return { state: handOut(leased, delivery, consumer.id), lease };
}

function hasAnyRoom(consumer: Consumer): boolean {
  return consumer.held_messages < consumer.max_messages;
}

/** A consumer that holds nothing takes a message of any size, else a large one would be stuck for ever. */
function hasRoom(consumer: Consumer, size_bytes: number): boolean {
  if (consumer.held_messages === 0) return consumer.max_messages > 0;
  return hasAnyRoom(consumer) && consumer.held_bytes + size_bytes <= consumer.max_bytes;
}
