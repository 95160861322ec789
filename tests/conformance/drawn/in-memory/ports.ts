import type { FaultRule } from '../../../../conformance/harness/faults/faults.ts';
import type { EventDraft, HistoryEvent, Payload } from '../../../../conformance/history/events.ts';
import { PipelineError } from '../../../../reference/errors/pipeline-error.ts';
import type { Ports } from '../../../../reference/ports/ports.ts';
import { createMemoryPorts, type MemoryPorts } from '../../../reference/memory-ports.ts';

/** A fault that is on, or was. */
export interface Rule {
  readonly rule: FaultRule;
  seen: number;
  hits: number;
  readonly strike: () => void;
  readonly lifted: Promise<void>;
  is_lifted: boolean;
}

/** Ports whose publishes are events and whose calls can be struck. */
export function portsOf(
  append: (draft: EventDraft) => HistoryEvent,
  struckBy: (on: FaultRule['on'], words: string, topic?: string) => Rule | undefined,
): MemoryPorts {
  const ports = createMemoryPorts();
  const clock = {
    ...ports.clock,
    now: () => new Date(),
    wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  };
  let turn = 0;
  ports.faults.pause = async (step) => {
    // Others get a turn at other places each time.
    if (++turn % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
    const [on] = step.split(' ');
    const one = on === 'commit' || on === 'read' ? struckBy(on, step) : undefined;
    if (one?.rule.effect === 'hold') await one.lifted;
    if (one?.rule.effect === 'refuse') throw unavailable('STORE_UNAVAILABLE', step);
  };
  const { broker } = ports;
  const publish: Ports['broker']['publish'] = async (topic, message, attributes) => {
    const one = struckBy('publish', JSON.stringify(message), topic);
    if (one?.rule.effect === 'hold') await one.lifted;
    if (one?.rule.effect === 'refuse') throw unavailable('BROKER_UNAVAILABLE', topic);
    const copy = structuredClone(message) as Payload;
    append({ kind: 'publish', topic, message_id: 'm', message: copy, raw: null, attributes, marks: [] });
    const confirmed = await broker.publish(topic, message, attributes);
    if (one?.rule.effect === 'lose_answer') throw unavailable('BROKER_UNAVAILABLE', topic);
    return confirmed;
  };
  return { ...ports, clock: clock as never, broker: { publish } };
}

function unavailable(code: 'BROKER_UNAVAILABLE' | 'STORE_UNAVAILABLE', what: string): PipelineError {
  return new PipelineError(code, `expected an answer to ${what}, got none`);
}
