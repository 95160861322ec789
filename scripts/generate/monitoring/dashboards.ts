import type { JsonObject } from '../../contract/json.ts';
import { type Cloud, deadLetterSubscriptions, labelsOf } from '../cloud.ts';
import { metricType, RESOURCE } from './metrics.ts';
import { oneOf } from './policies.ts';

const COLUMNS = 48;
const HEIGHT = 16;
const BACKLOG = 'pubsub.googleapis.com/subscription/num_undelivered_messages';
const OLDEST = 'pubsub.googleapis.com/subscription/oldest_unacked_message_age';

/**
 * Write the dashboards as `gcloud monitoring dashboards create --config-from-file` takes them, by file name: the health
 * of all phases, and the messaging between them.
 *
 * @see https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards
 */
export function dashboards(cloud: Cloud): Readonly<Record<string, JsonObject>> {
  const { subscriptions } = cloud;
  const deadLetters = deadLetterSubscriptions(cloud);
  const working = Object.keys(subscriptions).filter((name) => !deadLetters.includes(name));
  return {
    'pipeline-health': dashboard(cloud, 'pipeline-health', 'NBA pipeline: health', [
      xyChart('Runs by phase', [counted('runs_ended', ['metric.label.phase'])]),
      xyChart('Runs by status', [counted('runs_ended', ['metric.label.status'])]),
      xyChart('Error rate by phase', [errorRate()]),
      xyChart('Partial runs by phase', [counted('runs_partial', ['metric.label.phase'])]),
      xyChart('Coverage of predictions, percent', [percentile('coverage_percent', [], '05')]),
      xyChart('Orchestrator state age, seconds', [
        percentile('state_age_seconds', ['metric.label.component'], '99'),
      ]),
      scorecard('Dead letters', BACKLOG, deadLetters),
      scorecard('Oldest unacked message, seconds', OLDEST, working),
    ]),
    'latency-and-messaging': dashboard(
      cloud,
      'latency-and-messaging',
      'NBA pipeline: latency and messaging',
      [
        ...Object.entries(cloud.monitoring.hops).map(([hop, { title, target_seconds }]) =>
          xyChart(
            `${title}: latency, seconds`,
            [percentile('hop_seconds', [], '95', `metric.label.hop="${hop}"`)],
            target_seconds,
          ),
        ),
        xyChart(
          'Phase 1 to 5, end to end: seconds',
          [percentile('end_to_end_seconds', [], '95')],
          cloud.monitoring.end_to_end.target_seconds,
        ),
        xyChart('Requests answered with a server error', [
          counted('requests_failed', ['metric.label.error_type']),
        ]),
        xyChart('Oldest unacked message, seconds', [gauge(OLDEST, working)]),
        xyChart('Messages that wait', [gauge(BACKLOG, working)]),
        xyChart('Dead letters by subscription', [gauge(BACKLOG, deadLetters)]),
      ],
    ),
  };
}

function dashboard(
  cloud: Cloud,
  name: string,
  displayName: string,
  widgets: readonly JsonObject[],
): JsonObject {
  const tiles = widgets.map((widget, index) => ({
    xPos: (index % 2) * (COLUMNS / 2),
    yPos: Math.floor(index / 2) * HEIGHT,
    width: COLUMNS / 2,
    height: HEIGHT,
    widget,
  }));
  // Google gives a dashboard an id of its own; the label says which of the contract's it is.
  const labels = { ...labelsOf(cloud), dashboard: name };
  return { displayName, labels, mosaicLayout: { columns: COLUMNS, tiles } };
}

function xyChart(title: string, dataSets: readonly JsonObject[], target?: number): JsonObject {
  return {
    title,
    xyChart: {
      dataSets: dataSets.map((dataSet) => ({ plotType: 'LINE', targetAxis: 'Y1', ...dataSet })),
      ...(target !== undefined && { thresholds: [{ label: 'Target', value: target, targetAxis: 'Y1' }] }),
      yAxis: { scale: 'LINEAR' },
    },
  };
}

function scorecard(title: string, metric: string, subscriptions: readonly string[]): JsonObject {
  const filter = subscriptionFilter(metric, subscriptions);
  const aggregation = {
    alignmentPeriod: '60s',
    perSeriesAligner: 'ALIGN_MAX',
    crossSeriesReducer: metric === OLDEST ? 'REDUCE_MAX' : 'REDUCE_SUM',
  };
  return {
    title,
    scorecard: {
      timeSeriesQuery: { timeSeriesFilter: { filter, aggregation } },
      sparkChartView: { sparkChartType: 'SPARK_LINE' },
    },
  };
}

function counted(metric: string, groupByFields: readonly string[]): JsonObject {
  const aggregation = { ...alignment('ALIGN_DELTA', 'REDUCE_SUM', groupByFields), alignmentPeriod: '300s' };
  return { timeSeriesQuery: { timeSeriesFilter: { filter: logFilter(metric), aggregation } } };
}

function percentile(metric: string, groupByFields: readonly string[], rank: string, and = ''): JsonObject {
  const filter = [logFilter(metric), ...(and === '' ? [] : [and])].join(' AND ');
  // Distributions are summed before a percentile is taken: a percentile of percentiles says nothing.
  const aggregation = {
    ...alignment('ALIGN_DELTA', `REDUCE_PERCENTILE_${rank}`, groupByFields),
    alignmentPeriod: '300s',
  };
  return { timeSeriesQuery: { timeSeriesFilter: { filter, aggregation } } };
}

function errorRate(): JsonObject {
  const aggregation = {
    ...alignment('ALIGN_DELTA', 'REDUCE_SUM', ['metric.label.phase']),
    alignmentPeriod: '300s',
  };
  return {
    timeSeriesQuery: {
      timeSeriesFilterRatio: {
        numerator: { filter: logFilter('runs_failed'), aggregation },
        denominator: { filter: logFilter('runs_ended'), aggregation },
      },
    },
  };
}

function gauge(metric: string, subscriptions: readonly string[]): JsonObject {
  const aggregation = alignment('ALIGN_MAX', 'REDUCE_MAX', ['resource.label.subscription_id']);
  return {
    timeSeriesQuery: { timeSeriesFilter: { filter: subscriptionFilter(metric, subscriptions), aggregation } },
  };
}

function alignment(aligner: string, reducer: string, groupByFields: readonly string[]): JsonObject {
  return {
    alignmentPeriod: '60s',
    perSeriesAligner: aligner,
    crossSeriesReducer: reducer,
    ...(groupByFields.length > 0 && { groupByFields }),
  };
}

function logFilter(metric: string): string {
  return `metric.type="${metricType(metric)}" AND resource.type="${RESOURCE}"`;
}

function subscriptionFilter(metric: string, subscriptions: readonly string[]): string {
  return `metric.type="${metric}" AND resource.type="pubsub_subscription" AND resource.label.subscription_id=${oneOf(subscriptions)}`;
}
