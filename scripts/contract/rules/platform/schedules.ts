import type { Contract, ContractProblem, Path } from '../../contract.ts';
import { at, entriesOf, type Json, membersOf } from '../../json.ts';

/** The five fields of a cron line with the smallest and the largest number of each. */
const CRON_FIELDS = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12 },
  { name: 'day of week', from: 0, to: 7 },
] as const;

/** Check that endpoints belong to components that serve, and that schedules call endpoints at times that exist. */
export function scheduleProblems(contract: Contract): readonly ContractProblem[] {
  const endpoints = entriesOf(contract.document['x-endpoints']);
  return [
    ...endpoints.flatMap((endpoint, index) => endpointProblems(contract, endpoints, endpoint, index)),
    ...membersOf(contract.document['x-schedules']).flatMap(([name, schedule]) => [
      ...targetProblems(contract, endpoints, ['x-schedules', name], schedule),
      ...cronProblems(contract, ['x-schedules', name], String(at(schedule, 'cron'))),
      ...zoneProblems(contract, ['x-schedules', name, 'time_zone']),
    ]),
    ...zoneProblems(contract, ['x-readiness', 'deadline_time_zone']),
    ...zoneProblems(contract, ['x-readiness', 'business_time_zone']),
  ];
}

function endpointProblems(
  contract: Contract,
  endpoints: readonly Json[],
  endpoint: Json,
  index: number,
): readonly ContractProblem[] {
  const { document } = contract;
  const name = nameOf(endpoint);
  const line = (...path: Path): number => contract.lineOf(['x-endpoints', index, ...path]);
  const problems: ContractProblem[] = [];
  const owner = at(document, 'x-components', String(at(endpoint, 'component')));
  if (owner === undefined || at(owner, 'runs_as') === 'external') {
    const what = `expected endpoint ${name} to belong to a component that this contract runs`;
    problems.push({
      line: line('component'),
      what,
      todo: 'correct the component or add it under x-components',
    });
  }
  const body = at(endpoint, 'body') ?? null;
  if (body !== null && at(document, 'components', 'schemas', String(body)) === undefined) {
    const what = `expected the body of endpoint ${name} to be a schema under components.schemas, got ${String(body)}`;
    problems.push({ line: line('body'), what, todo: 'add the schema or correct the name' });
  }
  for (const [place, answer] of entriesOf(at(endpoint, 'answers')).entries()) {
    const schema = at(answer, 'body');
    if (schema === undefined || at(document, 'components', 'schemas', String(schema)) !== undefined) continue;
    const what = `expected the answer ${String(at(answer, 'status'))} of endpoint ${name} to be a schema under components.schemas, got ${String(schema)}`;
    problems.push({ line: line('answers', place, 'body'), what, todo: 'add the schema or correct the name' });
  }
  if (endpoints.findIndex((other) => nameOf(other) === name) < index) {
    problems.push({
      line: line(),
      what: `expected endpoint ${name} once, found it again`,
      todo: 'remove one of the two',
    });
  }
  return problems;
}

function nameOf(endpoint: Json): string {
  return `${String(at(endpoint, 'component'))} ${String(at(endpoint, 'method'))} ${String(at(endpoint, 'path'))}`;
}

/** Check that the schedule at a place of the contract calls an endpoint that exists. */
export function targetProblems(
  contract: Contract,
  endpoints: readonly Json[],
  path: Path,
  schedule: Json,
): readonly ContractProblem[] {
  const target = nameOf(schedule);
  if (endpoints.some((endpoint) => nameOf(endpoint) === target)) return [];
  return [
    {
      line: contract.lineOf(path),
      what: `expected scheduler job ${String(path.at(-1))} to call an endpoint of x-endpoints, got ${target}`,
      todo: 'add the endpoint or correct component, method and path',
    },
  ];
}

/** Check the five cron fields of the schedule at a place of the contract. */
export function cronProblems(contract: Contract, path: Path, cron: string): readonly ContractProblem[] {
  const name = String(path.at(-1));
  const line = contract.lineOf([...path, 'cron']);
  const fields = cron.split(' ');
  if (fields.length !== CRON_FIELDS.length) {
    const what = `expected five cron fields at scheduler job ${name}, got ${JSON.stringify(cron)}`;
    return [{ line, what, todo: 'write minute, hour, day of month, month and day of week' }];
  }
  return CRON_FIELDS.flatMap(({ name: field, from, to }, index) => {
    const text = fields[index] ?? '';
    if (isCronField(text, from, to)) return [];
    const what = `expected ${field} of scheduler job ${name} to be within ${from} to ${to}, got ${text}`;
    return [{ line, what, todo: 'write *, */step, a number, a range a-b, or a list of these' }];
  });
}

/** Tell whether one cron field is `*`, a number, a range, a step, or a list of these, all within bounds. */
export function isCronField(text: string, from: number, to: number): boolean {
  return text.split(',').every((part) => {
    const match = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    if (match === null) return false;
    const [, first, last, step] = match;
    const start = Number(first ?? from);
    const end = Number(last ?? first ?? to);
    const stepOk = step === undefined || (Number(step) >= 1 && Number(step) <= to);
    return start >= from && start <= end && end <= to && stepOk;
  });
}

/** Check that a place of the contract names a time zone. */
export function zoneProblems(contract: Contract, path: Path): readonly ContractProblem[] {
  const zone = String(at(contract.document, ...path));
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return [];
  } catch {
    const what = `expected ${path.join('.')} to be a time zone such as America/New_York, got ${zone}`;
    return [{ line: contract.lineOf(path), what, todo: 'write a name of the IANA time zone database' }];
  }
}
