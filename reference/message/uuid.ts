import { v5, validate } from 'uuid';
import { TRIGGER_IDENTITY } from '../../generated/topology.ts';

/**
 * Name the trigger of one cascade level, the same for every instance and every repeat.
 *
 * @returns the UUIDv5 that asyncapi.yaml#/x-trigger-identity describes.
 * @see requirement FANIN-009
 */
export function triggerExecutionId(
  orchestrator: string,
  game_date: string,
  run: number,
  level: number,
): string {
  const parts: Readonly<Record<string, string>> = {
    orchestrator,
    game_date,
    run: String(run),
    level: String(level),
  };
  const name = TRIGGER_IDENTITY.name.replace(/\{(\w+)\}/g, (_, part: string) => parts[part] ?? '');
  return v5(name, TRIGGER_IDENTITY.namespace);
}

/**
 * Name something that came without an id, so that a redelivery is given the same name.
 *
 * @returns the UUIDv5 of the text in the contract's namespace.
 */
export function nameBasedId(text: string): string {
  return v5(text, TRIGGER_IDENTITY.namespace);
}

/** Keep an id that is a UUID; name any other after its text, since the unified message holds only UUIDs. */
export function asExecutionId(id: string): string {
  return validate(id) ? id : nameBasedId(id);
}
