import { entriesOf, type Json, type JsonObject, membersOf } from '../../contract/json.ts';
import type { Cloud } from '../cloud.ts';
import { monitoringOf } from '../monitoring/files.ts';
import { $, PROJECT } from './names.ts';
import { asLiteral, resource, type TerraformResource } from './resources.ts';

/** Write metrics, policies and dashboards: the same values as in monitoring/, under Terraform's names. */
export function monitoring(cloud: Cloud): readonly TerraformResource[] {
  const { log_metrics, alert_policies, dashboards } = monitoringOf(cloud);
  return [
    ...Object.entries(log_metrics).map(([name, metric]) =>
      resource('google_logging_metric', name, {
        project: PROJECT,
        ...(snakeKeys(metric) as JsonObject),
        depends_on: ['google_project_service.logging'],
      }),
    ),
    // Google knows a new metric everywhere after up to ten minutes, and refuses a policy that names it before.
    resource('time_sleep', METRICS_ARE_KNOWN, {
      create_duration: '600s',
      // One more metric is waited for again.
      triggers: { metrics: Object.keys(log_metrics).join(' ') },
      depends_on: Object.keys(log_metrics).map((name) => `google_logging_metric.${name}`),
    }),
    ...Object.entries(alert_policies).map(([name, policy]) =>
      resource('google_monitoring_alert_policy', name, {
        project: PROJECT,
        ...(snakeKeys(policy) as JsonObject),
        notification_channels: $('var.notification_channels'),
        depends_on: ['google_project_service.monitoring', ...metricsOf(cloud, name)],
      }),
    ),
    ...Object.entries(dashboards).map(([name, dashboard]) =>
      resource('google_monitoring_dashboard', name, {
        project: PROJECT,
        dashboard_json: asLiteral(JSON.stringify(dashboard)),
        depends_on: ['google_project_service.monitoring'],
      }),
    ),
  ];
}

const METRICS_ARE_KNOWN = 'metrics-are-known';

/** A policy over a log line or over Pub/Sub's own metrics waits for none of ours. */
function metricsOf({ monitoring: { alerts } }: Cloud, alert: string): readonly string[] {
  return (alerts[alert]?.metrics ?? []).length === 0 ? [] : [`time_sleep.${METRICS_ARE_KNOWN}`];
}

/** Keys below these are names of ours and no arguments. */
const MAPS = ['labelExtractors', 'userLabels'];

function literalMembers(map: Json): Json {
  return Object.fromEntries(
    membersOf(map).map(([name, value]) => [name, typeof value === 'string' ? asLiteral(value) : value]),
  );
}

/** Turn `metricDescriptor` into `metric_descriptor`, at every depth. */
function snakeKeys(value: Json): Json {
  if (Array.isArray(value)) return entriesOf(value).map(snakeKeys);
  if (typeof value === 'string') return asLiteral(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    membersOf(value).map(([name, member]) => [
      name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      MAPS.includes(name) ? literalMembers(member) : snakeKeys(member),
    ]),
  );
}
