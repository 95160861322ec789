import { readJson, type Storage, StorageError } from '../../storage/storage.ts';
import type { PublishedMessage } from '../delivery/state.ts';

/** The messages of a broker in a storage, each with the number of those who hold it. */
export interface KeptMessages {
  /** Takes a message in, and returns one that reads its payload when it is asked for. */
  take(message: PublishedMessage): PublishedMessage;
  find(id: string): PublishedMessage | undefined;
  hold(message: PublishedMessage): void;
  /** Forgets a message that nobody else holds. */
  release(message: PublishedMessage): void;
  /** Forgets those that nobody holds. */
  forgetUnheld(messages: Iterable<PublishedMessage>): void;
  all(): Iterable<PublishedMessage>;
}

type Payload = Pick<PublishedMessage, 'data' | 'attributes'>;
type Line = Omit<PublishedMessage, 'data' | 'attributes' | 'message_id'>;

const PREFIX = 'pubsub/message/';
/** Payloads in memory take at most about this much. */
const PAYLOAD_BYTES_MAX = 32 * 1024 * 1024;

/** Opens the messages that a storage holds. */
export function openKeptMessages(storage: Storage): KeptMessages {
  const held = new Map<string, { readonly message: PublishedMessage; holders: number }>();
  const payloads = createPayloads(storage);
  const shown = (id: string, line: Line): PublishedMessage => ({
    message_id: id,
    ordering_key: line.ordering_key,
    published_at_ms: line.published_at_ms,
    size_bytes: line.size_bytes,
    get data() {
      return payloads.get(id).data;
    },
    get attributes() {
      return payloads.get(id).attributes;
    },
  });
  const forget = ({ message_id }: PublishedMessage) => {
    held.delete(message_id);
    payloads.remove(message_id);
    storage.remove(PREFIX + numberKey(message_id));
  };
  for (const [key, value] of storage.scan(PREFIX)) {
    const id = String(Number(key.slice(PREFIX.length)));
    held.set(id, { message: shown(id, decode(key, value).line), holders: 0 });
  }
  return {
    take(message) {
      const { message_id } = message;
      storage.put(PREFIX + numberKey(message_id), encode(message));
      payloads.put(message_id, message);
      const taken = shown(message_id, message);
      held.set(message_id, { message: taken, holders: 0 });
      return taken;
    },
    find: (id) => held.get(id)?.message,
    hold({ message_id }) {
      const entry = held.get(message_id);
      if (entry !== undefined) entry.holders += 1;
    },
    release(message) {
      const entry = held.get(message.message_id);
      if (entry === undefined) return;
      entry.holders -= 1;
      if (entry.holders <= 0) forget(message);
    },
    forgetUnheld(messages) {
      for (const message of messages) if (held.get(message.message_id)?.holders === 0) forget(message);
    },
    all: () => [...held.values()].map(({ message }) => message),
  };
}

/** Writes a number so that keys ascend with it. */
export function numberKey(number: number | string): string {
  return String(number).padStart(16, '0');
}

/** A line of JSON, and the payload behind it as it is. */
function encode({ data, attributes, ordering_key, published_at_ms, size_bytes }: PublishedMessage): Buffer {
  const line = JSON.stringify({ attributes, ordering_key, published_at_ms, size_bytes });
  return Buffer.concat([Buffer.from(`${line}\n`), data]);
}

function decode(key: string, value: Buffer): { readonly line: Line & Payload; readonly data: Buffer } {
  const end = value.indexOf('\n');
  const line = readJson(key, value.subarray(0, Math.max(0, end))) as Line & Payload;
  return { line, data: value.subarray(end + 1) };
}

/** The payloads that were used lately. */
function createPayloads(storage: Storage) {
  const cached = new Map<string, Payload & { readonly size_bytes: number }>();
  let bytes_held = 0;
  const remove = (id: string) => {
    bytes_held -= cached.get(id)?.size_bytes ?? 0;
    cached.delete(id);
  };
  const put = (id: string, { data, attributes, size_bytes }: Payload & { readonly size_bytes: number }) => {
    cached.set(id, { data, attributes, size_bytes });
    bytes_held += size_bytes;
    for (const oldest of cached.keys()) {
      if (bytes_held <= PAYLOAD_BYTES_MAX) break;
      remove(oldest);
    }
  };
  return {
    put,
    remove,
    get(id: string): Payload {
      const found = cached.get(id);
      if (found !== undefined) return found;
      const key = PREFIX + numberKey(id);
      const value = storage.get(key);
      if (value === undefined)
        throw new StorageError(`message ${id} is not in the folder of --data any more`);
      const { line, data } = decode(key, value);
      const payload = { data, attributes: line.attributes, size_bytes: line.size_bytes };
      put(id, payload);
      return payload;
    },
  };
}
