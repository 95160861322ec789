import { isObject, type JsonObject, membersOf, stringsOf } from '../../json.ts';
import { below, doubt, type Finding, refusal } from './finding.ts';
import { type Alternative, fieldOf, type Part, type Rule } from './parts.ts';
import type { World } from './world.ts';

/** What comparing objects needs of the walk around it. */
export interface Walk {
  /** Compare two fields below. */
  readonly compare: (path: string, one: readonly Part[], other: readonly Part[]) => readonly Finding[];
  /** Tell whether no value keeps every part. */
  readonly isEmpty: (parts: readonly Part[]) => boolean;
}

/** A set of objects without conditions: each field by itself. */
interface Case {
  readonly parts: readonly Part[];
  /** Fields that are missing in every object of this case. */
  readonly absent: readonly string[];
}

const CASES_MAX = 512;

/** List what of the objects of one alternative another one refuses; conditions are spread into cases first. */
export function objectFindings(
  walk: Walk,
  path: string,
  one: Alternative,
  other: Alternative,
): readonly Finding[] {
  const cases = casesOf(walk, one);
  const plain = cases.flatMap((one_case) => plainFindings(walk, path, one_case, other.parts));
  const ruled = other.rules.flatMap((rule) => ruleFindings(walk, path, cases, one, rule));
  const findings = [...plain, ...ruled];
  // What such a rule forbids is not known here, so the cases may hold objects that cannot be.
  return one.rules.every(isPlainRule)
    ? findings
    : findings.map((finding) => ({ ...finding, certain: false }));
}

function isPlainRule({ condition, consequence, otherwise }: Rule): boolean {
  return isPlainCondition(condition) && isPlainBranch(consequence) && isPlainBranch(otherwise);
}

/** A branch that asks of fields by themselves; one with conditions or choices of its own is left to the search. */
function isPlainBranch(branch: JsonObject | undefined): boolean {
  return Object.keys(branch ?? {}).every(
    (key) => ['properties', 'required', 'type', 'title', 'description'].includes(key) || key.startsWith('x-'),
  );
}

/** Spread the conditions of an alternative into cases: each holds, or one of the fields that it reads is another. */
function casesOf(walk: Walk, { parts, rules }: Alternative): readonly Case[] {
  let cases: readonly Case[] = [{ parts, absent: [] }];
  for (const { condition, consequence, otherwise, world } of rules) {
    if (cases.length > CASES_MAX || !isPlainCondition(condition)) continue;
    cases = cases.flatMap((one) => [
      ...withSchemas(walk, one, world, [condition, consequence ?? {}]),
      ...unless(walk, one, condition, world).flatMap((rest) =>
        withSchemas(walk, rest, world, [otherwise ?? {}]),
      ),
    ]);
  }
  return cases;
}

/** A condition that reads fields by themselves can be turned round; another cannot, and is left to the search. */
function isPlainCondition(condition: JsonObject): boolean {
  return (
    Object.keys(condition).every(
      (key) => ['properties', 'required', 'type'].includes(key) || key.startsWith('x-'),
    ) &&
    membersOf(condition['properties']).every(
      ([, schema]) => isObject(schema) && ('const' in schema || 'enum' in schema),
    )
  );
}

function withSchemas(walk: Walk, one: Case, world: World, schemas: readonly JsonObject[]): readonly Case[] {
  const parts = [...one.parts, ...schemas.map((schema): Part => ({ schema, world }))];
  const next = { ...one, parts };
  return isPossible(walk, next) ? [next] : [];
}

function isPossible(walk: Walk, { parts, absent }: Case): boolean {
  return requiredOf(parts).every(
    (field) => !absent.includes(field) && !walk.isEmpty(describedBy(parts, field)),
  );
}

/** The objects of a case for which a condition does not hold: a field that it reads is missing, or has another value. */
function unless(walk: Walk, one: Case, condition: JsonObject, world: World): readonly Case[] {
  const fields = new Set([
    ...membersOf(condition['properties']).map(([field]) => field),
    ...stringsOf(condition['required']),
  ]);
  return [...fields].flatMap((field) => {
    const asked = isObject(condition['properties']) ? condition['properties'][field] : undefined;
    const missing: Case = { ...one, absent: [...one.absent, field] };
    const is_asked = stringsOf(condition['required']).includes(field);
    const other = isObject(asked)
      ? withSchemas(walk, one, world, [{ properties: { [field]: { not: asked } }, required: [field] }])
      : [];
    return [...(is_asked && isPossible(walk, missing) ? [missing] : []), ...other];
  });
}

function requiredOf(parts: readonly Part[]): readonly string[] {
  return [...new Set(parts.flatMap(({ schema }) => stringsOf(schema['required'])))];
}

function describedBy(parts: readonly Part[], field: string): readonly Part[] {
  return parts.flatMap((part) => fieldOf(part, field) ?? []);
}

function fieldsOf(parts: readonly Part[]): readonly string[] {
  return [...new Set(parts.flatMap(({ schema }) => membersOf(schema['properties']).map(([field]) => field)))];
}

/** What a field may be that one part does not describe: anything, nothing, or what its additionalProperties say. */
function asAdditional(part: Part): Part | 'anything' | 'nothing' {
  const additional = part.schema['additionalProperties'];
  if (isObject(additional)) return { schema: additional, world: part.world };
  return additional === false ? 'nothing' : 'anything';
}

/** Every part must allow a field: those that describe it, and the others by their additionalProperties. */
function partsOfField(parts: readonly Part[], field: string | undefined): readonly Part[] | 'nothing' {
  const found: Part[] = [];
  for (const part of parts) {
    const described = field === undefined ? undefined : fieldOf(part, field);
    const own = described ?? asAdditional(part);
    if (own === 'nothing') return 'nothing';
    if (own !== 'anything') found.push(own);
  }
  return found;
}

function plainFindings(walk: Walk, path: string, one: Case, other: readonly Part[]): readonly Finding[] {
  const required = requiredOf(one.parts);
  const missing = requiredOf(other).filter((field) => !required.includes(field));
  const findings: Finding[] = missing.map((field) => refusal(below(path, field), 'may be missing'));
  const described = fieldsOf(one.parts);
  for (const field of new Set([...described, ...fieldsOf(other)])) {
    if (one.absent.includes(field)) continue;
    const left = partsOfField(one.parts, field);
    if (left === 'nothing' || walk.isEmpty(left)) continue;
    const right = partsOfField(other, field);
    const here = below(path, field);
    const own = right === 'nothing' ? [refusal(here, 'may be there')] : walk.compare(here, left, right);
    findings.push(...(described.includes(field) ? own : own.map((finding) => ({ ...finding, open: true }))));
  }
  const free = partsOfField(one.parts, undefined);
  const taken = partsOfField(other, undefined);
  if (free === 'nothing' || walk.isEmpty(free)) return findings;
  if (taken === 'nothing') return [...findings, refusal(path, 'may have a field that is not described')];
  return [...findings, ...walk.compare(below(path, '*'), free, taken)];
}

/** Where the condition of the other side holds, its consequence must hold too, and the same for its opposite. */
function ruleFindings(
  walk: Walk,
  path: string,
  cases: readonly Case[],
  one: Alternative,
  rule: Rule,
): readonly Finding[] {
  const { condition, consequence, otherwise, world } = rule;
  if (one.rules.some((own) => sameRule(own, rule))) return [];
  if (!isPlainCondition(condition)) return [doubt(path, 'may meet a condition that no rule knows')];
  const vague = [consequence, otherwise].every(isPlainBranch)
    ? []
    : [doubt(path, 'may meet a condition whose consequence no rule knows')];
  const findings = cases.flatMap((one_case) => {
    const when = withSchemas(walk, one_case, world, [condition]);
    const not = unless(walk, one_case, condition, world);
    return [
      ...when.flatMap((each) =>
        consequence === undefined ? [] : plainFindings(walk, path, each, [{ schema: consequence, world }]),
      ),
      ...not.flatMap((each) =>
        otherwise === undefined ? [] : plainFindings(walk, path, each, [{ schema: otherwise, world }]),
      ),
    ];
  });
  return [...findings, ...vague];
}

function sameRule(one: Rule, other: Rule): boolean {
  const text = ({ condition, consequence, otherwise }: Rule): string =>
    JSON.stringify([condition, consequence ?? null, otherwise ?? null]);
  return text(one) === text(other) && !text(one).includes('"$ref"');
}
