import type { JsonObject } from '../../contract/json.ts';
import { type Cloud, labelsOf, type Metric, numberOf } from '../cloud.ts';

/** Everything of ours that logs runs on Cloud Run; a function of the second generation does too. */
export const RESOURCE = 'cloud_run_revision';

/**
 * Write one log-based metric as `gcloud logging metrics create --config-from-file` takes it.
 *
 * @see https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.metrics
 */
export function logMetric(cloud: Cloud, name: string, metric: Metric): JsonObject {
  const { purpose, labels, value } = metric;
  return {
    name,
    // A metric has no labels of its own, so the mark of what is ours is in its description.
    description: `${purpose} managed-by=${labelsOf(cloud)['managed-by']}`,
    filter: filterOf(cloud, metric),
    metricDescriptor: {
      metricKind: 'DELTA',
      valueType: value === undefined ? 'INT64' : 'DISTRIBUTION',
      unit: unitOf(value),
      labels: labels.map((key) => ({
        key,
        valueType: 'STRING',
        description: `The field ${key} of the line.`,
      })),
    },
    ...(labels.length > 0 && {
      labelExtractors: Object.fromEntries(labels.map((key) => [key, `EXTRACT(jsonPayload.${key})`])),
    }),
    ...(value !== undefined && {
      valueExtractor: `EXTRACT(jsonPayload.${value})`,
      bucketOptions: { explicitBuckets: { bounds: boundsOf(value) } },
    }),
  };
}

/**
 * Write the filter of a metric in the Logging query language: comparisons of fields, AND, OR and brackets, no more.
 * Thresholds are numbers here, so a changed contract changes the filter and no program.
 */
function filterOf(cloud: Cloud, metric: Metric): string {
  const conditions = (metric.where ?? []).map(({ field, equals, not_equals, above, below, at_least }) => {
    if (equals !== undefined) return `jsonPayload.${field}="${equals}"`;
    if (not_equals !== undefined) return `jsonPayload.${field}!="${not_equals}"`;
    if (above !== undefined) return `jsonPayload.${field}>${numberOf(cloud, above)}`;
    if (below !== undefined) return `jsonPayload.${field}<${numberOf(cloud, below)}`;
    return `jsonPayload.${field}>=${numberOf(cloud, at_least ?? 0)}`;
  });
  const late = Object.entries(cloud.monitoring.hops).map(
    ([hop, { target_seconds }]) => `(jsonPayload.hop="${hop}" AND jsonPayload.hop_seconds>${target_seconds})`,
  );
  return [
    eventFilter(metric.event),
    ...conditions,
    ...(metric.over_hop_target === true ? [`(${late.join(' OR ')})`] : []),
  ].join(' AND ');
}

/** Write the filter that finds the lines of one log event. */
export function eventFilter(event: string): string {
  return `resource.type="${RESOURCE}" AND jsonPayload.event="${event}"`;
}

/** Name a log-based metric as Cloud Monitoring knows it. */
export function metricType(name: string): string {
  return `logging.googleapis.com/user/${name}`;
}

function unitOf(value: string | undefined): string {
  if (value === undefined) return '1';
  return value.endsWith('_percent') ? '%' : 's';
}

/** Buckets end where people look: whole tens of percent, and for times the minutes of the targets. */
function boundsOf(value: string): readonly number[] {
  if (value.endsWith('_percent')) return [0, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 95, 98, 100];
  return [0, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400, 172800];
}
