import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser/cjs/index.js';
import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { describeSchema } from '../schemas/describe.ts';
import type { Contract, ContractProblem, Path } from './contract.ts';
import { at, isObject, type Json, type JsonObject, membersOf } from './json.ts';

const SCHEMA: JsonObject = parse(readFileSync(new URL('extensions.schema.yaml', import.meta.url), 'utf8'));
const ERROR = 0;
const EXTENSIONS = compileExtensions();

/** Check the contract against AsyncAPI 3.0 with the official parser; its warnings and hints are left out. */
export async function asyncapiProblems(contract: Contract): Promise<readonly ContractProblem[]> {
  const diagnostics = await new Parser().validate(contract.text);
  return diagnostics
    .filter((diagnostic) => diagnostic.severity === ERROR)
    .map(({ message, path, range }) => ({
      line: path.length > 0 ? contract.lineOf(path) : range.start.line + 1,
      what: `expected AsyncAPI 3.0, but at ${path.join('.') || 'the top'}: ${message}`,
      todo: 'see https://www.asyncapi.com/docs/reference/specification/v3.0.0',
    }));
}

/** Check every `x-` key of the contract against extensions.schema.yaml; a key that is not listed there is refused. */
export function extensionProblems(contract: Contract): readonly ContractProblem[] {
  return placesOf(contract.document).flatMap(({ kind, path, value }) => {
    const validator = EXTENSIONS.getSchema(`extensions#/definitions/${kind}`);
    if (validator === undefined)
      throw new Error(`expected ${kind} under definitions of extensions.schema.yaml`);
    if (validator(extensionsOf(value))) return [];
    const findings = (validator.errors ?? []).filter((finding) => finding.keyword !== 'if');
    return oncePerPlace(findings.map((finding) => problemOf(contract, path, finding)));
  });
}

function compileExtensions(): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    strictTypes: false,
    allowUnionTypes: true,
  });
  addFormats.default(ajv);
  return ajv.addSchema(SCHEMA);
}

/** Give the description of each top-level `x-` section, by its name. */
export function sectionDescriptions(): Readonly<Record<string, string>> {
  const sections = membersOf(at(SCHEMA, 'definitions', 'document', 'properties'));
  return Object.fromEntries(sections.map(([name, section]) => [name, String(at(section, 'description'))]));
}

interface Place {
  /** Name of the definition that rules the `x-` keys of this place. */
  readonly kind: string;
  readonly path: Path;
  readonly value: Json;
}

/** List every place of the contract that may have `x-` keys. */
function placesOf(document: JsonObject): readonly Place[] {
  const members = (kind: string, ...path: readonly string[]): readonly Place[] =>
    membersOf(at(document, ...path)).map(([key, value]) => ({ kind, path: [...path, key], value }));
  return [
    { kind: 'document', path: [], value: document },
    ...members('channel', 'channels'),
    ...members('operation', 'operations'),
    ...members('message', 'components', 'messages'),
    ...members('field', 'components', 'schemas').flatMap(schemaPlaces),
  ];
}

function schemaPlaces(place: Place): readonly Place[] {
  const below = isObject(place.value)
    ? membersOf(place.value)
    : Array.isArray(place.value)
      ? place.value.map((entry: Json, index: number): readonly [string, Json] => [String(index), entry])
      : [];
  return [
    place,
    ...below.flatMap(([key, value]) => schemaPlaces({ kind: 'field', path: [...place.path, key], value })),
  ];
}

function extensionsOf(value: Json): JsonObject {
  return Object.fromEntries(membersOf(value).filter(([key]) => key.startsWith('x-')));
}

function problemOf(contract: Contract, base: Path, finding: ErrorObject): ContractProblem {
  const below = finding.instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const extra =
    finding.keyword === 'additionalProperties' ? [String(finding.params['additionalProperty'])] : [];
  const missing = finding.keyword === 'required' ? String(finding.params['missingProperty']) : undefined;
  const path = [...base, ...below, ...extra];
  const name = path.join('.') || 'the contract';
  const todo = 'see this section in docs/contract.md and scripts/contract/extensions.schema.yaml';
  const line = contract.lineOf(path);
  if (missing !== undefined) return { line, what: `expected ${name} to have ${missing}, found none`, todo };
  if (extra.length > 0) return { line, what: `expected only known keys, got ${name}`, todo };
  if (finding.keyword === 'propertyNames' || finding.propertyName !== undefined) {
    const key = finding.propertyName ?? String(finding.params['propertyName']);
    return {
      line: contract.lineOf([...path, key]),
      what: `expected another spelling of the name ${key} in ${name}`,
      todo,
    };
  }
  const expected = isObject(finding.parentSchema) ? describeSchema(finding.parentSchema) : 'another value';
  return { line, what: `expected ${name} to be ${expected}, got ${JSON.stringify(finding.data)}`, todo };
}

function oncePerPlace(problems: readonly ContractProblem[]): readonly ContractProblem[] {
  const told = new Set<string>();
  return problems.filter(({ line, what }) => {
    const key = `${line} ${what}`;
    const fresh = !told.has(key);
    told.add(key);
    return fresh;
  });
}
