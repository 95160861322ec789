import {
  channelBlock,
  deadLetterBlocks,
  messageBlocks,
  operationBlock,
  subscriptionBlock,
} from '../blocks/messaging.ts';
import type { Contract } from '../contract.ts';
import { at, type JsonObject, membersOf } from '../json.ts';
import { topicsOf } from '../topics.ts';
import {
  type Addition,
  AdditionError,
  givenValue,
  givenValues,
  type Kind,
  requiredValue,
  requireListed,
  requireNew,
  type Values,
} from './addition.ts';

/** A topic with its message, its dead letters, its parties and their subscriptions. */
export const TOPIC: Kind = {
  name: 'topic',
  says: 'a topic, its message, dead letters, operations and subscriptions',
  example:
    'contract add topic --topic nba-corrections --message CorrectionAnnounced --sender phase5-coordinator --receiver prediction-consumers --summary "A box score was corrected."',
  flags: [
    { form: '--topic <name>', says: 'its name, such as nba-corrections', required: true },
    {
      form: '--message <Name>',
      says: 'what it carries; a new name makes a message and its schema',
      required: true,
    },
    { form: '--sender <component>', says: 'who sends it', required: true, many: true },
    {
      form: '--receiver <component[:/path]>',
      says: 'who receives it, and the path that is pushed to; without a path it is pulled',
      required: true,
      many: true,
    },
    { form: '--summary <sentence>', says: 'what a message of it says', required: true },
    { form: '--channel <name>', says: 'name of the channel; the topic in camel case if it is left out' },
    { form: '--phase <phase>', says: 'phase of a new message; that of the sender if it is left out' },
  ],
  decide: decideTopic,
};

function decideTopic({ document, text }: Contract, values: Values): Addition {
  const topic = requiredValue(values, 'topic');
  requireNew('topic', topic, /^[a-z0-9]+(-[a-z0-9]+)*$/, topicsOf(document)[topic] !== undefined);
  const channel = givenValue(values, 'channel') ?? channelName(topic);
  requireNew('channel', channel, /^[a-z]\w*$/, at(document, 'channels', channel) !== undefined);
  const components = membersOf(document['x-components']).map(([name]) => name);
  const senders = givenValues(values, 'sender').map((one) => requireListed('sender', one, components));
  const receivers = givenValues(values, 'receiver').map((one) => receiverOf(document, one));
  const message = requiredValue(values, 'message');
  const summary = requiredValue(values, 'summary');
  const is_new = at(document, 'components', 'messages', message) === undefined;
  return {
    blocks: [
      channelBlock(channel, topic, summary, [message]),
      ...senders.map((sender) => operationBlock(sender, 'send', channel)),
      ...receivers.map(({ component }) => operationBlock(component, 'receive', channel)),
      ...receivers.map((receiver, index) => subscriptionBlock(document, topic, receiver, index > 0)),
      ...deadLetterBlocks(text, channel, topic, 'by anchor'),
      ...(is_new ? messageBlocks(message, phaseOf(document, values, senders), summary) : []),
    ],
    entries: [],
    by_hand: [
      ...(is_new
        ? [`give ${message} its own fields under components.schemas, and its example their values`]
        : []),
      ...senders.map((sender) => `let ${sender} send it, and test that it does`),
      ...receivers.flatMap(({ component, push_path }) =>
        push_path === null
          ? []
          : [`let ${component} serve POST ${push_path}, and test that a duplicate has no effect`],
      ),
      ...receivers.map(
        ({ component }) =>
          `if ${component} now does a new piece of work once, name its key under x-idempotency`,
      ),
      'say what the topic promises: contract add requirement',
    ],
  };
}

function receiverOf(document: JsonObject, text: string) {
  const [, component = text, path] = /^([^:]+):(\/.*)$/.exec(text) ?? [];
  requireListed(
    'receiver',
    component,
    membersOf(document['x-components']).map(([name]) => name),
  );
  const is_external = at(document, 'x-components', component, 'runs_as') === 'external';
  if (is_external && path !== undefined) {
    throw new AdditionError(
      `expected --receiver ${component} without a path, since it is external and pulls`,
    );
  }
  if (!is_external && path === undefined) {
    throw new AdditionError(
      `expected --receiver ${component}:/PATH, since it is served by push; got no path`,
    );
  }
  return { component, push_path: path ?? null };
}

function phaseOf(document: JsonObject, values: Values, senders: readonly string[]): string {
  const phase = givenValue(values, 'phase') ?? at(document, 'x-components', senders[0] ?? '', 'phase');
  if (typeof phase === 'string') return phase;
  throw new AdditionError(`expected --phase for the new message, since ${senders[0]} has no phase`);
}

function channelName(topic: string): string {
  return topic.replace(/^nba-/, '').replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
}
