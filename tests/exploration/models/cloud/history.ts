import type { FaultName } from '../../../../conformance/exploration/schedule/faults.ts';
import type { Operation, Reply } from './calls.ts';

interface Recorded {
  /** Number of the step, from 1 and on through the healing. */
  readonly step: number;
  /** Virtual time. */
  readonly at_ms: number;
  /** What struck this step. */
  readonly fault: FaultName | undefined;
  /** Counts deliveries from 1; ties a delivery to its calls and its answer. */
  readonly handling: number;
}

/** A message, or a sweep when `message` is undefined, reached an instance. */
export interface DeliveredEvent<Message> extends Recorded {
  readonly kind: 'delivered';
  readonly message_id: string;
  readonly message: Message | undefined;
  readonly instance: number;
}

/** A call was made. */
export interface CalledEvent extends Recorded {
  readonly kind: 'called';
  readonly operation: Operation;
  /** Whether it took effect, whatever the caller heard. */
  readonly done: boolean;
  /** What the caller heard: `OK`, an error, or nothing. */
  readonly outcome: 'OK' | Exclude<Reply, { ok: true }>['code'] | 'NO_ANSWER';
}

/** The component answered a delivery. */
export interface AnsweredEvent extends Recorded {
  readonly kind: 'answered';
  readonly message_id: string;
  readonly acked: boolean;
}

/** The message was delivered too often and is kept aside for an operator. */
export interface GivenUpEvent extends Recorded {
  readonly kind: 'given_up';
  readonly message_id: string;
}

/** The chosen steps are over, and so are the faults. */
export interface HealingEvent extends Recorded {
  readonly kind: 'healing';
}

/** One thing that happened in the model; plain data. */
export type ModelEvent<Message> =
  | DeliveredEvent<Message>
  | CalledEvent
  | AnsweredEvent
  | GivenUpEvent
  | HealingEvent;

/** What happened, in order. */
export type ModelHistory<Message> = readonly ModelEvent<Message>[];
