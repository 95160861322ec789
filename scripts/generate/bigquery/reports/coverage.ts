import { at } from '../../../contract/json.ts';
import type { Cloud } from '../../cloud.ts';
import type { Column } from '../columns.ts';
import { quoted, relation } from '../sql.ts';
import type { KeptTopic } from '../topics.ts';
import { HISTORY } from './messages.ts';

/** The view with a row for each date and run that came as far as its features. */
export const COVERAGE = 'coverage_by_date';

/**
 * Write the view of coverage: players that were ready, asked for and predicted, the last word of each date and run. A date
 * whose features are ready and whose predictions were not announced has a row too, with `is_announced` false.
 *
 * @throws {Error} when no topic, or more than one, announces features or predictions: the message of one names the field.
 */
export function coverageView(cloud: Cloud, dataset: string, kept: readonly KeptTopic[]): string {
  const ready = topicWith(kept, 'players_ready');
  const announced = topicWith(kept, 'coverage_percent');
  const minimum = Number(at(cloud.document, 'x-readiness', 'coverage_percent_min'));
  const target = cloud.monitoring.end_to_end.target_seconds;
  const last = `QUALIFY ROW_NUMBER() OVER (PARTITION BY game_date, IFNULL(metadata.run, 1) ORDER BY timestamp DESC, publish_time DESC) = 1`;
  return `WITH ready AS (
  SELECT game_date, IFNULL(metadata.run, 1) AS run, timestamp AS ready_at, metadata.players_ready, metadata.players_total
  FROM ${relation(dataset, ready.view)}
  WHERE game_date IS NOT NULL
  ${last}
),
announced AS (
  SELECT game_date, IFNULL(metadata.run, 1) AS run, timestamp AS announced_at, correlation_id, metadata
  FROM ${relation(dataset, announced.view)}
  WHERE game_date IS NOT NULL
  ${last}
),
scraped AS (
  SELECT execution_id, started_at FROM ${relation(dataset, HISTORY)} WHERE execution_id = correlation_id
)
SELECT
  IFNULL(announced.game_date, ready.game_date) AS game_date,
  IFNULL(announced.run, ready.run) AS run,
  ready.players_total,
  ready.players_ready,
  ${fieldsOf(announced)
    .map(({ name }) => `announced.metadata.${quoted(name)}`)
    .join(',\n  ')},
  announced.game_date IS NOT NULL AS is_announced,
  announced.metadata.coverage_percent < ${minimum} AS is_below_minimum,
  ready.ready_at,
  announced.announced_at,
  TIMESTAMP_DIFF(announced.announced_at, scraped.started_at, MILLISECOND) / 1000 AS end_to_end_seconds,
  TIMESTAMP_DIFF(announced.announced_at, scraped.started_at, MILLISECOND) > ${target * 1000} AS is_over_target,
  announced.correlation_id
FROM ready
FULL JOIN announced ON ready.game_date = announced.game_date AND ready.run = announced.run
LEFT JOIN scraped ON scraped.execution_id = announced.correlation_id`;
}

/** Everything that the announcement says of its players. */
function fieldsOf({ columns }: KeptTopic): readonly Column[] {
  const fields = columns.find(({ name }) => name === 'metadata')?.fields ?? [];
  return fields.filter(({ name, mode }) => mode !== 'REPEATED' && name !== 'run');
}

/** The one topic on which every message has this field in its metadata. */
function topicWith(kept: readonly KeptTopic[], field: string): KeptTopic {
  const found = kept.filter(
    ({ is_dead_letter, columns }) =>
      !is_dead_letter &&
      columns.some(
        ({ name, fields = [] }) =>
          name === 'metadata' && fields.some((one) => one.name === field && one.mode === 'REQUIRED'),
      ),
  );
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw new Error(
    `expected one topic whose messages all have metadata.${field}, found ${found.length}; ${COVERAGE} is made from it: correct scripts/generate/bigquery/reports`,
  );
}
