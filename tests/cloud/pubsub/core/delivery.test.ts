import { describe, expect, test } from 'vitest';
import { backoffMs, decide } from '../../../../conformance/cloud/pubsub/delivery/decide.ts';
import { refusedAcks } from '../../../../conformance/cloud/pubsub/delivery/keys.ts';
import {
  type Consumer,
  type DeliveryPolicy,
  type Effect,
  emptySubscription,
  nextDueMs,
  type PublishedMessage,
  type SubscriptionEvent,
  type SubscriptionState,
} from '../../../../conformance/cloud/pubsub/delivery/state.ts';

const POLICY: DeliveryPolicy = {
  ack_deadline_ms: 10_000,
  backoff: null,
  max_delivery_attempts: null,
  ordering: 'none',
  exactly_once: false,
};

const message = (message_id: string, ordering_key = '', size_bytes = 1): PublishedMessage => ({
  message_id,
  data: Buffer.from(message_id),
  attributes: {},
  ordering_key,
  published_at_ms: 0,
  size_bytes,
});

const consumer = (id: string, extra: Partial<Consumer> = {}): Consumer => ({
  id,
  max_messages: 100,
  max_bytes: 1000,
  lease_ms: null,
  takes: 'until_detached',
  held_messages: 0,
  held_bytes: 0,
  ...extra,
});

/** Feeds events to a new subscription and returns the last state and what the last event caused. */
function following(
  policy: DeliveryPolicy,
  ...events: SubscriptionEvent[]
): [SubscriptionState, readonly Effect[]] {
  let state = emptySubscription('7', policy);
  let effects: readonly Effect[] = [];
  for (const event of events) [state, effects] = decide(state, event);
  return [state, effects];
}

const published = (...messages: PublishedMessage[]): SubscriptionEvent => ({
  kind: 'published',
  messages,
  now_ms: 0,
});
const attached = (joining: Consumer, now_ms = 0): SubscriptionEvent => ({
  kind: 'attached',
  consumer: joining,
  now_ms,
});
const acked = (...ack_ids: string[]): SubscriptionEvent => ({ kind: 'acked', ack_ids, now_ms: 0 });
const nacked = (ack_id: string, now_ms = 0): SubscriptionEvent => ({
  kind: 'deadline_modified',
  ack_ids: [ack_id],
  deadline_ms: 0,
  now_ms,
});
const ticked = (now_ms: number): SubscriptionEvent => ({ kind: 'ticked', now_ms });

describe('one subscription decides', () => {
  test('a message goes to a waiting consumer as it is published', () => {
    const [, effects] = following(POLICY, attached(consumer('c')), published(message('m')));
    expect(effects).toEqual([
      {
        kind: 'deliver',
        consumer: 'c',
        leases: [{ ack_id: '7-1-1', message: message('m'), delivery_attempt: 1 }],
      },
    ]);
  });

  test('an acked message is forgotten', () => {
    const [state] = following(POLICY, attached(consumer('c')), published(message('m')), acked('7-1-1'));
    expect(state).toMatchObject({ deliveries: null, ready: null, due: null, keys: null });
    expect(state.consumers[0]).toMatchObject({ held_messages: 0, held_bytes: 0 });
  });

  test('an ack id of another subscription changes nothing', () => {
    const events = [attached(consumer('c')), published(message('m'))];
    expect(following(POLICY, ...events, acked('8-1-1'))[0]).toEqual(following(POLICY, ...events)[0]);
  });

  test('an expired lease is told and the message handed out under a new ack id', () => {
    const [, effects] = following(POLICY, attached(consumer('c')), published(message('m')), ticked(10_000));
    expect(effects).toMatchObject([
      { kind: 'expired', consumer: 'c', ack_id: '7-1-1' },
      { kind: 'deliver', leases: [{ ack_id: '7-1-2', delivery_attempt: 2 }] },
    ]);
  });

  test('a late ack and a late extension change nothing', () => {
    const events = [attached(consumer('c')), published(message('m')), ticked(10_000)];
    const [before] = following(POLICY, ...events);
    expect(following(POLICY, ...events, acked('7-1-1'))[0]).toEqual(before);
    expect(following(POLICY, ...events, nacked('7-1-1', 10_000))[0]).toEqual(before);
  });

  test('an extended lease runs from the moment of the extension', () => {
    const extended = { kind: 'deadline_modified', ack_ids: ['7-1-1'], deadline_ms: 60_000 } as const;
    const [state] = following(POLICY, attached(consumer('c')), published(message('m')), {
      ...extended,
      now_ms: 5000,
    });
    expect(nextDueMs(state)).toBe(65_000);
  });

  test("a consumer's own lease length wins over the subscription's deadline", () => {
    const [state] = following(POLICY, attached(consumer('c', { lease_ms: 30_000 })), published(message('m')));
    expect(nextDueMs(state)).toBe(30_000);
    const longer = { kind: 'lease_length_changed', consumer: 'c', lease_ms: 40_000, now_ms: 0 } as const;
    const [changed] = following(
      POLICY,
      attached(consumer('c', { lease_ms: 30_000 })),
      longer,
      published(message('m')),
    );
    expect(nextDueMs(changed)).toBe(40_000);
  });

  test('a nack waits for the backoff before anybody gets the message', () => {
    const policy = { ...POLICY, backoff: { minimum_ms: 1000, maximum_ms: 60_000 } };
    const events = [attached(consumer('c')), published(message('m')), nacked('7-1-1')];
    expect(following(policy, ...events)[1]).toEqual([]);
    expect(following(policy, ...events, ticked(999))[1]).toEqual([]);
    expect(following(policy, ...events, ticked(1000))[1]).toMatchObject([{ kind: 'deliver' }]);
  });

  test('the backoff doubles with each failure up to its maximum', () => {
    const policy = { ...POLICY, backoff: { minimum_ms: 10, maximum_ms: 50 } };
    expect([1, 2, 3, 4, 2000].map((failures) => backoffMs(policy, failures))).toEqual([10, 20, 40, 50, 50]);
    expect(backoffMs(POLICY, 3)).toBe(0);
  });

  test('the last allowed failure asks for the dead letter, and a refusal brings the message back', () => {
    const policy = { ...POLICY, max_delivery_attempts: 1 };
    const events = [attached(consumer('c')), published(message('m')), nacked('7-1-1')];
    const [, effects] = following(policy, ...events);
    expect(effects).toEqual([
      { kind: 'dead_letter', sequence: 1, message: message('m'), delivery_attempts: 1 },
    ]);
    const [gone] = following(policy, ...events, { kind: 'dead_lettered', sequence: 1, now_ms: 0 });
    expect(gone.deliveries).toBeNull();
    const [, again] = following(policy, ...events, { kind: 'dead_letter_refused', sequence: 1, now_ms: 0 });
    expect(again).toMatchObject([{ kind: 'deliver', leases: [{ delivery_attempt: 2 }] }]);
  });

  const three = published(message('a1', 'a'), message('a2', 'a'), message('b1', 'b'), message('a3', 'a'));
  const ids = (effects: readonly Effect[]) =>
    effects.flatMap((effect) =>
      effect.kind === 'deliver' ? effect.leases.map((lease) => lease.message.message_id) : [],
    );

  test('messages of one key go out one by one to an endpoint; a nack repeats the first before the second', () => {
    const policy = { ...POLICY, ordering: 'one_out' as const };
    const events = [attached(consumer('c')), three];
    expect(ids(following(policy, ...events)[1])).toEqual(['a1', 'b1']);
    expect(ids(following(policy, ...events, nacked('7-1-1'))[1])).toEqual(['a1']);
    expect(ids(following(policy, ...events, acked('7-1-1'))[1])).toEqual(['a2']);
  });

  const SEVERAL = { ...POLICY, ordering: 'several_out' as const };

  test('several messages of one key are out to one puller, in order', () => {
    const [, effects] = following(SEVERAL, attached(consumer('c')), attached(consumer('d')), three);
    const shares = effects.map((effect) => ids([effect]));
    expect(shares).toContainEqual(['a1', 'a2', 'a3']);
    expect(shares).toContainEqual(['b1']);
  });

  test('a nack repeats the message and all later ones of its key, also one that was acked', () => {
    const events = [attached(consumer('c')), three, acked('7-2-1')];
    const [, effects] = following(SEVERAL, ...events, nacked('7-1-1'));
    expect(ids(effects)).toEqual(['a1', 'a2', 'a3']);
    expect(effects).toMatchObject([
      { leases: [{ delivery_attempt: 2 }, { delivery_attempt: 1, ack_id: '7-2-2' }, {}] },
    ]);
  });

  test('an ack ahead of an earlier message holds once that one is acked', () => {
    const events = [attached(consumer('c')), three, acked('7-2-1', '7-4-1', '7-3-1')];
    expect(following(SEVERAL, ...events)[0].deliveries).not.toBeNull();
    expect(following(SEVERAL, ...events, acked('7-1-1'))[0]).toMatchObject({ deliveries: null, keys: null });
  });

  test('with exactly-once delivery an ack ahead of an earlier message is refused, and holds after that one', () => {
    const policy = { ...SEVERAL, exactly_once: true };
    const [state] = following(policy, attached(consumer('c')), three);
    expect(refusedAcks(state, ['7-2-1', '7-3-1', '7-9-1'])).toEqual({
      late: ['7-9-1'],
      unordered: ['7-2-1'],
    });
    expect(refusedAcks(state, ['7-1-1', '7-2-1'])).toEqual({ late: [], unordered: [] });
    const [unchanged] = decide(state, acked('7-2-1'));
    expect(unchanged).toEqual(state);
    expect(decide(state, acked('7-1-1', '7-2-1', '7-3-1', '7-4-1'))[0].deliveries).toBeNull();
  });

  test('no other puller gets a key before what is out of it is settled', () => {
    const narrow = consumer('p', { takes: 'one_batch', max_messages: 1 });
    const events = [attached(narrow), published(message('a1', 'a'), message('a2', 'a'))];
    const [state, effects] = following(SEVERAL, ...events, attached(consumer('d')));
    expect(effects).toEqual([]);
    expect(ids(decide(state, acked('7-1-1'))[1])).toEqual(['a2']);
    expect(ids(decide(state, ticked(10_000))[1])).toEqual(['a1', 'a2']);
  });

  test('a seek makes just the named messages unacked, and leases from before it do not count', () => {
    const events = [attached(consumer('c')), published(message('1'), message('2')), acked('7-1-1')];
    const sought = { kind: 'sought', messages: [message('1'), message('2')], now_ms: 0 } as const;
    const [state, effects] = following(POLICY, ...events, sought);
    expect(ids(effects)).toEqual(['1', '2']);
    expect(decide(state, acked('7-2-1'))[0]).toEqual(state);
    const purged = following(POLICY, ...events, { kind: 'sought', messages: [], now_ms: 0 });
    expect(purged[0]).toMatchObject({ deliveries: null, ready: null, due: null });
    expect(purged[0].consumers).toMatchObject([{ held_messages: 0 }]);
  });

  test('consumers take turns', () => {
    const [, effects] = following(
      POLICY,
      attached(consumer('c')),
      attached(consumer('d')),
      published(message('1'), message('2'), message('3')),
    );
    const shares = effects.map((effect) => (effect.kind === 'deliver' ? effect.leases.length : 0));
    expect(shares).toEqual([2, 1]);
  });

  test('flow control counts messages and bytes, and lets a single large message through', () => {
    const narrow = consumer('c', { max_messages: 2, max_bytes: 10 });
    const large = published(message('large', '', 50), message('small'));
    expect(following(POLICY, attached(narrow), large)[1]).toMatchObject([
      { leases: [{ message: { message_id: 'large' } }] },
    ]);
    const three = published(message('1'), message('2'), message('3'));
    const [state, effects] = following(POLICY, attached(narrow), three);
    expect(effects).toMatchObject([{ leases: [{}, {}] }]);
    expect(decide(state, acked('7-1-1'))[1]).toMatchObject([{ leases: [{ message: { message_id: '3' } }] }]);
  });

  test('a consumer that takes one batch is gone after it', () => {
    const puller = consumer('p', { takes: 'one_batch', max_messages: 2 });
    const [state, effects] = following(
      POLICY,
      published(message('1'), message('2'), message('3')),
      attached(puller),
    );
    expect(effects).toMatchObject([{ consumer: 'p', leases: [{}, {}] }]);
    expect(state.consumers).toEqual([]);
  });

  test('a detached consumer gets nothing more, and its leases run out', () => {
    const [, effects] = following(
      POLICY,
      attached(consumer('c')),
      published(message('m')),
      { kind: 'detached', consumer: 'c', now_ms: 0 },
      attached(consumer('d')),
      ticked(10_000),
    );
    expect(effects).toMatchObject([
      { kind: 'expired', consumer: 'c' },
      { kind: 'deliver', consumer: 'd' },
    ]);
  });
});
