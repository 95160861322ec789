import type { Ajv } from 'ajv';
import { readableProblems } from '../../generate/problems.ts';
import { isObjectSchema, type Schemas, schemasOf } from '../../schemas/flatten.ts';
import { compileValidators, validatorOf } from '../../schemas/validators.ts';
import type { Contract, ContractProblem, Path } from '../contract.ts';
import { at, entriesOf, isObject, type Json, membersOf, stringsOf } from '../json.ts';
import { codeProblems } from './code.ts';
import { formProblems, wordingProblems } from './forms.ts';
import { referenceProblems } from './references.ts';

const PREFIX = '#/components/schemas/';

/** Check references, names and required fields of schemas, what state and messages say of them, and every example. */
export function schemaProblems(contract: Contract): readonly ContractProblem[] {
  const schemas = schemasOf(contract.document);
  const references = referenceProblems(contract);
  if (references.length > 0) return references;
  const early = [
    ...Object.entries(schemas).flatMap(([name, schema]) =>
      fieldProblems(contract, ['components', 'schemas', name], schema),
    ),
    ...stateProblems(contract, schemas),
  ];
  if (early.length > 0) return early;
  const forms = formProblems(contract);
  if (forms.length > 0) return forms;
  const code = codeProblems(contract);
  if (code.length > 0) return code;
  return [...messageProblems(contract, schemas), ...exampleProblems(contract, schemas)];
}

/** List why nobody could say what values the schemas take: references that lead nowhere, and words that no validator knows. */
export function soundnessProblems(contract: Contract): readonly ContractProblem[] {
  return [...referenceProblems(contract), ...wordingProblems(contract)];
}

/** Check that enums and objects have names, and that required fields are described. */
function fieldProblems(contract: Contract, path: Path, schema: Json): readonly ContractProblem[] {
  const described = membersOf(at(schema, 'properties')).map(([field]) => field);
  const missing = stringsOf(at(schema, 'required')).filter(
    (field) => isObject(at(schema, 'properties')) && !described.includes(field),
  );
  const requires = missing.map((field) => ({
    line: contract.lineOf([...path, 'required']),
    what: `expected required field ${field} of ${path.join('.')} to be described under properties, found none`,
    todo: 'describe the field or take it from required',
  }));
  const fields = membersOf(at(schema, 'properties')).flatMap(([field, value]) =>
    namelessProblems(contract, [...path, 'properties', field], value),
  );
  const parts = entriesOf(at(schema, 'allOf')).flatMap((part, index) =>
    at(part, 'if') === undefined ? fieldProblems(contract, [...path, 'allOf', index], part) : [],
  );
  return [...requires, ...fields, ...parts];
}

function namelessProblems(contract: Contract, path: Path, schema: Json): readonly ContractProblem[] {
  const within = ['items', 'additionalProperties'].flatMap((key) => {
    const inner = at(schema, key);
    return inner === undefined ? [] : namelessProblems(contract, [...path, key], inner);
  });
  const branches = ['oneOf', 'anyOf'].flatMap((key) =>
    entriesOf(at(schema, key)).flatMap((branch, index) =>
      namelessProblems(contract, [...path, key, index], branch),
    ),
  );
  if (within.length + branches.length > 0) return [...within, ...branches];
  if (at(schema, 'enum') === undefined && at(schema, 'properties') === undefined) return [];
  const kind = at(schema, 'enum') === undefined ? 'object' : 'enum';
  return [
    {
      line: contract.lineOf(path),
      what: `expected the ${kind} at ${path.join('.')} to have a name, found it written in place`,
      todo: 'move it to components.schemas and refer to it, so that its generated type has a name',
    },
  ];
}

function stateProblems(contract: Contract, schemas: Schemas): readonly ContractProblem[] {
  return membersOf(contract.document['x-state']).flatMap(([name, state]) => {
    const schema = String(at(state, 'schema'));
    const ttl = at(state, 'ttl_field');
    if (schemas[schema] === undefined) {
      const what = `expected the schema of state ${name} under components.schemas, got ${schema}`;
      return [
        { line: contract.lineOf(['x-state', name, 'schema']), what, todo: 'add it or correct the name' },
      ];
    }
    if (typeof ttl !== 'string' || at(schemas[schema], 'properties', ttl) !== undefined) return [];
    const what = `expected ttl_field of state ${name} to be a field of ${schema}, got ${ttl}`;
    return [
      { line: contract.lineOf(['x-state', name, 'ttl_field']), what, todo: 'add the field or write null' },
    ];
  });
}

function messageProblems(contract: Contract, schemas: Schemas): readonly ContractProblem[] {
  const phases = stringsOf(at(schemas['Phase'], 'enum'));
  return membersOf(at(contract.document, 'components', 'messages')).flatMap(([name, message]) => {
    const path = ['components', 'messages', name];
    const problems: ContractProblem[] = [];
    const target = String(at(message, 'payload', '$ref'));
    if (!target.startsWith(PREFIX) || !isObjectSchema(schemas, target.replace(PREFIX, ''))) {
      const what = `expected the payload of ${name} to refer to an object under components.schemas, got ${target}`;
      problems.push({
        line: contract.lineOf([...path, 'payload']),
        what,
        todo: 'name the schema and refer to it',
      });
    }
    const phase = String(at(message, 'x-phase'));
    if (!phases.includes(phase)) {
      const what = `expected x-phase of ${name} to be one of ${phases.join(', ')}, got ${phase}`;
      problems.push({ line: contract.lineOf([...path, 'x-phase']), what, todo: 'correct it' });
    }
    if (entriesOf(at(message, 'examples')).length === 0) {
      const what = `expected message ${name} to have an example, found none`;
      problems.push({ line: contract.lineOf(path), what, todo: 'add one with name, summary and payload' });
    }
    return problems;
  });
}

/** Judge each example as its sender is judged; the parser does not. */
function exampleProblems(contract: Contract, schemas: Schemas): readonly ContractProblem[] {
  const ajv: Ajv = compileValidators(schemas);
  return membersOf(at(contract.document, 'components', 'messages')).flatMap(([name, message]) => {
    const schema = String(at(message, 'payload', '$ref')).replace(PREFIX, '');
    if (schemas[schema] === undefined) return [];
    const validator = validatorOf(ajv, schema, 'send');
    return entriesOf(at(message, 'examples')).flatMap((example, index) => {
      if (validator(at(example, 'payload'))) return [];
      const base = ['components', 'messages', name, 'examples', index, 'payload'];
      return readableProblems(validator.errors ?? []).map(({ field, expected, got }) => ({
        line: contract.lineOf([...base, ...field.split('.')]),
        what: `expected ${field} of example ${String(at(example, 'name'))} of ${name} to be ${expected}, got ${got}`,
        todo:
          got === 'nothing'
            ? 'write the field into the example, or let `npm run generate -- --fix-examples` do it'
            : 'correct the example or the schema',
      }));
    });
  });
}
