import { at, isList, isObject, type Json, type JsonObject } from '../../json.ts';

/** One difference between two contracts, at the highest place where something stands alone. */
export interface Edit {
  /** From the top. A member of a list is named by what tells it apart, such as `POST /start`, not by its index. */
  readonly path: readonly string[];
  readonly kind: 'added' | 'removed' | 'changed' | 'reordered';
  /** What stood there; undefined when it was added. */
  readonly before: Json | undefined;
  /** What stands there; undefined when it was removed. */
  readonly after: Json | undefined;
}

type Identity = (member: Json) => string;

const text = (value: Json | undefined): string =>
  typeof value === 'string' ? value : JSON.stringify(value ?? null);
const by =
  (...keys: readonly string[]): Identity =>
  (member) =>
    keys.map((key) => text(at(member, key))).join(' ');

/** What tells the members of each list of mappings apart; `*` stands for any one step. */
const IDENTITIES: readonly (readonly [string, Identity])[] = [
  ['x-endpoints', by('component', 'method', 'path')],
  ['x-endpoints.*.answers', by('status')],
  ['x-acknowledgement', by('arrived')],
  ['x-idempotency', by('component')],
  ['x-orchestrators.*.levels', by('level')],
  ['x-deployment.stages', by('name')],
  ['x-monitoring.metrics.*.where', by('field')],
  ['components.messages.*.examples', by('name')],
  ['operations.*.messages', by('$ref')],
];

/** List every difference between two documents, in the order of the new one; what was removed comes last. */
export function editsOf(before: JsonObject, after: JsonObject): readonly Edit[] {
  return compare([], before, after);
}

function compare(path: readonly string[], before: Json, after: Json): readonly Edit[] {
  if (before === after) return [];
  if (isObject(before) && isObject(after)) return compareMembers(path, before, after);
  if (isList(before) && isList(after)) return compareLists(path, before, after);
  return sameJson(before, after) ? [] : [{ path, kind: 'changed', before, after }];
}

function compareMembers(path: readonly string[], before: JsonObject, after: JsonObject): readonly Edit[] {
  const present = Object.entries(after).flatMap(([key, value]): readonly Edit[] => {
    const here = [...path, key];
    if (!Object.hasOwn(before, key)) return [{ path: here, kind: 'added', before: undefined, after: value }];
    return compare(here, before[key] ?? null, value);
  });
  const removed = Object.entries(before).flatMap(([key, value]): readonly Edit[] =>
    Object.hasOwn(after, key)
      ? []
      : [{ path: [...path, key], kind: 'removed', before: value, after: undefined }],
  );
  return [...present, ...removed];
}

/** Members that no key tells apart are compared as values: one that changed was removed, and another was added. */
function compareLists(
  path: readonly string[],
  before: readonly Json[],
  after: readonly Json[],
): readonly Edit[] {
  const named = identityOf(path);
  const identity = named !== undefined && areTold(named, before) && areTold(named, after) ? named : text;
  const old = byIdentity(identity, before);
  const fresh = byIdentity(identity, after);
  const edits = compareMembers(path, old, fresh);
  if (edits.length > 0 || sameJson(before, after)) return edits;
  return [{ path, kind: 'reordered', before, after }];
}

/** A part of an `allOf` is told by what it refers to or by its condition; the one that is neither holds a schema's own fields. */
const partIdentity: Identity = (part) => {
  const told = at(part, '$ref') ?? at(part, 'if');
  return told === undefined ? 'own' : text(told);
};

function identityOf(path: readonly string[]): Identity | undefined {
  if (path.at(-1) === 'allOf' && path[1] === 'schemas') return partIdentity;
  return IDENTITIES.find(([pattern]) => matchesPattern(pattern, path))?.[1];
}

function areTold(identity: Identity, members: readonly Json[]): boolean {
  return members.every(isObject) && new Set(members.map(identity)).size === members.length;
}

/** A value that stands in a list twice is told apart by how often it came before. */
function byIdentity(identity: Identity, members: readonly Json[]): JsonObject {
  const seen = new Map<string, number>();
  const entries = members.map((member): readonly [string, Json] => {
    const key = identity(member);
    const times = seen.get(key) ?? 0;
    seen.set(key, times + 1);
    return [times === 0 ? key : `${key} #${times + 1}`, member];
  });
  return Object.fromEntries(entries);
}

/** Make edits in a document and no others; those whose place does not exist are left out. */
export function withEdits(document: JsonObject, edits: readonly Edit[]): JsonObject {
  const changed = applied([], document, edits);
  return isObject(changed) ? changed : document;
}

function applied(path: readonly string[], value: Json, edits: readonly Edit[]): Json {
  const here = edits.filter((edit) => path.every((step, index) => edit.path[index] === step));
  const whole = here.find((edit) => edit.path.length === path.length);
  if (whole?.after !== undefined) return whole.after;
  if (here.length === 0) return value;
  if (isObject(value)) return Object.fromEntries(appliedMembers(path, value, here));
  if (!isList(value)) return value;
  const named = identityOf(path);
  const is_named =
    named !== undefined && areTold(named, value) && stepsExist(path, byIdentity(named, value), here);
  const members = byIdentity(is_named ? named : text, value);
  return appliedMembers(path, members, here).map(([, member]) => member);
}

/** Edits of two lists of which one had members that nothing told apart name them by their values. */
function stepsExist(path: readonly string[], members: JsonObject, edits: readonly Edit[]): boolean {
  return edits.every((edit) => {
    const is_added = edit.kind === 'added' && edit.path.length === path.length + 1;
    return is_added || Object.hasOwn(members, edit.path[path.length] ?? '');
  });
}

function appliedMembers(
  path: readonly string[],
  members: JsonObject,
  edits: readonly Edit[],
): readonly (readonly [string, Json])[] {
  const depth = path.length;
  const gone = new Set(
    edits.flatMap((edit) =>
      edit.kind === 'removed' && edit.path.length === depth + 1 ? [edit.path[depth]] : [],
    ),
  );
  const kept = Object.entries(members).flatMap(([key, member]): readonly (readonly [string, Json])[] =>
    gone.has(key) ? [] : [[key, applied([...path, key], member, edits)]],
  );
  const added = edits.flatMap((edit): readonly (readonly [string, Json])[] => {
    const key = edit.path[depth];
    return edit.kind === 'added' &&
      edit.path.length === depth + 1 &&
      key !== undefined &&
      edit.after !== undefined
      ? [[key, edit.after]]
      : [];
  });
  return [...kept, ...added.filter(([key]) => !Object.hasOwn(members, key))];
}

/** Tell whether a path fits a pattern of steps with dots between: `*` is any one step, `**` at the end any number of them. */
export function matchesPattern(pattern: string, path: readonly string[]): boolean {
  const steps = pattern.split('.');
  const open = steps.at(-1) === '**';
  const fixed = open ? steps.slice(0, -1) : steps;
  if (open ? path.length < fixed.length : path.length !== fixed.length) return false;
  return fixed.every((step, index) => step === '*' || step === path[index]);
}

/** Tell whether two values are the same JSON; the order of the keys of a mapping does not count. */
export function sameJson(one: Json | undefined, other: Json | undefined): boolean {
  if (isObject(one) && isObject(other)) {
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && sameJson(one[key], other[key]))
    );
  }
  if (isList(one) && isList(other)) {
    return one.length === other.length && one.every((value, index) => sameJson(value, other[index]));
  }
  return one === other;
}
