import type { StageMessage } from '../../exploration/stage/options.ts';
import type { Json } from '../../history/events.ts';
import type { Courier, Delivery } from '../courier/courier.ts';

/** A call of an endpoint that goes step by step, as a scheduler makes it: again until the status is below 300. */
export interface StagedCall {
  readonly component: string;
  readonly path: string;
  readonly body?: Json;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A message that is delivered step by step, or a call that is made so; the calls to the cloud that follow are parked. */
export type StagedMessage = {
  /** For schedules in words, such as a processor's name. */
  readonly name: string;
} & (
  | { readonly delivery: Omit<Delivery, 'message_id' | 'attempt'>; readonly call?: never }
  | { readonly call: StagedCall; readonly delivery?: never }
);

/** Calls an endpoint once and tells the status, null when no answer came. */
export type CallEndpoint = (call: StagedCall, marks: readonly string[]) => Promise<number | null>;

/** What sends staged messages. */
export interface StagingPorts {
  readonly courier: Courier;
  readonly callEndpoint: CallEndpoint;
  readonly marks: readonly string[];
}

/** Chooses instances for deliveries: by turns, and never one that is gone. */
export interface Instances {
  /** For the delivery of this turn; empty where there is one instance. */
  choose(turn: number): { readonly replica?: number };
  /** The instance that was chosen does not answer any more; when all are gone, all are back. */
  lose(chosen: { readonly replica?: number }): void;
}

/** Make the choice among instances, all of which are there. */
export function createInstances(replicas: number): Instances {
  const gone = new Set<number>();
  return {
    choose(turn) {
      if (replicas === 1) return {};
      const there = Array.from({ length: replicas }, (_, index) => index + 1).filter(
        (each) => !gone.has(each),
      );
      const replica = there[turn % there.length];
      return replica === undefined ? {} : { replica };
    },
    lose({ replica }) {
      if (replica !== undefined) gone.add(replica);
      if (gone.size === replicas) gone.clear();
    },
  };
}

/** Make a staged message one that the stage can send. @param first_turn which instance gets its first delivery. */
export function stageMessage(
  { courier, callEndpoint, marks }: StagingPorts,
  staged: StagedMessage,
  id: string,
  instances: Instances,
  first_turn: number,
): StageMessage {
  let chosen: { readonly replica?: number } = {};
  return {
    name: staged.name,
    async send({ attempt, copy, is_new_id }) {
      chosen = instances.choose(first_turn + attempt - 1 + copy);
      if (staged.call !== undefined) {
        const status = await callEndpoint(staged.call, marks);
        return { acked: status !== null && status < 300 };
      }
      const message_id = is_new_id ? `${id}${String(copy).padStart(2, '0')}` : id;
      return courier.deliver({ ...staged.delivery, ...chosen, message_id, attempt }, marks);
    },
    abandoned: () => instances.lose(chosen),
  };
}
