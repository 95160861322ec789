SELECT
  game_date,
  run,
  hop,
  ANY_VALUE(title) AS title,
  COUNT(*) AS runs,
  ARRAY_AGG(hop_seconds ORDER BY hop_seconds)[OFFSET(CAST(CEIL(COUNT(*) * 0.5) AS INT64) - 1)] AS median_seconds,
  ARRAY_AGG(hop_seconds ORDER BY hop_seconds)[OFFSET(CAST(CEIL(COUNT(*) * 0.95) AS INT64) - 1)] AS p95_seconds,
  MAX(hop_seconds) AS max_seconds,
  ANY_VALUE(target_seconds) AS target_seconds,
  COUNTIF(is_over_target) AS over_target,
  ARRAY_AGG(to_processor ORDER BY hop_seconds DESC, to_processor LIMIT 1)[OFFSET(0)] AS slowest_processor
FROM `PROJECT.nba_pipeline.hop_latency`
WHERE NOT is_backfill
GROUP BY game_date, run, hop;
