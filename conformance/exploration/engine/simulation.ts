import type { FaultName } from '../schedule/faults.ts';

/** What a step is, for reports; what may go wrong with it says the step itself. */
export type StepKind = 'deliver' | 'read' | 'commit' | 'publish' | 'call' | 'answer';

/** Something that may happen next. The same object stays enabled until it was performed or has vanished. */
export interface Step {
  /** For people, such as `Commit phase3_completion/2024-01-15 for message 3 on instance 2`. */
  readonly label: string;
  /** Who makes this step; a small whole number. Priorities go by actor. */
  readonly actor: number;
  readonly kind: StepKind;
  /** What may strike this step here. */
  readonly faults: readonly FaultName[];
}

/**
 * A world in which one step after the other happens, each chosen from outside; steps take real time: parked calls and
 * deliveries of a program that is seen from outside. Made anew for each run.
 */
export interface AsyncSimulation<History> {
  /** Resolves when nothing more is coming, so that the next step can be chosen among all. */
  settle(): Promise<void>;
  /**
   * What may happen next; the first one is "in order". Empty when nothing can.
   * The order follows from the steps before alone, and the array is only valid until the next step.
   */
  enabled(): readonly Step[];
  /** Performs one of the enabled steps. */
  perform(step: Step, fault: FaultName | undefined): Promise<void> | void;
  /** With nothing enabled: true at a proper end, false when somebody waits for what never comes. */
  done(): boolean;
  /** Lifts every fault, delivers what is owed and lets time pass, after the last chosen step. */
  heal(): Promise<void>;
  readonly history: History;
}

/** One step of a run with what else could have happened. */
export interface TracedStep {
  /** Counts from 1. */
  readonly number: number;
  readonly chosen: Step;
  /** Everything that was enabled, in order, the chosen one among it. */
  readonly enabled: readonly Step[];
  readonly fault: FaultName | undefined;
}
