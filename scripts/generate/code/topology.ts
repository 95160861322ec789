import type { Contract } from '../../contract/contract.ts';
import { at, entriesOf, isObject, type JsonObject, membersOf } from '../../contract/json.ts';
import { topicsOf } from '../../contract/topics.ts';
import { constant, constantName, unionOf } from './print.ts';

/** Sections that have a file of their own. */
const ELSEWHERE = ['x-processors', 'x-areas', 'x-profiles', 'x-requirements'];

/** Sections about the judge, which an implementation does without. */
const OF_THE_JUDGE = ['x-areas', 'x-profiles', 'x-requirements'];

/**
 * Write every `x-` section as a constant, and the topics with who sends and who receives what.
 *
 * @param docs  a sentence per section name, from the descriptions of the extension schema.
 */
export function topologyModule(document: JsonObject, docs: Readonly<Record<string, string>>): string {
  const sections = membersOf(document).filter(([name]) => name.startsWith('x-') && !ELSEWHERE.includes(name));
  const topics = topicsOf(document);
  return [
    constant(
      'TOPICS',
      'Give each topic its channel, dead-letter topic, messages, senders and receivers.',
      topics,
    ),
    `/** Name a topic of the contract. */\nexport type TopicName = ${unionOf(Object.keys(topics))};\n`,
    constant('TOPIC', 'Give the topic of each channel, as in TOPIC.phase4Trigger.', topicsByChannel(topics)),
    ...sections.map(([name, value]) =>
      constant(constantName(name), docs[name] ?? `Hold the section ${name} of the contract.`, value),
    ),
    `/** Name a component of the pipeline. */\nexport type ComponentName = keyof typeof COMPONENTS;\n`,
    constant(
      'RUN_COMPONENTS',
      'List the components that an implementation runs, in the order of the pipeline; the others are external.',
      runComponents(document),
    ),
  ].join('\n');
}

function topicsByChannel(topics: JsonObject): JsonObject {
  return Object.fromEntries(membersOf(topics).map(([name, topic]) => [String(at(topic, 'channel')), name]));
}

/**
 * Give the contract's topology and registry to implementations in other languages: the topics, and every `x-` section
 * but those about the judge under its name in snake case, as in `trigger_identity`.
 */
export function contractData({ file, version, document }: Contract): JsonObject {
  const sections = membersOf(document).filter(
    ([name]) => name.startsWith('x-') && !OF_THE_JUDGE.includes(name),
  );
  return {
    $comment: `Generated from ${file} ${version}. Do not edit.`,
    topics: topicsOf(document),
    ...Object.fromEntries(
      sections.map(([name, value]) => [name.slice('x-'.length).replaceAll('-', '_'), value]),
    ),
  };
}

/** Give the names that a target file may hold, for editors: target.schema.yaml refers to them. */
export function namesSchema(document: JsonObject): JsonObject {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment: 'Generated from asyncapi.yaml. Do not edit.',
    definitions: {
      component_name: { enum: runComponents(document) },
      profile_name: { enum: membersOf(document['x-profiles']).map(([name]) => name) },
    },
  };
}

function runComponents(document: JsonObject): readonly string[] {
  return membersOf(document['x-components'])
    .filter(([, component]) => at(component, 'runs_as') !== 'external')
    .map(([name]) => name);
}

/** List the names of the messages under `components.messages`. */
export function messageNames(document: JsonObject): readonly string[] {
  return membersOf(at(document, 'components', 'messages')).map(([name]) => name);
}

/** List the examples of every message with its name. */
export function messageExamples(document: JsonObject): readonly JsonObject[] {
  return membersOf(at(document, 'components', 'messages')).flatMap(([message, value]) =>
    entriesOf(at(value, 'examples')).flatMap((example) =>
      isObject(example)
        ? [
            {
              message,
              name: example['name'] ?? '',
              summary: example['summary'] ?? '',
              payload: example['payload'] ?? null,
            },
          ]
        : [],
    ),
  );
}
