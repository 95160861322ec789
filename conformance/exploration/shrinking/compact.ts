import type { Step, TracedStep } from '../engine/simulation.ts';
import { type Deviation, type Schedule, sortSchedule } from '../schedule/schedule.ts';

/** Somebody who was passed over: since when, and how many were passed over before him at that step. */
interface Wait {
  readonly since: number;
  readonly place: number;
}

/**
 * Say the same run with holds instead of takes.
 *
 * Whoever was passed over waits from the first time to the moment when he went: one hold, however many overtook him. So
 * "one message delayed past twenty others" is one deviation instead of twenty. Replaying it gives the same run.
 */
export function compactSchedule(trace: readonly TracedStep[]): Schedule {
  const waiting = new Map<Step, Wait>();
  const placed: { readonly deviation: Deviation; readonly place: number }[] = [];
  const end = (step: Step, number: number): void => {
    const wait = waiting.get(step);
    if (wait === undefined) return;
    waiting.delete(step);
    placed.push({ deviation: { step: wait.since, hold: number - wait.since }, place: wait.place });
  };
  for (const { number, chosen, enabled, fault } of trace) {
    for (const [place, step] of enabled.entries()) {
      if (step === chosen) break;
      if (!waiting.has(step)) waiting.set(step, { since: number, place });
    }
    end(chosen, number);
    if (fault !== undefined) placed.push({ deviation: { step: number, fault }, place: 0 });
  }
  for (const step of [...waiting.keys()]) end(step, trace.length + 1);
  // Holds that begin at one step fall on whoever is first then, so they stand in the order of those they hold.
  placed.sort((a, b) => a.place - b.place);
  return sortSchedule(placed.map(({ deviation }) => deviation));
}
