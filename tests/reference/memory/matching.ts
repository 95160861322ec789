/** Fields by dotted path, and their values. */
export type Where = Readonly<Record<string, string | number | boolean | null>>;

/** Compares dotted field paths, as a document store does. */
export function matches(value: object, where: Where): boolean {
  return Object.entries(where).every(([path, expected]) => fieldAt(value, path) === expected);
}

/** Read a field by its dotted path. */
export function fieldAt(value: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((part, name) => (part as Record<string, unknown> | undefined)?.[name], value);
}
