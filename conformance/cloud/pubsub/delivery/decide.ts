import { dispatch } from './dispatch.ts';
import { acknowledge, arrive, finish, resume, settleAll, settleReady, takeBack } from './keys.ts';
import { enter } from './phase.ts';
import { newDelivery, seek } from './seek.ts';
import { type Edit, entries, first, get } from './sorted-map.ts';
import {
  ackIdOf,
  type Delivery,
  type DeliveryPolicy,
  type Effect,
  findLeased,
  nextDueMs,
  type Step,
  type SubscriptionEvent,
  type SubscriptionState,
} from './state.ts';

/**
 * Decides what one event does to a subscription, and hands out what can be handed out afterwards.
 *
 * @returns the next state and the effects in order. Same input, same output.
 */
export function decide(state: SubscriptionState, event: SubscriptionEvent): Step {
  const [changed, effects] = apply(within({}, state), event);
  const [dispatched, deliveries] = dispatch(changed, event.now_ms);
  return [within(null, dispatched), deliveries.length === 0 ? effects : [...effects, ...deliveries]];
}

function within(edit: Edit, state: SubscriptionState): SubscriptionState {
  return { ...state, edit };
}

function apply(state: SubscriptionState, event: SubscriptionEvent): Step {
  switch (event.kind) {
    case 'published':
      return [event.messages.reduce(publish, state), []];
    case 'attached':
      return [{ ...state, consumers: [...state.consumers, event.consumer] }, []];
    case 'detached':
      return [settleReady(withoutConsumer(state, event.consumer)), []];
    case 'lease_length_changed':
      return [withLeaseLength(state, event.consumer, event.lease_ms), []];
    case 'acked':
      return [event.ack_ids.reduce(acknowledgeLease, state), []];
    case 'deadline_modified':
      return each(state, event.ack_ids, (current, ack_id) =>
        modifyDeadline(current, ack_id, event.deadline_ms, event.now_ms),
      );
    case 'policy_changed':
      return [settleAll({ ...state, policy: event.policy }), []];
    case 'sought':
      return [seek(state, event.messages), []];
    case 'dead_lettered':
      return [onDelivery(state, event.sequence, (delivery) => finish(state, delivery)), []];
    case 'dead_letter_refused':
      return [onDelivery(state, event.sequence, (delivery) => backOff(state, delivery, event.now_ms)), []];
    case 'ticked':
      return passTime(state, event.now_ms);
  }
}

function publish(state: SubscriptionState, message: Delivery['message']): SubscriptionState {
  const sequence = state.next_sequence;
  return arrive({ ...state, next_sequence: sequence + 1 }, newDelivery(sequence, message));
}

function withoutConsumer(state: SubscriptionState, consumer: string): SubscriptionState {
  return { ...state, consumers: state.consumers.filter(({ id }) => id !== consumer) };
}

/**
 * Only a lease that still runs can be acked or extended. A late ack changes nothing and the message is handed
 * out again: the service promises no more, so nobody may rely on more.
 */
function acknowledgeLease(state: SubscriptionState, ack_id: string): SubscriptionState {
  const delivery = findLeased(state, ack_id);
  return delivery === undefined ? state : acknowledge(state, delivery);
}

function modifyDeadline(state: SubscriptionState, ack_id: string, deadline_ms: number, now_ms: number): Step {
  const delivery = findLeased(state, ack_id);
  if (delivery === undefined) return [state, []];
  if (deadline_ms === 0) return fail(state, delivery, now_ms);
  return [enter(state, delivery, { ...delivery.phase, until_ms: now_ms + deadline_ms }), []];
}

/** Ends every lease and every backoff that is due, oldest first. */
function passTime(state: SubscriptionState, now_ms: number): Step {
  let current = state;
  const effects: Effect[] = [];
  for (
    let due_ms = nextDueMs(current);
    due_ms !== undefined && due_ms <= now_ms;
    due_ms = nextDueMs(current)
  ) {
    for (const [sequence] of entries(first(current.due)?.value ?? null)) {
      const delivery = get(current.deliveries, sequence);
      if (delivery?.phase.kind === 'leased') {
        effects.push({
          kind: 'expired',
          consumer: delivery.phase.consumer,
          ack_id: ackIdOf(current, delivery),
        });
        const [failed, more] = fail(current, delivery, now_ms);
        current = failed;
        effects.push(...more);
      } else if (delivery !== undefined) {
        current = resume(current, delivery);
      }
    }
  }
  return [current, effects];
}

/** Records a failed delivery: try again after the backoff, or leave for the dead-letter topic. */
function fail(state: SubscriptionState, delivery: Delivery, now_ms: number): Step {
  const failures = delivery.failures + 1;
  const { max_delivery_attempts } = state.policy;
  if (max_delivery_attempts === null || failures < max_delivery_attempts) {
    return [backOff(state, delivery, now_ms), []];
  }
  const { sequence, message } = delivery;
  return [
    enter(state, delivery, { kind: 'dead_lettering' }, { failures }),
    [{ kind: 'dead_letter', sequence, message, delivery_attempts: failures }],
  ];
}

function backOff(state: SubscriptionState, delivery: Delivery, now_ms: number): SubscriptionState {
  // A message that its dead-letter topic refused has its failure counted already.
  const failures = delivery.phase.kind === 'dead_lettering' ? delivery.failures : delivery.failures + 1;
  const { state: taken, is_next } = takeBack(state, delivery);
  const failed = { ...(get(taken.deliveries, delivery.sequence) ?? delivery), failures };
  const delay_ms = backoffMs(state.policy, failures);
  if (delay_ms === 0 || !is_next) return resume(taken, failed);
  return enter(taken, failed, { kind: 'backoff', until_ms: now_ms + delay_ms });
}

/** Tells how long a message waits after its n-th failed delivery: the minimum, doubled each time, up to the maximum. */
export function backoffMs({ backoff }: DeliveryPolicy, failures: number): number {
  if (backoff === null) return 0;
  return Math.min(backoff.maximum_ms, backoff.minimum_ms * 2 ** (failures - 1));
}

function onDelivery(
  state: SubscriptionState,
  sequence: number,
  change: (delivery: Delivery) => SubscriptionState,
): SubscriptionState {
  const delivery = get(state.deliveries, sequence);
  return delivery === undefined ? state : change(delivery);
}

function withLeaseLength(state: SubscriptionState, consumer: string, lease_ms: number): SubscriptionState {
  const consumers = state.consumers.map((each) => (each.id === consumer ? { ...each, lease_ms } : each));
  return { ...state, consumers };
}

function each<Item>(
  state: SubscriptionState,
  items: readonly Item[],
  change: (state: SubscriptionState, item: Item) => Step,
): Step {
  let current = state;
  const effects: Effect[] = [];
  for (const item of items) {
    const [next, more] = change(current, item);
    current = next;
    effects.push(...more);
  }
  return [current, effects];
}
