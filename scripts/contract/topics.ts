import { at, isObject, type Json, type JsonObject, membersOf } from './json.ts';

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
