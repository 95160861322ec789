import type { Simulation } from '../in-process/simulation.ts';
import { type Actor, simulateActors } from '../models/actors.ts';

/** A counter that actors add to, and who added when. */
export interface Counter {
  value: number;
  readonly order: string[];
}

/** Simulate actors that each take so many steps and touch nothing: for counting interleavings. */
export function simulateSteps(lengths: readonly number[]): Simulation<Counter> {
  const counter: Counter = { value: 0, order: [] };
  return simulateActors(
    lengths.map((length, actor) => walk(counter, `${actor}`, length)),
    counter,
  );
}

/** Simulate actors that read a counter and write it back plus one, without a transaction. */
export function simulateLostUpdate(actors: number): Simulation<Counter> {
  const counter: Counter = { value: 0, order: [] };
  return simulateActors(
    Array.from({ length: actors }, (_, actor) => increment(counter, `${actor}`)),
    counter,
  );
}

function* walk(counter: Counter, name: string, length: number): Actor {
  for (let step = 1; step <= length; step++) {
    yield `step ${step} of ${name}`;
    counter.order.push(name);
  }
}

function* increment(counter: Counter, name: string): Actor {
  yield `read by ${name}`;
  const seen = counter.value;
  yield `write by ${name}`;
  counter.value = seen + 1;
  counter.order.push(name);
}
