import { TOPICS } from '../../../generated/topology.ts';
import type { MessageName } from '../../../generated/validation.ts';
import { buildMessage } from '../../harness/messages/build.ts';
import { text } from '../../history/select.ts';

/** Name the message that a sender puts on a topic; undefined for a topic that no component sends to. */
export function messageOfTopic(topic: string): MessageName | undefined {
  const found = Object.entries(TOPICS).find(([name]) => name === topic)?.[1];
  return found === undefined || found.dead_letter_topic === null ? undefined : found.messages[0];
}

/** Tell whether the contract wants a field in the messages of a topic, whatever a message of it has. */
export function hasField(topic: string, field: string): boolean {
  const name = messageOfTopic(topic);
  return name !== undefined && field in buildMessage(name, {});
}

/** Name the phase whose senders use a topic; empty where messages name none. */
export function phaseOfTopic(topic: string): string {
  const name = messageOfTopic(topic);
  return name === undefined ? '' : text(buildMessage(name, {}), 'phase');
}
