import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { entriesOf, isObject, type Json, type JsonObject } from '../../json.ts';
import { doubt, type Finding, refusal } from './finding.ts';
import { type Alternative, type JsonType, typeOf, valuesListed } from './parts.ts';
import { PROBES } from './probes.ts';

const SCALAR_KEYWORDS = [
  'type',
  'enum',
  'const',
  'not',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'pattern',
  'format',
];
const VALUES_MAX = 64;
const AJV = new Ajv({ strict: false, logger: false });
addFormats.default(AJV);

/** List what of the values of one alternative, all of one scalar type, another alternative refuses. */
export function scalarFindings(
  path: string,
  type: JsonType,
  one: Alternative,
  other: Alternative,
): readonly Finding[] {
  const values = valuesOf(type, one);
  if (values !== undefined) {
    const refused = values.filter((value) => !holds(value, other));
    return refused.map((value) => refusal(path, `may be ${JSON.stringify(value)}`));
  }
  const allowed = valuesOf(type, other);
  if (allowed !== undefined) {
    const what = `may be another ${type} than ${
      allowed
        .slice(0, 4)
        .map((value) => JSON.stringify(value))
        .join(', ') || 'none'
    }`;
    return [isShaped(one) ? doubt(path, what) : refusal(path, what)];
  }
  const excluded = excludedBy(other).filter((value) => typeOf(value) === type && holds(value, one));
  const named = excluded.map((value) => refusal(path, `may be ${JSON.stringify(value)}`));
  return [
    ...named,
    ...(type === 'number' ? numberFindings(path, one, other) : stringFindings(path, one, other)),
  ];
}

/** List all values of one scalar type that an alternative allows; undefined when there are too many to list. */
export function valuesOf(type: JsonType, alternative: Alternative): readonly Json[] | undefined {
  if (type === 'null') return [null].filter((value) => holds(value, alternative));
  if (type === 'boolean') return [true, false].filter((value) => holds(value, alternative));
  const [listed] = alternative.parts.flatMap(({ schema }) => valuesListed(schema));
  if (listed !== undefined)
    return listed.filter((value) => typeOf(value) === type && holds(value, alternative));
  if (type !== 'number' || !isWhole(alternative)) return undefined;
  const from = Math.ceil(lowest(alternative));
  const count = Math.floor(highest(alternative)) - from + 1;
  if (!(count <= VALUES_MAX)) return undefined;
  return Array.from({ length: Math.max(0, count) }, (_, index) => from + index).filter((value) =>
    holds(value, alternative),
  );
}

/** Tell whether a scalar keeps every part of an alternative; a format that nobody knows is kept by every text. */
export function holds(value: Json, { parts }: Alternative): boolean {
  return parts.every(({ schema }) => validatorOf(schema)(value));
}

const BY_SCHEMA = new WeakMap<JsonObject, (value: Json) => boolean>();
const BY_TEXT = new Map<string, (value: Json) => boolean>();

/** Compile what a schema says of scalars; the same words are compiled once. */
function validatorOf(schema: JsonObject): (value: Json) => boolean {
  const known = BY_SCHEMA.get(schema);
  if (known !== undefined) return known;
  const scalar = Object.fromEntries(
    SCALAR_KEYWORDS.flatMap((key) => (key in schema ? [[key, schema[key]]] : [])),
  );
  const text = JSON.stringify(scalar);
  const validator = BY_TEXT.get(text) ?? compile(scalar);
  BY_TEXT.set(text, validator);
  BY_SCHEMA.set(schema, validator);
  return validator;
}

function compile(scalar: object): (value: Json) => boolean {
  try {
    const validator = AJV.compile<Json>(scalar);
    return (value) => validator(value);
  } catch {
    return () => true;
  }
}

/** Give the values that `not` takes away. */
function excludedBy({ parts }: Alternative): readonly Json[] {
  return parts.flatMap(({ schema }) => (isObject(schema['not']) ? valuesListed(schema['not']).flat() : []));
}

function isWhole({ parts }: Alternative): boolean {
  return parts.some(({ schema }) => {
    const types = typeof schema['type'] === 'string' ? [schema['type']] : entriesOf(schema['type']);
    return types.includes('integer') && !types.includes('number');
  });
}

const numbersAt = ({ parts }: Alternative, keyword: string): readonly number[] =>
  parts.flatMap(({ schema }) => (typeof schema[keyword] === 'number' ? [schema[keyword]] : []));

function lowest(one: Alternative): number {
  const open = numbersAt(one, 'exclusiveMinimum').map((limit) =>
    isWhole(one) ? Math.floor(limit) + 1 : limit,
  );
  return Math.max(Number.NEGATIVE_INFINITY, ...numbersAt(one, 'minimum'), ...open);
}

function highest(one: Alternative): number {
  const open = numbersAt(one, 'exclusiveMaximum').map((limit) =>
    isWhole(one) ? Math.ceil(limit) - 1 : limit,
  );
  return Math.min(Number.POSITIVE_INFINITY, ...numbersAt(one, 'maximum'), ...open);
}

/** A limit itself is excluded when an exclusive limit is the one that counts. */
function touches(one: Alternative, limit: number, keyword: string): boolean {
  return isWhole(one) || !numbersAt(one, keyword).includes(limit);
}

function numberFindings(path: string, one: Alternative, other: Alternative): readonly Finding[] {
  const findings: Finding[] = [];
  const [low, otherLow, high, otherHigh] = [lowest(one), lowest(other), highest(one), highest(other)];
  const missesLow =
    low === otherLow && touches(one, low, 'exclusiveMinimum') && !touches(other, low, 'exclusiveMinimum');
  const missesHigh =
    high === otherHigh && touches(one, high, 'exclusiveMaximum') && !touches(other, high, 'exclusiveMaximum');
  if (low < otherLow || missesLow)
    findings.push(refusal(path, `may be ${missesLow ? low : `below ${otherLow}`}`));
  if (high > otherHigh || missesHigh)
    findings.push(refusal(path, `may be ${missesHigh ? high : `above ${otherHigh}`}`));
  if (isWhole(other) && !isWhole(one)) findings.push(refusal(path, 'may have a fraction'));
  const steps = numbersAt(one, 'multipleOf');
  for (const step of numbersAt(other, 'multipleOf')) {
    const whole = isWhole(one) && Number.isInteger(1 / step);
    if (whole || steps.some((own) => Number.isInteger(own / step))) continue;
    findings.push((steps.length === 0 ? refusal : doubt)(path, `may be no multiple of ${step}`));
  }
  return findings;
}

function textsAt({ parts }: Alternative, keyword: string): readonly string[] {
  return parts.flatMap(({ schema }) => (typeof schema[keyword] === 'string' ? [schema[keyword]] : []));
}

/** Patterns and formats say more than lengths, and what they say is not decided here. */
function isShaped(one: Alternative): boolean {
  return textsAt(one, 'pattern').length + textsAt(one, 'format').length > 0;
}

/** Formats of which every text is equally long. */
const LENGTHS: Readonly<Record<string, number>> = { uuid: 36, date: 10 };

function stringFindings(path: string, one: Alternative, other: Alternative): readonly Finding[] {
  const fixed = (side: Alternative): readonly number[] =>
    textsAt(side, 'format').flatMap((format) => LENGTHS[format] ?? []);
  const least = (side: Alternative): number => Math.max(0, ...numbersAt(side, 'minLength'), ...fixed(side));
  const most = (side: Alternative): number =>
    Math.min(Number.POSITIVE_INFINITY, ...numbersAt(side, 'maxLength'), ...fixed(side));
  const possible: string[] = [];
  if (least(one) < least(other)) possible.push(`may be shorter than ${least(other)}`);
  if (most(one) > most(other)) possible.push(`may be longer than ${most(other)}`);
  const shapes = ['pattern', 'format'].flatMap((keyword) => {
    const kept = textsAt(one, keyword);
    const asked = textsAt(other, keyword).filter((text) => !kept.includes(text));
    return asked.map((text) => `may be a text without the ${keyword} ${text}`);
  });
  if (possible.length + shapes.length === 0) return [];
  const ends = [least(one), most(one)]
    .filter((length) => length < 10_000)
    .map((length) => 'a'.repeat(length));
  const shown = [...PROBES, ...ends].find((text) => holds(text, one) && !holds(text, other));
  if (shown !== undefined) {
    return [...possible, ...shapes]
      .map((what) => refusal(path, `${what}, such as ${JSON.stringify(shown.slice(0, 40))}`))
      .slice(0, 1);
  }
  // Lengths alone decide between texts that have no shape; what patterns and formats say is not decided here.
  const report = isShaped(one) ? doubt : refusal;
  return [...possible.map((what) => report(path, what)), ...shapes.map((what) => doubt(path, what))];
}
