import { DELIVERY, SUBSCRIPTIONS } from '../../../generated/topology.ts';
import type { Random } from '../../../reference/figures/season/random.ts';
import type { HttpAnswer, HttpRequest } from '../../../reference/ports/ports.ts';
import { push } from '../../reference/deliveries.ts';
import type { Timeline } from './timeline.ts';
import type { Trouble } from './trouble.ts';

/** One message that a broker took. */
export interface Published {
  readonly topic: string;
  readonly message: Readonly<Record<string, unknown>>;
  readonly at_ms: number;
}

/** A broker in virtual time: at least once, in any order, with the contract's deadlines, backoffs and dead letters. */
export interface Broker {
  /** @returns the id of the message. */
  publish(topic: string, message: object): string;
  /** Everything that was published, until it is taken. */
  take(game_date: string): readonly Published[];
  /** Deliveries of a date that are under way, waiting, or dead letters. */
  open(game_date: string): number;
  /** Delivers every dead letter again, as an operator does. */
  replay(): void;
}

interface Delivery {
  readonly subscription: Subscription;
  readonly message: Readonly<Record<string, unknown>>;
  readonly message_id: string;
  readonly attempt: number;
}

interface Subscription {
  readonly topic: string;
  readonly component: string;
  readonly push_path: string | null;
  readonly ack_deadline_seconds: number;
  readonly retry_policy: {
    readonly minimum_backoff_seconds: number;
    readonly maximum_backoff_seconds: number;
  } | null;
}

const ALL: readonly Subscription[] = Object.values(SUBSCRIPTIONS);
const ACKS: readonly number[] = DELIVERY.ack_statuses;

/** Creates a broker that pushes to whoever `call` reaches. */
export function createBroker(
  { timeline, random, trouble }: { timeline: Timeline; random: Random; trouble: Trouble },
  call: (component: string, request: HttpRequest) => Promise<HttpAnswer | undefined>,
): Broker {
  const published = new Map<string, Published[]>();
  const open = new Map<string, number>();
  let dead: Delivery[] = [];
  let messages = 0;
  const count = ({ message }: Delivery, by: number): void => {
    const game_date = String(message['game_date']);
    open.set(game_date, (open.get(game_date) ?? 0) + by);
  };
  const enqueue = (delivery: Delivery, delay_ms: number): void => {
    count(delivery, 1);
    timeline.after(delay_ms, () => void deliver(delivery));
  };
  const deliver = async (delivery: Delivery): Promise<void> => {
    trouble.counts.deliveries += 1;
    const { subscription, message, message_id } = delivery;
    const { component, push_path, ack_deadline_seconds } = subscription;
    const answer = await Promise.race([
      call(component, push(push_path ?? '/', message, message_id)),
      timeline.wait(ack_deadline_seconds * 1000).then(() => undefined),
    ]);
    const is_acked = answer !== undefined && ACKS.includes(answer.status) && !trouble.isAckLost();
    if (!is_acked) repeat(delivery);
    count(delivery, -1);
  };
  const repeat = (delivery: Delivery): void => {
    const { subscription, attempt } = delivery;
    if (attempt >= DELIVERY.max_delivery_attempts) {
      trouble.counts.dead_letters += 1;
      count(delivery, 1);
      dead.push(delivery);
      return;
    }
    const { minimum_backoff_seconds = 10, maximum_backoff_seconds = 600 } = subscription.retry_policy ?? {};
    const backoff_seconds = Math.min(maximum_backoff_seconds, minimum_backoff_seconds * 2 ** (attempt - 1));
    enqueue({ ...delivery, attempt: attempt + 1 }, backoff_seconds * 1000 + random.below(1_000));
  };
  return {
    publish(topic, message) {
      const copy = structuredClone(message) as Published['message'];
      const game_date = String(copy['game_date']);
      const own = published.get(game_date) ?? [];
      own.push({ topic, message: copy, at_ms: timeline.nowMs() });
      published.set(game_date, own);
      messages += 1;
      const message_id = `m${messages}`;
      for (const subscription of ALL) {
        if (subscription.topic !== topic || subscription.push_path === null) continue;
        for (const delay_ms of trouble.copies()) {
          enqueue({ subscription, message: copy, message_id, attempt: 1 }, delay_ms);
        }
      }
      return message_id;
    },
    take(game_date) {
      const own = published.get(game_date) ?? [];
      published.delete(game_date);
      open.delete(game_date);
      return own;
    },
    open: (game_date) => open.get(game_date) ?? 0,
    replay() {
      const letters = dead;
      dead = [];
      for (const letter of letters) {
        count(letter, -1);
        enqueue({ ...letter, attempt: 1 }, random.below(1_000));
      }
    },
  };
}
