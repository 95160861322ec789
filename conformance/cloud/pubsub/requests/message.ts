import type { protos } from '@google-cloud/pubsub';
import type { MessageDraft } from '../broker/broker.ts';
import { invalid } from './refusals.ts';

/** The service's limits of one publish request. */
const PUBLISH_LIMITS = {
  request_bytes: 10 * 1024 * 1024,
  messages: 1000,
  attributes: 100,
  attribute_key_bytes: 256,
  attribute_value_bytes: 1024,
  ordering_key_bytes: 1024,
} as const;

/** Reads the messages of one publish request. @throws {RpcError} INVALID_ARGUMENT if one of them breaks a limit. */
export function readMessages(
  messages: readonly protos.google.pubsub.v1.IPubsubMessage[],
): readonly MessageDraft[] {
  if (messages.length === 0 || messages.length > PUBLISH_LIMITS.messages) {
    throw invalid('messages', `1 to ${PUBLISH_LIMITS.messages} messages`, messages.length);
  }
  const drafts = messages.map(readMessage);
  const total = drafts.reduce((sum, draft) => sum + draft.size_bytes, 0);
  if (total > PUBLISH_LIMITS.request_bytes) {
    throw invalid('messages', `at most ${PUBLISH_LIMITS.request_bytes} bytes in one request`, total);
  }
  return drafts;
}

function readMessage(message: protos.google.pubsub.v1.IPubsubMessage, index: number): MessageDraft {
  const data = Buffer.from(message.data ?? '');
  const attributes = message.attributes ?? {};
  const ordering_key = message.orderingKey ?? '';
  if (data.length === 0 && Object.keys(attributes).length === 0) {
    throw invalid(`messages[${index}]`, 'a message with data or at least one attribute', {});
  }
  requireAttributes(attributes, `messages[${index}].attributes`);
  if (Buffer.byteLength(ordering_key) > PUBLISH_LIMITS.ordering_key_bytes) {
    const limit = `at most ${PUBLISH_LIMITS.ordering_key_bytes} bytes`;
    throw invalid(`messages[${index}].ordering_key`, limit, Buffer.byteLength(ordering_key));
  }
  const words = [ordering_key, ...Object.entries(attributes).flat()];
  const size_bytes = words.reduce((sum, word) => sum + Buffer.byteLength(word), data.length);
  return { data, attributes, ordering_key, size_bytes };
}

function requireAttributes(attributes: Readonly<Record<string, string>>, field: string): void {
  const names = Object.keys(attributes);
  if (names.length > PUBLISH_LIMITS.attributes) {
    throw invalid(field, `at most ${PUBLISH_LIMITS.attributes} attributes`, names.length);
  }
  for (const [name, value] of Object.entries(attributes)) {
    if (
      name === '' ||
      name.startsWith('goog') ||
      Buffer.byteLength(name) > PUBLISH_LIMITS.attribute_key_bytes
    ) {
      const limit = `keys of 1 to ${PUBLISH_LIMITS.attribute_key_bytes} bytes not beginning with "goog"`;
      throw invalid(field, limit, name);
    }
    if (Buffer.byteLength(value) > PUBLISH_LIMITS.attribute_value_bytes) {
      const limit = `at most ${PUBLISH_LIMITS.attribute_value_bytes} bytes`;
      throw invalid(`${field}.${name}`, limit, Buffer.byteLength(value));
    }
  }
}
