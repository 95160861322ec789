import type { Json } from '../harness/history/events.ts';

/** What braces in a seed document are filled with. */
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

function fillText(text: string, values: PlaceholderValues): Json {
  const whole = /^\{(\w+)\}$/.exec(text)?.[1];
  if (whole !== undefined) return lookUp(whole, values);
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(lookUp(name, values)));
}

function lookUp(name: string, values: PlaceholderValues): Json {
  const value = values[name];
  if (value === undefined) {
    throw new Error(
      `seed uses {${name}}; expected one of ${Object.keys(values).join(', ')}; correct the target file`,
    );
  }
  return value;
}
