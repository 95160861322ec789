/** A value that survives JSON; messages, answers and documents are made of it. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** The JSON object that a message carries. */
export type Payload = { readonly [key: string]: Json };

/** How a message reaches a component over HTTP; `asyncapi.yaml#/x-delivery`. */
export type DeliveryForm = 'push_envelope' | 'cloud_event_binary' | 'cloud_event_structured';

interface Recorded {
  /** Counts up from 1 over the whole run; proofs cite it as `#7`. */
  readonly sequence: number;
  /** Milliseconds since the run began, by the judge's clock. */
  readonly at_ms: number;
  /** Words that tie the event to cases: game dates, message ids, correlation ids, case names. */
  readonly marks: readonly string[];
}

/** The judge handed a message to a component. */
export interface DeliveryEvent extends Recorded {
  readonly kind: 'delivery';
  readonly component: string;
  readonly topic: string;
  readonly form: DeliveryForm;
  readonly message_id: string;
  /** 1 for the first delivery of this message id, then counting up. */
  readonly attempt: number;
  /** Which instance of the component got it, where there are several; counts from 1. */
  readonly replica?: number;
  /**
   * In a project: `topic` when the judge published the message, `pipeline` when a component did, and the project's own
   * subscription delivers it until it is acked. Nobody sees the answers. Missing when the judge called the component.
   */
  readonly road?: 'topic' | 'pipeline';
  /** What the message says; null when the judge made it unreadable on purpose. */
  readonly message: Payload | null;
  /** null for a message as the contract wants it, else what is wrong with it. */
  readonly defect: string | null;
}

/** The component's answer to a delivery, or that none came. */
export interface AnswerEvent extends Recorded {
  readonly kind: 'answer';
  /** Sequence of the delivery. */
  readonly delivery: number;
  /** HTTP status; null when the connection broke or the answer took too long. */
  readonly status: number | null;
  /** Whether Pub/Sub counts the status as an ack. */
  readonly acked: boolean;
  /** The beginning of the answer's body, or what broke. */
  readonly body: string;
}

/** The judge called an HTTP endpoint of the contract. */
export interface RequestEvent extends Recorded {
  readonly kind: 'request';
  readonly component: string;
  readonly method: string;
  readonly path: string;
  /** A text, where the judge sent one that is no JSON on purpose. */
  readonly body: Json;
  /** What the call said beside the usual, such as that the scheduler makes it; missing when it said nothing. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Which instance of the component got it, where there are several; counts from 1. */
  readonly replica?: number;
}

/** The answer to a request. */
export interface ResponseEvent extends Recorded {
  readonly kind: 'response';
  /** Sequence of the request. */
  readonly request: number;
  readonly status: number | null;
  readonly body: Json;
}

/**
 * Who did something to the cloud: known where each instance has an address of its own, that is in the embedded cloud, for
 * components that the judge started by a command of their own.
 */
interface Authored extends Recorded {
  readonly component?: string;
  /** Which instance of the component, counting from 1. */
  readonly replica?: number;
}

/** The broker accepted a message of the target. */
export interface PublishEvent extends Authored {
  readonly kind: 'publish';
  readonly topic: string;
  readonly message_id: string;
  /** The JSON object that was published; null when it was not one. */
  readonly message: Payload | null;
  /** What was published, when it was not a JSON object. */
  readonly raw: string | null;
  readonly attributes: Readonly<Record<string, string>>;
  /** When the broker took it, where the judge saw it only later, through a subscription; by the clock of `at_ms`. */
  readonly sent_at_ms?: number;
}

/** The target called the store or the broker. */
export interface CallEvent extends Authored {
  readonly kind: 'call';
  readonly service: 'pubsub' | 'firestore';
  readonly method: string;
  /** `OK` or the name of a gRPC status. */
  readonly outcome: string;
}

/** The store committed writes. */
export interface CommitEvent extends Authored {
  readonly kind: 'commit';
  readonly paths: readonly string[];
}

/** The judge read a document; null when there is none. */
export interface DocumentEvent extends Recorded {
  readonly kind: 'document';
  readonly path: string;
  readonly fields: Payload | null;
}

/** The judge wrote what the target description seeds under a name, for one date and run. */
export interface SeedEvent extends Recorded {
  readonly kind: 'seed';
  readonly name: string;
  readonly game_date: string;
  readonly run: number;
  readonly players_ready: readonly string[];
  readonly players_total: number;
  /** Recent minutes of each player, in the order of those ready and those not ready. */
  readonly minutes?: readonly number[];
  /** The run that was seeded was a backfill for this reason. */
  readonly backfill_reason?: string;
  /** The ids of the run that was seeded, where the case chose them. */
  readonly execution_id?: string;
  readonly correlation_id?: string;
}

/** A fault began, struck a call, or was lifted. */
export interface FaultEvent extends Recorded {
  readonly kind: 'fault';
  readonly change: 'begins' | 'strikes' | 'ends';
  readonly fault: string;
}

/** The judge started, stopped or killed a component, or it ended on its own. */
export interface ProcessEvent extends Recorded {
  readonly kind: 'process';
  readonly component: string;
  readonly change: 'killed' | 'started' | 'ended';
}

/**
 * A call of another case that reaches every date in its component, such as a sweep: what the component does meanwhile may be
 * what that call asked for. Every view has it but the one of the case, or of
 * the explored run, that made the call.
 */
export interface NeighbourEvent extends Recorded {
  readonly kind: 'neighbour';
  /** `null`: every component, as when the target's clock is advanced. */
  readonly component: string | null;
  readonly change: 'begins' | 'ends';
  /** What was called, such as `POST /sweep`. */
  readonly call: string;
  /** The mark of the case or of the explored run that called. */
  readonly by: string;
}

/** A moment of the case that a judge needs to find again, such as the sentinel's arrival. */
export interface MarkerEvent extends Recorded {
  readonly kind: 'marker';
  readonly name: string;
  readonly sentence: string;
}

/** The smallest schedule that shows an anomaly, beside the nearest that passes. */
export interface FailingSchedule {
  readonly anomaly: string;
  /** The date of the run that shows it; its events carry that mark. */
  readonly game_date: string;
  /** One line that replays it. */
  readonly schedule: string;
  /** `in order`, or `in order, except: …`. */
  readonly sentence: string;
  readonly passing: string | null;
  readonly passing_sentence: string | null;
  /** False when the same schedule passed when it was run again. */
  readonly repeats: boolean;
}

/** The judge tried schedules of a case's calls and deliveries. */
export interface ExplorationEvent extends Recorded {
  readonly kind: 'exploration';
  /** How many schedules, without those that made a failure small. */
  readonly runs: number;
  readonly strategy: string;
  /** Whether these were all that the strategy stands for, none left out; missing in older histories. */
  readonly is_complete?: boolean;
  /** Why no more were tried; a replay has none. */
  readonly ended_by?: 'nothing left' | 'number' | 'time' | 'failures';
  /** How many were to be tried; missing where time alone was to end it. */
  readonly runs_max?: number;
  /** How many reads and commits waited for their turn in all; 0 means that the order of nothing was chosen. */
  readonly store_calls?: number;
  /** Only of a replay: what of its schedule had no effect, so that the run was another one; empty when it fits. */
  readonly misfits?: readonly string[];
  readonly failing: readonly FailingSchedule[];
}

/** Everything that a history can hold; plain data, one JSON object a line. */
export type HistoryEvent =
  | DeliveryEvent
  | AnswerEvent
  | RequestEvent
  | ResponseEvent
  | PublishEvent
  | CallEvent
  | CommitEvent
  | DocumentEvent
  | SeedEvent
  | FaultEvent
  | ProcessEvent
  | NeighbourEvent
  | MarkerEvent
  | ExplorationEvent;

/** What happened, in the order in which the judge saw it. */
export type History = readonly HistoryEvent[];

type DraftOf<Event> = Event extends HistoryEvent ? Omit<Event, 'sequence' | 'at_ms'> : never;

/** An event before the recorder numbers it. */
export type EventDraft = DraftOf<HistoryEvent>;
