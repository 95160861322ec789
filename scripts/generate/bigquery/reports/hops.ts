import type { Cloud } from '../../cloud.ts';
import { relation, text } from '../sql.ts';
import { MESSAGES } from './messages.ts';

/** The view with a row for each run that a message of a hop started. */
export const HOP_LATENCY = 'hop_latency';
/** The view that sums these up by date and hop. */
export const LATENCY_BY_HOP = 'latency_by_hop';

/**
 * Write the view of hops: how long after the end of one run the run began that its message started. It counts from the same
 * moment as the metric of the hop does; the run's message names the message that started it.
 */
export function hopView(cloud: Cloud, dataset: string): string {
  const messages = relation(dataset, MESSAGES);
  return `WITH hops AS (
  SELECT * FROM UNNEST([
${hopsOf(cloud).join(',\n')}
  ])
)
SELECT
  effect.game_date,
  effect.run,
  hops.hop,
  hops.title,
  cause.processor_name AS from_processor,
  effect.processor_name AS to_processor,
  IFNULL(cause.finished_at, cause.publish_time) AS finished_at,
  cause.publish_time AS published_at,
  effect.started_at,
  GREATEST(0, TIMESTAMP_DIFF(effect.started_at, IFNULL(cause.finished_at, cause.publish_time), MILLISECOND)) / 1000 AS hop_seconds,
  hops.target_seconds,
  TIMESTAMP_DIFF(effect.started_at, IFNULL(cause.finished_at, cause.publish_time), MILLISECOND) > hops.target_seconds * 1000 AS is_over_target,
  IFNULL(effect.backfill_mode, FALSE) AS is_backfill,
  effect.correlation_id,
  effect.execution_id,
  cause.message_id AS trigger_message_id
FROM hops
JOIN ${messages} AS cause ON cause.topic = hops.from_topic
JOIN ${messages} AS effect
  ON effect.trigger_message_id = cause.message_id AND effect.topic IN UNNEST(hops.to_topics)
WHERE effect.started_at IS NOT NULL
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY hops.hop, cause.message_id, effect.execution_id
    ORDER BY effect.publish_time, effect.topic
  ) = 1`;
}

/** One for each subscription of a hop: its topic, and the topics on which its receiver tells of the runs that it starts. */
function hopsOf({ monitoring, subscriptions, topics }: Cloud): readonly string[] {
  return Object.entries(monitoring.hops).flatMap(([hop, { title, subscriptions: names, target_seconds }]) =>
    names.flatMap((name) => {
      const subscription = subscriptions[name];
      if (subscription === undefined) return [];
      const told = Object.entries(topics).flatMap(([topic, { senders }]) =>
        senders.includes(subscription.component) ? [text(topic)] : [],
      );
      const to_topics = told.length === 0 ? 'ARRAY<STRING>[]' : `[${told.join(', ')}]`;
      return [
        `    STRUCT(${text(hop)} AS hop, ${text(title)} AS title, ${target_seconds} AS target_seconds, ${text(subscription.topic)} AS from_topic, ${to_topics} AS to_topics)`,
      ];
    }),
  );
}

/** Write the view that sums hops up: how long a date's hops took, and which processor waited longest. */
export function latencyView(dataset: string): string {
  return `SELECT
  game_date,
  run,
  hop,
  ANY_VALUE(title) AS title,
  COUNT(*) AS runs,
  ${percentile(50)} AS median_seconds,
  ${percentile(95)} AS p95_seconds,
  MAX(hop_seconds) AS max_seconds,
  ANY_VALUE(target_seconds) AS target_seconds,
  COUNTIF(is_over_target) AS over_target,
  ARRAY_AGG(to_processor ORDER BY hop_seconds DESC, to_processor LIMIT 1)[OFFSET(0)] AS slowest_processor
FROM ${relation(dataset, HOP_LATENCY)}
WHERE NOT is_backfill
GROUP BY game_date, run, hop`;
}

/** The least that so many percent of the runs do not exceed; a date has few runs, so it is counted and not estimated. */
function percentile(percent: number): string {
  return `ARRAY_AGG(hop_seconds ORDER BY hop_seconds)[OFFSET(CAST(CEIL(COUNT(*) * ${percent / 100}) AS INT64) - 1)]`;
}
