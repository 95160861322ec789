import { fc } from '@fast-check/vitest';
import { expect } from 'vitest';
import { decide } from '../../../../conformance/cloud/pubsub/delivery/decide.ts';
import { ownerOf } from '../../../../conformance/cloud/pubsub/delivery/keys.ts';
import { entries } from '../../../../conformance/cloud/pubsub/delivery/sorted-map.ts';
import {
  ackIdOf,
  type Consumer,
  type Delivery,
  type DeliveryPolicy,
  type Effect,
  emptySubscription,
  nextDueMs,
  type PublishedMessage,
  type SubscriptionEvent,
  type SubscriptionState,
} from '../../../../conformance/cloud/pubsub/delivery/state.ts';

/** One step of a random life; numbers choose among what exists at that moment. */
export type Step =
  | { readonly do: 'publish'; readonly keys: readonly string[] }
  | { readonly do: 'ack' | 'nack' | 'extend' | 'repeat_ack'; readonly which: number }
  | { readonly do: 'attach'; readonly max_messages: number; readonly takes: Consumer['takes'] }
  | { readonly do: 'detach'; readonly which: number }
  | { readonly do: 'wait'; readonly duration_ms: number }
  | { readonly do: 'seek'; readonly from: number };

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    do: fc.constant('publish' as const),
    keys: fc.array(fc.constantFrom('', 'a', 'b'), { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ do: fc.constantFrom('ack', 'nack', 'extend', 'repeat_ack'), which: fc.nat(20) }),
  fc.record({
    do: fc.constant('attach' as const),
    max_messages: fc.integer({ min: 1, max: 3 }),
    takes: fc.constantFrom('one_batch' as const, 'until_detached' as const),
  }),
  fc.record({ do: fc.constant('detach' as const), which: fc.nat(3) }),
  fc.record({ do: fc.constant('wait' as const), duration_ms: fc.integer({ min: 1, max: 15_000 }) }),
  fc.record({ do: fc.constant('seek' as const), from: fc.nat(20) }),
);

export const anyPolicy: fc.Arbitrary<DeliveryPolicy> = fc.record({
  ack_deadline_ms: fc.constantFrom(10_000, 20_000),
  backoff: fc.constantFrom(null, { minimum_ms: 1000, maximum_ms: 4000 }),
  max_delivery_attempts: fc.constantFrom(null, 2, 5),
  ordering: fc.constantFrom('none' as const, 'one_out' as const, 'several_out' as const),
  exactly_once: fc.boolean(),
});

/** A subscription with everything that was ever seen of it from outside. */
export interface Life {
  state: SubscriptionState;
  now_ms: number;
  readonly published: PublishedMessage[];
  attached: number;
  /** A seek lets a message begin anew. */
  sought: boolean;
  /** Acked, and perhaps only ahead of an earlier message of the same key. */
  readonly acked: Set<string>;
  readonly finished: Set<string>;
  readonly delivered: Map<string, number>;
  readonly given_ack_ids: string[];
}

export function begin(policy: DeliveryPolicy): Life {
  return {
    state: emptySubscription('1', policy),
    now_ms: 0,
    published: [],
    attached: 0,
    sought: false,
    acked: new Set(),
    finished: new Set(),
    delivered: new Map(),
    given_ack_ids: [],
  };
}

/** An event without its time, which the life adds. */
type Timeless = SubscriptionEvent extends infer Event
  ? Event extends SubscriptionEvent
    ? Omit<Event, 'now_ms'>
    : never
  : never;

function send(life: Life, event: Timeless): void {
  const before = life.state;
  const leased_before = leasedIds(before);
  const [state, effects] = decide(before, { ...event, now_ms: life.now_ms });
  expect(decide(before, { ...event, now_ms: life.now_ms })).toEqual([state, effects]);
  life.state = state;
  if (event.kind === 'acked') {
    for (const ack_id of event.ack_ids) {
      const message_id = leased_before.get(ack_id);
      if (message_id !== undefined) life.acked.add(message_id);
    }
  }
  for (const effect of effects) record(life, effect);
  const present = new Set([...entries(life.state.deliveries)].map(([, { message }]) => message.message_id));
  for (const message_id of life.acked) if (!present.has(message_id)) life.finished.add(message_id);
}

function record(life: Life, effect: Effect): void {
  if (effect.kind === 'deliver') {
    for (const { ack_id, message, delivery_attempt } of effect.leases) {
      expect(life.finished, 'a finished message is never delivered').not.toContain(message.message_id);
      const earlier = life.delivered.get(message.message_id) ?? 0;
      const in_order = life.state.policy.ordering === 'several_out' && message.ordering_key !== '';
      if (!life.sought) expect(delivery_attempt).toBeGreaterThanOrEqual(in_order ? earlier : earlier + 1);
      expect(delivery_attempt).toBeLessThanOrEqual(earlier + 1);
      life.acked.delete(message.message_id);
      expect(delivery_attempt).toBeLessThanOrEqual(life.state.policy.max_delivery_attempts ?? Infinity);
      life.delivered.set(message.message_id, delivery_attempt);
      life.given_ack_ids.push(ack_id);
    }
  } else if (effect.kind === 'dead_letter') {
    life.finished.add(effect.message.message_id);
    send(life, { kind: 'dead_lettered', sequence: effect.sequence });
  }
}

function leasedIds(state: SubscriptionState): Map<string, string> {
  const leased = [...entries(state.deliveries)].filter(([, { phase }]) => phase.kind === 'leased');
  return new Map(leased.map(([, delivery]) => [ackIdOf(state, delivery), delivery.message.message_id]));
}

export function perform(life: Life, step: Step): void {
  const leased = [...leasedIds(life.state).keys()];
  switch (step.do) {
    case 'publish':
      send(life, { kind: 'published', messages: step.keys.map((key) => newMessage(life, key)) });
      break;
    case 'ack':
      send(life, { kind: 'acked', ack_ids: chosen(leased, step.which) });
      break;
    case 'repeat_ack':
      send(life, { kind: 'acked', ack_ids: chosen(life.given_ack_ids, step.which) });
      break;
    case 'nack':
      send(life, { kind: 'deadline_modified', ack_ids: chosen(leased, step.which), deadline_ms: 0 });
      break;
    case 'extend':
      send(life, { kind: 'deadline_modified', ack_ids: chosen(leased, step.which), deadline_ms: 30_000 });
      break;
    case 'attach':
      send(life, { kind: 'attached', consumer: newConsumer(life, step.max_messages, step.takes) });
      break;
    case 'detach':
      send(life, { kind: 'detached', consumer: life.state.consumers[step.which]?.id ?? 'nobody' });
      break;
    case 'seek':
      seek(life, step.from);
      break;
    case 'wait':
      life.now_ms += step.duration_ms;
      send(life, { kind: 'ticked' });
      break;
  }
}

/** Seeks to where everything from the n-th message on is unacked. */
function seek(life: Life, from: number): void {
  const messages = life.published.slice(from);
  const unacked = new Set(messages.map(({ message_id }) => message_id));
  for (const { message_id } of life.published) {
    if (unacked.has(message_id)) life.finished.delete(message_id);
    else life.finished.add(message_id);
    life.acked.delete(message_id);
  }
  life.sought = true;
  send(life, { kind: 'sought', messages });
}

/** One of the ids, or none when there is none. */
function chosen(ids: readonly string[], which: number): readonly string[] {
  const start = ids.length === 0 ? 0 : which % ids.length;
  return ids.slice(start, start + 1);
}

function newMessage(life: Life, ordering_key: string): PublishedMessage {
  const message = {
    message_id: `m${life.published.length + 1}`,
    data: Buffer.alloc(0),
    attributes: {},
    ordering_key,
    published_at_ms: life.now_ms,
    size_bytes: 1,
  };
  life.published.push(message);
  return message;
}

function newConsumer(life: Life, max_messages: number, takes: Consumer['takes']): Consumer {
  life.attached += 1;
  return {
    id: `c${life.attached}`,
    max_messages,
    max_bytes: 2,
    lease_ms: null,
    takes,
    held_messages: 0,
    held_bytes: 0,
  };
}

export function checkInvariants({ state, published, finished }: Life): void {
  const deliveries = [...entries(state.deliveries)].map(([, delivery]) => delivery);
  const present = deliveries.map(({ message }) => message.message_id);
  expect(new Set([...present, ...finished]).size, 'every message is waiting, acked or dead-lettered').toBe(
    published.length,
  );
  expect(
    present.filter((id) => finished.has(id)),
    'no finished message is kept',
  ).toEqual([]);

  const ready = deliveries.filter(({ phase }) => phase.kind === 'ready').map(({ sequence }) => sequence);
  expect([...entries(state.ready)].map(([, sequence]) => sequence).sort((a, b) => a - b)).toEqual(ready);
  const timed = deliveries.flatMap(({ sequence, phase }) =>
    phase.kind === 'leased' || phase.kind === 'backoff' ? [[phase.until_ms, sequence]] : [],
  );
  const due = [...entries(state.due)].flatMap(([until_ms, each]) =>
    [...entries(each)].map(([sequence]) => [until_ms, sequence]),
  );
  expect(new Set(due.map(String))).toEqual(new Set(timed.map(String)));

  for (const consumer of state.consumers) {
    const held = deliveries.filter(({ phase }) => phase.kind === 'leased' && phase.consumer === consumer.id);
    expect(consumer.held_messages).toBe(held.length);
    expect(held.length).toBeLessThanOrEqual(consumer.max_messages);
    if (consumer.held_messages > 0) continue;
    const free = deliveries.filter((each) => each.phase.kind === 'ready' && isFree(state, each, consumer.id));
    expect(free, 'nobody idles while a message is ready').toEqual([]);
  }
  if (state.policy.ordering === 'none') return;
  for (const key of ['a', 'b'])
    checkKey(
      state,
      deliveries.filter(({ message }) => message.ordering_key === key),
    );
}

const OUT: readonly string[] = ['leased', 'acked_early', 'dead_lettering'];

/** First those that are out, to one consumer; then one that may go next; then the blocked ones. */
function checkKey(state: SubscriptionState, deliveries: readonly Delivery[]): void {
  const waiting = deliveries.filter(({ phase }) => !OUT.includes(phase.kind));
  const out = deliveries.slice(0, deliveries.length - waiting.length);
  expect(out.every(({ phase }) => OUT.includes(phase.kind))).toBe(true);
  if (state.policy.ordering === 'one_out') expect(out.length).toBeLessThanOrEqual(1);
  const owners = out.flatMap(({ phase }) => (phase.kind === 'leased' ? [phase.consumer] : []));
  expect(new Set(owners).size, 'one consumer has what is out of a key').toBeLessThanOrEqual(1);
  const [next, ...later] = waiting;
  if (out.length === 0 && next !== undefined) expect(next.phase.kind).not.toBe('blocked');
  expect(later.every(({ phase }) => phase.kind === 'blocked')).toBe(true);
}

function isFree(state: SubscriptionState, delivery: Delivery, consumer: string): boolean {
  const owner = ownerOf(state, delivery);
  return owner === null || owner === consumer;
}

/** Attaches a consumer that acks everything, and lets time pass until nothing is left. */
export function drain(life: Life): void {
  for (const { id } of life.state.consumers) send(life, { kind: 'detached', consumer: id });
  const id = 'drain';
  const wide = { max_messages: 1000, max_bytes: 1000, lease_ms: null, held_messages: 0, held_bytes: 0 };
  send(life, { kind: 'attached', consumer: { id, takes: 'until_detached', ...wide } });
  for (let round = 0; life.state.deliveries !== null && round < 10_000; round += 1) {
    const leased = [...entries(life.state.deliveries)].flatMap(([, delivery]) =>
      delivery.phase.kind === 'leased' && delivery.phase.consumer === id
        ? [ackIdOf(life.state, delivery)]
        : [],
    );
    if (leased.length > 0) send(life, { kind: 'acked', ack_ids: leased });
    else {
      life.now_ms = nextDueMs(life.state) ?? life.now_ms;
      send(life, { kind: 'ticked' });
    }
  }
}
