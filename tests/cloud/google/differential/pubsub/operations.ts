import { fc } from '@fast-check/vitest';

/** How an endpoint answers a push: with a status, or by cutting the connection. */
export type Answer = number | 'cut';

/** What is done with a message that was pulled. `expire` gives it a lease of a second, `keep` one of ten minutes. */
export type Fate = 'ack' | 'nack' | 'expire' | 'keep';

/** A message. Each is told from the others by its number, which is its payload. */
export interface DrawnMessage {
  readonly attributes: Readonly<Record<string, string>>;
  readonly key: string;
}

/** What a subscription is created with. */
export interface DrawnSubscription {
  readonly is_ordered: boolean;
  readonly is_retaining: boolean;
  readonly is_exactly_once: boolean;
  /** Filters that every message passes: Google's emulator does not filter (`filters`). */
  readonly filter: string;
  readonly ack_deadline_seconds: number;
  readonly labels: Readonly<Record<string, string>>;
  /** The topic for what five deliveries did not get acked. */
  readonly dead_letter_topic: string | null;
  /** Answers to the deliveries of each message, the last one for ever. */
  readonly pushed: readonly Answer[] | null;
}

/** One step of a sequence. Topics, subscriptions and snapshots are named by a letter. */
export type Operation =
  | {
      readonly kind: 'create_topic';
      readonly topic: string;
      readonly labels: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'get_topic' | 'delete_topic' | 'subscriptions_of'; readonly topic: string }
  | { readonly kind: 'list' }
  | {
      readonly kind: 'create_subscription';
      readonly subscription: string;
      readonly topic: string;
      readonly settings: DrawnSubscription;
    }
  | { readonly kind: 'get_subscription' | 'delete_subscription'; readonly subscription: string }
  | {
      readonly kind: 'update_subscription';
      readonly subscription: string;
      readonly ack_deadline_seconds: number;
    }
  | { readonly kind: 'publish'; readonly topic: string; readonly messages: readonly DrawnMessage[] }
  /** Takes all that is there, and does in turn what the fates say. */
  | {
      readonly kind: 'receive';
      readonly subscription: string;
      readonly by: 'pull' | 'stream';
      readonly fates: readonly Fate[];
    }
  /** Takes and nacks all that is there, five times, so that it is dead. */
  | { readonly kind: 'exhaust'; readonly subscription: string }
  | { readonly kind: 'snapshot'; readonly snapshot: string; readonly subscription: string }
  | { readonly kind: 'delete_snapshot'; readonly snapshot: string }
  | { readonly kind: 'seek'; readonly subscription: string; readonly to: string };

const kind = <Kind extends string>(name: Kind) => fc.constant(name);
const anyTopic = fc.constantFrom('a', 'a', 'b', 'd');
const anySubscription = fc.constantFrom('s', 's', 't', 'u');
const anySnapshot = fc.constantFrom('m', 'n');
const anyLabels = fc.dictionary(fc.constantFrom('team', 'env'), fc.constantFrom('', 'x1'), { maxKeys: 2 });

/** Answers that both count as a nack, but for 202 and 203 (`push-ack-202`, `push-ack-203`). */
const anyFailure = fc.constantFrom<Answer>(400, 403, 404, 409, 429, 500, 503, 301, 205, 'cut');
const anyPushed = fc
  .tuple(fc.array(anyFailure, { maxLength: 2 }), fc.constantFrom<Answer>(200, 201, 204))
  .map(([failures, last]) => [...failures, last]);

const anySettings: fc.Arbitrary<DrawnSubscription> = fc
  .record({
    is_ordered: fc.boolean(),
    is_retaining: fc.boolean(),
    is_exactly_once: fc.boolean(),
    filter: fc.constantFrom('', '', 'NOT attributes:never', 'attributes.kind != "never"'),
    ack_deadline_seconds: fc.constantFrom(60, 600),
    labels: anyLabels,
    dead_letter_topic: fc.option(fc.constantFrom('d', 'd', 'missing'), { freq: 2 }),
    pushed: fc.option(anyPushed, { freq: 2 }),
  })
  .map((settings) => {
    const { pushed } = settings;
    // With both, Google's emulator delivers nothing after the first dead letter (`ordered-dead-letter`).
    if (pushed === null) return settings.is_ordered ? { ...settings, dead_letter_topic: null } : settings;
    // A push with a key is repeated otherwise (`ordering-nack`), and exactly once is for pulling (`exactly-once-push`).
    return { ...settings, is_exactly_once: false, is_ordered: false, dead_letter_topic: null };
  });

const anyMessage: fc.Arbitrary<DrawnMessage> = fc.record({
  attributes: fc.dictionary(fc.constantFrom('kind', 'é', 'n'), fc.constantFrom('', 'x', 'ü y'), {
    maxKeys: 2,
  }),
  key: fc.constantFrom('', '', 'k', 'l'),
});

const anyOperation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: kind('create_topic'), topic: anyTopic, labels: anyLabels }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('get_topic' as const, 'subscriptions_of' as const, 'delete_topic' as const),
      topic: anyTopic,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('list') }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: kind('create_subscription'),
      subscription: anySubscription,
      topic: anyTopic,
      settings: anySettings,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'get_subscription' as const,
        'get_subscription' as const,
        'delete_subscription' as const,
      ),
      subscription: anySubscription,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: kind('update_subscription'),
      subscription: anySubscription,
      ack_deadline_seconds: fc.constantFrom(60, 600),
    }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: kind('publish'),
      topic: anyTopic,
      messages: fc.array(anyMessage, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 10,
    arbitrary: fc.record({
      kind: kind('receive'),
      subscription: anySubscription,
      by: fc.constantFrom('pull' as const, 'pull' as const, 'stream' as const),
      fates: fc.array(fc.constantFrom<Fate>('ack', 'ack', 'nack', 'expire', 'keep'), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('exhaust'), subscription: anySubscription }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: kind('snapshot'), snapshot: anySnapshot, subscription: anySubscription }),
  },
  { weight: 1, arbitrary: fc.record({ kind: kind('delete_snapshot'), snapshot: anySnapshot }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind('seek'),
      subscription: anySubscription,
      to: fc.constantFrom('m', 'n', 'past', 'future'),
    }),
  },
);

/** Draws a sequence. Most of them begin with a topic and a subscription, so that the rest has something to act on. */
export const anySequence: fc.Arbitrary<readonly Operation[]> = fc
  .tuple(fc.boolean(), anySettings, fc.array(anyOperation, { minLength: 1, maxLength: 14, size: 'max' }))
  .map(([is_bare, settings, operations]) =>
    is_bare && operations.length > 4
      ? operations
      : [
          { kind: 'create_topic', topic: 'a', labels: {} },
          { kind: 'create_topic', topic: 'd', labels: {} },
          { kind: 'create_subscription', subscription: 's', topic: 'a', settings },
          ...operations,
        ],
  );
