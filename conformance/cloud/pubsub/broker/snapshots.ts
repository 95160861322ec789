import { status } from '@grpc/grpc-js';
import type { Clock } from '../../clock.ts';
import { RpcError } from '../../rpc/service.ts';
import { DELETED_TOPIC } from '../config.ts';
import type { PublishedMessage } from '../delivery/state.ts';
import type { Form } from '../kept/keeper.ts';

/** What one subscription had unacked at one moment. */
export interface Snapshot {
  /** `projects/…/snapshots/…`. */
  readonly name: string;
  /** `projects/…/topics/…`, or `_deleted-topic_`. */
  readonly topic: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly unacked: readonly PublishedMessage[];
  /** Everything published after the message of this index is unacked in the snapshot too. */
  readonly last_index: number;
  readonly taken_at_ms: number;
  readonly expires_at_ms: number;
}

/** The snapshots of one server. One that expired is gone. */
export interface Snapshots {
  /** @throws {RpcError} ALREADY_EXISTS. */
  requireFree(name: string): void;
  /** @throws {RpcError} ALREADY_EXISTS. */
  add(snapshot: Snapshot): void;
  /** @throws {RpcError} NOT_FOUND, as every method that takes the name of what must exist. */
  get(name: string): Snapshot;
  replace(snapshot: Snapshot): void;
  remove(name: string): void;
  /** Sorted by name. */
  inProject(project: string): readonly Snapshot[];
  /** Sorted by name. */
  ofTopic(topic: string): readonly Snapshot[];
  /** Its snapshots stay, and nothing more is published into them. */
  topicDeleted(topic: string): void;
  clear(): void;
}

/** A snapshot lives as long as its oldest unacked message would have: seven days at most, and never less than an hour. */
const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;
const LIFETIME_MS_MIN = 60 * 60 * 1000;

/** Keeps a snapshot with the ids of its messages. */
export const SNAPSHOT_FORM: Form<Snapshot> = {
  encode: (snapshot) => ({ ...snapshot, unacked: snapshot.unacked.map(({ message_id }) => message_id) }),
  decode(json, message) {
    const { unacked, ...rest } = json as Omit<Snapshot, 'unacked'> & { readonly unacked: readonly string[] };
    return { ...rest, unacked: unacked.flatMap((id) => message(id) ?? []) };
  },
  messages: ({ unacked }) => unacked,
};

/** Manages a set of snapshots. `gone` is told of each that was removed or expired. */
export function createSnapshots(
  clock: Clock,
  gone: (name: string) => void,
  snapshots: Map<string, Snapshot>,
): Snapshots {
  const remove = (name: string) => {
    snapshots.delete(name);
    gone(name);
  };
  const living = () => {
    for (const [name, { expires_at_ms }] of snapshots) {
      if (expires_at_ms <= clock.nowMs()) remove(name);
    }
    return [...snapshots.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  const get = (name: string) => {
    const found = living().find((each) => each.name === name);
    if (found !== undefined) return found;
    throw new RpcError(status.NOT_FOUND, `snapshot ${name} does not exist; create it first`);
  };
  const requireFree = (name: string) => {
    if (living().every((each) => each.name !== name)) return;
    throw new RpcError(status.ALREADY_EXISTS, `snapshot ${name} exists already`);
  };
  return {
    requireFree,
    add(snapshot) {
      requireFree(snapshot.name);
      snapshots.set(snapshot.name, snapshot);
    },
    get,
    replace: (snapshot) => void snapshots.set(get(snapshot.name).name, snapshot),
    remove: (name) => remove(get(name).name),
    inProject: (project) => living().filter(({ name }) => name.startsWith(`projects/${project}/`)),
    ofTopic: (topic) => (snapshots.size === 0 ? [] : living().filter((each) => each.topic === topic)),
    clear: () => snapshots.clear(),
    topicDeleted(topic) {
      for (const each of living()) {
        if (each.topic === topic) snapshots.set(each.name, { ...each, topic: DELETED_TOPIC });
      }
    },
  };
}

/**
 * Tells when a snapshot expires.
 *
 * @throws {RpcError} FAILED_PRECONDITION when the oldest unacked message leaves it less than an hour.
 */
export function expiryOf(unacked: readonly PublishedMessage[], now_ms: number): number {
  const oldest_ms = Math.min(now_ms, ...unacked.map(({ published_at_ms }) => published_at_ms));
  if (oldest_ms + LIFETIME_MS - now_ms >= LIFETIME_MS_MIN) return oldest_ms + LIFETIME_MS;
  throw new RpcError(
    status.FAILED_PRECONDITION,
    'the snapshot would expire within an hour, since the oldest unacked message is almost seven days old',
  );
}
