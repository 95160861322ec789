import type { Simulation } from '../../in-process/simulation.ts';
import type { Component } from './calls.ts';
import type { ModelHistory } from './history.ts';
import { performStep } from './perform.ts';
import { createModelStore } from './store.ts';
import { addMessage, addSweep, type ModelStep, type ModelWorld } from './world.ts';

/** What is delivered to which component, and how the world around it is made. */
export interface ModelOptions<Message> {
  readonly component: Component<Message>;
  /** Delivered at least once each; concurrently, unless the schedule says otherwise. */
  readonly messages: readonly Message[];
  /** Sweeps that the scheduler asks for while messages are on their way. Default 0; healing adds its own. */
  readonly sweeps?: number;
  /** Deliveries go to them in turn. Default 2. */
  readonly instances?: number;
  /** How far the clock moves when a caller oversleeps its leases, and in healing. Default 10 minutes. */
  readonly lease_ms?: number;
}

/** Virtual time begins at 2024-01-15T12:00:00Z. */
const START_MS = Date.UTC(2024, 0, 15, 12);
/** Who needs more steps than this to heal does so for ever. */
const HEALING_STEPS_MAX = 20_000;

/**
 * Simulate a broker, a store and instances of one component.
 *
 * In order means: the first message from its delivery through all calls to its answer, then the second, then sweeps. Time
 * passes when nothing else can happen, and when a fault says so. A nacked message is due again after a pause.
 */
export function simulateCloud<Message>(options: ModelOptions<Message>): Simulation<ModelHistory<Message>> {
  const world = createWorld(options);
  let place = 0;
  for (const message of options.messages) {
    place += 1;
    addMessage(world, message, `m${place}`, place);
  }
  for (let count = 0; count < (options.sweeps ?? 0); count++) addSweep(world);

  return {
    enabled() {
      return world.enabled;
    },
    perform(step, fault) {
      performStep(world, step as ModelStep<Message>, fault);
    },
    // Whatever a component does, it answers or it is given up; nobody waits for what never comes.
    done() {
      return true;
    },
    heal() {
      heal(world);
    },
    history: world.history,
  };
}

function createWorld<Message>(options: ModelOptions<Message>): ModelWorld<Message> {
  return {
    component: options.component,
    instances: options.instances ?? 2,
    lease_ms: options.lease_ms ?? 600_000,
    store: createModelStore(),
    history: [],
    messages: [],
    enabled: [],
    memories: [],
    now_ms: START_MS,
    steps: 0,
    handlings: 0,
    actors: 0,
    ids: 0,
    sweeps: 0,
  };
}

/** Delivers what is owed until all is acked or given up, lets leases run out, sweeps, and does the same again. */
function heal<Message>(world: ModelWorld<Message>): void {
  world.history.push({
    kind: 'healing',
    step: world.steps,
    at_ms: world.now_ms,
    fault: undefined,
    handling: 0,
  });
  const last_step = world.steps + HEALING_STEPS_MAX;
  finishInOrder(world, last_step);
  world.now_ms += world.lease_ms + 1;
  if (world.component.sweep !== undefined) addSweep(world);
  finishInOrder(world, last_step);
}

function finishInOrder<Message>(world: ModelWorld<Message>, last_step: number): void {
  for (let step = world.enabled[0]; step !== undefined && world.steps < last_step; step = world.enabled[0]) {
    performStep(world, step, undefined);
  }
}
