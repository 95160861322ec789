import type { Json, Payload } from '../../history/events.ts';

const TEXT_MAX = 2_000;
const ELEMENTS_MAX = 1_000;
const FIELDS_MAX = 300;
const DEPTH_MAX = 16;

/**
 * Cut what is larger in a message than anything that the contract speaks of, so that a history, its proofs and its reports stay as
 * small as they are useful. A cut text says how long it was.
 */
export function cutMessage(message: Payload): Payload {
  return cut(message, 0) as Payload;
}

function cut(value: Json, depth: number): Json {
  if (typeof value === 'string') return cutText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return '… (deeper)';
  if (Array.isArray(value))
    return value.slice(0, ELEMENTS_MAX).map((element: Json) => cut(element, depth + 1));
  const fields = Object.entries(value as Payload).slice(0, FIELDS_MAX);
  return Object.fromEntries(fields.map(([name, field]) => [cutText(name), cut(field, depth + 1)]));
}

/** Cut a text that is longer than anybody reads. */
export function cutText(text: string): string {
  return text.length <= TEXT_MAX ? text : `${text.slice(0, TEXT_MAX)}… (${text.length} characters)`;
}
