import { at, type Json, stringsOf } from '../../json.ts';
import type { Edit } from '../model/edits.ts';
import type { Group } from './groups.ts';

const LENGTH_MAX = 90;

/** Say in words what one change of a payload is, such as `new required field pace of UnifiedFields`. */
export function describeGroup({ path, edits, is_whole_schema }: Group): string {
  const name = path[2] ?? '';
  if (is_whole_schema)
    return edits.some((edit) => edit.kind === 'added') ? `new schema ${name}` : `schema ${name} is gone`;
  if (path[1] !== 'schemas')
    return edits.map((edit) => describeEdit(edit, edit.path.slice(path.length - 1))).join('; ');
  const own = edits.map((edit) => describeIn(path, edit));
  const field = path[3] === 'properties' ? path[4] : undefined;
  if (field === undefined) return `${path[3] === 'allOf' ? 'condition of ' : ''}${name}: ${own.join('; ')}`;
  const whole = edits.find((edit) => isFieldItself(edit, field));
  const required = edits.find((edit) => edit.path.at(-2) === 'required');
  if (whole?.kind === 'added')
    return `new ${required?.kind === 'added' ? 'required ' : ''}field ${field} of ${name}${receiverOptional(whole.after)}`;
  if (whole?.kind === 'removed') return `field ${field} of ${name} is gone`;
  return `field ${field} of ${name}: ${own.join('; ')}`;
}

function isFieldItself({ path }: Edit, field: string): boolean {
  return path.at(-1) === field && path.at(-2) === 'properties';
}

function receiverOptional(schema: Json | undefined): string {
  return at(schema, 'x-receiver-optional') === true ? ', which a receiver can do without' : '';
}

function describeIn(place: readonly string[], edit: Edit): string {
  if (edit.path.at(-2) === 'required')
    return edit.kind === 'added' ? 'is required now' : 'is no longer required';
  const rest = edit.path.slice(place.length).filter((step) => step !== 'own' && step !== 'allOf');
  return describeEdit(edit, rest);
}

/** Say in words what an edit is, at the end of its path. */
export function describeEdit({ kind, before, after }: Edit, rest: readonly string[]): string {
  const keyword = rest.at(-2) ?? '';
  const name = rest.join('.') || 'it';
  if (keyword === 'enum' || keyword === 'type')
    return kind === 'added'
      ? `${keyword} takes ${String(after)} too`
      : `${keyword} no longer takes ${String(before)}`;
  if (kind === 'added') return `${name} is new: ${short(after)}`;
  if (kind === 'removed') return `${name} is gone, it was ${short(before)}`;
  if (kind === 'reordered') return `the order of ${name} is another`;
  return `${name} is ${short(after)}, it was ${short(before)}`;
}

function short(value: Json | undefined): string {
  const list = stringsOf(value);
  const text =
    typeof value === 'string' ? value : list.length > 0 ? list.join(', ') : JSON.stringify(value ?? null);
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX)}…` : text;
}
