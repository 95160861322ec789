import type { Simulation, Step } from '../engine/simulation.ts';

/** Somebody who yields the label of each step before taking it. */
export type Actor = Generator<string, void, void>;

/**
 * Simulate actors that share memory: the smallest world that schedules can be tried on.
 *
 * An actor that waits for another yields once more instead of blocking. In order means the first actor to its end, then
 * the second. Actors that `actors` gains on the way join at its end.
 */
export function simulateActors<History>(actors: Actor[], history: History): Simulation<History> {
  const enabled: Step[] = [];
  let joined = 0;

  const advance = (actor: number, index: number): void => {
    const resumed = actors[actor]?.next();
    if (resumed === undefined || resumed.done === true) enabled.splice(index, 1);
    else enabled[index] = { label: resumed.value, actor, kind: 'call', faults: [] };
  };
  const join = (): void => {
    while (joined < actors.length) {
      enabled.length += 1;
      advance(joined++, enabled.length - 1);
    }
  };
  join();

  return {
    enabled: () => enabled,
    perform(step) {
      advance(step.actor, enabled.indexOf(step));
      join();
    },
    done: () => true,
    heal: () => {},
    history,
  };
}
