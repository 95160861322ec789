import type { ErrorObject } from 'ajv';
import type { FileProblem } from '../file.ts';

type Parameters = Readonly<Record<string, unknown>>;

const SEE = 'see conformance/targets/target.schema.yaml';

/** Put what the schema says against a target file into a sentence. The validator has to be verbose. */
export function schemaProblem(errors: readonly ErrorObject[]): FileProblem {
  const error = mostTelling(errors);
  const steps = (error?.instancePath ?? '')
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const key = (error?.params as Parameters | undefined)?.['additionalProperty'];
  const sentence = `${error === undefined ? 'is invalid' : sentenceOf(error)}; ${SEE}`;
  return { steps, sentence, ...(typeof key === 'string' ? { key } : {}) };
}

/** Of alternatives that all failed, the one whose mistake lies deepest was meant; of equals the choice itself is told. */
function mostTelling(errors: readonly ErrorObject[]): ErrorObject | undefined {
  const depth = ({ instancePath }: ErrorObject): number => instancePath.split('/').length;
  const deepest = errors.filter((error) => depth(error) === Math.max(...errors.map(depth)));
  const of_type = deepest.find(({ keyword }) => keyword === 'type');
  return of_type ?? deepest.find(({ keyword }) => keyword === 'oneOf') ?? deepest[0];
}

function sentenceOf({ keyword, params, data, schema, parentSchema, message }: ErrorObject): string {
  const { missingProperty, additionalProperty, propertyName, allowedValues } = params as Parameters;
  switch (keyword) {
    case 'type':
      return data === null
        ? `expected ${kindOf(schema)}, got nothing; ${schema === 'object' ? 'write one with "conformance init"' : 'correct it'}`
        : `expected ${kindOf(schema)}, got ${told(data)}; correct it`;
    case 'required':
      return `expected "${missingProperty}", which is missing; add it`;
    case 'additionalProperties': {
      const known = Object.keys((parentSchema?.['properties'] ?? {}) as object).join(', ');
      return `expected one of ${known}, got "${additionalProperty}"; correct or remove it`;
    }
    case 'propertyNames':
      return `got "${propertyName}", which is not allowed here; correct or remove it`;
    case 'enum':
      return `expected one of ${(allowedValues as readonly unknown[]).join(', ')}, got ${told(data)}; correct it`;
    case 'pattern':
      return `expected a text that matches ${schema}${described(parentSchema)}, got ${told(data)}; correct it`;
    case 'minItems':
      return 'expected at least one, got an empty list; add one';
    case 'oneOf':
      return choiceSentence(schema as readonly Alternative[], data);
    default:
      return `${message}, got ${told(data)}; correct it`;
  }
}

/** One of several ways, told apart by what each requires. */
interface Alternative {
  readonly required?: readonly string[];
}

function choiceSentence(alternatives: readonly Alternative[], data: unknown): string {
  const ways = alternatives.map(({ required = [] }) => required);
  const given = Object.keys((data ?? {}) as object);
  const taken = given.filter((name) => ways.flat().includes(name));
  const whole = ways.filter((names) => names.every((name) => given.includes(name)));
  const advice = taken.length === 0 ? 'add one' : whole.length > 1 ? 'keep one' : 'complete one';
  const got = taken.length === 0 ? 'none' : taken.join(' and ');
  return `expected one of ${ways.map((names) => names.join(' with ')).join(', ')}, got ${got}; ${advice}`;
}

function described(schema: Parameters | undefined): string {
  const description = schema?.['description'];
  return typeof description === 'string' ? ` (${description})` : '';
}

function kindOf(type: unknown): string {
  if (Array.isArray(type)) return type.map(kindOf).join(' or ');
  const kinds: Readonly<Record<string, string>> = {
    object: 'a mapping',
    array: 'a list',
    string: 'a text',
    number: 'a number',
    boolean: 'true or false',
  };
  return kinds[String(type)] ?? String(type);
}

function told(value: unknown): string {
  return JSON.stringify(value);
}
