import { isList, isObject, type Json, type JsonObject, membersOf, stringsOf } from '../../json.ts';
import type { World } from '../inclusion/world.ts';

/** A schema, and where its references lead. */
export interface SchemaSide {
  readonly world: World;
  readonly schema: JsonObject;
}

const DEPTH_MAX = 12;
const KNOWN = new WeakMap<JsonObject, string>();

/** Write a schema out as text, without words for people, so that two of them can be compared. */
function shapeOf({ world, schema }: SchemaSide): string {
  const known = KNOWN.get(schema) ?? JSON.stringify(written(world, schema, 0));
  KNOWN.set(schema, known);
  return known;
}

function written(world: World, value: Json, depth: number): Json {
  if (isList(value)) return value.map((entry) => written(world, entry, depth));
  if (!isObject(value)) return value;
  const target = typeof value['$ref'] === 'string' ? world.named(value['$ref']) : undefined;
  const own = membersOf(value).filter(([key]) => key !== '$ref' && key !== '$id' && !key.startsWith('x-'));
  const members = own.map(([key, member]): readonly [string, Json] => [key, written(world, member, depth)]);
  if (target === undefined || depth > DEPTH_MAX) return Object.fromEntries(members);
  return { ...Object.fromEntries(members), target: written(world, target, depth + 1) };
}

/**
 * Name the fields that may matter to a difference: those of another shape, those of conditions that are others, and those that a
 * condition of either side ties to one of these. A text that is too long may only be sent where another field is true.
 */
export function hotFields(own: readonly SchemaSide[], peers: readonly SchemaSide[]): ReadonlySet<string> {
  const fields = new Set(
    [...own, ...peers].flatMap(({ schema }) => membersOf(schema['properties']).map(([field]) => field)),
  );
  const shape = (sides: readonly SchemaSide[], field: string): string =>
    sides
      .flatMap(({ world, schema }) => {
        const found = isObject(schema['properties']) ? schema['properties'][field] : undefined;
        return isObject(found) && !('if' in schema) ? [shapeOf({ world, schema: found })] : [];
      })
      .join('&');
  const required = (sides: readonly SchemaSide[], field: string): boolean =>
    sides.some(({ schema }) => isList(schema['required']) && schema['required'].includes(field));
  const differing = [...fields].filter(
    (field) => shape(own, field) !== shape(peers, field) || required(own, field) !== required(peers, field),
  );
  const hot = new Set([...differing, ...ruledFields(own, peers), ...ruledFields(peers, own)]);
  return withTied(
    hot,
    [...own, ...peers].flatMap(({ schema }) => [conditionFields(schema), ...togetherFields(schema)]),
  );
}

/** Add the fields that stand in one condition with a field that matters, or that must come together with it, over any number of ties. */
function withTied(hot: ReadonlySet<string>, ties: readonly (readonly string[])[]): ReadonlySet<string> {
  const more = new Set([...hot, ...ties.filter((tie) => tie.some((field) => hot.has(field))).flat()]);
  return more.size > hot.size ? withTied(more, ties) : hot;
}

function togetherFields(schema: JsonObject): readonly (readonly string[])[] {
  return membersOf(schema['dependencies']).map(([field, asked]) => [
    field,
    ...stringsOf(asked),
    ...fieldsOf(asked),
  ]);
}

/** The fields that a condition reads or rules, where the other side has no such condition. */
function ruledFields(own: readonly SchemaSide[], peers: readonly SchemaSide[]): readonly string[] {
  const known = new Set(peers.filter(({ schema }) => 'if' in schema).map(shapeOf));
  const differing = own.filter((side) => 'if' in side.schema && !known.has(shapeOf(side)));
  return differing.flatMap(({ schema }) => conditionFields(schema));
}

function conditionFields(schema: JsonObject): readonly string[] {
  return ['if', 'then', 'else'].flatMap((key) => fieldsOf(schema[key]));
}

function fieldsOf(branch: Json | undefined): readonly string[] {
  return isObject(branch) ? membersOf(branch['properties']).map(([field]) => field) : [];
}
