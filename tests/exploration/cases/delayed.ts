import type { Simulation } from '../in-process/simulation.ts';
import { type Actor, simulateActors } from '../models/actors.ts';

/** What a receiver saw that forgets a message when it comes too late. */
export interface Delayed {
  handled: number;
  lost: boolean;
}

/**
 * Simulate a receiver that loses one message when it arrives after `others` others, each of which is sent only once
 * the one before is handled. A uniform choice delays it past twenty of them once in a million runs.
 */
export function simulateDelayed(others = 20): Simulation<Delayed> {
  const seen: Delayed = { handled: 0, lost: false };
  const actors: Actor[] = [];
  actors.push(late(seen, others), next(actors, seen, others));
  return simulateActors(actors, seen);
}

function* late(seen: Delayed, others: number): Actor {
  yield 'Delivery of the late message';
  seen.lost = seen.handled >= others;
}

function* next(actors: Actor[], seen: Delayed, others: number): Actor {
  yield `Delivery of message ${seen.handled + 1}`;
  seen.handled += 1;
  if (seen.handled < others) actors.push(next(actors, seen, others));
}
