import { Document } from 'yaml';
import { isList, isObject, type Json } from '../json.ts';

/** Write a value in one line, as the contract writes it: `{ key: value, list: [a, b] }`. */
export function inLine(value: Json): string {
  if (isList(value)) return `[${value.map(inLine).join(', ')}]`;
  if (!isObject(value)) return scalar(value);
  const members = Object.entries(value).map(([key, member]) => `${scalar(key)}: ${inLine(member)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}

/** Write an entry of a mapping, one line per member, and what is below each member in one line. */
export function inLines(key: string, members: Readonly<Record<string, Json>>): string {
  const lines = Object.entries(members).map(([name, member]) => `  ${scalar(name)}: ${inLine(member)}\n`);
  return `${scalar(key)}:\n${lines.join('')}`;
}

/** Write a reference to a place of the contract. */
export function reference(...steps: readonly string[]): string {
  return `{ $ref: '#/${steps.join('/')}' }`;
}

/** Quote only where the text would mean something else without quotes. */
function scalar(value: Json): string {
  const document = new Document([value]);
  return document
    .toString({ lineWidth: 0, singleQuote: true, collectionStyle: 'flow', flowCollectionPadding: false })
    .trim()
    .slice(1, -1)
    .trim();
}
