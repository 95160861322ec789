import { type Schemas, schemasOf } from '../../../schemas/flatten.ts';
import { at, entriesOf, isObject, type Json, type JsonObject, membersOf, stringsOf } from '../../json.ts';
import { topicsOf } from '../../topics.ts';
import { escaped, fact, linkTo, part, prose } from '../markup.ts';
import { schemaLinks, schemaMarkup } from './schemas.ts';

/** Write the topics: who sends, who receives, and how it is delivered. Topics of dead letters are told at theirs. */
export function topicParts(document: JsonObject): string {
  const topics = membersOf(topicsOf(document));
  const dead = topics.flatMap(([, topic]) => at(topic, 'dead_letter_topic') ?? []);
  const whole = topics.filter(([name]) => !dead.includes(name));
  return whole.map(([name, topic]) => topicPart(document, name, topic)).join('');
}

function topicPart(document: JsonObject, name: string, topic: Json): string {
  const channel = at(document, 'channels', String(at(topic, 'channel')));
  const components = (key: string): string =>
    stringsOf(at(topic, key))
      .map((one) => linkTo('component', one))
      .join(', ');
  const subscriptions = membersOf(document['x-subscriptions']).filter(([, one]) => at(one, 'topic') === name);
  const letters = at(topic, 'dead_letter_topic');
  const body = [
    `<p>${prose(String(at(channel, 'summary') ?? ''))}</p><dl>`,
    fact('sent by', components('senders')),
    fact('received by', components('receivers')),
    fact(
      'messages',
      stringsOf(at(topic, 'messages'))
        .map((message) => linkTo('message', message))
        .join(', '),
    ),
    ...subscriptions.map(([subscription, one]) =>
      fact('subscription', subscriptionMarkup(subscription, one)),
    ),
    fact('dead letters', typeof letters === 'string' ? `<code>${escaped(letters)}</code>` : ''),
    '</dl>',
  ];
  return part('topic', name, `<code>${escaped(name)}</code>`, body.join(''));
}

function subscriptionMarkup(name: string, one: Json): string {
  const to = at(one, 'push_path');
  const pauses = ['minimum_backoff_seconds', 'maximum_backoff_seconds'].map((key) =>
    at(one, 'retry_policy', key),
  );
  const words = [
    to == null ? 'is pulled' : `pushes to ${String(to)} of ${String(at(one, 'component'))}`,
    `waits ${String(at(one, 'ack_deadline_seconds'))} s for an answer`,
    ...(pauses[0] === undefined ? [] : [`tries again after ${pauses.join(' to ')} s`]),
    ...(at(one, 'dead_letter', 'max_delivery_attempts') === undefined
      ? []
      : [`${String(at(one, 'dead_letter', 'max_delivery_attempts'))} attempts before it is a dead letter`]),
    ...(at(one, 'message_retention_seconds') === undefined
      ? []
      : [`keeps a message for ${Number(at(one, 'message_retention_seconds')) / 86_400} days`]),
  ];
  return `<code>${escaped(name)}</code>: ${escaped(words.join('; '))}`;
}

/** Write the messages with their fields, rules and examples. */
export function messageParts(document: JsonObject): string {
  const schemas = schemasOf(document);
  return membersOf(at(document, 'components', 'messages'))
    .map(([name, message]) => messagePart(document, schemas, name, message))
    .join('');
}

function messagePart(document: JsonObject, schemas: Schemas, name: string, message: Json): string {
  const schema = String(at(message, 'payload', '$ref') ?? name)
    .split('/')
    .at(-1);
  const topics = membersOf(topicsOf(document)).filter(
    ([, topic]) => at(topic, 'dead_letter_topic') !== null && stringsOf(at(topic, 'messages')).includes(name),
  );
  const examples = entriesOf(at(message, 'examples')).filter(isObject);
  const about = ['summary', 'description'].flatMap((key) => {
    const text = at(message, key);
    return typeof text === 'string' ? [`<p>${prose(text)}</p>`] : [];
  });
  const body = [
    ...about,
    `<dl>${fact('on', topics.map(([topic]) => linkTo('topic', topic)).join(', '))}</dl>`,
    schema !== undefined && schema in schemas ? schemaMarkup(schemas, schema, schemaLinks(document)) : '',
    ...examples.map(
      ({ name: example, summary, payload }) =>
        `<details><summary>Example ${escaped(String(example ?? ''))}: ${escaped(String(summary ?? ''))}</summary><pre tabindex="0">${escaped(JSON.stringify(payload ?? null, null, 2))}</pre></details>`,
    ),
  ];
  return part('message', name, `<code>${escaped(name)}</code>`, body.join(''));
}

/** Write the schemas that are no message: bodies of calls, documents of the store, and what they share. */
export function schemaParts(document: JsonObject): string {
  const schemas = schemasOf(document);
  const messages = membersOf(at(document, 'components', 'messages')).map(([, message]) =>
    String(at(message, 'payload', '$ref'))
      .split('/')
      .at(-1),
  );
  const documents = membersOf(document['x-state']);
  return Object.keys(schemas)
    .filter((name) => !messages.includes(name))
    .map((name) => {
      const places = documents.filter(([, one]) => at(one, 'schema') === name);
      const kept = places.map(
        ([, one]) => `<code>${escaped(String(at(one, 'path')))}</code>${ownerMarkup(at(one, 'owner'))}`,
      );
      const body = `<dl>${fact('kept at', kept.join('; '))}</dl>${schemaMarkup(schemas, name, schemaLinks(document))}`;
      return part('schema', name, `<code>${escaped(name)}</code>`, body);
    })
    .join('');
}

function ownerMarkup(owner: Json | undefined): string {
  return typeof owner === 'string' ? ` by ${linkTo('component', owner)}` : '';
}
