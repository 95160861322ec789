import type { Step } from '../../../conformance/exploration/engine/simulation.ts';
import type { Simulation } from '../in-process/simulation.ts';

/** Somebody who yields the label of each step before taking it. */
export type Actor = Generator<string, void, void>;

/**
 * Simulate actors that share memory: the smallest world that schedules can be tried on, and the fastest.
 *
 * An actor that waits for another yields once more instead of blocking. In order means the first actor to its end, then
 * the second. Actors that `actors` gains on the way join at its end. There are no faults here.
 */
export function simulateActors<History>(actors: Actor[], history: History): Simulation<History> {
  const enabled: Step[] = [];
  let joined = join(actors, 0, enabled);
  // Methods instead of arrow functions: this runs hundreds of thousands of times a second.
  return {
    enabled() {
      return enabled;
    },
    perform(step) {
      const index = enabled.indexOf(step);
      const next = nextStep(actors, step.actor);
      if (next === undefined) enabled.splice(index, 1);
      else enabled[index] = next;
      if (joined < actors.length) joined = join(actors, joined, enabled);
    },
    done() {
      return true;
    },
    heal() {},
    history,
  };
}

function join(actors: Actor[], joined: number, enabled: Step[]): number {
  let count = joined;
  while (count < actors.length) {
    const step = nextStep(actors, count++);
    if (step !== undefined) enabled.push(step);
  }
  return count;
}

function nextStep(actors: Actor[], actor: number): Step | undefined {
  const resumed = actors[actor]?.next();
  if (resumed === undefined || resumed.done === true) return undefined;
  return { label: resumed.value, actor, kind: 'call', faults: NO_FAULTS };
}

const NO_FAULTS: Step['faults'] = [];
