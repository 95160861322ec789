import { differencesOf } from '../deploy/plan/plan.ts';
import { differenceInWords } from '../deploy/plan/words.ts';
import { markOf, type Topology } from '../deploy/topology/contract.ts';
import type { Kind, LiveProject, LiveResource, Resource } from '../deploy/topology/resource.ts';
import type { Finding } from './finding.ts';
import { subscriptionFindings } from './subscriptions.ts';
import { watchingFindings } from './watching.ts';

/** Kinds of which nothing may exist beside what the contract wants. APIs and databases may serve others too. */
const CLOSED_KINDS: readonly Kind[] = [
  'topic',
  'subscription',
  'service',
  'function',
  'scheduler job',
  'log metric',
  'alert policy',
  'dashboard',
  'ttl',
  'index',
];

/** Kinds of which only what has the contract's mark is missed in the contract: others may make their own beside it. */
const MARKED_KINDS: readonly Kind[] = ['service account', 'dataset', 'table', 'view'];

/** Topics that Google's own services make. */
const FOREIGN_TOPICS = /^(container-analysis-|eventarc-|cloud-builds$|gcr$)/;

/** What Pub/Sub says of a subscription that cannot write: its agent may not, or there is no such table, or no such column. */
const STUCK: readonly string[] = [
  'PERMISSION_DENIED',
  'NOT_FOUND',
  'SCHEMA_MISMATCH',
  'IN_TRANSIT_LOCATION_RESTRICTION',
];
const STUCK_TODO =
  'deploy to put table and role right; Pub/Sub keeps the messages meanwhile and writes them then';

const DEPLOY = 'deploy to put it right, or change the contract';

/**
 * Compare a live project with what the contract wants in it.
 *
 * @returns findings by kind, in the order of the contract; none when the project is what the contract says.
 */
export function decideDrift(
  wanted: readonly Resource[],
  live: LiveProject,
  topology: Topology,
): readonly Finding[] {
  const there = (resource: Resource): LiveResource | undefined =>
    live.resources.find(({ kind, name }) => kind === resource.kind && name === resource.name);
  return [
    ...wanted.flatMap((resource) => wantedFindings(resource, there(resource), topology)),
    ...live.resources.filter((one) => isStranger(one, wanted, topology, live.project)).map(strangerFinding),
    ...subscriptionFindings(live),
    ...watchingFindings(live, markOf(topology)),
  ];
}

function wantedFindings(
  resource: Resource,
  there: LiveResource | undefined,
  topology: Topology,
): readonly Finding[] {
  const { kind, name } = resource;
  if (there === undefined) {
    return [{ drift: 'missing', kind, name, what: `${kind} ${name} is not there`, todo: 'deploy' }];
  }
  const differences = differencesOf(resource, there).map(
    (difference): Finding => ({
      drift: 'different',
      kind,
      name,
      what: `${kind} ${name}: ${differenceInWords(difference)}`,
      todo: DEPLOY,
    }),
  );
  return [...differences, ...stateFindings(there, topology)];
}

function stateFindings({ kind, name, state }: LiveResource, topology: Topology): readonly Finding[] {
  if (kind === 'scheduler job' && name in topology.deployment.fall_back.schedules) {
    if (state !== 'ENABLED') return [];
    const what = `scheduler job ${name} of the fall-back runs beside the orchestrators`;
    return [
      {
        drift: 'on',
        kind,
        name,
        what,
        todo: '`npm run deploy -- fallback off` when the orchestrator is back',
      },
    ];
  }
  if (kind === 'scheduler job' && state !== 'ENABLED') {
    const what = `scheduler job ${name} does not run, it is ${state?.toLowerCase()}`;
    return [{ drift: 'off', kind, name, what, todo: `\`npm run deploy -- resume ${name}\`` }];
  }
  if (kind === 'subscription' && state !== undefined && STUCK.includes(state)) {
    const what = `subscription ${name} writes nothing to BigQuery, it says ${state}`;
    return [{ drift: 'stuck', kind, name, what, todo: STUCK_TODO }];
  }
  if ((kind === 'service' || kind === 'function') && state !== 'latest') {
    const what = `${kind} ${name} sends its traffic to revision ${state}, not to the newest`;
    return [{ drift: 'revision', kind, name, what, todo: `\`npm run deploy -- rollback ${name} latest\`` }];
  }
  return [];
}

function isStranger(
  { kind, name, settings }: LiveResource,
  wanted: readonly Resource[],
  topology: Topology,
  project: string,
): boolean {
  if (wanted.some((resource) => resource.kind === kind && resource.name === name)) return false;
  if (kind === 'topic') return !FOREIGN_TOPICS.test(name);
  if (MARKED_KINDS.includes(kind)) return settings['managed_by'] === markOf(topology);
  if (kind !== 'grant') return CLOSED_KINDS.includes(kind);
  // In the whole project others may have roles; our identities have exactly those of the contract.
  return (
    settings['on_kind'] !== 'project' || ownMembers(topology, project).includes(String(settings['member']))
  );
}

function ownMembers({ deployment }: Topology, project: string): readonly string[] {
  return [...Object.values(deployment.components), ...Object.values(deployment.identities)].map(
    ({ service_account }) => `serviceAccount:${service_account}@${project}.iam.gserviceaccount.com`,
  );
}

function strangerFinding({ kind, name }: LiveResource): Finding {
  const todo =
    kind === 'grant'
      ? 'remove it, or give the role in the contract'
      : 'find out who made it; delete it, or add it to the contract';
  return { drift: 'unknown', kind, name, what: `${kind} ${name} is not in the contract`, todo };
}
