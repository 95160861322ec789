import { relation } from '../sql.ts';
import { HISTORY, MESSAGES } from './messages.ts';

/** The view with a row for each message that belongs to a correlation_id. */
export const TRACE = 'trace_by_correlation_id';

/** No chain is longer; more would be runs that name each other in a circle. */
const STEPS_MAX = 30;

/**
 * Write the view that follows a correlation_id. A fan-in goes on under one of several ids, so equal ids alone would lose
 * the others: what names a run as its upstream, or a message of it as its trigger, belongs to that run's id too.
 *
 * `steps` is 0 for a message that carries the id itself.
 */
export function traceView(dataset: string): string {
  const messages = relation(dataset, MESSAGES);
  const history = relation(dataset, HISTORY);
  return `WITH RECURSIVE links AS (
  SELECT upstream.execution_id AS cause, history.execution_id AS effect
  FROM ${history} AS history, UNNEST(history.upstream) AS upstream
  UNION DISTINCT
  SELECT cause.execution_id, effect.execution_id
  FROM ${history} AS effect
  JOIN ${messages} AS cause ON cause.message_id = effect.trigger_message_id
  WHERE NOT cause.is_dead_letter AND cause.execution_id IS NOT NULL AND cause.execution_id != effect.execution_id
),
chain AS (
  SELECT correlation_id, execution_id, 0 AS steps
  FROM ${history}
  WHERE execution_id = correlation_id
  UNION ALL
  SELECT chain.correlation_id, links.effect, chain.steps + 1
  FROM chain
  JOIN links ON links.cause = chain.execution_id
  WHERE chain.steps < ${STEPS_MAX}
),
reached AS (
  SELECT correlation_id, execution_id, MIN(steps) AS steps FROM chain GROUP BY correlation_id, execution_id
),
carried AS (
  SELECT correlation_id, 0 AS steps, topic, message_id FROM ${messages} WHERE correlation_id IS NOT NULL
  UNION ALL
  SELECT reached.correlation_id, reached.steps, message.topic, message.message_id
  FROM reached
  JOIN ${messages} AS message ON message.execution_id = reached.execution_id
),
found AS (
  SELECT correlation_id, topic, message_id, MIN(steps) AS steps FROM carried GROUP BY correlation_id, topic, message_id
)
SELECT
  found.correlation_id,
  found.steps,
  message.* EXCEPT (correlation_id),
  message.correlation_id AS carried_correlation_id
FROM found
JOIN ${messages} AS message ON message.topic = found.topic AND message.message_id = found.message_id`;
}
