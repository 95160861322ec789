import { judgesFormat, judgesKeyword } from '../../generate/python/schemas.ts';
import { isObjectSchema, type Schemas, schemasOf } from '../../schemas/flatten.ts';
import type { Contract, ContractProblem, Path } from '../contract.ts';
import { at, entriesOf, isObject, type Json, type JsonObject, membersOf } from '../json.ts';

/** What the generated code of either language calls by these names itself. */
const TAKEN_NAMES = [
  ...['None', 'True', 'False', 'Literal', 'TypeAlias', 'ConfigDict', 'Field', 'JsonValue', 'ContractModel'],
  ...['Record', 'Readonly', 'ReadonlyMap', 'Set', 'UnifiedMessage'],
];
const FIELDS = ['properties'];
const ONE = ['items', 'additionalProperties', 'not', 'if', 'then', 'else'];
const LISTS = ['allOf', 'anyOf', 'oneOf'];

/** Check that TypeScript and Python can be written of every schema, and that both judge it alike. */
export function codeProblems(contract: Contract): readonly ContractProblem[] {
  const schemas = schemasOf(contract.document);
  return Object.entries(schemas).flatMap(([name, schema]) => {
    const path = ['components', 'schemas', name];
    return [...nameProblems(contract, path, name), ...wordProblems(contract, schemas, path, schema)];
  });
}

function nameProblems(contract: Contract, path: Path, name: string): readonly ContractProblem[] {
  if (!TAKEN_NAMES.includes(name)) return [];
  const what = `expected a name for the schema ${name} that the generated code does not use itself`;
  return [{ line: contract.lineOf(path), what, todo: `rename it, such as ${name}Values` }];
}

function wordProblems(
  contract: Contract,
  schemas: Schemas,
  path: Path,
  schema: Json,
): readonly ContractProblem[] {
  if (!isObject(schema)) return [];
  const place = path.join('.');
  const own = membersOf(schema).flatMap(([keyword, value]): readonly ContractProblem[] => {
    const said = faultOf(schemas, path, schema, keyword, value);
    return said === undefined
      ? []
      : [
          {
            line: contract.lineOf([...path, keyword]),
            what: `expected ${said[0]} in ${place}`,
            todo: said[1],
          },
        ];
  });
  return [
    ...own,
    ...schemasIn(path, schema).flatMap(([below, inner]) => wordProblems(contract, schemas, below, inner)),
  ];
}

/** Say what one keyword should be and what to do instead; undefined when code can be written of it. */
function faultOf(
  schemas: Schemas,
  path: Path,
  schema: JsonObject,
  keyword: string,
  value: Json,
): readonly [string, string] | undefined {
  if (!judgesKeyword(keyword))
    return [
      `keywords that the Python package judges too, got ${keyword}`,
      'take it away, or teach it to scripts/generate/python/package/findings.py',
    ];
  if (keyword === 'format' && !judgesFormat(String(value)))
    return [`a format that the Python package judges too, got ${String(value)}`, 'write a pattern instead'];
  if (keyword === 'enum' || keyword === 'const') {
    const odd = (keyword === 'enum' ? entriesOf(value) : [value]).find(
      (one) => typeof one === 'object' && one !== null,
    );
    return odd === undefined
      ? undefined
      : [
          `texts, numbers, booleans or null as values of ${keyword}, got ${JSON.stringify(odd)}`,
          'describe the object or the list by a schema of its own',
        ];
  }
  if (keyword === 'allOf') return joinedFault(schemas, path, schema, value);
  return undefined;
}

/** What is joined becomes one object; scalars and fields are no objects that could be. */
function joinedFault(
  schemas: Schemas,
  path: Path,
  schema: JsonObject,
  value: Json,
): readonly [string, string] | undefined {
  const parts = entriesOf(value).filter((part) => at(part, 'if') === undefined);
  if (parts.length === 0) return undefined;
  const are_objects = parts.every((part) => {
    const target = at(part, '$ref');
    return typeof target === 'string'
      ? isObjectSchema(schemas, target.split('/').at(-1) ?? '')
      : at(part, 'type') === 'object' || isObject(at(part, 'properties'));
  });
  const is_top = path.length === 3;
  return are_objects && is_top && schema['type'] !== 'string'
    ? undefined
    : [
        'allOf to join objects, in a named schema',
        'write the keywords of a scalar side by side, and refer to an object by $ref alone',
      ];
}

function schemasIn(path: Path, schema: JsonObject): readonly (readonly [Path, Json])[] {
  return membersOf(schema).flatMap(([key, value]): readonly (readonly [Path, Json])[] => {
    if (FIELDS.includes(key)) return membersOf(value).map(([name, inner]) => [[...path, key, name], inner]);
    if (LISTS.includes(key)) return entriesOf(value).map((inner, index) => [[...path, key, index], inner]);
    return ONE.includes(key) ? [[[...path, key], value]] : [];
  });
}
