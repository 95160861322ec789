WITH hops AS (
  SELECT * FROM UNNEST([
    STRUCT('phase1_to_phase2' AS hop, 'Phase 1 to 2' AS title, 300 AS target_seconds, 'nba-phase1-scrapers-complete' AS from_topic, ['nba-phase2-raw-complete'] AS to_topics),
    STRUCT('phase2_to_phase3' AS hop, 'Phase 2 to 3' AS title, 600 AS target_seconds, 'nba-phase2-raw-complete' AS from_topic, ['nba-phase3-analytics-complete'] AS to_topics),
    STRUCT('phase3_to_phase4' AS hop, 'Phase 3 to 4' AS title, 120 AS target_seconds, 'nba-phase3-analytics-complete' AS from_topic, ['nba-phase4-trigger'] AS to_topics),
    STRUCT('phase3_to_phase4' AS hop, 'Phase 3 to 4' AS title, 120 AS target_seconds, 'nba-phase4-trigger' AS from_topic, ['nba-phase4-processor-complete', 'nba-phase4-precompute-complete'] AS to_topics),
    STRUCT('phase4_to_phase5' AS hop, 'Phase 4 to 5' AS title, 300 AS target_seconds, 'nba-phase4-precompute-complete' AS from_topic, ['nba-phase5-prediction-request', 'nba-phase5-predictions-complete'] AS to_topics)
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
JOIN `PROJECT.nba_pipeline.messages` AS cause ON cause.topic = hops.from_topic
JOIN `PROJECT.nba_pipeline.messages` AS effect
  ON effect.trigger_message_id = cause.message_id AND effect.topic IN UNNEST(hops.to_topics)
WHERE effect.started_at IS NOT NULL
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY hops.hop, cause.message_id, effect.execution_id
    ORDER BY effect.publish_time, effect.topic
  ) = 1;
