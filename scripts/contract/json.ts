/** Say what a value read from the contract can be. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** Hold the members of one mapping of the contract. */
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Tell whether a value is a mapping. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Tell whether a value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Give a mapping's members, or none when the value is not a mapping. */
export function membersOf(value: Json | undefined): readonly (readonly [string, Json])[] {
  return isObject(value) ? Object.entries(value) : [];
}

/** Give a list's entries, or none when the value is not a list. */
export function entriesOf(value: Json | undefined): readonly Json[] {
  return isList(value) ? value : [];
}

/** Give a list's strings; entries of another type are left out. */
export function stringsOf(value: Json | undefined): readonly string[] {
  return entriesOf(value).filter((entry) => typeof entry === 'string');
}

/** Walk from a value along keys and indexes; undefined when a step does not exist. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let here = value;
  for (const step of path) {
    if (isObject(here)) here = here[String(step)];
    else if (isList(here)) here = here[Number(step)];
    else return undefined;
  }
  return here;
}
