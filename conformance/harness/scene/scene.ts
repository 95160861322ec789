import type { AnswerEvent, History, Json, Payload, ResponseEvent } from '../../history/events.ts';
import type { Target } from '../../targets/description.ts';
import type { Delivery } from '../courier/courier.ts';
import type { FlowEnd, FlowOptions } from '../courier/flow.ts';
import type { SceneExploration } from '../exploring/exploration.ts';
import type { ActiveFault, FaultRule } from '../faults/faults.ts';
import type { Random } from '../messages/random.ts';
import type { DayKind, DayWindow } from '../messages/windows.ts';
import type { DrawingLimits } from './identity.ts';

/** The target did not do what a case needs to go on; the case's requirements fail with this sentence. */
export class SceneStuckError extends Error {}

/** A message to deliver; what is left out gets a fresh message id. */
export type SceneDelivery = Omit<Delivery, 'message_id'> & { readonly message_id?: string };

/** A call of an endpoint. */
export interface SceneRequest {
  readonly method?: 'GET' | 'POST';
  /** Sent as JSON; undefined sends no body and no content type. */
  readonly body?: Json;
  /** Sent as it is instead of a body, although it may be no JSON. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Which instance of the component is called. Default 1. */
  readonly replica?: number;
}

/** What a seed stands for. */
export interface SeedValues {
  readonly game_date: string;
  readonly run?: number;
  readonly players_ready: readonly string[];
  readonly players_not_ready?: readonly string[];
  readonly correlation_id?: string;
  readonly execution_id?: string;
  /** Recent minutes of each player, in the order of those ready and those not ready. */
  readonly minutes?: readonly number[];
  /** The run that was seeded was a backfill for this reason. */
  readonly backfill_reason?: string;
}

/** The stage of one drawn history of a case; its events are the case's too. */
export interface Branch extends Scene {
  /** What only events of this history carry, beside its days. */
  readonly mark_of: string;
  readonly window: DayWindow;
  nextMessageId(): string;
  /**
   * Forgets the events of this history: it was judged, nothing is wrong with it, and many like it would fill the memory.
   * What happens on its days from now on is forgotten too. Days that others have as well are kept.
   */
  forget(): void;
}

/** The stage of one case: what a check can do to the target, and what it has seen so far. */
export interface Scene {
  readonly name: string;
  readonly target: Target;
  readonly random: Random;
  /** How many histories to draw, where a case draws some. */
  readonly drawing: DrawingLimits;
  /** The case's first game date; nobody else uses it. */
  readonly game_date: string;
  anotherDate(): string;
  pastDate(): string;
  /** Makes a date, such as today in Pacific time, one of the case's. */
  claimDate(game_date: string): void;
  /** A fresh UUID that ties whatever carries it to this case. */
  id(): string;
  /** What concerns this case, so far. */
  history(): History;
  has(component: string): boolean;
  /** How many instances of a component run. */
  instancesOf(component: string): number;
  deliver(delivery: SceneDelivery): Promise<AnswerEvent>;
  deliverUntilAcked(delivery: SceneDelivery): Promise<AnswerEvent>;
  request(component: string, path: string, request: SceneRequest): Promise<ResponseEvent>;
  /** Calls until `accept` is content with the status, as a scheduler's retries would. */
  requestUntil(
    component: string,
    path: string,
    request: SceneRequest,
    accept: (status: number | null) => boolean,
  ): Promise<ResponseEvent>;
  flow(options?: FlowOptions): Promise<FlowEnd>;
  /** Calls the target's hook for it, or writes what its description seeds under `name`. @throws {SceneStuckError} when it describes none. */
  seed(name: string, values: SeedValues): Promise<void>;
  readDocument(path: string): Promise<Payload | null>;
  fault(rule: FaultRule): ActiveFault;
  kill(component: string): Promise<void>;
  restart(component: string): Promise<void>;
  /**
   * Advances the target's clock, so that leases and deadlines pass without waiting.
   *
   * @returns false, and does nothing, when the target offers no hook for it: then only real time helps.
   */
  advanceClock(seconds: number): Promise<boolean>;
  /** Tries many schedules of one component's calls, each on a date of its own, and keeps the smallest that fails. */
  explore(exploration: SceneExploration): Promise<void>;
  /** How many histories may be under way now, where `usual` are in a target that answers at once. */
  width(usual: number): number;
  /** Opens the stage of one history on days that nobody else has. @param left as soon as it aborts no step begins any more */
  branch(kind: DayKind, left?: AbortSignal): Branch;
  /** Waits for something in the case's history. @throws {SceneStuckError} saying `what` was expected. */
  await(what: string, condition: (history: History) => boolean): Promise<void>;
  /** Resolves when everything published so far is in the history. */
  settle(): Promise<void>;
  /** Puts a moment into the history that the judge can find again. */
  mark(name: string, sentence: string): void;
}
