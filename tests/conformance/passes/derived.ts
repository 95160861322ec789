import type { Check } from '../../../conformance/checks/check.ts';
import { messageOfTopic } from '../../../conformance/checks/identifying/topics.ts';
import type { History, HistoryEvent, Json, Payload } from '../../../conformance/history/events.ts';
import { judgeHistory } from '../../../conformance/verdict/anomalies.ts';
import { missingIn } from '../../../conformance/verdict/evidence.ts';
import { validate } from '../../../generated/validation.ts';

/** What a check says of a history: the requirements that fail, and those of which it shows something and finds nothing wrong. */
export function verdictsOf(check: Check, history: History) {
  const found = judgeHistory(check, check.name, history);
  const failed: readonly string[] = found.map(({ requirement }) => requirement);
  const shown = check.requirements.filter((id) => missingIn(check, history, id) === undefined);
  return { failed: [...new Set(failed)], passed: shown.filter((id) => !failed.includes(id)) };
}

/** The history without what the target published to these topics, or without anything that it published. */
export function withoutPublishes(history: History, topics?: readonly string[]): History {
  return history.filter((event) => event.kind !== 'publish' || topics?.includes(event.topic) === false);
}

/** The history with every answer of an endpoint replaced by a status, and nothing published. */
export function withResponses(history: History, status: number): History {
  return history.map((event) =>
    event.kind === 'response' ? { ...event, status, body: { error: 'nothing is here' } } : event,
  );
}

/** The fields of the messages on a topic, those of metadata with their path. */
export function fieldsOn(history: History, topic: string): readonly string[] {
  const found = history.flatMap((event) => {
    if (event.kind !== 'publish' || event.topic !== topic || event.message === null) return [];
    const { metadata } = event.message;
    const inside = isObject(metadata) ? Object.keys(metadata).map((field) => `metadata.${field}`) : [];
    return [...Object.keys(event.message), ...inside];
  });
  return [...new Set(found)];
}

/** The history in which each message on a topic has another value in a field; undefined leaves the field out. */
export function withField(history: History, topic: string, field: string, value: Json | undefined): History {
  return history.map((event) =>
    event.kind === 'publish' && event.topic === topic && event.message !== null
      ? { ...event, message: changed(event.message, field, value) }
      : event,
  );
}

/** Whether the changed messages break the schema of their topic, so that a requirement of messages has to say so. */
export function isMalformed(history: History, topic: string): boolean {
  const name = messageOfTopic(topic);
  return history.some(
    (event: HistoryEvent) =>
      event.kind === 'publish' &&
      event.topic === topic &&
      name !== undefined &&
      validate(name, 'send', event.message).length > 0,
  );
}

function changed(message: Payload, field: string, value: Json | undefined): Payload {
  const [outer = '', inner] = field.split('.');
  const whole = message[outer];
  const next = inner === undefined || !isObject(whole) ? value : changed(whole, inner, value);
  const { [outer]: _, ...rest } = message;
  return next === undefined ? rest : { ...rest, [outer]: next };
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
