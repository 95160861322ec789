import { readJson, removeAll, type Storage, toJson } from '../../storage/storage.ts';
import type { PublishedMessage, SubscriptionState } from '../delivery/state.ts';
import type { Form, Keeper, RememberedSubscription, SubscriptionRecord } from './keeper.ts';
import { type KeptMessages, numberKey, openKeptMessages } from './messages.ts';
import { differences } from './unacked.ts';

const NEXT_MESSAGE = 'meta/next_message_id';
const NEXT_SERIAL = 'meta/next_serial';
const SUBSCRIPTION = 'pubsub/subscription/';
const UNACKED = 'pubsub/unacked/';
const HISTORY = 'pubsub/history/';

/** Keeps what a broker holds in a storage, and remembers what is there. `life` counts its starts. */
export function createKeeper(storage: Storage, life: number): Keeper {
  const messages = openKeptMessages(storage);
  const history = readHistory(storage, messages);
  const subscriptions = readSubscriptions(storage, messages);
  const number = (key: string) => {
    const value = storage.get(key);
    return value === undefined ? 1 : Number(readJson(key, value));
  };
  return {
    life,
    map: (kind, form) => keptMap(storage, messages, `pubsub/${kind}/`, form),
    kept: storage.kept,
    next: { message_id: number(NEXT_MESSAGE), serial: number(NEXT_SERIAL) },
    take(published) {
      const last = published.at(-1);
      if (last !== undefined) storage.put(NEXT_MESSAGE, toJson(Number(last.message_id) + 1));
      return published.map(messages.take);
    },
    settle: (published) => messages.forgetUnheld(published),
    history: () => history,
    historyChanged(topic, added, dropped) {
      for (const message of added) {
        storage.put(historyKey(topic, message), Buffer.alloc(0));
        messages.hold(message);
      }
      for (const message of dropped) {
        storage.remove(historyKey(topic, message));
        messages.release(message);
      }
    },
    subscriptions() {
      // By now all that hold a message have said so.
      messages.forgetUnheld(messages.all());
      return subscriptions;
    },
    subscriptionChanged(record) {
      const { config, serial, retains_after } = record;
      if (number(NEXT_SERIAL) <= serial) storage.put(NEXT_SERIAL, toJson(serial + 1));
      storage.put(SUBSCRIPTION + config.name, toJson({ config, serial, retains_after }));
    },
    unackedChanged: (serial, before, after) => keepUnacked(storage, messages, serial, before, after),
    subscriptionRemoved({ config, serial }) {
      for (const { message } of unackedOf(storage, messages, serial)) messages.release(message);
      storage.remove(SUBSCRIPTION + config.name);
      removeAll(storage, unackedPrefix(serial));
    },
  };
}

function keepUnacked(
  storage: Storage,
  messages: KeptMessages,
  serial: number,
  before: SubscriptionState,
  after: SubscriptionState,
): void {
  if (before.deliveries === after.deliveries) return;
  const released: PublishedMessage[] = [];
  for (const each of differences(before.deliveries, after.deliveries)) {
    const key = unackedPrefix(serial) + numberKey(each.key);
    if (each.after === undefined) storage.remove(key);
    else if (each.after.failures !== each.before?.failures) {
      storage.put(key, toJson([each.after.message.message_id, each.after.failures]));
    }
    if (each.before === undefined && each.after !== undefined) messages.hold(each.after.message);
    if (each.before !== undefined && each.after === undefined) released.push(each.before.message);
  }
  // Last, because a seek takes a message away under one sequence and brings it again under another.
  for (const message of released) messages.release(message);
}

function unackedPrefix(serial: number): string {
  return `${UNACKED}${numberKey(serial)}/`;
}

function historyKey(topic: string, { message_id }: PublishedMessage): string {
  return `${HISTORY}${topic}\0${numberKey(message_id)}`;
}

function readHistory(storage: Storage, messages: KeptMessages): Map<string, PublishedMessage[]> {
  const history = new Map<string, PublishedMessage[]>();
  for (const [key] of [...storage.scan(HISTORY)]) {
    const [topic = '', id] = key.slice(HISTORY.length).split('\0');
    const message = messages.find(String(Number(id)));
    if (message === undefined) continue;
    messages.hold(message);
    const log = history.get(topic);
    if (log === undefined) history.set(topic, [message]);
    else log.push(message);
  }
  return history;
}

function readSubscriptions(storage: Storage, messages: KeptMessages): readonly RememberedSubscription[] {
  const records = [...storage.scan(SUBSCRIPTION)].map(
    ([key, value]) => readJson(key, value) as SubscriptionRecord,
  );
  return records.map((record) => {
    const unacked = unackedOf(storage, messages, record.serial);
    for (const { message } of unacked) messages.hold(message);
    return { ...record, unacked };
  });
}

function unackedOf(storage: Storage, messages: KeptMessages, serial: number) {
  const prefix = unackedPrefix(serial);
  return [...storage.scan(prefix)].flatMap(([key, value]) => {
    const [id, failures] = readJson(key, value) as readonly [string, number];
    const message = messages.find(id);
    return message === undefined ? [] : [{ sequence: Number(key.slice(prefix.length)), message, failures }];
  });
}

/** A map that writes each of its changes. */
function keptMap<Value>(
  storage: Storage,
  messages: KeptMessages,
  prefix: string,
  { encode, decode, messages: heldBy = () => [] }: Form<Value>,
): Map<string, Value> {
  const entries = [...storage.scan(prefix)].map(
    ([key, value]) => [key.slice(prefix.length), decode(readJson(key, value), messages.find)] as const,
  );
  const map = new Map<string, Value>(entries);
  for (const value of map.values()) heldBy(value).forEach(messages.hold);
  const plain = { set: map.set.bind(map), delete: map.delete.bind(map) };
  const release = (key: string) => {
    const value = map.get(key);
    if (value !== undefined) heldBy(value).forEach(messages.release);
  };
  return Object.assign(map, {
    set(key: string, value: Value) {
      heldBy(value).forEach(messages.hold);
      release(key);
      storage.put(prefix + key, toJson(encode(value)));
      return plain.set(key, value);
    },
    delete(key: string) {
      release(key);
      storage.remove(prefix + key);
      return plain.delete(key);
    },
    clear() {
      for (const key of [...map.keys()]) map.delete(key);
    },
  });
}
