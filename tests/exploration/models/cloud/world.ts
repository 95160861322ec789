import type { Step } from '../../../../conformance/exploration/engine/simulation.ts';
import type { FaultName } from '../../../../conformance/exploration/schedule/faults.ts';
import { ATTEMPTS_MAX, type ModelMessage } from './broker.ts';
import type { Component, Handling, Operation } from './calls.ts';
import type { ModelEvent } from './history.ts';
import type { ModelStore } from './store.ts';

/** One delivery that a component is at work on. */
export interface Work {
  /** Counts deliveries from 1. */
  readonly number: number;
  /** Counts from 0. */
  readonly instance: number;
  readonly generator: Handling;
  /** The call that waits to be served; undefined once the answer is given. */
  operation: Operation | undefined;
  acked: boolean;
  /** The broker has given this delivery up; nobody listens to its answer. */
  abandoned: boolean;
}

/** A step of the model: a delivery while `work` is undefined, else a call or the answer of that work. */
export interface ModelStep<Message> extends Step {
  /** Smaller comes first "in order". */
  readonly place: number;
  readonly message: ModelMessage<Message>;
  readonly work: Work | undefined;
}

/** Everything that the model knows; changes with each step. */
export interface ModelWorld<Message> {
  readonly component: Component<Message>;
  readonly instances: number;
  readonly lease_ms: number;
  readonly store: ModelStore;
  readonly history: ModelEvent<Message>[];
  readonly messages: ModelMessage<Message>[];
  /** Sorted by place. */
  readonly enabled: ModelStep<Message>[];
  readonly memories: Map<string, unknown>[];
  now_ms: number;
  steps: number;
  handlings: number;
  actors: number;
  ids: number;
  sweeps: number;
}

const AT_DELIVERY: readonly FaultName[] = ['duplicate', 'republish'];
const SWEEPS_PLACE = 1_000_000;

/** Put a step among the enabled ones, at its place. */
export function enable<Message>({ enabled }: ModelWorld<Message>, step: ModelStep<Message>): void {
  let index = enabled.length;
  while (index > 0 && (enabled[index - 1]?.place ?? 0) > step.place) index -= 1;
  if (index === enabled.length) enabled.push(step);
  else enabled.splice(index, 0, step);
}

/** Publish a message to the component's subscription; it may be delivered at once. */
export function addMessage<Message>(
  world: ModelWorld<Message>,
  message: Message | undefined,
  message_id: string,
  place: number,
): void {
  const added: ModelMessage<Message> = {
    message_id,
    message,
    place,
    attempts: 0,
    copies: 0,
    state: 'waiting',
    due_ms: world.now_ms,
  };
  world.messages.push(added);
  offerDelivery(world, added);
}

/** Let the scheduler ask for a sweep. */
export function addSweep<Message>(world: ModelWorld<Message>): void {
  world.sweeps += 1;
  addMessage(world, undefined, `s${world.sweeps}`, SWEEPS_PLACE + world.sweeps);
}

/** Put a message back that was not acked; after too many attempts it is given up. */
export function redeliver<Message>(
  world: ModelWorld<Message>,
  message: ModelMessage<Message>,
  due_ms: number,
  work: Work,
): void {
  if (message.attempts >= ATTEMPTS_MAX) {
    message.state = 'given_up';
    world.history.push({
      kind: 'given_up',
      step: world.steps,
      at_ms: world.now_ms,
      fault: undefined,
      handling: work.number,
      message_id: message.message_id,
    });
    return;
  }
  message.state = 'waiting';
  message.due_ms = due_ms;
  if (due_ms <= world.now_ms) offerDelivery(world, message);
}

/** Move the clock to the next delivery that is due, if there is any, and offer what is due then. */
export function letTimePass<Message>(world: ModelWorld<Message>): void {
  const waiting = world.messages.filter((message) => message.state === 'waiting');
  if (waiting.length === 0) return;
  world.now_ms = Math.max(world.now_ms, Math.min(...waiting.map((message) => message.due_ms)));
  for (const message of waiting) {
    if (message.due_ms <= world.now_ms) offerDelivery(world, message);
  }
}

function offerDelivery<Message>(world: ModelWorld<Message>, message: ModelMessage<Message>): void {
  const { message_id } = message;
  enable(world, {
    label: message.message === undefined ? `Sweep ${message_id}` : `Delivery of ${message_id}`,
    actor: world.actors++,
    kind: 'deliver',
    faults: AT_DELIVERY,
    place: message.place,
    message,
    work: undefined,
  });
}
