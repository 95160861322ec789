import { durationMs, type SubscriptionConfig } from '../config.ts';
import { refusedAcks, refusedDeadlines } from '../delivery/keys.ts';
import { restore } from '../delivery/seek.ts';
import { entries } from '../delivery/sorted-map.ts';
import {
  type DeliveryPolicy,
  type Effect,
  emptySubscription,
  type PublishedMessage,
} from '../delivery/state.ts';
import { passes } from '../filter/filter.ts';
import { parseFilter } from '../filter/parse.ts';
import { attachPush } from '../push/consumer.ts';
import { runMachine } from './machine.ts';
import type { ConsumerCalls, Subscription, SubscriptionBefore, SubscriptionPorts } from './ports.ts';

/**
 * Opens a subscription: its consumers, its push endpoint if it has one, and the machine that decides.
 *
 * @param before what an earlier process left of it; nothing for a new one.
 */
export function openSubscription(
  initial: SubscriptionConfig,
  ports: SubscriptionPorts,
  before?: SubscriptionBefore,
): Subscription {
  const { keeper, serial } = ports;
  const consumers = new Map<string, ConsumerCalls>();
  let config = initial;
  let next_consumer = 1;
  let stopPush = () => {};
  let retains_after = before?.retains_after ?? ports.lastIndex();
  const filter = initial.filter === '' ? undefined : parseFilter(initial.filter);
  const accepts = ({ attributes }: PublishedMessage) => filter === undefined || passes(filter, attributes);

  const perform = (effect: Effect) => {
    if (effect.kind === 'deliver') return consumers.get(effect.consumer)?.deliver(effect.leases);
    if (effect.kind === 'expired') return consumers.get(effect.consumer)?.expired?.(effect.ack_id);
    const { sequence, message, delivery_attempts } = effect;
    const forwarded = ports.deadLetter(config, message, delivery_attempts);
    machine.send({ kind: forwarded ? 'dead_lettered' : 'dead_letter_refused', sequence });
  };
  const { unackedChanged } = keeper;
  const machine = runMachine(
    (before?.unacked ?? []).reduce(
      restore,
      emptySubscription(ackPrefix(keeper.life, serial), policyOf(initial)),
    ),
    ports.clock,
    perform,
    unackedChanged === undefined ? undefined : (from, to) => unackedChanged(serial, from, to),
  );
  const record = () => ({ config, serial, retains_after });

  const subscription: Subscription = {
    config: () => config,
    configure(changed) {
      const endpoint = config.pushConfig.pushEndpoint;
      if (changed.retainAckedMessages && !config.retainAckedMessages) retains_after = ports.lastIndex();
      config = changed;
      keeper.subscriptionChanged(record());
      machine.send({ kind: 'policy_changed', policy: policyOf(changed) });
      if (endpoint === changed.pushConfig.pushEndpoint) return;
      stopPush();
      stopPush = attachPush(subscription, ports.push, ports.clock.nowMs, keeper.kept);
    },
    publish(messages) {
      const accepted = filter === undefined ? messages : messages.filter(accepts);
      if (accepted.length > 0) machine.send({ kind: 'published', messages: accepted });
    },
    acknowledge(ack_ids) {
      const refused = refusedAcks(machine.state(), ack_ids);
      machine.send({ kind: 'acked', ack_ids });
      return refused;
    },
    modifyDeadline(ack_ids, deadline_ms) {
      const refused = refusedDeadlines(machine.state(), ack_ids);
      machine.send({ kind: 'deadline_modified', ack_ids, deadline_ms });
      return refused;
    },
    accepts,
    unacked: () =>
      [...entries(machine.state().deliveries)].flatMap(([, { phase, message }]) =>
        phase.kind === 'acked_early' ? [] : [message],
      ),
    retains_after: () => retains_after,
    seek: (messages) => machine.send({ kind: 'sought', messages }),
    attach(limits, calls) {
      const id = String(next_consumer++);
      consumers.set(id, calls);
      machine.send({ kind: 'attached', consumer: { id, ...limits, held_messages: 0, held_bytes: 0 } });
      return {
        setLeaseMs: (lease_ms) => machine.send({ kind: 'lease_length_changed', consumer: id, lease_ms }),
        detach() {
          // Who asked to hear of expired leases still holds some, and hears of them.
          if (calls.expired === undefined) consumers.delete(id);
          machine.send({ kind: 'detached', consumer: id });
        },
      };
    },
    expel(reason) {
      for (const [id, calls] of [...consumers]) {
        machine.send({ kind: 'detached', consumer: id });
        calls.closed(reason);
      }
      consumers.clear();
    },
    close(reason) {
      machine.stop();
      for (const calls of [...consumers.values()]) calls.closed(reason);
      consumers.clear();
    },
    remove(reason) {
      subscription.close(reason);
      keeper.subscriptionRemoved(record());
    },
  };
  if (before === undefined) keeper.subscriptionChanged(record());
  stopPush = attachPush(subscription, ports.push, ports.clock.nowMs, keeper.kept);
  return subscription;
}

/** An ack id of an earlier process holds no lease in this one, although the messages keep their sequences. */
function ackPrefix(life: number, serial: number): string {
  return life === 0 ? String(serial) : `${life}.${serial}`;
}

/** Push never retries faster than the minimum, whatever the retry policy allows; without one these are the bounds. */
const PUSH_BACKOFF = { minimum_ms: 100, maximum_ms: 60_000 };

function policyOf(config: SubscriptionConfig): DeliveryPolicy {
  const asked = config.retryPolicy && {
    minimum_ms: durationMs(config.retryPolicy.minimumBackoff),
    maximum_ms: durationMs(config.retryPolicy.maximumBackoff),
  };
  const pushed = config.pushConfig.pushEndpoint !== undefined;
  return {
    ack_deadline_ms: config.ackDeadlineSeconds * 1000,
    backoff: pushed ? noFasterThanPush(asked ?? PUSH_BACKOFF) : (asked ?? null),
    max_delivery_attempts: config.deadLetterPolicy?.maxDeliveryAttempts ?? null,
    ordering: config.enableMessageOrdering ? (pushed ? 'one_out' : 'several_out') : 'none',
    exactly_once: config.enableExactlyOnceDelivery,
  };
}

function noFasterThanPush({ minimum_ms, maximum_ms }: typeof PUSH_BACKOFF): typeof PUSH_BACKOFF {
  return {
    minimum_ms: Math.max(PUSH_BACKOFF.minimum_ms, minimum_ms),
    maximum_ms: Math.max(PUSH_BACKOFF.minimum_ms, maximum_ms),
  };
}
