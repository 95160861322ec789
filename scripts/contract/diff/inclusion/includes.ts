import { isList, isObject, type JsonObject } from '../../json.ts';
import { below, doubt, type Finding, refusal } from './finding.ts';
import { objectFindings, type Walk } from './objects.ts';
import { type Alternative, alternativesOf, type JsonType, type Part, typesOf } from './parts.ts';
import { holds, scalarFindings, valuesOf } from './scalars.ts';

const FINDINGS_MAX = 12;
const AROUND_MAX = 8;

/**
 * List what values of one schema another schema refuses. Nothing is listed when every value passes.
 *
 * A finding that is not certain says that no rule decides it: a keyword that these rules do not know, or two patterns.
 */
export function inclusionFindings(one: Part, other: Part): readonly Finding[] {
  const open = new Set<string>();
  const done = new Map<string, readonly Finding[]>();
  const compare = (path: string, left: readonly Part[], right: readonly Part[]): readonly Finding[] => {
    const key = `${path}\n${keyOf(left)}\n${keyOf(right)}`;
    const known = done.get(key);
    if (known !== undefined) return known;
    // A schema that contains itself holds as far as everything around it does.
    const pair = `${keyOf(left)}\n${keyOf(right)}`;
    if (open.has(pair)) return [];
    open.add(pair);
    const findings = compareParts(walk, path, left, right);
    open.delete(pair);
    done.set(key, findings);
    return findings;
  };
  const walk: Walk = { compare, isEmpty: (parts) => isEmptySet(parts, []) };
  return once(compare('', [one], [other])).slice(0, FINDINGS_MAX);
}

function compareParts(
  walk: Walk,
  path: string,
  one: readonly Part[],
  other: readonly Part[],
): readonly Finding[] {
  const right = alternativesOf(other);
  const findings = alternativesOf(one).flatMap((left) =>
    typesOf(left)
      .filter((type) => !isEmptyType(left, type, []))
      .flatMap((type) => compareType(walk, path, type, left, right)),
  );
  const overlap = mayOverlap(other) && !sameParts(one, other);
  return once(overlap ? [...findings, doubt(path, 'may keep several branches of a `oneOf`')] : findings);
}

/** A `oneOf` refuses what two of its branches take: two that take the same scalar type, and are no lists of values, may. */
function mayOverlap(parts: readonly Part[]): boolean {
  return parts.some(({ schema, world }) => {
    const branches = isList(schema['oneOf']) ? schema['oneOf'].filter(isObject) : [];
    const types = branches.flatMap((branch) => [
      ...new Set(
        alternativesOf([{ schema: branch, world }]).flatMap((one) =>
          typesOf(one).flatMap((type) =>
            type === 'object' || type === 'array' || valuesOf(type, one) !== undefined ? [] : [type],
          ),
        ),
      ),
    ]);
    return new Set(types).size < types.length;
  });
}

function sameParts(one: readonly Part[], other: readonly Part[]): boolean {
  const text = (parts: readonly Part[]): string => parts.map(({ schema }) => textOf(schema)).join('&');
  return text(one) === text(other);
}

/** One alternative of the other side is enough; where several could be meant and none takes all, nothing is certain. */
function compareType(
  walk: Walk,
  path: string,
  type: JsonType,
  left: Alternative,
  right: readonly Alternative[],
): readonly Finding[] {
  const able = right.filter((choice) => typesOf(choice).includes(type));
  if (able.length === 0) return [refusal(path, `may be ${article(type)}`)];
  const values = able.length > 1 && type !== 'array' && type !== 'object' ? valuesOf(type, left) : undefined;
  if (values !== undefined) {
    const refused = values.filter((value) => !able.some((choice) => holds(value, choice)));
    return refused.map((value) => refusal(path, `may be ${JSON.stringify(value)}`));
  }
  const tries = able.map((choice) =>
    withDoubts(path, left, choice, typeFindings(walk, path, type, left, choice)),
  );
  const best = tries.reduce((one, other) => (other.length < one.length ? other : one));
  return able.length === 1 ? best : best.map((finding) => ({ ...finding, certain: false }));
}

function typeFindings(
  walk: Walk,
  path: string,
  type: JsonType,
  one: Alternative,
  other: Alternative,
): readonly Finding[] {
  if (type === 'object') return objectFindings(walk, path, one, other);
  return type === 'array' ? arrayFindings(walk, path, one, other) : scalarFindings(path, type, one, other);
}

/** A keyword that these rules do not know may refuse anything, unless it stands on both sides in the same words. */
function withDoubts(
  path: string,
  one: Alternative,
  other: Alternative,
  findings: readonly Finding[],
): readonly Finding[] {
  const text = ({ parts }: Alternative, keyword: string): string =>
    JSON.stringify(parts.flatMap(({ schema }) => (keyword in schema ? [schema[keyword] ?? null] : [])));
  const differing = [...new Set([...one.unknown, ...other.unknown])].filter(
    (keyword) => text(one, keyword) !== text(other, keyword),
  );
  const excluded = other.parts.filter(
    ({ schema }) => isObject(schema['not']) && !('const' in schema['not'] || 'enum' in schema['not']),
  );
  const same = text(one, 'not') === text(other, 'not');
  return [
    ...findings,
    ...differing.map((keyword) => doubt(path, `may differ in ${keyword}, which no rule knows`)),
    ...(excluded.length > 0 && !same ? [doubt(path, 'may be what `not` excludes')] : []),
  ];
}

function arrayFindings(walk: Walk, path: string, one: Alternative, other: Alternative): readonly Finding[] {
  const findings: Finding[] = [];
  const least = limit(one, 'minItems', Math.max, 0);
  const most = limit(one, 'maxItems', Math.min, Number.POSITIVE_INFINITY);
  const asked = limit(other, 'minItems', Math.max, 0);
  const allowed = limit(other, 'maxItems', Math.min, Number.POSITIVE_INFINITY);
  if (least < asked) findings.push(refusal(path, `may have fewer than ${asked} entries`));
  if (most > allowed) findings.push(refusal(path, `may have more than ${allowed} entries`));
  const unique = (side: Alternative): boolean =>
    side.parts.some(({ schema }) => schema['uniqueItems'] === true);
  if (unique(other) && !unique(one) && most > 1) findings.push(refusal(path, 'may have an entry twice'));
  if (most > 0 && ![one, other].some(isTuple))
    findings.push(...walk.compare(`${path}[]`, itemsOf(one), itemsOf(other)));
  return findings;
}

/** Entries that have a schema each are left to the search. */
function isTuple({ unknown }: Alternative): boolean {
  return unknown.includes('items');
}

function itemsOf({ parts }: Alternative): readonly Part[] {
  return parts.flatMap(({ schema, world }) =>
    isObject(schema['items']) ? [{ schema: schema['items'], world }] : [],
  );
}

function limit(side: Alternative, keyword: string, pick: (...all: number[]) => number, none: number): number {
  return pick(
    none,
    ...side.parts.flatMap(({ schema }) => (typeof schema[keyword] === 'number' ? [schema[keyword]] : [])),
  );
}

/** @param around  what is being asked already: a value that must hold one of its own kind would never end. */
function isEmptySet(parts: readonly Part[], around: readonly string[]): boolean {
  const key = keyOf(parts);
  if (around.includes(key)) return true;
  const inside = [...around, key];
  return alternativesOf(parts).every((one) => typesOf(one).every((type) => isEmptyType(one, type, inside)));
}

/** Tell whether no value of a type keeps an alternative, as far as its lists of values, limits and required fields say. */
function isEmptyType(one: Alternative, type: JsonType, around: readonly string[]): boolean {
  if (around.length > AROUND_MAX) return false;
  if (type === 'array') {
    const least = limit(one, 'minItems', Math.max, 0);
    if (least > limit(one, 'maxItems', Math.min, Number.POSITIVE_INFINITY)) return true;
    const items = itemsOf(one);
    return least > 0 && items.length > 0 && isEmptySet(items, around);
  }
  if (type !== 'object') {
    const values = valuesOf(type, one);
    if (values !== undefined) return values.length === 0;
    return limit(one, 'minLength', Math.max, 0) > limit(one, 'maxLength', Math.min, Number.POSITIVE_INFINITY);
  }
  const required = new Set(
    one.parts.flatMap(({ schema }) => (isList(schema['required']) ? schema['required'].map(String) : [])),
  );
  return [...required].some((field) => {
    const parts = one.parts.flatMap(({ schema, world }): readonly Part[] => {
      const found = isObject(schema['properties']) ? schema['properties'][field] : undefined;
      return isObject(found) ? [{ schema: found, world }] : [];
    });
    return parts.length > 0 && isEmptySet(parts, around);
  });
}

function keyOf(parts: readonly Part[]): string {
  return parts.map(({ schema, world }) => `${world.direction}${idOf(world)}${textOf(schema)}`).join('&');
}

const ids = new WeakMap<object, number>();
const texts = new WeakMap<JsonObject, string>();
let next_id = 0;

function idOf(world: object): number {
  const known = ids.get(world);
  if (known !== undefined) return known;
  next_id += 1;
  ids.set(world, next_id);
  return next_id;
}

function textOf(schema: JsonObject): string {
  const known = texts.get(schema) ?? JSON.stringify(schema);
  texts.set(schema, known);
  return known;
}

function article(type: JsonType): string {
  if (type === 'null') return 'null';
  return /^[aeo]/.test(type) ? `an ${type}` : `a ${type}`;
}

function once(findings: readonly Finding[]): readonly Finding[] {
  const seen = new Map<string, Finding>();
  for (const finding of findings) {
    const key = below(finding.path, finding.what);
    const known = seen.get(key);
    if (known === undefined || (!known.certain && finding.certain)) seen.set(key, finding);
  }
  return [...seen.values()];
}
