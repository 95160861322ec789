import { inLine } from '../blocks/yaml.ts';
import type { Contract, ContractProblem, Path } from '../contract.ts';
import { at, entriesOf, type Json, type JsonObject, membersOf, stringsOf } from '../json.ts';
import { topicsOf } from '../topics.ts';

/** A processor with its phase and canonical name. */
interface Registered {
  readonly phase: string;
  readonly name: string;
  readonly processor: Json;
}

/** Check the registry and every section that names a processor, a component, a phase, a status or a topic. */
export function processorProblems(contract: Contract): readonly ContractProblem[] {
  const registry = registeredOf(contract.document);
  return [
    ...registry.flatMap((entry) => requirementProblems(contract, registry, entry)),
    ...aliasProblems(contract, registry),
    ...orchestratorProblems(contract, registry),
    ...levelProblems(contract, registry),
    ...namedValueProblems(contract, registry),
  ];
}

function registeredOf(document: JsonObject): readonly Registered[] {
  return membersOf(document['x-processors']).flatMap(([phase, processors]) =>
    membersOf(processors).map(([name, processor]) => ({ phase, name, processor })),
  );
}

function requirementProblems(
  contract: Contract,
  registry: readonly Registered[],
  { phase, name, processor }: Registered,
): readonly ContractProblem[] {
  const line = contract.lineOf(['x-processors', phase, name]);
  return stringsOf(at(processor, 'requires')).flatMap((required) => {
    if (!registry.some((other) => other.name === required)) {
      const what = `expected ${name} to require registered processors, got ${required}`;
      return [{ line, what, todo: 'add it under x-processors or correct the name' }];
    }
    if (!reaches(registry, required, name)) return [];
    const what = `expected requires to have no circle, but ${name} requires ${required}, which leads back to ${name}`;
    return [{ line, what, todo: 'remove one of the requirements' }];
  });
}

function reaches(
  registry: readonly Registered[],
  from: string,
  target: string,
  seen = new Set<string>(),
): boolean {
  if (from === target) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const entry = registry.find((other) => other.name === from);
  return stringsOf(at(entry?.processor, 'requires')).some((next) => reaches(registry, next, target, seen));
}

/** Refuse one spelling for two processors of a phase, and one canonical name for processors of two phases. */
function aliasProblems(contract: Contract, registry: readonly Registered[]): readonly ContractProblem[] {
  const first = new Map<string, string>();
  const names = new Map<string, string>();
  return registry.flatMap(({ phase, name, processor }) => {
    const line = contract.lineOf(['x-processors', phase, name]);
    const todo = 'remove or rename one of them';
    const problems: ContractProblem[] = [];
    for (const spelling of [name, ...stringsOf(at(processor, 'aliases'))]) {
      const other = first.get(`${phase} ${spelling}`);
      first.set(`${phase} ${spelling}`, other ?? name);
      if (other === undefined) continue;
      problems.push({
        line,
        what: `expected ${spelling} to mean one processor of ${phase}, got ${other} and ${name}`,
        todo,
      });
    }
    const elsewhere = names.get(name);
    names.set(name, elsewhere ?? phase);
    if (elsewhere !== undefined && elsewhere !== phase) {
      problems.push({ line, what: `expected ${name} in one phase, got ${elsewhere} and ${phase}`, todo });
    }
    return problems;
  });
}

function orchestratorProblems(
  contract: Contract,
  registry: readonly Registered[],
): readonly ContractProblem[] {
  const { document } = contract;
  const topics = topicsOf(document);
  return membersOf(document['x-orchestrators']).flatMap(([name, orchestrator]) => {
    const base = ['x-orchestrators', name];
    const need = (exists: boolean, path: Path, what: string, todo: string): readonly ContractProblem[] =>
      exists ? [] : [{ line: contract.lineOf([...base, ...path]), what: `expected ${what}`, todo }];
    const listens = String(at(orchestrator, 'listens_to'));
    const triggers = String(at(orchestrator, 'triggers'));
    const state = String(at(orchestrator, 'state'));
    const isListening = stringsOf(at(topics, listens, 'receivers')).includes(name);
    const isSending = stringsOf(at(topics, triggers, 'senders')).includes(name);
    const add = 'add the operation or correct the name';
    return [
      ...need(
        at(document, 'x-components', name) !== undefined,
        [],
        `${name} under x-components`,
        'add the component',
      ),
      ...need(isListening, ['listens_to'], `${name} to receive ${listens}, found no such operation`, add),
      ...need(isSending, ['triggers'], `${name} to send ${triggers}, found no such operation`, add),
      ...need(
        at(document, 'x-state', state) !== undefined,
        ['state'],
        `state ${state} under x-state`,
        'add it',
      ),
      ...entriesOf(at(orchestrator, 'levels')).flatMap((level, index) =>
        ['waits_for', 'runs'].flatMap((list) =>
          stringsOf(at(level, list)).flatMap((processor) =>
            need(
              registry.some((entry) => entry.name === processor),
              ['levels', index, list],
              `${list} of ${name} to name registered processors, got ${processor}`,
              'add it under x-processors or correct the name',
            ),
          ),
        ),
      ),
    ];
  });
}

/** Check that each level of the cascade runs exactly the processors that the registry gives that level. */
function levelProblems(contract: Contract, registry: readonly Registered[]): readonly ContractProblem[] {
  return membersOf(contract.document['x-orchestrators']).flatMap(([name, orchestrator]) =>
    entriesOf(at(orchestrator, 'levels')).flatMap((level, index) => {
      const number = Number(at(level, 'level'));
      const registered = registry
        .filter((entry) => at(entry.processor, 'level') === number)
        .map((entry) => entry.name);
      const runs = stringsOf(at(level, 'runs'));
      if ([...registered].sort().join() === [...runs].sort().join()) return [];
      const what = `expected level ${number} of ${name} to run ${registered.join(', ') || 'nothing'}, as x-processors says, got ${runs.join(', ')}`;
      const line = contract.lineOf(['x-orchestrators', name, 'levels', index, 'runs']);
      const paste = `        runs: ${inLine(registered)}`;
      return [{ line, what, todo: 'correct runs, or level of the processors', paste }];
    }),
  );
}

/** A name somewhere in the contract, and the names that may stand there. */
interface NamedValue {
  readonly path: Path;
  readonly value: string;
  readonly allowed: readonly string[];
  readonly kind: string;
}

function namedValueProblems(contract: Contract, registry: readonly Registered[]): readonly ContractProblem[] {
  return namedValues(contract.document, registry).flatMap(({ path, value, allowed, kind }) => {
    if (allowed.includes(value)) return [];
    const what = `expected ${path.join('.')} to be ${kind}, got ${value}`;
    return [{ line: contract.lineOf(path), what, todo: `write one of ${allowed.join(', ')}` }];
  });
}

function namedValues(document: JsonObject, registry: readonly Registered[]): readonly NamedValue[] {
  const phases = stringsOf(at(document, 'components', 'schemas', 'Phase', 'enum'));
  const statuses = stringsOf(at(document, 'components', 'schemas', 'RunStatus', 'enum'));
  const components = membersOf(document['x-components']).map(([name]) => name);
  const processors = registry.map((entry) => entry.name);
  const named = (
    kind: string,
    allowed: readonly string[],
    path: Path,
    value: Json | undefined,
  ): readonly NamedValue[] => (typeof value === 'string' ? [{ path, value, allowed, kind }] : []);
  const list = (kind: string, allowed: readonly string[], path: Path): readonly NamedValue[] =>
    stringsOf(at(document, ...path)).flatMap((value, index) => named(kind, allowed, [...path, index], value));
  return [
    ...membersOf(document['x-processors']).flatMap(([phase]) =>
      named('a phase', phases, ['x-processors', phase], phase),
    ),
    ...membersOf(document['x-components']).flatMap(([name, component]) =>
      named('a phase', phases, ['x-components', name, 'phase'], at(component, 'phase')),
    ),
    ...membersOf(document['x-state']).flatMap(([name, state]) =>
      named('a component', components, ['x-state', name, 'owner'], at(state, 'owner')),
    ),
    ...entriesOf(document['x-idempotency']).flatMap((entry, index) =>
      named('a component', components, ['x-idempotency', index, 'component'], at(entry, 'component')),
    ),
    ...membersOf(document['x-orchestrators']).flatMap(([name]) =>
      list('a run status', statuses, ['x-orchestrators', name, 'counts']),
    ),
    ...list('a run status', statuses, ['x-table-readiness', 'counts']),
    ...list('a processor', processors, ['x-table-readiness', 'may_be_empty']),
  ];
}
