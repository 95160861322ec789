import { TOPICS } from '../../generated/topology.ts';
import { type MessageName, validate } from '../../generated/validation.ts';
import { PipelineError } from '../errors/pipeline-error.ts';
import type { Ports } from '../ports/ports.ts';
import { logEvent } from '../watching/log-event.ts';

/** What became of a message: out and confirmed, or held back because its sender is told to trigger nobody. */
export type Published =
  | { readonly outcome: 'published'; readonly message_id: string }
  | { readonly outcome: 'skipped' };

/** Fields that travel as attributes too, so that a subscription can filter and a person can search. */
const ATTRIBUTES = ['processor_name', 'phase', 'game_date', 'correlation_id', 'execution_id'] as const;

type Message = Readonly<Record<string, unknown>>;

/**
 * Publish a message on a topic of the contract: valid, confirmed, logged.
 *
 * A message with skip_downstream_trigger is held back, except in Phase 1, which puts the flag on the wire for its
 * receiver. Resolves only after the broker confirmed; a failure is an error and never a null.
 *
 * @throws {PipelineError} INVALID_OUTGOING_MESSAGE when the message breaks the contract, or the broker refuses it for good;
 *         BROKER_UNAVAILABLE.
 * @see requirements MSG-001, TOPO-001, BACK-001, ACK-005
 */
export async function publishMessage(
  ports: Pick<Ports, 'broker' | 'log'>,
  topic: string,
  message: object,
): Promise<Published> {
  requireSendable(topic, message);
  const fields: Message = { ...message };
  const attributes = readAttributes(fields);
  if (fields['skip_downstream_trigger'] === true && fields['phase'] !== 'phase_1_scrapers') {
    ports.log.info(`skip_downstream_trigger is set: nothing is published on ${topic}`, attributes);
    return { outcome: 'skipped' };
  }
  return { outcome: 'published', message_id: await sendChecked(ports, topic, fields, attributes) };
}

/**
 * Send a message whatever it says of what is downstream: with skip_downstream_trigger it lets its receiver work and publish
 * nothing, as Phase 1 and a backfill do.
 *
 * @returns the broker's message id, once it has confirmed.
 * @throws {PipelineError} as publishMessage.
 * @see requirement BACK-001
 */
export async function sendMessage(
  ports: Pick<Ports, 'broker' | 'log'>,
  topic: string,
  message: object,
): Promise<string> {
  requireSendable(topic, message);
  const fields: Message = { ...message };
  return sendChecked(ports, topic, fields, readAttributes(fields));
}

async function sendChecked(
  ports: Pick<Ports, 'broker' | 'log'>,
  topic: string,
  message: Message,
  attributes: Readonly<Record<string, string>>,
): Promise<string> {
  const message_id = await ports.broker.publish(topic, message, attributes);
  const { phase = null, processor_name = null, status = null, correlation_id = null } = message;
  const { game_date = null, execution_id = null } = message;
  const said = { phase, processor_name, status, correlation_id, game_date, execution_id };
  logEvent(ports.log, 'info', 'message_published', `published on ${topic}`, { topic, message_id, ...said });
  return message_id;
}

/**
 * Check that a message may go out on a topic, before anything depends on it.
 *
 * @throws {PipelineError} INVALID_OUTGOING_MESSAGE naming every wrong field.
 */
export function requireSendable(topic: string, message: object): void {
  const name = messageOfTopic(topic);
  const problems = validate(name, 'send', message);
  if (problems.length === 0) return;
  const list = problems.map(({ field, expected, got }) => `${field} must be ${expected}, got ${got}`);
  throw new PipelineError(
    'INVALID_OUTGOING_MESSAGE',
    `expected ${name} on ${topic}: ${list.join('; ')}; this is a fault of the sender: keep the delivery and correct the program`,
    { topic, schema: name, problems },
  );
}

function messageOfTopic(topic: string): MessageName {
  const known = Object.entries(TOPICS).find(([name]) => name === topic)?.[1];
  // The first is what a sender sends; what stands behind it, a receiver still takes.
  const name = known?.messages[0];
  if (known !== undefined && name !== undefined && known.dead_letter_topic !== null) return name;
  throw new PipelineError(
    'INVALID_OUTGOING_MESSAGE',
    `expected a topic of the contract that components send to, got "${topic}"; see asyncapi.yaml#/channels`,
    { topic },
  );
}

function readAttributes(fields: Message): Readonly<Record<string, string>> {
  return Object.fromEntries(
    ATTRIBUTES.flatMap((name) => {
      const value = fields[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}
