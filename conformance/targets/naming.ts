import type { CloudCall, CloudEvent, Gate, Observer } from '../cloud/calls.ts';
import type { Payload } from '../history/events.ts';
import type { NamesDescription } from './description.ts';
import { dataWith, renaming } from './fields.ts';

/** Translates between the contract's names and the target's, in both directions. */
export interface Naming {
  /** The target's name of a topic of the contract. */
  actualTopic(contract: string): string;
  contractTopic(actual: string): string;
  /** The target's path of a document, whose first part is a collection of the contract. */
  actualPath(contract: string): string;
  contractPath(actual: string): string;
  /** A message of the contract under the target's names of its fields. */
  actualMessage(contract: Payload): Payload;
  /** The bytes of a message that the target sent, under the contract's names; what is no object stays as it is. */
  contractData(actual: Buffer): Buffer;
}

/** Create the naming of a target; what it does not rename keeps its name. */
export function createNaming({
  topics,
  collections,
  fields = {},
}: Omit<NamesDescription, 'fields'> & Partial<NamesDescription>): Naming {
  const { toActual, toContract } = renaming(fields);
  const topics_back = invert(topics);
  const collections_back = invert(collections);
  return {
    actualTopic: (contract) => topics[contract] ?? contract,
    contractTopic: (actual) => topics_back[actual] ?? actual,
    actualPath: (contract) => renameRoot(contract, collections),
    contractPath: (actual) => renameRoot(actual, collections_back),
    actualMessage: toActual,
    contractData: (actual) => (Object.keys(fields).length === 0 ? actual : dataWith(actual, toContract)),
  };
}

/** Make a gate see calls under the contract's names. */
export function gateInContract(naming: Naming, gate: Gate): Gate {
  return (call) => gate(callInContract(naming, call));
}

/** Make an observer see events under the contract's names. */
export function observerInContract(naming: Naming, observe: Observer): Observer {
  return (event) => observe(eventInContract(naming, event));
}

function eventInContract(naming: Naming, event: CloudEvent): CloudEvent {
  switch (event.kind) {
    case 'publish':
      return { ...event, topic: naming.contractTopic(event.topic), data: naming.contractData(event.data) };
    case 'commit': {
      const writes = event.writes.map((write) => ({ ...write, path: naming.contractPath(write.path) }));
      return { ...event, writes };
    }
    case 'call':
      return { ...event, call: callInContract(naming, event.call) };
  }
}

/** Only a publish names a topic that somebody chooses by; everything else is told apart by dates and ids. */
function callInContract(naming: Naming, call: CloudCall): CloudCall {
  const { request } = call;
  if (call.method !== 'Publish' || typeof request !== 'object' || request === null) return call;
  if (!('topic' in request) || typeof request.topic !== 'string') return call;
  const parts = request.topic.split('/');
  const topic = [...parts.slice(0, -1), naming.contractTopic(parts.at(-1) ?? '')].join('/');
  return { ...call, request: { ...request, topic } };
}

function renameRoot(path: string, names: Readonly<Record<string, string>>): string {
  const [root = '', ...rest] = path.split('/');
  return [names[root] ?? root, ...rest].join('/');
}

function invert(names: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(names).map(([contract, actual]) => [actual, contract]));
}
