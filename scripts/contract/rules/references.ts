import { type Schemas, schemasOf } from '../../schemas/flatten.ts';
import type { Contract, ContractProblem, Path } from '../contract.ts';
import { at, entriesOf, isList, type Json, membersOf } from '../json.ts';

const SCHEMA = /^#\/components\/schemas\/[^/]+$/;

/** Check that every reference leads to something, that those of schemas lead to named schemas, and that none leads in a ring. */
export function referenceProblems(contract: Contract): readonly ContractProblem[] {
  return [...problemsIn(contract, [], contract.document), ...rings(contract)];
}

function problemsIn(contract: Contract, path: Path, value: Json): readonly ContractProblem[] {
  if (isList(value)) return value.flatMap((entry, index) => problemsIn(contract, [...path, index], entry));
  return membersOf(value).flatMap(([key, member]) => {
    const here = [...path, key];
    if (key !== '$ref' || typeof member !== 'string') return problemsIn(contract, here, member);
    const line = contract.lineOf(here);
    if (at(contract.document, ...member.replace('#/', '').split('/')) === undefined) {
      const what = `expected ${member} to exist, as ${path.join('.')} refers to it`;
      return [{ line, what, todo: 'add it or correct the reference' }];
    }
    if (path[1] !== 'schemas' || SCHEMA.test(member)) return [];
    const what = `expected ${path.join('.')} to refer to a schema under components.schemas, got ${member}`;
    return [{ line, what, todo: 'give what is meant a name under components.schemas' }];
  });
}

/** A schema that is itself, or a choice with itself, says of no value whether it is taken. */
function rings(contract: Contract): readonly ContractProblem[] {
  const schemas = schemasOf(contract.document);
  return Object.keys(schemas).flatMap((name) => {
    if (!leadsTo(schemas, name, name, new Set())) return [];
    const what = `expected schema ${name} to say what values it takes, but it leads back to itself`;
    return [
      {
        line: contract.lineOf(['components', 'schemas', name]),
        what,
        todo: 'refer to it only from a field or from the entries of a list',
      },
    ];
  });
}

function leadsTo(schemas: Schemas, from: string, to: string, seen: Set<string>): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return targetsOf(schemas[from]).some((target) => target === to || leadsTo(schemas, target, to, seen));
}

/** Name the schemas that a schema is made of, without going into its fields. */
function targetsOf(schema: Json | undefined): readonly string[] {
  const target = at(schema, '$ref');
  const own = typeof target === 'string' ? [target.split('/').at(-1) ?? ''] : [];
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => entriesOf(at(schema, key)));
  return [...own, ...parts.flatMap(targetsOf)];
}
