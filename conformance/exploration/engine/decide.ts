import type { FaultName } from '../schedule/faults.ts';
import type { Deviation } from '../schedule/schedule.ts';
import type { Step, TracedStep } from './simulation.ts';

/** Makes the choices of one run. */
export interface Chooser {
  /** Index into `enabled`, which is not empty; one that is out of range counts as 0. `number` counts from 1. */
  take(number: number, enabled: readonly Step[]): number;
  /** What strikes the chosen step; a fault that the step does not list is dropped. */
  fault(number: number, chosen: Step): FaultName | undefined;
}

/** Where the choosers of many runs come from. Same strategy, same seed, same lessons: same choosers. */
export interface Strategy {
  /** Printed with every result; contains the seed where there is one. */
  readonly name: string;
  /** The chooser of a run, counted from 1 and asked in order; undefined when nothing is left to try. */
  chooser(run: number): Chooser | undefined;
  /** Told after each run how many steps it had. */
  learn(steps: number): void;
}

/** The log of a run's choices; grows. */
export interface ChoiceLog {
  readonly deviations: Deviation[];
  /** Told of each step before it is performed. */
  readonly watch: ((step: TracedStep) => void) | undefined;
}

/** Choose the index of step `number` and write down where that departs from "in order". */
export function chooseIndex(
  chooser: Chooser,
  number: number,
  enabled: readonly Step[],
  log: ChoiceLog,
): number {
  const asked = chooser.take(number, enabled);
  if (asked <= 0 || asked >= enabled.length) return 0;
  log.deviations.push({ step: number, take: asked });
  return asked;
}

/** Choose what strikes the chosen step, and write that down. */
export function chooseFault(
  chooser: Chooser,
  number: number,
  chosen: Step,
  enabled: readonly Step[],
  log: ChoiceLog,
): FaultName | undefined {
  const asked = chooser.fault(number, chosen);
  const fault = asked !== undefined && chosen.faults.includes(asked) ? asked : undefined;
  if (fault !== undefined) log.deviations.push({ step: number, fault });
  log.watch?.({ number, chosen, enabled: [...enabled], fault });
  return fault;
}
