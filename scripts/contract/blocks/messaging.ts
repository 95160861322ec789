import { at, type JsonObject, membersOf } from '../json.ts';
import type { Block } from './block.ts';
import { inLine, inLines, reference } from './yaml.ts';

/** Who forwards what used up its attempts, and who reads it. */
const DEAD_LETTER_PARTIES = { send: 'pubsub-service', receive: 'operators' } as const;
const DEAD_LETTERS_KEPT_SECONDS = 2678400;
const MESSAGES_KEPT_SECONDS = 604800;

/** Write a channel, whose dead-letter channel shares its messages. */
export function channelBlock(
  channel: string,
  address: string,
  summary: string,
  messages: readonly string[],
): Block {
  const lines = messages.map(
    (message) => `    ${lowerFirst(message)}: ${reference('components', 'messages', message)}\n`,
  );
  const text = [
    `${channel}:\n  address: ${address}\n  summary: ${inLine(summary)}\n  messages: &${channel}\n`,
    ...lines,
    `  x-dead-letter-channel: ${deadLetterOf(channel)}\n`,
  ];
  return { kind: 'entry', under: ['channels'], text: text.join('') };
}

/** Write the dead-letter channel of a channel. Its messages are those of the channel, by anchor where there is one. */
function deadLetterChannelBlock(
  channel: string,
  address: string,
  messages: readonly string[] | 'by anchor',
): Block {
  const carried =
    messages === 'by anchor'
      ? ` *${channel}`
      : messages
          .map((one) => `\n    ${lowerFirst(one)}: ${reference('components', 'messages', one)}`)
          .join('');
  const summary = `Deliveries of ${address} that used up their attempts, kept for an operator.`;
  const text = `${deadLetterOf(channel)}:\n  address: ${address}-dlq\n  summary: ${summary}\n  messages:${carried}\n`;
  return { kind: 'entry', under: ['channels'], text };
}

/** Write that a component sends to a channel, or receives from it. */
export function operationBlock(component: string, action: 'send' | 'receive', channel: string): Block {
  const key = `${camelCase(component)}.${action}.${channel}`;
  const text = `${key}: { action: ${action}, channel: ${reference('channels', channel)}, x-component: ${component} }\n`;
  return { kind: 'entry', under: ['operations'], text };
}

/** Write the operation that a channel lacks; who it is of is known for dead letters only. */
export function missingOperationBlock(channel: string, address: string, action: 'send' | 'receive'): Block {
  const party = address.endsWith('-dlq') ? DEAD_LETTER_PARTIES[action] : 'COMPONENT';
  return operationBlock(party, action, channel);
}

/** Write a subscription of a topic that dead-letters; that of a second receiver carries its name. */
export function subscriptionBlock(
  document: JsonObject,
  topic: string,
  receiver: { readonly component: string; readonly push_path: string | null },
  is_second = false,
): Block {
  const own = membersOf(document['x-subscriptions']).map(([name]) => name);
  const taken = is_second || own.includes(`${topic}-sub`);
  const text = inLines(taken ? `${topic}-${receiver.component}-sub` : `${topic}-sub`, {
    topic,
    component: receiver.component,
    push_path: receiver.push_path,
    ack_deadline_seconds: 60,
    retry_policy: { minimum_backoff_seconds: 60, maximum_backoff_seconds: 600 },
    dead_letter: {
      topic: `${topic}-dlq`,
      max_delivery_attempts: at(document, 'x-delivery', 'max_delivery_attempts') ?? 5,
    },
    message_retention_seconds: MESSAGES_KEPT_SECONDS,
  });
  const after = own.findLast((name) => !name.endsWith('-dlq-sub'));
  return { kind: 'entry', under: ['x-subscriptions'], text, ...(after === undefined ? {} : { after }) };
}

/** Write the subscription by which operators read a dead-letter topic. */
export function deadLetterSubscriptionBlock(contract_text: string, topic: string): Block {
  const text = contract_text.includes('&deadLetterSubscription')
    ? `${topic}-dlq-sub: { topic: ${topic}-dlq, <<: *deadLetterSubscription }\n`
    : inLines(`${topic}-dlq-sub`, {
        topic: `${topic}-dlq`,
        component: DEAD_LETTER_PARTIES.receive,
        push_path: null,
        ack_deadline_seconds: 600,
        retry_policy: null,
        dead_letter: null,
        message_retention_seconds: DEAD_LETTERS_KEPT_SECONDS,
      });
  return { kind: 'entry', under: ['x-subscriptions'], text };
}

/** Write everything that a channel needs so that none of its deliveries vanishes. */
export function deadLetterBlocks(
  contract_text: string,
  channel: string,
  address: string,
  messages: readonly string[] | 'by anchor',
): readonly Block[] {
  const dead = deadLetterOf(channel);
  return [
    deadLetterChannelBlock(channel, address, messages),
    operationBlock(DEAD_LETTER_PARTIES.send, 'send', dead),
    operationBlock(DEAD_LETTER_PARTIES.receive, 'receive', dead),
    deadLetterSubscriptionBlock(contract_text, address),
  ];
}

/** Name the dead-letter channel of a channel. */
export function deadLetterOf(channel: string): string {
  return `${channel}DeadLetter`;
}

/** Write a new message with an example, and its schema with the fields by which messages are traced. */
export function messageBlocks(message: string, phase: string, summary: string): readonly Block[] {
  const fields = {
    game_date: 'GameDate',
    run: 'RunNumber',
    execution_id: 'ExecutionId',
    correlation_id: 'CorrelationId',
    timestamp: 'UtcTimestamp',
  };
  const properties = Object.entries(fields).map(
    ([field, schema]) => `    ${field}: ${reference('components', 'schemas', schema)}\n`,
  );
  const schema = `${message}:\n  type: object\n  description: ${inLine(summary)}\n  properties:\n${properties.join('')}  required: [${Object.keys(fields).join(', ')}]\n`;
  const example = [
    `${message}:\n  title: ${inLine(summary.replace(/[.]$/, ''))}\n`,
    `  payload: ${reference('components', 'schemas', message)}\n  x-phase: ${phase}\n`,
    `  examples:\n    - name: one\n      summary: ${inLine(summary)}\n      payload:\n`,
    "        game_date: '2024-01-15'\n        run: 1\n",
    '        execution_id: 55a54008-ad1b-4a19-9c0c-a54008ad1b0c\n',
    '        correlation_id: 0f8fad5b-d9cb-469f-a165-70867728950e\n',
    "        timestamp: '2024-01-15T11:20:00.000Z'\n",
  ];
  return [
    { kind: 'entry', under: ['components', 'messages'], text: example.join('') },
    { kind: 'entry', under: ['components', 'schemas'], text: schema },
  ];
}

function camelCase(kebab: string): string {
  return kebab.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase());
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
