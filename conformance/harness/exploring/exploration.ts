import type { Finding } from '../../exploration/engine/explore.ts';
import type { FaultName } from '../../exploration/schedule/faults.ts';
import type { AnswerEvent, History } from '../../history/events.ts';
import type { Recorder } from '../../history/recorder.ts';
import type { Courier, Delivery } from '../courier/courier.ts';
import type { CallControl } from './control.ts';
import type { CallEndpoint, StagedCall, StagedMessage } from './staged.ts';

/** One run: the same situation, on a date of its own. */
export interface ExploredRun {
  readonly game_date: string;
  /** Delivers until acked, before or after what is explored. */
  deliver(delivery: Omit<Delivery, 'message_id' | 'attempt'>): Promise<AnswerEvent>;
  /** What happened in this run so far. */
  history(): History;
  /** A date for a sentinel; what carries it is not part of the run. */
  anotherDate(): string;
}

/** What a case wants explored. */
export interface SceneExploration {
  /** Whose calls are parked. */
  readonly component: string;
  readonly faults: readonly FaultName[];
  readonly runs_max: number;
  /** How many instances take deliveries by turns: a redelivery goes to another one than before. Default 1. */
  readonly replicas?: number;
  /**
   * How schedules are chosen. `portfolio` is the default. `every_interleaving`: every order of the calls, as far as
   * `runs_max` reaches; messages are delivered and answers heard as soon as they can be. `single_faults`: in order, with
   * one fault, at another step or another one in each run.
   */
  readonly search?: 'portfolio' | 'every_interleaving' | 'single_faults';
  /** How many runs are under way at the same time; for those that wait for leases and back-offs. Default 1. */
  readonly runs_at_once?: number;
  /** No other case uses the component: it may be killed, its clock advanced, and its schedule fired after each run. */
  readonly is_alone?: boolean;
  /** Brings a new date to the point that matters, and gives what then goes step by step. */
  prepare(run: ExploredRun): Promise<readonly StagedMessage[]>;
  /** Whether a run has published everything that it owes. */
  isWhole(history: History): boolean;
  /** The call that the pipeline's scheduler makes to the component, where there is one. */
  schedule?(game_date: string): Omit<StagedCall, 'component'>;
  /** Sends another whole set that comes later, so that what is missing by then is not merely slow. */
  sentinel(game_date: string): Promise<void>;
  /** Same history of a run, same findings. */
  judge(history: History): readonly Finding[];
  /** Whether a run without findings shows something else that is to be told. Default: it does not. */
  isRemarkable?(history: History): boolean;
}

/** What a run leaves. */
export interface RunRecord {
  readonly game_date: string;
  readonly events: History;
  /** How often a step was chosen although the target might have had more to say. */
  readonly guesses: number;
  /** How many reads and commits waited for their turn. */
  readonly store_calls: number;
}

/** What runs need of the case and its world. */
export interface ExploringPorts {
  readonly recorder: Recorder;
  readonly courier: Courier;
  readonly calls: CallControl;
  /** Marks of the case. */
  readonly marks: readonly string[];
  readonly patience_ms: number;
  /** How long the target's leases are. */
  readonly recovery_seconds: number;
  /** Makes a date one of the case's. */
  readonly remember: (game_date: string) => void;
  readonly settle: () => Promise<void>;
  readonly callEndpoint: CallEndpoint;
  /** Kills a component at once, and resolves when it runs again. */
  readonly crash: (component: string, marks: readonly string[]) => Promise<void>;
  /** False where the target has no hook for it. */
  readonly advanceClock: (seconds: number) => Promise<boolean>;
}
