WITH ready AS (
  SELECT game_date, IFNULL(metadata.run, 1) AS run, timestamp AS ready_at, metadata.players_ready, metadata.players_total
  FROM `PROJECT.nba_pipeline.nba_phase4_precompute_complete`
  WHERE game_date IS NOT NULL
  QUALIFY ROW_NUMBER() OVER (PARTITION BY game_date, IFNULL(metadata.run, 1) ORDER BY timestamp DESC, publish_time DESC) = 1
),
announced AS (
  SELECT game_date, IFNULL(metadata.run, 1) AS run, timestamp AS announced_at, correlation_id, metadata
  FROM `PROJECT.nba_pipeline.nba_phase5_predictions_complete`
  WHERE game_date IS NOT NULL
  QUALIFY ROW_NUMBER() OVER (PARTITION BY game_date, IFNULL(metadata.run, 1) ORDER BY timestamp DESC, publish_time DESC) = 1
),
scraped AS (
  SELECT execution_id, started_at FROM `PROJECT.nba_pipeline.processor_run_history` WHERE execution_id = correlation_id
)
SELECT
  IFNULL(announced.game_date, ready.game_date) AS game_date,
  IFNULL(announced.run, ready.run) AS run,
  ready.players_total,
  ready.players_ready,
  announced.metadata.`batch_id`,
  announced.metadata.`players_requested`,
  announced.metadata.`players_completed`,
  announced.metadata.`players_failed`,
  announced.metadata.`coverage_percent`,
  announced.game_date IS NOT NULL AS is_announced,
  announced.metadata.coverage_percent < 90 AS is_below_minimum,
  ready.ready_at,
  announced.announced_at,
  TIMESTAMP_DIFF(announced.announced_at, scraped.started_at, MILLISECOND) / 1000 AS end_to_end_seconds,
  TIMESTAMP_DIFF(announced.announced_at, scraped.started_at, MILLISECOND) > 3600000 AS is_over_target,
  announced.correlation_id
FROM ready
FULL JOIN announced ON ready.game_date = announced.game_date AND ready.run = announced.run
LEFT JOIN scraped ON scraped.execution_id = announced.correlation_id;
