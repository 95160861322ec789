/** Reads values of unknown shape: what gcloud prints is another's, so nothing is taken for granted. */
export type Unknown = Readonly<Record<string, unknown>>;

/** Take a value for an object; anything else is an empty one. */
export function objectOf(value: unknown): Unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Unknown) : {};
}

/** Take a value for a list of objects; anything else is an empty one. */
export function listOf(value: unknown): readonly Unknown[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

/** Walk into nested objects. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((here, step) => objectOf(here)[step], value);
}

/** Read a text; null when there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | null {
  const found = at(value, ...path);
  return typeof found === 'string' && found !== '' ? found : null;
}

/** Read a number that may be written as text, also with a unit behind it, as `600s` and `512Mi`; null when there is none. */
export function numberAt(value: unknown, ...path: readonly string[]): number | null {
  const found = at(value, ...path);
  const number = typeof found === 'string' ? Number.parseFloat(found) : found;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
}

/** Read an object of texts. */
export function textsAt(value: unknown, ...path: readonly string[]): Readonly<Record<string, string>> {
  const members = Object.entries(objectOf(at(value, ...path)));
  return Object.fromEntries(members.map(([name, text]) => [name, String(text)]));
}

/** Give the last part of a resource name: `t` of `projects/p/topics/t`. */
export function lastPart(name: unknown): string {
  return (
    String(name ?? '')
      .split('/')
      .at(-1) ?? ''
  );
}

/** Read memory in mebibytes from Kubernetes' notation: `512Mi`, `1Gi`, `512M`. */
export function mebibytesOf(text: string | null): number | null {
  if (text === null) return null;
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(Mi|Gi|M|G)$/.exec(text) ?? [];
  if (amount === undefined) return null;
  return Number(amount) * (unit?.startsWith('G') === true ? 1024 : 1);
}

/** Read a number of processors: `1`, `1000m`. */
export function cpusOf(text: string | null): number | null {
  if (text === null) return null;
  return text.endsWith('m') ? Number.parseFloat(text) / 1000 : Number(text);
}
