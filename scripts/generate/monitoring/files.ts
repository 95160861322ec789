import type { JsonObject } from '../../contract/json.ts';
import type { Cloud } from '../cloud.ts';
import { dashboards } from './dashboards.ts';
import { logMetric } from './metrics.ts';
import { alertPolicy } from './policies.ts';

/** What gcloud installs for watching, by name. */
export interface MonitoringFiles {
  readonly log_metrics: Readonly<Record<string, JsonObject>>;
  readonly alert_policies: Readonly<Record<string, JsonObject>>;
  readonly dashboards: Readonly<Record<string, JsonObject>>;
}

/** Derive metrics, policies and dashboards from the contract. */
export function monitoringOf(cloud: Cloud): MonitoringFiles {
  const { metrics, alerts } = cloud.monitoring;
  return {
    log_metrics: mapValues(metrics, (name, metric) => logMetric(cloud, name, metric)),
    alert_policies: mapValues(alerts, (name, alert) => alertPolicy(cloud, name, alert)),
    dashboards: dashboards(cloud),
  };
}

/** Give the same as texts by path under generated/. */
export function monitoringFiles(cloud: Cloud): readonly (readonly [string, string])[] {
  return Object.entries(monitoringOf(cloud)).flatMap(([kind, members]) =>
    Object.entries(members as Readonly<Record<string, JsonObject>>).map(
      ([name, value]) =>
        [`monitoring/${kebab(kind)}/${kebab(name)}.json`, `${JSON.stringify(value, null, 2)}\n`] as const,
    ),
  );
}

function kebab(name: string): string {
  return name.replaceAll('_', '-');
}

function mapValues<Value>(
  members: Readonly<Record<string, Value>>,
  write: (name: string, value: Value) => JsonObject,
): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, write(name, value)]));
}
