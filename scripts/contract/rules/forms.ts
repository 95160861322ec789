import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { type Schemas, schemasOf } from '../../schemas/flatten.ts';
import { compileValidators, validatorOf } from '../../schemas/validators.ts';
import { DIRECTIONS, variantOf } from '../../schemas/variants.ts';
import type { Contract, ContractProblem, Path } from '../contract.ts';
import { at, isList, isObject, type Json, membersOf } from '../json.ts';

const AJV = addFormats.default(new Ajv());
const NAME = /^[A-Z][A-Za-z0-9]*$/;
/** Keywords whose members are schemas by a name of the contract's choice. */
const NAMED_SCHEMAS = ['properties', 'patternProperties'];
const ONE_SCHEMA = [
  'items',
  'additionalProperties',
  'if',
  'then',
  'else',
  'not',
  'contains',
  'propertyNames',
];
const LISTS_OF_SCHEMAS = ['allOf', 'anyOf', 'oneOf'];

/** Check that validators can be made of every schema: names that code can have, keywords, formats and patterns that are known. */
export function formProblems(contract: Contract): readonly ContractProblem[] {
  const found = wordingProblems(contract);
  return found.length > 0 ? found : compileProblems(contract, schemasOf(contract.document));
}

/** Check names, keywords, formats and patterns of every schema, without compiling any. */
export function wordingProblems(contract: Contract): readonly ContractProblem[] {
  return membersOf(at(contract.document, 'components', 'schemas')).flatMap(([name, schema]) => {
    const path = ['components', 'schemas', name];
    return [...nameProblems(contract, path, name), ...wordProblems(contract, path, schema)];
  });
}

function nameProblems(contract: Contract, path: Path, name: string): readonly ContractProblem[] {
  if (NAME.test(name)) return [];
  const what = `expected the name of schema ${name} to be of letters and digits and to begin with a capital, since its type has this name`;
  return [{ line: contract.lineOf(path), what, todo: 'rename it, such as PlayerSummary' }];
}

/** Check the words of one schema and of all in it. */
function wordProblems(contract: Contract, path: Path, schema: Json): readonly ContractProblem[] {
  if (!isObject(schema)) return formless(contract, path, schema);
  const at = (key: string): number => contract.lineOf([...path, key]);
  const own = Object.entries(schema).flatMap(([key, value]): readonly ContractProblem[] => {
    if (!isKnown(key)) {
      return [
        {
          line: at(key),
          what: `expected only keywords of JSON Schema in ${path.join('.')}, got ${key}`,
          todo: 'take it away; a kind of message is told apart by a const, and words go into description',
        },
      ];
    }
    if (key === 'format' && AJV.formats[String(value)] === undefined) {
      return [
        {
          line: at(key),
          what: `expected a format that validators know in ${path.join('.')}, got ${String(value)}`,
          todo: `write one of ${Object.keys(AJV.formats).join(', ')}, or a pattern`,
        },
      ];
    }
    const broken = key === 'pattern' ? patternFault(String(value)) : undefined;
    return broken === undefined
      ? []
      : [
          {
            line: at(key),
            what: `expected a regular expression in ${path.join('.')}, got ${String(value)} (${broken})`,
            todo: 'correct it',
          },
        ];
  });
  return [
    ...own,
    ...inheritedProblems(contract, path, schema),
    ...schemasIn(path, schema).flatMap(([below, inner]) => wordProblems(contract, below, inner)),
  ];
}

/** True and false say something only of additionalProperties; a list of schemas only in allOf, anyOf and oneOf. */
function formless(contract: Contract, path: Path, schema: Json): readonly ContractProblem[] {
  if (typeof schema === 'boolean' && path.at(-1) === 'additionalProperties') return [];
  const what = `expected ${path.join('.')} to be one schema, got ${JSON.stringify(schema)}`;
  return [
    {
      line: contract.lineOf(path),
      what,
      todo: 'write a mapping such as { type: string }; what is not allowed is left out, and the object closed by additionalProperties: false',
    },
  ];
}

/** What every object has by itself: no program in JavaScript could tell whether a message has the field. */
function inheritedProblems(
  contract: Contract,
  path: Path,
  schema: { readonly [key: string]: Json },
): readonly ContractProblem[] {
  return membersOf(schema['properties']).flatMap(([field]): readonly ContractProblem[] =>
    field in Object.prototype
      ? [
          {
            line: contract.lineOf([...path, 'properties', field]),
            what: `expected fields of ${path.join('.')} to have names that no object has by itself, got ${field}`,
            todo: 'give the field another name, such as another word for it',
          },
        ]
      : [],
  );
}

/** What a name under components.schemas stands for, and what no validator reads. */
const NOT_OURS = ['$id', '$schema', 'definitions', '$defs', 'discriminator'];
const WORDS = [
  '$ref',
  '$comment',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  'then',
  'else',
];

function isKnown(keyword: string): boolean {
  return (
    keyword.startsWith('x-') ||
    WORDS.includes(keyword) ||
    (!NOT_OURS.includes(keyword) && AJV.getKeyword(keyword) !== false)
  );
}

function patternFault(pattern: string): string | undefined {
  try {
    new RegExp(pattern, 'u');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function schemasIn(path: Path, schema: { readonly [key: string]: Json }): readonly (readonly [Path, Json])[] {
  return Object.entries(schema).flatMap(([key, value]): readonly (readonly [Path, Json])[] => {
    if (NAMED_SCHEMAS.includes(key))
      return membersOf(value).map(([name, inner]) => [[...path, key, name], inner]);
    if (LISTS_OF_SCHEMAS.includes(key) && isList(value))
      return value.map((inner, index) => [[...path, key, index], inner]);
    return ONE_SCHEMA.includes(key) ? [[[...path, key], value]] : [];
  });
}

/** What the words do not show, the compiler says; the line is that of the schema. */
function compileProblems(contract: Contract, schemas: Schemas): readonly ContractProblem[] {
  const names = Object.keys(schemas);
  const problem = (name: string, said: string): ContractProblem => ({
    line: contract.lineOf(['components', 'schemas', name]),
    what: `expected schema ${name} to make a validator, but ${said}`,
    todo: 'correct what it names',
  });
  const malformed = names.flatMap((name) => {
    const wrong = DIRECTIONS.find(
      (direction) => AJV.validateSchema(variantOf(schemas, name, direction)) !== true,
    );
    return wrong === undefined ? [] : [problem(name, AJV.errorsText())];
  });
  if (malformed.length > 0) return malformed;
  const ajv = compileValidators(schemas);
  return names.flatMap((name) => {
    try {
      for (const direction of DIRECTIONS) validatorOf(ajv, name, direction);
      return [];
    } catch (error) {
      return [problem(name, error instanceof Error ? error.message : String(error))];
    }
  });
}
