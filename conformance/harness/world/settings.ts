import type { CloudEvent } from '../../cloud/calls.ts';
import type { ComponentName } from '../../contract/names.ts';
import type { HistoryEvent } from '../../history/events.ts';

/** What somebody who debugs wants of a world; everything has a default. */
export interface WorldSettings {
  /** Components of which a second instance is started; `World.component` has it as `NAME#2`. Default none. */
  readonly replicas?: readonly ComponentName[];
  /** Start the components that the target's shared program serves by that program; no case may end one of them. */
  readonly together?: boolean;
  /** Default: a fresh one, so that no two runs meet. */
  readonly project?: string;
  /** Of the embedded cloud; default any free port. */
  readonly pubsub_port?: number;
  readonly firestore_port?: number;
  /** Told in a sentence when the judge has to wait for somebody. */
  readonly tell?: (sentence: string) => void;
  /** Told what the cases are doing, as often as that changes. */
  readonly onSteps?: (words: string) => void;
  /** Told each line that a component prints. */
  readonly onLine?: (line: OutputLine) => void;
  /** Told each event as it happens. */
  readonly onEvent?: (event: HistoryEvent) => void;
  /** Told what the embedded cloud did, also the reads that no history keeps. */
  readonly onCloud?: (event: CloudEvent) => void;
}

/** One line that a process printed. */
export interface OutputLine {
  /** A component, its second instance as `NAME#2`, or `together` for a process that serves several. */
  readonly process: string;
  /** The components that it serves. */
  readonly components: readonly string[];
  /** Milliseconds since the run began, as in a history. */
  readonly at_ms: number;
  readonly text: string;
}
