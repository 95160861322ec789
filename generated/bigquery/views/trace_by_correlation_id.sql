WITH RECURSIVE links AS (
  SELECT upstream.execution_id AS cause, history.execution_id AS effect
  FROM `PROJECT.nba_pipeline.processor_run_history` AS history, UNNEST(history.upstream) AS upstream
  UNION DISTINCT
  SELECT cause.execution_id, effect.execution_id
  FROM `PROJECT.nba_pipeline.processor_run_history` AS effect
  JOIN `PROJECT.nba_pipeline.messages` AS cause ON cause.message_id = effect.trigger_message_id
  WHERE NOT cause.is_dead_letter AND cause.execution_id IS NOT NULL AND cause.execution_id != effect.execution_id
),
chain AS (
  SELECT correlation_id, execution_id, 0 AS steps
  FROM `PROJECT.nba_pipeline.processor_run_history`
  WHERE execution_id = correlation_id
  UNION ALL
  SELECT chain.correlation_id, links.effect, chain.steps + 1
  FROM chain
  JOIN links ON links.cause = chain.execution_id
  WHERE chain.steps < 30
),
reached AS (
  SELECT correlation_id, execution_id, MIN(steps) AS steps FROM chain GROUP BY correlation_id, execution_id
),
carried AS (
  SELECT correlation_id, 0 AS steps, topic, message_id FROM `PROJECT.nba_pipeline.messages` WHERE correlation_id IS NOT NULL
  UNION ALL
  SELECT reached.correlation_id, reached.steps, message.topic, message.message_id
  FROM reached
  JOIN `PROJECT.nba_pipeline.messages` AS message ON message.execution_id = reached.execution_id
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
JOIN `PROJECT.nba_pipeline.messages` AS message ON message.topic = found.topic AND message.message_id = found.message_id;
