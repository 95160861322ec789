/** One call that a client made to the embedded cloud, before it is served. */
export interface CloudCall {
  /** Counts up from 1 in order of arrival, over both services. */
  readonly sequence: number;
  readonly service: 'pubsub' | 'firestore';
  /** The RPC's name as in Google's definition, such as `Publish` or `Commit`. */
  readonly method: string;
  /** The door through which it came (`EmbeddedCloud.openDoor`); null through the main ports. */
  readonly origin: string | null;
  /** Google Cloud project id taken from the request's resource name; empty when it names none. */
  readonly project: string;
  /** The decoded request; int64 as decimal strings, enums as names, bytes as Buffer. */
  readonly request: unknown;
}

/**
 * What happens to one call.
 * `serve`: do it and answer, with `answer_after` only when that resolves: whoever sees what was done may be faster than the caller.
 * `fail`: answer with the error and do nothing. `fail_after`: do it, then answer with the error, so the
 * caller cannot know the outcome. `hang`: do nothing and never answer. `code` is that of a gRPC status, such as 14 for UNAVAILABLE.
 */
export type CallVerdict =
  | { readonly kind: 'serve'; readonly answer_after?: Promise<void> }
  | { readonly kind: 'fail'; readonly code: number; readonly message: string }
  | { readonly kind: 'fail_after'; readonly code: number; readonly message: string }
  | { readonly kind: 'hang' };

/** Asked before every call is served; whoever owns the schedule may take its time to answer. */
export type Gate = (call: CloudCall) => CallVerdict | Promise<CallVerdict>;

/** Serves every call at once: the embedded cloud on its own. */
export const OPEN_GATE: Gate = () => ({ kind: 'serve' });

/** Something that happened inside the embedded cloud, in the order in which it took effect. */
export type CloudEvent =
  | {
      readonly kind: 'call';
      readonly call: CloudCall;
      /** `OK`, or the name of the gRPC status that the caller got, such as `ABORTED`; `CANCELLED` when it had left, and it was done. */
      readonly outcome: string;
    }
  | {
      readonly kind: 'publish';
      /** The door through which the publish came; null through the main ports. */
      readonly origin: string | null;
      readonly project: string;
      /** Short name, without `projects/…/topics/`. */
      readonly topic: string;
      readonly message_id: string;
      readonly data: Buffer;
      readonly attributes: Readonly<Record<string, string>>;
      readonly ordering_key: string;
      readonly published_at_ms: number;
    }
  | {
      readonly kind: 'commit';
      /** The door through which the commit came; null through the main ports. */
      readonly origin: string | null;
      readonly project: string;
      /** Document paths below `…/documents/` that this commit wrote; `deleted` where it removed one. */
      readonly writes: readonly { readonly path: string; readonly deleted: boolean }[];
      readonly committed_at_ms: number;
    };

/** Told about every event, synchronously and in order. It must not throw. */
export type Observer = (event: CloudEvent) => void;
