/** What clients were told, and what they tried without being told how it ended. */
export interface Book {
  /** Per writer: the number of the last commit that was answered, and of the last that was tried. */
  readonly written: Map<string, { answered: number; tried: number }>;
  /** Increments of the shared counter. */
  readonly counted: { answered: number; tried: number };
  /** Documents whose creation or removal was answered. */
  readonly created: Set<string>;
  readonly removed: Set<string>;
  /** Payload of each publish that was answered, by message id. */
  readonly published: Map<string, string>;
  /** Payloads whose publish was tried. */
  readonly offered: Set<string>;
  /** Payloads that came, and those whose ack was answered by the process that had handed them out. */
  readonly received: Set<string>;
  readonly acked: Set<string>;
  /** Resources whose creation was answered, as paths of the REST API. */
  readonly resources: Set<string>;
  /** Calls that were answered with success. */
  answers: number;
  /** What should not be, in words. */
  readonly faults: string[];
}

/** Opens an empty book. */
export function openBook(): Book {
  return {
    written: new Map(),
    counted: { answered: 0, tried: 0 },
    created: new Set(),
    removed: new Set(),
    published: new Map(),
    offered: new Set(),
    received: new Set(),
    acked: new Set(),
    resources: new Set(),
    answers: 0,
    faults: [],
  };
}

/** Notes an answered publish; an id that was given before, to another message, is a fault. */
export function notePublished(book: Book, message_id: string, payload: string): void {
  const before = book.published.get(message_id);
  if (before !== undefined && before !== payload)
    book.faults.push(`message id ${message_id} is of ${before} and of ${payload}`);
  book.published.set(message_id, payload);
}

/** Notes a message that came from the subscription whose messages are acked. */
export function noteReceived(book: Book, payload: string): void {
  if (book.acked.has(payload)) book.faults.push(`${payload} came again, although its ack was answered`);
  if (!book.offered.has(payload)) book.faults.push(`${payload} came, and nobody published it`);
  book.received.add(payload);
}
