import { Ajv, type ValidateFunction } from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import addFormats from 'ajv-formats';
import { isObject, type Json, membersOf } from '../contract/json.ts';
import type { Schemas } from './flatten.ts';
import { DIRECTIONS, type Direction, variantOf } from './variants.ts';

/** Compile every named schema, in both directions, into one Ajv instance; look them up as `<direction>.<name>`. */
export function compileValidators(schemas: Schemas): Ajv {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    messages: false,
    inlineRefs: false,
    loopRequired: 1,
    loopEnum: 1,
    strict: true,
    strictTypes: false,
    allowUnionTypes: true,
    code: { source: true, esm: true },
  });
  addFormats.default(ajv);
  const variants = DIRECTIONS.flatMap((direction) =>
    Object.keys(schemas).map((name) => variantOf(schemas, name, direction)),
  );
  ajv.addVocabulary([...new Set(variants.flatMap(extensionKeys))]);
  for (const variant of variants) ajv.addSchema(variant);
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
