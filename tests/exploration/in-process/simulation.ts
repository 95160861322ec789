import type { Step } from '../../../conformance/exploration/engine/simulation.ts';
import type { FaultName } from '../../../conformance/exploration/schedule/faults.ts';

/** A world in which one step after the other happens, each chosen from outside. Made anew for each run. */
export interface Simulation<History> {
  /**
   * What may happen next; the first one is "in order". Empty when nothing can.
   * The order follows from the steps before alone, and the array is only valid until the next step.
   */
  enabled(): readonly Step[];
  /** Performs one of the enabled steps. */
  perform(step: Step, fault: FaultName | undefined): void;
  /** With nothing enabled: true at a proper end, false when somebody waits for what never comes. */
  done(): boolean;
  /** Lifts every fault, delivers what is owed and lets time pass, after the last chosen step. */
  heal(): void;
  readonly history: History;
}
