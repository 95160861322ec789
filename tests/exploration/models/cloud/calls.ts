/** One call that a component makes; it yields it and gets the reply. */
export type Operation =
  | { readonly kind: 'read'; readonly path: string }
  | {
      readonly kind: 'commit';
      readonly path: string;
      readonly value: object;
      /** The version that the document must have, 0 for none yet; undefined writes whatever is there. */
      readonly expected: number | undefined;
    }
  | { readonly kind: 'publish'; readonly topic: string; readonly message: object };

/** An answer that is an error. After DEADLINE_EXCEEDED nobody knows whether the call was done. */
export interface Refusal {
  readonly ok: false;
  readonly code:
    | 'UNAVAILABLE'
    | 'PERMISSION_DENIED'
    | 'ABORTED'
    | 'DEADLINE_EXCEEDED'
    | 'FAILED_PRECONDITION';
}

/** What a read answers; version 0 and undefined when there is no such document. */
export interface ReadReply {
  readonly ok: true;
  readonly value: object | undefined;
  readonly version: number;
}

/** What a commit or publish answers. */
export interface DoneReply {
  readonly ok: true;
}

/** What a call gets back. */
export type Reply = Refusal | ReadReply | DoneReply;

/** A component at work: yields its calls, and returns true to ack, false to nack. */
export type Handling = Generator<Operation, boolean, Reply>;

/** Part of a component at work, with a result of its own. */
export type Doing<Result> = Generator<Operation, Result, Reply>;

/** Read a document. */
export function* read(path: string): Doing<ReadReply | Refusal> {
  return (yield { kind: 'read', path }) as ReadReply | Refusal;
}

/** Commit a document; refused with FAILED_PRECONDITION unless it has the expected version. */
export function* commit(path: string, value: object, expected?: number): Doing<DoneReply | Refusal> {
  return (yield { kind: 'commit', path, value, expected }) as DoneReply | Refusal;
}

/** Publish a message; with DEADLINE_EXCEEDED it may be out all the same. */
export function* publish(topic: string, message: object): Doing<DoneReply | Refusal> {
  return (yield { kind: 'publish', topic, message }) as DoneReply | Refusal;
}

/** What a component knows besides its message. */
export interface Context {
  /** Names this handling; no two are the same. */
  readonly holder: string;
  readonly message_id: string;
  /** Virtual time in milliseconds. */
  nowMs(): number;
  /** A fresh id, such as a UUID of version 4 would be. */
  freshId(): string;
  /** What this instance remembers until it dies. */
  readonly memory: Map<string, unknown>;
}

/** A component as the model runs it. Everything that it does outside its calls is done at once. */
export interface Component<Message> {
  handle(message: Message, context: Context): Handling;
  /** What a scheduler calls; left out when there is none. */
  sweep?(context: Context): Handling;
}
