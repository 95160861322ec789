import { EXAMPLES } from '../../../generated/examples.ts';
import type { MessageName } from '../../../generated/validation.ts';
import type { Json, Payload } from '../../history/events.ts';
import { isObject } from '../../history/select.ts';

/** Fields to replace in a template; `metadata` is merged key by key, everything else replaced. */
export type Overrides = { readonly [field: string]: Json | undefined };

/**
 * Build a message from the contract's first example of its kind.
 *
 * @param overrides fields to replace; undefined removes the field.
 */
export function buildMessage(message: MessageName, overrides: Overrides): Payload {
  const example = EXAMPLES.find((candidate) => candidate.message === message);
  if (example === undefined) {
    throw new Error(
      `the contract has no example of ${message}; add one under components/messages/${message}`,
    );
  }
  const template = example.payload as Payload;
  const metadata = isObject(template['metadata']) ? template['metadata'] : undefined;
  const changed: Record<string, Json | undefined> = { ...template, ...overrides };
  if (metadata !== undefined && isObject(overrides['metadata'])) {
    changed['metadata'] = { ...metadata, ...overrides['metadata'] };
  }
  return dropUndefined(changed);
}

/** Change fields of a message that exists; undefined removes the field. */
export function changeMessage(message: Payload, overrides: Overrides): Payload {
  const changed: Record<string, Json | undefined> = { ...message, ...overrides };
  if (isObject(message['metadata']) && isObject(overrides['metadata'])) {
    changed['metadata'] = { ...message['metadata'], ...overrides['metadata'] };
  }
  return dropUndefined(changed);
}

/** Fields of a scraper's completion that only the legacy format has. */
export const LEGACY_FIELDS = ['name', 'scraper_name', 'gcs_path', 'workflow'] as const;

/** Keep only these fields of a message. */
export function only(message: Payload, fields: readonly string[]): Payload {
  return Object.fromEntries(Object.entries(message).filter(([field]) => fields.includes(field)));
}

/** Leave fields of a message out. */
export function without(message: Payload, fields: readonly string[]): Payload {
  return Object.fromEntries(Object.entries(message).filter(([field]) => !fields.includes(field)));
}

function dropUndefined(fields: Readonly<Record<string, Json | undefined>>): Payload {
  return Object.fromEntries(
    Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
}
