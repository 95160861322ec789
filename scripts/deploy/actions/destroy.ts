import { carryOut, type Means } from '../execution/carry-out.ts';
import { removalCalls } from '../gcloud/removal.ts';
import { markOf, type Topology } from '../topology/contract.ts';
import type { LiveProject, LiveResource } from '../topology/resource.ts';
import { compareProject } from './project.ts';

/** What `destroy` is asked. */
export interface DestroyRequest {
  readonly project: string;
  readonly region: string;
  readonly plan_only: boolean;
  /** The caller has confirmed. */
  readonly confirmed: boolean;
}

/** The order in which things go: who calls before who is called, and identities last. */
const ORDER = [
  'scheduler job',
  'alert policy',
  'dashboard',
  'subscription',
  'view',
  'function',
  'service',
  'topic',
  'log metric',
  'grant',
  'service account',
] as const;

/**
 * List what was made from this contract, in the order in which it can go. The mark decides, not the name: what somebody
 * made by hand stays. The database, the tables of BigQuery and the enabled APIs stay too, and so does what they hold.
 */
function planDestroy(live: LiveProject, topology: Topology): readonly LiveResource[] {
  const mark = markOf(topology);
  const marked = live.resources.filter(({ settings }) => settings['managed_by'] === mark);
  const accounts = marked.filter(({ kind }) => kind === 'service account').map(({ name }) => name);
  const suffix = `@${live.project}.iam.gserviceaccount.com`;
  // Grants on a resource go with it. Those on the project would stay behind, held by identities that are gone.
  const grants = live.resources.filter(
    ({ kind, settings }) =>
      kind === 'grant' &&
      settings['on_kind'] === 'project' &&
      accounts.some((name) => settings['member'] === `serviceAccount:${name}${suffix}`),
  );
  return ORDER.flatMap((kind) => [...marked, ...grants].filter((one) => one.kind === kind));
}

/**
 * Destroy what was made from this contract.
 *
 * @returns 0 when it is gone or only the plan was asked for, 1 when something could not be removed, 2 without `--yes`.
 */
export async function destroy(request: DestroyRequest, topology: Topology, means: Means): Promise<number> {
  const { say, gcloud } = means;
  const { place, live } = await compareProject(gcloud, topology, request, {});
  const goes = planDestroy(live, topology);
  say(destroyInWords(goes, request.project));
  if (request.plan_only || goes.length === 0) return 0;
  if (!request.confirmed) {
    say('Nothing was destroyed: add --yes to confirm.');
    return 2;
  }
  const groups = ORDER.map((kind) =>
    removalCalls(
      goes.filter((one) => one.kind === kind),
      place,
      topology.warehouse.dataset ?? '',
    ),
  );
  const { done, failure, failed, open } = await carryOut(groups, means);
  if (failure === null) {
    say(`\nDestroyed ${done.length}.`);
    return 0;
  }
  say(`\nStopped: gcloud says:\n${failure.complaint}\n`);
  say(
    `Destroyed ${done.length}, ${open.length + failed.length} are left; run the same command again to go on.`,
  );
  return 1;
}

function destroyInWords(goes: readonly LiveResource[], project: string): string {
  return [
    `Plan to destroy what was made from this contract in ${project}`,
    ...goes.map(({ kind, name }) => `  - destroy ${kind} ${name}`),
    '',
    `${goes.length} to destroy. The Firestore database with all its documents, the BigQuery dataset with its tables and all messages in them, the enabled APIs, and what builds have stored stay.`,
    '',
  ].join('\n');
}
