import * as generated from '../../../generated/topology.ts';
import { CONTRACT } from '../../../generated/version.ts';
import { WAREHOUSE } from '../../../generated/warehouse.ts';
import { WATCHING } from '../../../generated/watching.ts';
import type { Warehouse } from '../../generate/bigquery/files.ts';
import type { Cloud } from '../../generate/cloud.ts';

/** The part of the contract that says what is deployed, with the types of any contract instead of this one's values. */
export interface Topology
  extends Pick<
    Cloud,
    'version' | 'topics' | 'components' | 'subscriptions' | 'schedules' | 'endpoints' | 'state' | 'deployment'
  > {
  readonly watching: Watching;
  /** What keeps every message in BigQuery, where whoever deploys asks for it. */
  readonly warehouse: Warehouse;
}

/** What watches the pipeline, each by its name and whole, as Google's services take it. */
export type Watching = Readonly<
  Record<'log_metrics' | 'alert_policies' | 'dashboards', Readonly<Record<string, Definition>>>
>;

/** A definition that a service takes as a whole: the JSON form of its resource. */
export type Definition = Readonly<Record<string, unknown>>;

/** The topology of the contract in this repository. */
export const TOPOLOGY: Topology = {
  version: CONTRACT.version,
  topics: generated.TOPICS,
  components: generated.COMPONENTS,
  subscriptions: generated.SUBSCRIPTIONS,
  schedules: generated.SCHEDULES,
  endpoints: generated.ENDPOINTS,
  state: generated.STATE,
  deployment: generated.DEPLOYMENT,
  watching: WATCHING,
  warehouse: WAREHOUSE,
};

/** Name what marks a resource as made from this contract, `nba-pipeline-contract`. */
export function markOf({ deployment }: Topology): string {
  return deployment.labels['managed-by'] ?? '';
}

/** List the components that are deployed, in the order of their stages. */
export function deployedComponents({ deployment }: Topology): readonly string[] {
  return deployment.stages.flatMap(({ components }) => components);
}
