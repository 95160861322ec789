import type { Json, Payload } from '../history/events.ts';
import { isObject } from '../history/select.ts';

/** Writes a message under other names of its fields. */
export type Rename = (message: Payload) => Payload;

/**
 * Make the renamings of fields in both directions.
 *
 * @param fields the target's name of a field, by the field's path in the contract; elements of a list have the path of the list.
 */
export function renaming(fields: Readonly<Record<string, string>>): {
  readonly toActual: Rename;
  readonly toContract: Rename;
} {
  if (Object.keys(fields).length === 0)
    return { toActual: (message) => message, toContract: (message) => message };
  const back = new Map<string, string>();
  for (const [path, actual] of Object.entries(fields)) back.set(within(parentOf(path), actual), lastOf(path));
  return {
    toActual: (message) => renamed(message, '', (name, above) => [fields[within(above, name)] ?? name, name]),
    toContract: (message) =>
      renamed(message, '', (name, above) => {
        const contract = back.get(within(above, name)) ?? name;
        // A field that the file says is called otherwise is none of the contract's under the contract's name.
        const is_left = contract === name && fields[within(above, name)] !== undefined;
        return [is_left ? `${name} (names.fields has another name for it)` : contract, contract];
      }),
  };
}

/** Rename the message within bytes; what is no JSON object stays as it is. */
export function dataWith(data: Buffer, rename: Rename): Buffer {
  try {
    const value: Json = JSON.parse(data.toString('utf8'));
    return isObject(value) ? Buffer.from(JSON.stringify(rename(value)), 'utf8') : data;
  } catch {
    return data;
  }
}

/** @param naming gives a field's new name, and its name in the contract, which the paths of what is in it begin with. */
function renamed(
  value: Payload,
  above: string,
  naming: (name: string, above: string) => readonly [written: string, contract: string],
): Payload {
  const within_value = (member: Json, place: string): Json => {
    if (Array.isArray(member)) return member.map((element: Json) => within_value(element, place));
    return isObject(member) ? renamed(member, place, naming) : member;
  };
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const [written, contract] = naming(name, above);
      return [written, within_value(member, within(above, contract))];
    }),
  );
}

function within(above: string, name: string): string {
  return above === '' ? name : `${above}.${name}`;
}

function parentOf(path: string): string {
  return path.includes('.') ? path.slice(0, path.lastIndexOf('.')) : '';
}

/** Name the last field of a path. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}
