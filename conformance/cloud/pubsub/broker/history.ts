import type { Clock } from '../../clock.ts';
import { durationMs, type SubscriptionConfig, type TopicConfig } from '../config.ts';
import type { PublishedMessage } from '../delivery/state.ts';
import type { Keeper } from '../kept/keeper.ts';
import type { Subscription } from './ports.ts';
import type { Snapshot } from './snapshots.ts';

/** Who may want messages of a topic again. */
export interface Keepers {
  readonly topic: TopicConfig;
  readonly subscriptions: readonly SubscriptionConfig[];
  readonly snapshots: readonly Snapshot[];
}

/** The messages of every topic that somebody may still seek back to. */
export interface History {
  /** Keeps what was published as long as the keepers want it, and drops what none of them wants any more. */
  record(keepers: Keepers, messages: readonly PublishedMessage[]): void;
  /** The messages that a subscription has unacked after a seek to a time, in order of publish. */
  since(
    subscription: Subscription,
    topic: TopicConfig | undefined,
    from_ms: number,
  ): readonly PublishedMessage[];
  /** The same after a seek to a snapshot. */
  after(subscription: Subscription, snapshot: Snapshot): readonly PublishedMessage[];
  forget(topic: string): void;
}

/** Creates the history that the keeper remembers. */
export function createHistory(clock: Clock, keeper: Keeper): History {
  const logs = new Map([...keeper.history()].map(([topic, messages]) => [topic, [...messages]]));
  const forget = (topic: string) => {
    keeper.historyChanged(topic, [], logs.get(topic) ?? []);
    logs.delete(topic);
  };
  return {
    record(keepers, messages) {
      const from_ms = keptFrom(keepers, clock.nowMs());
      const { name } = keepers.topic;
      if (from_ms === Number.POSITIVE_INFINITY) return forget(name);
      const log = logs.get(name) ?? [];
      log.push(...messages);
      const dropped = log.findIndex(({ published_at_ms }) => published_at_ms >= from_ms);
      const gone = dropped === 0 ? [] : log.splice(0, dropped === -1 ? log.length : dropped);
      keeper.historyChanged(name, messages, gone);
      logs.set(name, log);
    },
    since(subscription, topic, from_ms) {
      const config = subscription.config();
      const log = logs.get(config.topic) ?? [];
      const kept = log.filter((message) => isKeptFor(subscription, topic, message, clock.nowMs()));
      return merged(subscription, [...kept, ...subscription.unacked()]).filter(
        ({ published_at_ms }) => published_at_ms >= from_ms,
      );
    },
    after(subscription, snapshot) {
      const later = (logs.get(snapshot.topic) ?? []).filter((each) => indexOf(each) > snapshot.last_index);
      return merged(subscription, [...snapshot.unacked, ...later]);
    },
    forget,
  };
}

/** Message ids count up over all topics, so they tell the order of publish. */
function indexOf({ message_id }: PublishedMessage): number {
  return Number(message_id);
}

/** The publish time from which on some keeper wants the topic's messages; infinite when none does. */
function keptFrom({ topic, subscriptions, snapshots }: Keepers, now_ms: number): number {
  const retention = topic.messageRetentionDuration;
  return Math.min(
    ...(retention === undefined ? [] : [now_ms - durationMs(retention)]),
    ...subscriptions
      .filter(({ retainAckedMessages }) => retainAckedMessages)
      .map(({ messageRetentionDuration }) => now_ms - durationMs(messageRetentionDuration)),
    ...snapshots.map(({ taken_at_ms }) => taken_at_ms),
  );
}

/** A topic's retention serves every subscription; a subscription's own serves what it got since it keeps acked ones. */
function isKeptFor(
  subscription: Subscription,
  topic: TopicConfig | undefined,
  message: PublishedMessage,
  now_ms: number,
): boolean {
  const age_ms = now_ms - message.published_at_ms;
  if (topic?.messageRetentionDuration !== undefined && age_ms <= durationMs(topic.messageRetentionDuration)) {
    return true;
  }
  const config = subscription.config();
  if (!config.retainAckedMessages || indexOf(message) <= subscription.retains_after()) return false;
  return age_ms <= durationMs(config.messageRetentionDuration);
}

function merged(
  subscription: Subscription,
  messages: readonly PublishedMessage[],
): readonly PublishedMessage[] {
  const wanted = messages.filter((message) => subscription.accepts(message));
  const by_id = new Map(wanted.map((message) => [message.message_id, message]));
  return [...by_id.values()].sort((a, b) => indexOf(a) - indexOf(b));
}
