import { at, entriesOf, type Json, type JsonObject, membersOf } from '../../contract/json.ts';
import type { Cloud } from '../cloud.ts';
import { monitoringOf } from '../monitoring/files.ts';
import { $, PROJECT } from './names.ts';
import { resource, type TerraformResource } from './resources.ts';

/** Write metrics, policies and dashboards: the same values as in monitoring/, under Terraform's names. */
export function monitoring(cloud: Cloud): readonly TerraformResource[] {
  const { log_metrics, alert_policies, dashboards } = monitoringOf(cloud);
  return [
    ...Object.entries(log_metrics).map(([name, metric]) =>
      resource('google_logging_metric', name, { project: PROJECT, ...(snakeKeys(metric) as JsonObject) }),
    ),
    ...Object.entries(alert_policies).map(([name, policy]) =>
      resource('google_monitoring_alert_policy', name, {
        project: PROJECT,
        ...(snakeKeys(policy) as JsonObject),
        notification_channels: $('var.notification_channels'),
        // A policy is refused when a metric that it names does not exist yet.
        depends_on: metricsOf(cloud, name),
      }),
    ),
    ...Object.entries(dashboards).map(([name, dashboard]) =>
      resource('google_monitoring_dashboard', name, {
        project: PROJECT,
        dashboard_json: JSON.stringify(dashboard),
      }),
    ),
  ];
}

function metricsOf({ monitoring: { alerts } }: Cloud, alert: string): readonly string[] {
  return [
    'google_project_service.monitoring',
    ...(alerts[alert]?.metrics ?? []).map((name) => `google_logging_metric.${name}`),
  ];
}

/** Keys below these are names of ours and no arguments. */
const MAPS = ['labelExtractors', 'userLabels'];

/** Turn `metricDescriptor` into `metric_descriptor`, at every depth. */
function snakeKeys(value: Json): Json {
  if (Array.isArray(value)) return entriesOf(value).map(snakeKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    membersOf(value).map(([name, member]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      MAPS.includes(name) ? (at(value, name) ?? null) : snakeKeys(member),
    ]),
  );
}
