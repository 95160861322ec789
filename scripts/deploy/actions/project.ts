import type { Gcloud } from '../gcloud/run.ts';
import { readProject, readProjectNumber } from '../reading/read.ts';
import { keepsMessages } from '../topology/analytics.ts';
import type { Topology } from '../topology/contract.ts';
import { desired } from '../topology/desired.ts';
import { type Digests, type Named, type Place, UNNAMED } from '../topology/place.ts';
import type { LiveProject, LiveResource, Resource } from '../topology/resource.ts';

/** A project as it is and as the contract wants it. */
export interface Compared {
  readonly place: Place;
  readonly wanted: readonly Resource[];
  readonly live: LiveProject;
}

/** Read a project and say what the contract wants in it. @throws {GcloudError} when it cannot be read. */
export async function compareProject(
  gcloud: Gcloud,
  topology: Topology,
  { project, region }: Omit<Place, 'number'>,
  digests: Digests,
  named: Named = UNNAMED,
): Promise<Compared> {
  const number = await readProjectNumber(gcloud, project);
  const place = { project, number, region };
  // What keeps messages in BigQuery stays as the contract says without being named again.
  const wantedBeside = (found: readonly LiveResource[]): readonly Resource[] =>
    desired(topology, place, digests, {
      ...named,
      analytics: named.analytics || keepsMessages(found, topology),
    });
  const { database } = topology.deployment.firestore;
  const { dataset } = topology.warehouse;
  const live = await readProject(gcloud, { ...place, database, dataset, wantedBeside });
  return { place, wanted: wantedBeside(live.resources), live };
}

/** The number that stands in addresses of a project that is not there to be asked. */
const UNKNOWN_NUMBER = 'PROJECT_NUMBER';

/** Say what the contract wants in a project in which there is nothing; nobody is asked, so it needs no account. */
export function compareEmpty(
  topology: Topology,
  { project, region }: Omit<Place, 'number'>,
  digests: Digests,
  named: Named = UNNAMED,
): Compared {
  const place = { project, number: UNKNOWN_NUMBER, region };
  const live = { project, number: UNKNOWN_NUMBER, resources: [] };
  return { place, wanted: desired(topology, place, digests, named), live };
}

/** Name the schedules of the fall-back. */
export function fallBackNames(topology: Topology): readonly string[] {
  return Object.keys(topology.deployment.fall_back.schedules);
}
