import type { FaultName } from '../../../../conformance/exploration/schedule/faults.ts';
import { ACK_DEADLINE_MS, pauseAfter } from './broker.ts';
import type { Context, Handling, Operation, Reply } from './calls.ts';
import { serve } from './store.ts';
import {
  addMessage,
  enable,
  letTimePass,
  type ModelStep,
  type ModelWorld,
  redeliver,
  type Work,
} from './world.ts';

const AT_ANSWER: readonly FaultName[] = ['ack_lost', 'crash'];
const AT_CALL: readonly FaultName[] = [
  'unavailable',
  'refused',
  'deadline_before',
  'deadline_after',
  'no_answer',
  'crash',
  'crash_after',
  'zombie',
];
const AT_COMMIT: readonly FaultName[] = ['aborted', ...AT_CALL];
const ZOMBIES_PLACE = 2_000_000;

/** Perform an enabled step, and let time pass when that leaves nothing else to do. */
export function performStep<Message>(
  world: ModelWorld<Message>,
  step: ModelStep<Message>,
  fault: FaultName | undefined,
): void {
  const index = world.enabled.indexOf(step);
  if (index < 0) throw new Error(`expected an enabled step, got "${step.label}"`);
  world.enabled.splice(index, 1);
  world.steps += 1;
  const { work } = step;
  if (work === undefined) deliver(world, step, fault);
  else if (work.operation === undefined) answer(world, step, work, fault);
  else if (fault === 'zombie') fallAsleep(world, step, work, work.operation);
  else call(world, step, work, work.operation, fault);
  if (world.enabled.length === 0) letTimePass(world);
}

function deliver<Message>(
  world: ModelWorld<Message>,
  step: ModelStep<Message>,
  fault: FaultName | undefined,
): void {
  const { message } = step;
  const number = ++world.handlings;
  const instance = (number - 1) % world.instances;
  message.state = 'delivered';
  message.attempts += 1;
  world.history.push({
    kind: 'delivered',
    step: world.steps,
    at_ms: world.now_ms,
    fault,
    handling: number,
    message_id: message.message_id,
    message: message.message,
    instance: instance + 1,
  });
  if (fault !== undefined) {
    message.copies += 1;
    const id = fault === 'duplicate' ? message.message_id : `${message.message_id}-again-${message.copies}`;
    addMessage(world, message.message, id, message.place + message.copies / 100);
  }
  const generator = begin(world, message.message, createContext(world, message.message_id, number, instance));
  const work: Work = { number, instance, generator, operation: undefined, acked: false, abandoned: false };
  resume(world, step, work, undefined);
}

function begin<Message>(
  world: ModelWorld<Message>,
  message: Message | undefined,
  context: Context,
): Handling {
  if (message !== undefined) return world.component.handle(message, context);
  if (world.component.sweep === undefined)
    throw new Error('expected a component with a sweep; leave `sweeps` out');
  return world.component.sweep(context);
}

function createContext<Message>(
  world: ModelWorld<Message>,
  message_id: string,
  number: number,
  instance: number,
): Context {
  let memory = world.memories[instance];
  if (memory === undefined) {
    memory = new Map();
    world.memories[instance] = memory;
  }
  return {
    holder: `h${number}`,
    message_id,
    nowMs() {
      return world.now_ms;
    },
    freshId() {
      world.ids += 1;
      return `id-${world.ids}`;
    },
    memory,
  };
}

/** Lets a component go on until its next call or its answer, and offers that as a step. */
function resume<Message>(
  world: ModelWorld<Message>,
  step: ModelStep<Message>,
  work: Work,
  reply: Reply | undefined,
): void {
  const next = reply === undefined ? work.generator.next() : work.generator.next(reply);
  const where = ` for ${step.message.message_id} on instance ${work.instance + 1}`;
  const { actor, place, message } = step;
  if (next.done !== true) {
    const operation = next.value;
    work.operation = operation;
    const label = nameOperation(operation) + where;
    const faults = operation.kind === 'commit' ? AT_COMMIT : AT_CALL;
    enable(world, { label, actor, kind: operation.kind, faults, place, message, work });
    return;
  }
  work.operation = undefined;
  work.acked = next.value;
  if (work.abandoned) return;
  const label = (next.value ? 'Ack' : 'Nack') + where;
  enable(world, { label, actor, kind: 'answer', faults: AT_ANSWER, place, message, work });
}

function answer<Message>(
  world: ModelWorld<Message>,
  { message }: ModelStep<Message>,
  work: Work,
  fault: FaultName | undefined,
): void {
  world.history.push({
    kind: 'answered',
    step: world.steps,
    at_ms: world.now_ms,
    fault,
    handling: work.number,
    message_id: message.message_id,
    acked: work.acked,
  });
  if (fault === 'crash') {
    crash(world, work.instance);
    redeliver(world, message, world.now_ms + ACK_DEADLINE_MS, work);
  } else if (fault === 'ack_lost') redeliver(world, message, world.now_ms, work);
  else if (work.acked) message.state = 'acked';
  else redeliver(world, message, world.now_ms + pauseAfter(message.attempts), work);
}

function call<Message>(
  world: ModelWorld<Message>,
  step: ModelStep<Message>,
  work: Work,
  operation: Operation,
  fault: FaultName | undefined,
): void {
  const { done, reply } = serve(world.store, operation, fault);
  world.history.push({
    kind: 'called',
    step: world.steps,
    at_ms: world.now_ms,
    fault,
    handling: work.number,
    operation,
    done,
    outcome: reply === undefined ? 'NO_ANSWER' : reply.ok ? 'OK' : reply.code,
  });
  if (reply !== undefined) {
    resume(world, step, work, reply);
    return;
  }
  if (!work.abandoned) redeliver(world, step.message, world.now_ms + ACK_DEADLINE_MS, work);
  if (fault !== 'no_answer') crash(world, work.instance);
}

/** Lets time pass beyond the caller's leases while its call waits; its message is delivered again meanwhile. */
function fallAsleep<Message>(
  world: ModelWorld<Message>,
  step: ModelStep<Message>,
  work: Work,
  operation: Operation,
): void {
  const { steps, now_ms, history } = world;
  const outcome = 'NO_ANSWER';
  history.push({
    kind: 'called',
    step: steps,
    at_ms: now_ms,
    fault: 'zombie',
    handling: work.number,
    operation,
    done: false,
    outcome,
  });
  world.now_ms += world.lease_ms + 1;
  if (!work.abandoned) redeliver(world, step.message, world.now_ms, work);
  work.abandoned = true;
  const place = ZOMBIES_PLACE + work.number;
  enable(world, { ...step, label: `late ${step.label}`, place, actor: world.actors++, faults: [] });
}

/** Ends everything that an instance was doing; it starts again with an empty memory. */
function crash<Message>(world: ModelWorld<Message>, instance: number): void {
  world.memories[instance] = new Map();
  const lost = world.enabled.filter((step) => step.work?.instance === instance);
  for (const step of lost) {
    world.enabled.splice(world.enabled.indexOf(step), 1);
    if (step.work !== undefined && !step.work.abandoned) {
      redeliver(world, step.message, world.now_ms + ACK_DEADLINE_MS, step.work);
    }
  }
}

function nameOperation(operation: Operation): string {
  switch (operation.kind) {
    case 'read':
      return `Read ${operation.path}`;
    case 'commit':
      return `Commit ${operation.path}`;
    case 'publish':
      return `Publish to ${operation.topic}`;
  }
}
