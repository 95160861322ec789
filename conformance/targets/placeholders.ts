import type { Json } from '../history/events.ts';
import type { HookName } from './description.ts';

/** What a seed is told, and a hook that seeds. */
export const SEED_PLACEHOLDERS = [
  'game_date',
  'run',
  'run_suffix',
  'execution_id',
  'correlation_id',
  'timestamp',
  'players_ready',
  'players_total',
  'players_failed',
  'backfill_mode',
  'backfill_reason',
] as const;

/** What a document of a seed is told besides, when it is written once per player. */
export const PLAYER_PLACEHOLDERS = ['player_lookup', 'ready', 'minutes'] as const;

/** What each hook is told. */
export const HOOK_PLACEHOLDERS = {
  seed_feature_store: SEED_PLACEHOLDERS,
  seed_predictions: SEED_PLACEHOLDERS,
  advance_clock: ['seconds', 'component', 'url'],
  restart: ['component'],
} as const satisfies Readonly<Record<HookName, readonly string[]>>;

/** What the environment and the command of a component are told: where the cloud is, and its port, 0 for any free one. */
export const START_PLACEHOLDERS = ['project', 'port', 'pubsub_host', 'firestore_host'] as const;

/** What braces in a seed document or a hook are filled with. */
export type PlaceholderValues = Readonly<Record<string, Json>>;

/**
 * Fill `{name}` in every text of a value. A text that is nothing but one placeholder becomes the value itself, so
 * that `'{run}'` gives a number.
 *
 * @throws {Error} naming a placeholder that does not exist, and those that do.
 */
export function fillPlaceholders(value: unknown, values: PlaceholderValues): Json {
  if (typeof value === 'string') return fillText(value, values);
  if (Array.isArray(value)) return value.map((element) => fillPlaceholders(element, values));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        String(fillText(key, values)),
        fillPlaceholders(member, values),
      ]),
    );
  }
  return value as Json;
}

/** Fill the placeholders of a text that are known and leave all other braces, which belong to the text. */
export function fillKnown(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (braces, name: string) => values[name] ?? braces);
}

function fillText(text: string, values: PlaceholderValues): Json {
  const whole = /^\{(\w+)\}$/.exec(text)?.[1];
  if (whole !== undefined) return lookUp(whole, values);
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(lookUp(name, values)));
}

function lookUp(name: string, values: PlaceholderValues): Json {
  const value = values[name];
  if (value === undefined) {
    throw new Error(
      `a text uses {${name}}; expected one of ${Object.keys(values).join(', ')}; correct the target file`,
    );
  }
  return value;
}

/** A placeholder of a value, and the way to the text that uses it. */
export interface FoundPlaceholder {
  readonly name: string;
  readonly steps: readonly string[];
}

/** List the placeholders of a value, also those in keys, in order. */
export function findPlaceholders(value: unknown, steps: readonly string[] = []): readonly FoundPlaceholder[] {
  if (typeof value === 'string') {
    return [...value.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({ name, steps }));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    ...findPlaceholders(key, steps),
    ...findPlaceholders(member, [...steps, key]),
  ]);
}
