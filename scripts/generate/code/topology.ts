import { at, entriesOf, isObject, type Json, type JsonObject, membersOf } from '../../contract/json.ts';
import { constant, constantName, unionOf } from './print.ts';

/** Sections that have a file of their own. */
const ELSEWHERE = ['x-processors', 'x-requirements'];

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
    ...sections.map(([name, value]) =>
      constant(constantName(name), docs[name] ?? `Hold the section ${name} of the contract.`, value),
    ),
    `/** Name a component of the pipeline. */\nexport type ComponentName = keyof typeof COMPONENTS;\n`,
  ].join('\n');
}

/** Gather each topic's facts from channels and operations, by topic name. */
export function topicsOf(document: JsonObject): JsonObject {
  const operations = membersOf(document['operations']).map(([, operation]) => operation);
  return Object.fromEntries(
    membersOf(document['channels']).map(([channel, value]) => {
      const own = operations.filter((one) => at(one, 'channel', '$ref') === `#/channels/${channel}`);
      const componentsThat = (action: string): readonly Json[] => [
        ...new Set(
          own.filter((one) => at(one, 'action') === action).flatMap((one) => at(one, 'x-component') ?? []),
        ),
      ];
      const deadLetter = at(value, 'x-dead-letter-channel');
      const topic = {
        channel,
        dead_letter_topic:
          typeof deadLetter === 'string' ? (at(document, 'channels', deadLetter, 'address') ?? null) : null,
        messages: messagesOf(value),
        senders: componentsThat('send'),
        receivers: componentsThat('receive'),
      };
      return [String(at(value, 'address')), topic];
    }),
  );
}

function messagesOf(channel: Json): readonly string[] {
  const messages = isObject(channel) ? membersOf(channel['messages']) : [];
  return messages.map(
    ([key, message]) =>
      String(at(message, '$ref') ?? key)
        .split('/')
        .at(-1) ?? key,
  );
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
