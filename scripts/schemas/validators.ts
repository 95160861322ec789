import { Ajv, type ValidateFunction } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import addFormats from 'ajv-formats';
import { isObject, type Json, membersOf } from '../contract/json.ts';
import type { Schemas } from './flatten.ts';
import { DIRECTIONS, type Direction, variantOf } from './variants.ts';

/** Judges schemas by the form of schemas; made once, since compiling that form takes longer than compiling most of ours. */
const FORM = new Ajv({ strict: false, logger: false });

/**
 * Make an Ajv instance without schemas that judges as the validators of the contract do, for schemas that `addVariants` adds.
 * It does not ask for the form of schemas again.
 */
export function validatorInstance(): Ajv {
  return instance({ meta: false, validateSchema: false });
}

function instance(options: { readonly meta?: boolean; readonly validateSchema?: boolean }): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    messages: false,
    inlineRefs: false,
    loopRequired: 1,
    loopEnum: 1,
    strict: true,
    // A pattern may hold for a field that has a name of its own too.
    allowMatchingProperties: true,
    strictTypes: false,
    allowUnionTypes: true,
    code: { source: true, esm: true },
    ...options,
  });
  addFormats.default(ajv);
  return ajv;
}

/**
 * Add schemas to an instance, each in one direction, to be looked up as `<direction>.<name>`.
 *
 * @throws {Error} when one is no schema.
 */
export function addVariants(
  ajv: Ajv,
  schemas: Schemas,
  names: readonly string[],
  direction: Direction,
): void {
  const variants = names.map((name) => variantOf(schemas, name, direction));
  const keys = new Set(variants.flatMap(extensionKeys));
  ajv.addVocabulary([...keys].filter((key) => ajv.RULES.keywords[key] !== true));
  for (const variant of variants) {
    FORM.validateSchema(variant, true);
    ajv.addSchema(variant);
  }
}

/** Compile every named schema, in both directions, into one Ajv instance; look them up as `<direction>.<name>`. */
export function compileValidators(schemas: Schemas): Ajv {
  const ajv = instance({});
  for (const direction of DIRECTIONS) addVariants(ajv, schemas, Object.keys(schemas), direction);
  return ajv;
}

/** Give the compiled validator of one schema and direction. */
export function validatorOf(ajv: Ajv, name: string, direction: Direction): ValidateFunction {
  const found = ajv.getSchema(`${direction}.${name}`);
  if (found === undefined) throw new Error(`expected a schema ${name} under components.schemas, found none`);
  return found;
}

/** Written in parts, since the package's bundler replaces these words wherever the sources have them. */
const OF_THE_MODULE = ['import', 'meta', 'url'].join('.');

/** Write the compiled validators as one ES module that exports `VALIDATORS` by direction and schema name. */
export function validatorModule(schemas: Schemas): string {
  const ajv = compileValidators(schemas);
  const names = Object.keys(schemas);
  const exported = Object.fromEntries(
    DIRECTIONS.flatMap((direction) => names.map((name) => [`${direction}_${name}`, `${direction}.${name}`])),
  );
  const code = standaloneCode.default(ajv, exported);
  const table = DIRECTIONS.map(
    (direction) => `  ${direction}: { ${names.map((name) => `${name}: ${direction}_${name}`).join(', ')} },`,
  );
  return [
    "import { createRequire } from 'node:module';",
    `const require = createRequire(${OF_THE_MODULE});`,
    code.replace(/^"use strict";/, '').replaceAll(/export const (send|receive)_/g, '\nconst $1_'),
    'export const VALIDATORS = {',
    ...table,
    '};',
    '',
  ].join('\n');
}

function extensionKeys(value: Json): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(extensionKeys);
  return isObject(value)
    ? membersOf(value).flatMap(([key, member]) => [
        ...(key.startsWith('x-') ? [key] : []),
        ...extensionKeys(member),
      ])
    : [];
}
