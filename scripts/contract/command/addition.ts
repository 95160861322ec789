import type { Block } from '../blocks/block.ts';
import type { Contract } from '../contract.ts';
import type { Entry } from '../records/entries.ts';

/** What is added to the contract, and what only a person can do. */
export interface Addition {
  readonly blocks: readonly Block[];
  /** Lines about it in other files. */
  readonly entries: readonly Entry[];
  /** Sentences, in the order in which they are best done. */
  readonly by_hand: readonly string[];
}

/** One flag of an addition. */
export interface Flag {
  /** As commander writes it, such as `--sender <component>`. */
  readonly form: string;
  readonly says: string;
  readonly required?: true;
  /** May be given several times. */
  readonly many?: true;
}

/** The values of flags by their names in camel case; a flag that may be repeated has a list. */
export type Values = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A kind of thing that can be added. */
export interface Kind {
  readonly name: string;
  readonly says: string;
  readonly example: string;
  readonly flags: readonly Flag[];
  /** @throws {AdditionError} when a value names nothing that the contract has. */
  readonly decide: (contract: Contract, values: Values) => Addition;
}

/** Flags that cannot be used; the message says what was expected and what came. */
export class AdditionError extends Error {}

/** Give the one value of a flag; undefined when it was not given. */
export function givenValue(values: Values, flag: string): string | undefined {
  const value = values[flag];
  return typeof value === 'string' ? value : undefined;
}

/** Give the one value of a flag that must be given. */
export function requiredValue(values: Values, flag: string): string {
  const value = givenValue(values, flag);
  if (value === undefined) throw new AdditionError(`expected --${flag}, got none`);
  return value;
}

/** Give every value of a flag that may be repeated. */
export function givenValues(values: Values, flag: string): readonly string[] {
  const value = values[flag];
  return value === undefined || typeof value === 'string' ? [] : value;
}

/** Refuse a value that is not one of those that the contract lists. */
export function requireListed(flag: string, value: string, listed: readonly string[]): string {
  if (listed.includes(value)) return value;
  throw new AdditionError(`expected --${flag} to be one of ${listed.join(', ')}; got ${value}`);
}

/** How fields, processors and alerts are spelled. */
export const SNAKE_CASE = /^[a-z0-9]+(_[a-z0-9]+)*$/;

/** Refuse a name of another spelling, or one that is taken. */
export function requireNew(flag: string, name: string, form: RegExp, taken: boolean): string {
  if (!form.test(name))
    throw new AdditionError(`expected --${flag} to be spelled as ${form.source}, got ${name}`);
  if (taken) throw new AdditionError(`expected --${flag} to be new, got ${name}, which the contract has`);
  return name;
}
