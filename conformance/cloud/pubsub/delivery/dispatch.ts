import { enter } from './phase.ts';
import { first, get } from './sorted-map.ts';
import { ackIdOf, type Consumer, type Lease, type Step, type SubscriptionState } from './state.ts';

/**
 * Leases ready messages to consumers with room, oldest turn first, consumers taking turns.
 *
 * @returns one `deliver` effect per consumer that got something. A consumer that takes one batch and got it
 *          is detached.
 */
export function dispatch(state: SubscriptionState, now_ms: number): Step {
  const batches = new Map<string, Lease[]>();
  let current = state;
  for (let step = leaseNext(current, now_ms); step !== undefined; step = leaseNext(current, now_ms)) {
    current = step.state;
    const batch = batches.get(step.consumer);
    if (batch === undefined) batches.set(step.consumer, [step.lease]);
    else batch.push(step.lease);
  }
  if (batches.size === 0) return [state, []];

  const consumers = current.consumers.filter(({ id, takes }) => takes !== 'one_batch' || !batches.has(id));
  const effects = [...batches].map(([consumer, leases]) => ({ kind: 'deliver', consumer, leases }) as const);
  return [{ ...current, consumers }, effects];
}

/** Leases the first ready message to the first consumer with room, which then stands last in line. */
function leaseNext(
  state: SubscriptionState,
  now_ms: number,
): { state: SubscriptionState; consumer: string; lease: Lease } | undefined {
  const turn = first(state.ready);
  const delivery = turn === undefined ? undefined : get(state.deliveries, turn.value);
  if (delivery === undefined) return undefined;
  const consumer = state.consumers.find((each) => hasRoom(each, delivery.message.size_bytes));
  if (consumer === undefined) return undefined;

  const lease = {
    ack_id: ackIdOf(state, delivery),
    message: delivery.message,
    delivery_attempt: delivery.failures + 1,
  };
  const until_ms = now_ms + (consumer.lease_ms ?? state.policy.ack_deadline_ms);
  const inLine = { ...state, consumers: [...state.consumers.filter((each) => each !== consumer), consumer] };
  const leased = enter(inLine, delivery, { kind: 'leased', until_ms, consumer: consumer.id });
  return { state: leased, consumer: consumer.id, lease };
}

/** A consumer that holds nothing takes a message of any size, else a large one would be stuck for ever. */
function hasRoom(consumer: Consumer, size_bytes: number): boolean {
  if (consumer.held_messages === 0) return consumer.max_messages > 0;
  return (
    consumer.held_messages < consumer.max_messages && consumer.held_bytes + size_bytes <= consumer.max_bytes
  );
}
