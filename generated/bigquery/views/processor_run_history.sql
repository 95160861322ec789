SELECT
  `execution_id`,
  `correlation_id`,
  `processor_name`,
  `phase`,
  `game_date`,
  `run`,
  `status`,
  `output_dataset`,
  `output_table`,
  `record_count`,
  `records_failed`,
  `started_at`,
  `finished_at`,
  `trigger_source`,
  `trigger_message_id`,
  `parent_processor`,
  `skip_downstream_trigger`,
  `backfill_mode`,
  `backfill_reason`,
  `error_message`,
  `error_type`,
  `upstream`,
  `players_ready`,
  `players_total`,
  `players_failed`,
  topic,
  message_id,
  publish_time
FROM `PROJECT.nba_pipeline.messages`
WHERE NOT is_dead_letter AND processor_name IS NOT NULL AND execution_id IS NOT NULL
QUALIFY
  ROW_NUMBER() OVER (
    PARTITION BY execution_id
    ORDER BY finished_at DESC, IF(`trigger_message_id` IS NULL, 0, 1) + IF(`parent_processor` IS NULL, 0, 1) + IF(`backfill_reason` IS NULL, 0, 1) + IF(`error_message` IS NULL, 0, 1) + IF(`error_type` IS NULL, 0, 1) + IF(`players_ready` IS NULL, 0, 1) + IF(`players_total` IS NULL, 0, 1) + IF(`players_failed` IS NULL, 0, 1) DESC, publish_time DESC, message_id
  ) = 1;
