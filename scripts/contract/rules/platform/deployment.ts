import { pasteable } from '../../blocks/block.ts';
import { deployedComponentBlock } from '../../blocks/registry.ts';
import type { Contract, ContractProblem, Path } from '../../contract.ts';
import { at, entriesOf, type Json, type JsonObject, membersOf, stringsOf } from '../../json.ts';
import { cronProblems, targetProblems, zoneProblems } from './schedules.ts';

/** Check that everything that this contract runs is deployed once, in some stage, and has time to answer its callers. */
export function deploymentProblems(contract: Contract): readonly ContractProblem[] {
  const { document } = contract;
  const run = membersOf(document['x-components'])
    .filter(([, component]) => at(component, 'runs_as') !== 'external')
    .map(([name]) => name);
  return [
    ...coverageProblems(contract, run),
    ...membersOf(at(document, 'x-deployment', 'components')).flatMap(([name, settings]) => [
      ...settingProblems(contract, run, name, settings),
    ]),
    ...accountProblems(contract),
    ...fallBackProblems(contract),
    ...membersOf(document['x-schedules']).flatMap(([name, job]) =>
      backoffProblems(contract, ['x-schedules', name], job),
    ),
  ];
}

function coverageProblems(contract: Contract, run: readonly string[]): readonly ContractProblem[] {
  const deployment = at(contract.document, 'x-deployment');
  const staged = entriesOf(at(deployment, 'stages')).flatMap((stage) => stringsOf(at(stage, 'components')));
  const line = (field: string): number => contract.lineOf(['x-deployment', field]);
  return [
    ...run
      .filter((name) => at(deployment, 'components', name) === undefined)
      .map((name) => ({
        line: line('components'),
        what: `expected ${name}, which this contract runs, under x-deployment.components, found nothing`,
        todo: 'add its settings',
        paste: pasteable([deployedComponentBlock(name)]),
      })),
    ...run
      .filter((name) => staged.filter((other) => other === name).length !== 1)
      .map((name) => ({
        line: line('stages'),
        what: `expected ${name} in one stage, found it in ${staged.filter((other) => other === name).length}`,
        todo: 'list it under components of the stage in which it is deployed',
      })),
    ...staged
      .filter((name) => !run.includes(name))
      .map((name) => ({
        line: line('stages'),
        what: `expected the stages to name components that this contract runs, got ${name}`,
        todo: 'correct the name or add the component under x-components',
      })),
  ];
}

function settingProblems(
  contract: Contract,
  run: readonly string[],
  name: string,
  settings: Json,
): readonly ContractProblem[] {
  const line = (...path: Path): number => contract.lineOf(['x-deployment', 'components', name, ...path]);
  if (!run.includes(name)) {
    const what = `expected x-deployment.components to name components that this contract runs, got ${name}`;
    return [{ line: line(), what, todo: 'correct the name or remove it' }];
  }
  const problems: ContractProblem[] = [];
  const timeout = Number(at(settings, 'timeout_seconds'));
  const slowest = Math.max(0, ...patienceOf(contract.document, name));
  if (timeout < slowest) {
    const what = `expected timeout_seconds of ${name} to be at least ${slowest}, as long as its slowest caller waits, got ${timeout}`;
    problems.push({
      line: line('timeout_seconds'),
      what,
      todo: 'raise it or shorten the deadline of the caller',
    });
  }
  if (Number(at(settings, 'min_instances')) > Number(at(settings, 'max_instances'))) {
    const what = `expected min_instances of ${name} to be at most max_instances`;
    problems.push({ line: line('min_instances'), what, todo: 'exchange or correct them' });
  }
  return problems;
}

/** How long each caller of a component waits, in seconds: subscriptions, and scheduler jobs with those of the fall-back. */
function patienceOf(document: JsonObject, component: string): readonly number[] {
  const own = (section: Json | undefined, field: string): readonly number[] =>
    membersOf(section)
      .filter(([, caller]) => at(caller, 'component') === component)
      .map(([, caller]) => Number(at(caller, field)));
  return [
    ...own(document['x-subscriptions'], 'ack_deadline_seconds'),
    ...own(document['x-schedules'], 'attempt_deadline_seconds'),
    ...own(at(document, 'x-deployment', 'fall_back', 'schedules'), 'attempt_deadline_seconds'),
  ];
}

function accountProblems(contract: Contract): readonly ContractProblem[] {
  const deployment = at(contract.document, 'x-deployment');
  const holders = ['components', 'identities'].flatMap((section) =>
    membersOf(at(deployment, section)).map(
      ([name, holder]) => [section, name, String(at(holder, 'service_account'))] as const,
    ),
  );
  return holders.flatMap(([section, name, account], index) => {
    const first = holders.find(([, , other]) => other === account);
    if (first === undefined || first === holders[index]) return [];
    return [
      {
        line: contract.lineOf(['x-deployment', section, name, 'service_account']),
        what: `expected a service account of its own for ${name}, got ${account}, which is that of ${first[1]}`,
        todo: 'give it another name; roles are granted to one account for one purpose',
      },
    ];
  });
}

function fallBackProblems(contract: Contract): readonly ContractProblem[] {
  const section: Path = ['x-deployment', 'fall_back', 'schedules'];
  const endpoints = entriesOf(contract.document['x-endpoints']);
  return membersOf(at(contract.document, ...section)).flatMap(([name, job]) => {
    const path = [...section, name];
    const taken = at(contract.document, 'x-schedules', name) !== undefined;
    const twice = {
      line: contract.lineOf(path),
      what: `expected the name of scheduler job ${name} of the fall-back once, found it under x-schedules too`,
      todo: 'rename one of the two',
    };
    return [
      ...(taken ? [twice] : []),
      ...targetProblems(contract, endpoints, path, job),
      ...cronProblems(contract, path, String(at(job, 'cron'))),
      ...zoneProblems(contract, [...path, 'time_zone']),
      ...backoffProblems(contract, path, job),
    ];
  });
}

function backoffProblems(contract: Contract, path: Path, job: Json): readonly ContractProblem[] {
  const minimum = Number(at(job, 'retry', 'min_backoff_seconds'));
  const maximum = Number(at(job, 'retry', 'max_backoff_seconds'));
  if (minimum <= maximum) return [];
  const what = `expected min_backoff_seconds of ${String(path.at(-1))} to be at most max_backoff_seconds, got ${minimum} and ${maximum}`;
  return [{ line: contract.lineOf([...path, 'retry']), what, todo: 'exchange or correct them' }];
}
