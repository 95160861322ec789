import { isObject, type JsonObject, membersOf, stringsOf } from '../../contract/json.ts';
import { topicsOf } from '../../contract/topics.ts';
import { messageNames } from '../code/topology.ts';
import { docstring, literalType, pythonName, pythonValue } from './print.ts';

/** Write the names of messages, schemas, topics, phases and processors as types, with the lists of the first two. */
export function namesModule(document: JsonObject, schemas: readonly string[]): string {
  const messages = messageNames(document);
  const topics = topicsOf(document);
  const phases = membersOf(document['x-processors']);
  const channels = membersOf(topics).map(([name, topic]): [string, string] => [
    pythonName(snake(String(isObject(topic) ? topic['channel'] : name))),
    name,
  ]);
  return [
    docstring('The names that the contract gives to messages, schemas, topics and processors.'),
    'from typing import Final, Literal\n',
    named('MessageName', messages, 'A message of the contract.'),
    named(
      'SchemaName',
      schemas,
      'A schema of the contract: messages, request bodies, state documents and their parts.',
    ),
    named('TopicName', Object.keys(topics), 'A topic of the contract.'),
    named(
      'ProcessorPhase',
      phases.map(([phase]) => phase),
      'A phase that has processors.',
    ),
    ...phases.map(([phase, members]) =>
      named(
        phaseType(phase),
        membersOf(members).map(([name]) => name),
        `A processor of ${phase}.`,
      ),
    ),
    `MESSAGE_NAMES: Final[tuple[MessageName, ...]] = (${messages.map((name) => pythonValue(name)).join(', ')},)\n`,
    `SCHEMA_NAMES: Final[tuple[SchemaName, ...]] = (${schemas.map((name) => pythonValue(name)).join(', ')},)\n`,
    `\nclass TOPIC:\n    """The topic of each channel, as in TOPIC.${channels[0]?.[0] ?? 'channel'}."""\n`,
    ...channels.map(([field, name]) => `    ${field}: Final = ${pythonValue(name)}`),
    '',
  ].join('\n');
}

/** Write the reading of aliases: each spelling of a phase with its canonical name. */
export function registryModule(document: JsonObject): string {
  const phases = membersOf(document['x-processors']).map(([phase, members]) => {
    const spellings = membersOf(members).flatMap(([name, processor]) => {
      const aliases = isObject(processor) ? stringsOf(processor['aliases']) : [];
      return [name, ...aliases].map((spelling): [string, string] => [spelling, name]);
    });
    return [phase, Object.fromEntries(spellings)] as const;
  });
  return [
    docstring('Which processors a phase has, and how their names may be spelled.'),
    'from collections.abc import Mapping',
    'from typing import Final\n',
    'from .names import ProcessorPhase\n',
    'CANONICAL_NAMES: Final[Mapping[ProcessorPhase, Mapping[str, str]]] = \\',
    `    ${pythonValue(Object.fromEntries(phases), 1)}`,
    '"""Leads from every canonical name and alias of a phase to the canonical name."""\n',
    LOOKUP,
  ].join('\n');
}

const LOOKUP = `
def canonical_processor_name(phase: ProcessorPhase, name: str) -> str | None:
    """Give the canonical name of a canonical name or an alias, spelled exactly; None for any other name."""
    return CANONICAL_NAMES[phase].get(name)
`;

function named(name: string, values: readonly string[], doc: string): string {
  return `${name} = ${literalType(values)}\n"""${doc}"""\n`;
}

function phaseType(phase: string): string {
  const number = /^phase_(\d+)/.exec(phase)?.[1];
  const words = phase.replaceAll(/(^|_)(\w)/g, (_all, _gap, letter: string) => letter.toUpperCase());
  return number === undefined ? `${words}Processor` : `Phase${number}Processor`;
}

function snake(channel: string): string {
  return channel.replaceAll(/(?<=[a-z0-9])([A-Z])/g, (letter) => `_${letter.toLowerCase()}`).toLowerCase();
}
