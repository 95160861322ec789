import type { JsonObject } from '../../contract/json.ts';
import { type Alert, type Cloud, deadLetterSubscriptions, labelsOf } from '../cloud.ts';
import { eventFilter, metricType, RESOURCE } from './metrics.ts';

/** Google knows no severity below WARNING; an information leaves it open and says so in its label. */
const SEVERITIES = { critical: 'CRITICAL', warning: 'WARNING', info: undefined } as const;

/**
 * Write one alert policy as `gcloud monitoring policies create --policy-from-file` takes it. Channels are not part of
 * the contract: whoever installs the policy names them.
 *
 * @see https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies
 */
export function alertPolicy(cloud: Cloud, name: string, alert: Alert): JsonObject {
  const severity = SEVERITIES[alert.severity];
  return {
    displayName: titleOf(alert),
    documentation: {
      mimeType: 'text/markdown',
      content: `${alert.meaning}\n\nWhat to do first: docs/monitoring.md, "${name}".`,
    },
    userLabels: { ...labelsOf(cloud), alert: name, severity: alert.severity },
    ...(severity !== undefined && { severity }),
    combiner: 'OR',
    enabled: true,
    conditions: conditionsOf(cloud, alert),
    alertStrategy: {
      autoClose: alert.event === undefined ? '86400s' : '1800s',
      // Required for a condition on log lines, and refused for any other.
      ...(alert.event !== undefined && { notificationRateLimit: { period: '3600s' } }),
    },
  };
}

/** Name a policy so that a list of many is read by severity: `[critical] Dead letters wait`. */
function titleOf({ severity, title }: Alert): string {
  return `[${severity}] ${title}`;
}

function conditionsOf(cloud: Cloud, alert: Alert): readonly JsonObject[] {
  if (alert.event !== undefined) {
    return [{ displayName: alert.title, conditionMatchedLog: { filter: eventFilter(alert.event) } }];
  }
  if (alert.dead_letters === true) return [deadLetterCondition(cloud, alert)];
  return (alert.metrics ?? []).map((metric) => {
    const { purpose, labels } = cloud.monitoring.metrics[metric] ?? { purpose: metric, labels: [] };
    return threshold(purpose.replace(/[.]$/, ''), {
      filter: `metric.type="${metricType(metric)}" AND resource.type="${RESOURCE}"`,
      aligner: 'ALIGN_DELTA',
      groupBy: labels.map((label) => `metric.label.${label}`),
    });
  });
}

function deadLetterCondition(cloud: Cloud, alert: Alert): JsonObject {
  return threshold(alert.title, {
    filter: [
      'metric.type="pubsub.googleapis.com/subscription/num_undelivered_messages"',
      'resource.type="pubsub_subscription"',
      `resource.label.subscription_id=${oneOf(deadLetterSubscriptions(cloud))}`,
    ].join(' AND '),
    aligner: 'ALIGN_MAX',
    groupBy: ['resource.label.subscription_id'],
  });
}

/** Write "is one of these" in the language of monitoring filters. */
export function oneOf(names: readonly string[]): string {
  return `one_of(${names.map((name) => `"${name}"`).join(', ')})`;
}

/** Every threshold is "more than none": the metrics count only what is too much already. */
function threshold(
  displayName: string,
  { filter, aligner, groupBy }: { filter: string; aligner: string; groupBy: readonly string[] },
): JsonObject {
  return {
    displayName,
    conditionThreshold: {
      filter,
      comparison: 'COMPARISON_GT',
      thresholdValue: 0,
      duration: '0s',
      aggregations: [
        {
          alignmentPeriod: '60s',
          perSeriesAligner: aligner,
          crossSeriesReducer: 'REDUCE_SUM',
          ...(groupBy.length > 0 && { groupByFields: groupBy }),
        },
      ],
      trigger: { count: 1 },
    },
  };
}
