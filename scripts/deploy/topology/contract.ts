import sections from '../../../generated/contract.json' with { type: 'json' };
import * as generated from '../../../generated/topology.ts';
import { CONTRACT } from '../../../generated/version.ts';
import { WAREHOUSE } from '../../../generated/warehouse.ts';
import type { Warehouse } from '../../generate/bigquery/files.ts';
import type { Cloud } from '../../generate/cloud.ts';
import { monitoringOf } from '../../generate/monitoring/files.ts';

/** The part of the contract that says what is deployed, with the types of any contract instead of this one's values. */
export interface Topology
  extends Pick<
    Cloud,
    'version' | 'topics' | 'components' | 'subscriptions' | 'schedules' | 'endpoints' | 'state' | 'deployment'
  > {
  readonly watching: Watching;
  /** What keeps every message in BigQuery, where whoever deploys asks for it. */
  readonly warehouse: Omit<Warehouse, 'messages'>;
}

/** What watches the pipeline, each by its name and whole, as Google's services take it. */
export type Watching = Readonly<
  Record<'log_metrics' | 'alert_policies' | 'dashboards', Readonly<Record<string, Definition>>>
>;

/** A definition that a service takes as a whole: the JSON form of its resource. */
export type Definition = Readonly<Record<string, unknown>>;

const CLOUD: Cloud = {
  // A threshold may be a place in the contract, so the sections have their own names here.
  document: Object.fromEntries(
    Object.entries(sections).map(([name, section]) => [`x-${name.replaceAll('_', '-')}`, section]),
  ),
  version: CONTRACT.version,
  topics: generated.TOPICS,
  components: generated.COMPONENTS,
  subscriptions: generated.SUBSCRIPTIONS,
  schedules: generated.SCHEDULES,
  endpoints: generated.ENDPOINTS,
  state: generated.STATE,
  deployment: generated.DEPLOYMENT,
  monitoring: generated.MONITORING,
};

/** The topology of the contract in this repository. */
export const TOPOLOGY: Topology = { ...CLOUD, watching: monitoringOf(CLOUD), warehouse: WAREHOUSE };

/** Name what marks a resource as made from this contract, `nba-pipeline-contract`. */
export function markOf({ deployment }: Topology): string {
  return deployment.labels['managed-by'] ?? '';
}
