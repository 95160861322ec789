import type fc from 'fast-check';
import type { Finding } from '../../conformance/exploration/engine/explore.ts';
import type { Simulation } from '../exploration/in-process/simulation.ts';
import { type Actor, simulateActors } from '../exploration/models/actors.ts';

/** How many completions make a trigger. */
const NEEDED = 5;

/** One document and one topic. */
export interface FanIn {
  completed: number;
  version: number;
  published: number;
}

/** Simulate five completions that read, commit under compare-and-set, and publish when they are the last. */
export function simulateFanIn(): Simulation<FanIn> {
  const state: FanIn = { completed: 0, version: 0, published: 0 };
  const actors: Actor[] = [];
  for (let count = 0; count < NEEDED; count++) actors.push(deliver(state));
  return simulateActors(actors, state);
}

/** The same five under fast-check's scheduler: the same steps, the same decisions. */
export async function scheduleFanIn(scheduler: fc.Scheduler): Promise<FanIn> {
  const state: FanIn = { completed: 0, version: 0, published: 0 };
  const deliveries: Promise<void>[] = [];
  for (let count = 0; count < NEEDED; count++) deliveries.push(deliverAsync(state, scheduler));
  await scheduler.waitIdle();
  await Promise.all(deliveries);
  return state;
}

/** One trigger and no lost completion, or what is wrong. */
export function judgeFanIn({ completed, published }: FanIn): readonly Finding[] {
  if (completed === NEEDED && published === 1) return [];
  return [{ anomaly: 'wrong count', proof: `${completed} completions made ${published} triggers` }];
}

function* deliver(state: FanIn): Actor {
  for (;;) {
    yield 'read';
    const { version, completed } = state;
    yield 'commit';
    if (state.version !== version) continue;
    state.version += 1;
    state.completed = completed + 1;
    if (state.completed < NEEDED) return;
    yield 'publish';
    state.published += 1;
    return;
  }
}

async function deliverAsync(state: FanIn, scheduler: fc.Scheduler): Promise<void> {
  for (;;) {
    await scheduler.schedule(Promise.resolve(), 'read');
    const { version, completed } = state;
    await scheduler.schedule(Promise.resolve(), 'commit');
    if (state.version !== version) continue;
    state.version += 1;
    state.completed = completed + 1;
    if (state.completed < NEEDED) return;
    await scheduler.schedule(Promise.resolve(), 'publish');
    state.published += 1;
    return;
  }
}
