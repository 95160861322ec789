import type { CloudCall, CloudEvent, Gate, Observer } from '../cloud/calls.ts';
import type { Json, Payload } from '../history/events.ts';
import { isObject } from '../history/select.ts';
import type { NamesDescription } from './description.ts';

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

/** Writes a message under other names of its fields. */
type Rename = (message: Payload) => Payload;

/**
 * Make the renamings of fields in both directions.
 *
 * @param fields the target's name of a field, by the field's path in the contract; elements of a list have the path of the list.
 */
function renaming(fields: Readonly<Record<string, string>>): {
  readonly toActual: Rename;
  readonly toContract: Rename;
} {
  if (Object.keys(fields).length === 0)
    return { toActual: (message) => message, toContract: (message) => message };
  const back = new Map<string, string>();
  for (const [path, actual] of Object.entries(fields)) back.set(within(parentOf(path), actual), lastOf(path));
  return {
    toActual: (message) => renamed(message, '', (name, above) => [fields[within(above, name)] ?? name, name]),
    toContract: (message) =>
      renamed(message, '', (name, above) => {
        const contract = back.get(within(above, name)) ?? name;
        // A field that the file says is called otherwise is none of the contract's under the contract's name.
        const is_left = contract === name && fields[within(above, name)] !== undefined;
        return [is_left ? `${name} (names.fields has another name for it)` : contract, contract];
      }),
  };
}

/** Rename the message within bytes; what is no JSON object stays as it is. */
function dataWith(data: Buffer, rename: Rename): Buffer {
  try {
    const value: Json = JSON.parse(data.toString('utf8'));
    return isObject(value) ? Buffer.from(JSON.stringify(rename(value)), 'utf8') : data;
  } catch {
    return data;
  }
}

/** @param naming gives a field's new name, and its name in the contract, which the paths of what is in it begin with. */
function renamed(
  value: Payload,
  above: string,
  naming: (name: string, above: string) => readonly [written: string, contract: string],
): Payload {
  const within_value = (member: Json, place: string): Json => {
    if (Array.isArray(member)) return member.map((element: Json) => within_value(element, place));
    return isObject(member) ? renamed(member, place, naming) : member;
  };
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const [written, contract] = naming(name, above);
      return [written, within_value(member, within(above, contract))];
    }),
  );
}

function within(above: string, name: string): string {
  return above === '' ? name : `${above}.${name}`;
}

function parentOf(path: string): string {
  return path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';
}

/** Name the last field of a path. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
