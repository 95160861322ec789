import { describe, expect, test } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../../../conformance/cloud/clock.ts';
import type { Subscription } from '../../../../conformance/cloud/pubsub/broker/ports.ts';
import { openSubscription } from '../../../../conformance/cloud/pubsub/broker/subscription.ts';
import type { SubscriptionConfig } from '../../../../conformance/cloud/pubsub/config.ts';
import type { PublishedMessage } from '../../../../conformance/cloud/pubsub/delivery/state.ts';
import { FORGETFUL } from '../../../../conformance/cloud/pubsub/kept/forgetful.ts';
import type { PushOutcome } from '../../../../conformance/cloud/pubsub/push/sender.ts';
import { createTokenMaker } from '../../../../conformance/cloud/pubsub/push/tokens.ts';

const CONFIG: SubscriptionConfig = {
  name: 'projects/p/subscriptions/pusher',
  topic: 'projects/p/topics/box-scores',
  pushConfig: { pushEndpoint: 'http://endpoint.test/' },
  ackDeadlineSeconds: 10,
  messageRetentionDuration: { seconds: '604800', nanos: 0 },
  labels: {},
  enableMessageOrdering: false,
  enableExactlyOnceDelivery: false,
  retainAckedMessages: false,
  filter: '',
  detached: false,
  state: 'ACTIVE',
};

const MESSAGE: PublishedMessage = {
  message_id: '1',
  data: Buffer.from('x'),
  attributes: {},
  ordering_key: '',
  published_at_ms: 0,
  size_bytes: 1,
};

const retryPolicy = (minimum: number, maximum: number) => ({
  minimumBackoff: { seconds: String(minimum), nanos: 0 },
  maximumBackoff: { seconds: String(maximum), nanos: 0 },
});

interface Pushed {
  readonly at_ms: number;
  readonly attempt: number | undefined;
  readonly signal: AbortSignal;
}

/** A subscription whose endpoint is a function, with what it pushed and dead-lettered. */
function open(
  clock: VirtualClock,
  extra: Partial<SubscriptionConfig>,
  endpoint: (count: number) => PushOutcome | Promise<PushOutcome>,
): { subscription: Subscription; pushed: Pushed[]; dead: { at_ms: number; attempts: number }[] } {
  const pushed: Pushed[] = [];
  const dead: { at_ms: number; attempts: number }[] = [];
  const start_ms = clock.nowMs();
  const subscription = openSubscription(
    { ...CONFIG, ...extra },
    {
      clock,
      serial: 1,
      keeper: FORGETFUL,
      lastIndex: () => 0,
      push: {
        tokens: createTokenMaker(),
        push: async (_endpoint, body, signal) => {
          const deliveryAttempt = Buffer.isBuffer(body) ? undefined : body.deliveryAttempt;
          pushed.push({ at_ms: clock.nowMs() - start_ms, attempt: deliveryAttempt, signal });
          return endpoint(pushed.length);
        },
        close() {},
      },
      deadLetter(_from, _message, attempts) {
        dead.push({ at_ms: clock.nowMs() - start_ms, attempts });
        return true;
      },
    },
  );
  return { subscription, pushed, dead };
}

/** Lets the answers of pushes arrive before time goes on. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the timing of push', () => {
  test.each([
    ['with a retry policy from its minimum to its maximum', retryPolicy(1, 5), [0, 1, 3, 7, 12, 17]],
    ['without a retry policy from 100 ms to 60 s', undefined, [0, 0.1, 0.3, 0.7, 1.5, 3.1, 6.3, 12.7]],
    ['with a backoff of zero every 100 ms', retryPolicy(0, 0), [0, 0.1, 0.2, 0.3, 0.4]],
  ])('a nacked push is sent again, doubling, %s', async (_what, policy, seconds) => {
    const clock = createVirtualClock();
    const extra = policy === undefined ? {} : { retryPolicy: policy };
    const { subscription, pushed } = open(clock, extra, (count) => (count < seconds.length ? 'nack' : 'ack'));
    subscription.publish([MESSAGE]);
    await settle();
    await clock.advance(3_600_000);
    expect(pushed.map(({ at_ms }) => at_ms / 1000)).toEqual(seconds);
  });

  test('without a retry policy the waits stop growing at 60 s', async () => {
    const clock = createVirtualClock();
    const { subscription, pushed } = open(clock, {}, () => 'nack');
    subscription.publish([MESSAGE]);
    await settle();
    await clock.advance(600_000);
    const waits = pushed.slice(1).map(({ at_ms }, index) => at_ms - (pushed[index]?.at_ms ?? 0));
    expect(Math.max(...waits)).toBe(60_000);
    expect(waits.slice(-3)).toEqual([60_000, 60_000, 60_000]);
  });

  test('a push without an answer is aborted at the ack deadline and sent again after the backoff', async () => {
    const clock = createVirtualClock();
    const { subscription, pushed } = open(clock, {}, (count) =>
      count === 1 ? new Promise<never>(() => {}) : 'ack',
    );
    subscription.publish([MESSAGE]);
    await clock.advance(9999);
    expect(pushed[0]?.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(pushed[0]?.signal.aborted).toBe(true);
    await clock.advance(1000);
    expect(pushed.map(({ at_ms }) => at_ms)).toEqual([0, 10_100]);
  });

  test('an answer that comes after the ack deadline counts for nothing', async () => {
    const clock = createVirtualClock();
    let answerLate: (outcome: PushOutcome) => void = () => {};
    const { subscription, pushed } = open(clock, {}, (count) =>
      count === 1
        ? new Promise<PushOutcome>((resolve) => {
            answerLate = resolve;
          })
        : 'ack',
    );
    subscription.publish([MESSAGE]);
    await clock.advance(10_000);
    answerLate('ack');
    await settle();
    await clock.advance(1000);
    expect(pushed).toHaveLength(2);
  });

  test('the fifth failed push is followed by the dead letter at once, and by no sixth push', async () => {
    const clock = createVirtualClock();
    const { subscription, pushed, dead } = open(
      clock,
      {
        retryPolicy: retryPolicy(10, 600),
        deadLetterPolicy: { deadLetterTopic: 'projects/p/topics/dlq', maxDeliveryAttempts: 5 },
      },
      () => 'nack',
    );
    subscription.publish([MESSAGE]);
    await settle();
    await clock.advance(3_600_000);
    expect(pushed.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    expect(pushed.map(({ at_ms }) => at_ms)).toEqual([0, 10_000, 30_000, 70_000, 150_000]);
    expect(dead).toEqual([{ at_ms: 150_000, attempts: 5 }]);
  });

  test('a new endpoint takes over, and an answer of the old one still counts', async () => {
    const clock = createVirtualClock();
    let answerOld: (outcome: PushOutcome) => void = () => {};
    const { subscription, pushed } = open(clock, {}, (count) =>
      count === 1
        ? new Promise<PushOutcome>((resolve) => {
            answerOld = resolve;
          })
        : 'ack',
    );
    subscription.publish([MESSAGE]);
    subscription.configure({
      ...subscription.config(),
      pushConfig: { pushEndpoint: 'http://other.test/' },
    });
    answerOld('ack');
    await settle();
    await clock.advance(60_000);
    expect(pushed).toHaveLength(1);
  });

  test('at most a hundred pushes are in flight', async () => {
    const clock = createVirtualClock();
    const { subscription, pushed } = open(clock, {}, () => new Promise<never>(() => {}));
    subscription.publish(Array.from({ length: 150 }, (_, index) => ({ ...MESSAGE, message_id: `${index}` })));
    await settle();
    expect(pushed).toHaveLength(100);
  });
});
