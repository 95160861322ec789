import { TOPOLOGY } from '../../../../scripts/deploy/topology/contract.ts';
import { desired } from '../../../../scripts/deploy/topology/desired.ts';
import { UNNAMED } from '../../../../scripts/deploy/topology/place.ts';
import type {
  Kind,
  LiveProject,
  LiveResource,
  Resource,
} from '../../../../scripts/deploy/topology/resource.ts';
import { PLACE } from '../live.ts';

/** What the contract wants where messages are kept in BigQuery. */
export const KEPT = desired(TOPOLOGY, PLACE, { 'phase2-raw': 'abcd' }, { ...UNNAMED, analytics: true });

/** Who writes into the tables. */
export const AGENT = 'service-42@gcp-sa-pubsub.iam.gserviceaccount.com';

/** Find a resource by the start of its name. */
export function find(kind: Kind, name: string): Resource {
  const found = KEPT.find((one) => one.kind === kind && one.name.startsWith(name));
  if (found === undefined) throw new Error(`expected ${kind} ${name}`);
  return found;
}

/** Give a resource as a project has it. */
export const asLive = ({ kind, name, settings }: Resource): LiveResource => {
  const paused = name in TOPOLOGY.deployment.fall_back.schedules;
  return {
    kind,
    name,
    settings,
    state: kind === 'scheduler job' ? (paused ? 'PAUSED' : 'ENABLED') : 'latest',
  };
};

/** A project that has these. */
export const project = (resources: readonly LiveResource[]): LiveProject => ({
  project: PLACE.project,
  number: PLACE.number,
  resources,
});

/** Everything wanted, as a project has it. */
export const LIVE = KEPT.map(asLive);
