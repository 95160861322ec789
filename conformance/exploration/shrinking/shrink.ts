import type { Step, TracedStep } from '../engine/simulation.ts';
import { type Deviation, type Schedule, sortSchedule } from '../schedule/schedule.ts';
import { printSchedule } from '../schedule/text.ts';
import type { Search } from './attempt.ts';
import { simplerForms } from './simpler.ts';

/** What shrinking found. */
export interface Shrunk {
  /** Fails, and with no deviation of it left out, unless the attempts ran out. */
  readonly schedule: Schedule;
  readonly attempts: number;
  /** False when there was more to try. */
  readonly finished: boolean;
}

interface Budget {
  left: number;
  /** Texts of schedules that were tried and did not fail. */
  readonly passed: Set<string>;
}

/**
 * Shrink a failing schedule: fewer deviations first (delta debugging), then smaller ones, then earlier ones.
 *
 * @param schedule      fails; when it does not any more, nothing is shrunk and `schedule` comes back.
 * @param attempts_max  how many runs this may cost.
 */
export function* shrink(schedule: Schedule, attempts_max: number): Search<Shrunk> {
  const budget: Budget = { left: attempts_max, passed: new Set() };
  const report = (found: Schedule, finished: boolean): Shrunk => ({
    schedule: found,
    attempts: attempts_max - budget.left,
    finished,
  });
  budget.left -= 1;
  const first = yield schedule;
  if (!first.fails) return report(schedule, false);

  let best = schedule;
  const compact = compactSchedule(first.trace);
  if (compact.length < best.length && (yield* fails(compact, budget))) best = compact;
  for (;;) {
    const before = printSchedule(best);
    best = yield* dropDeviations(best, budget);
    best = yield* simplifyDeviations(best, budget);
    if (budget.left <= 0) return report(best, false);
    if (printSchedule(best) === before) return report(best, true);
  }
}

/** Delta debugging: leaves out halves, then quarters and so on, until no single deviation can be left out. */
function* dropDeviations(schedule: Schedule, budget: Budget): Search<Schedule> {
  let best = schedule;
  let parts = 1;
  while (best.length > 0 && budget.left > 0) {
    const size = Math.ceil(best.length / parts);
    let shorter: Schedule | undefined;
    for (let start = 0; start < best.length && shorter === undefined; start += size) {
      const candidate = best.filter((_, index) => index < start || index >= start + size);
      if (yield* fails(candidate, budget)) shorter = candidate;
    }
    if (shorter !== undefined) {
      best = shorter;
      parts = Math.max(1, parts - 1);
    } else if (size === 1) break;
    else parts = Math.min(best.length, parts * 2);
  }
  return best;
}

/** Makes each deviation as simple as it can be, one after the other. */
function* simplifyDeviations(schedule: Schedule, budget: Budget): Search<Schedule> {
  let best = schedule;
  for (let index = 0; index < best.length; index++) {
    const deviation = best[index];
    if (deviation === undefined) continue;
    for (const simpler of simplerForms(deviation)) {
      const candidate = replaceAt(best, index, simpler);
      if (candidate === undefined || !(yield* fails(candidate, budget))) continue;
      best = candidate;
      break;
    }
  }
  return best;
}

/** Puts another deviation in its place; undefined when that would not be a schedule, or change their order. */
function replaceAt(schedule: Schedule, index: number, deviation: Deviation): Schedule | undefined {
  const changed = schedule.map((old, at) => (at === index ? deviation : old));
  const sorted = sortSchedule(changed);
  const clash = sorted.some((one, at) => {
    const next = sorted[at + 1];
    return (
      next !== undefined && one.step === next.step && kindOf(one) === kindOf(next) && kindOf(one) !== 'hold'
    );
  });
  return clash ? undefined : sorted;
}

function kindOf(deviation: Deviation): string {
  if ('take' in deviation) return 'take';
  return 'hold' in deviation ? 'hold' : 'fault';
}

function* fails(schedule: Schedule, budget: Budget): Search<boolean> {
  const text = printSchedule(schedule);
  if (budget.passed.has(text) || budget.left <= 0) return false;
  budget.left -= 1;
  const failed = (yield schedule).fails;
  if (!failed) budget.passed.add(text);
  return failed;
}

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
