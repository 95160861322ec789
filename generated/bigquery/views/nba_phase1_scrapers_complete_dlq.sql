SELECT
  publish_time,
  message_id,
  SAFE.PARSE_JSON(attributes) AS attributes,
  message,
  JSON_VALUE(message, '$.processor_name') AS `processor_name`,
  JSON_VALUE(message, '$.phase') AS `phase`,
  JSON_VALUE(message, '$.execution_id') AS `execution_id`,
  JSON_VALUE(message, '$.correlation_id') AS `correlation_id`,
  SAFE_CAST(JSON_VALUE(message, '$.game_date') AS DATE) AS `game_date`,
  JSON_VALUE(message, '$.output_table') AS `output_table`,
  JSON_VALUE(message, '$.output_dataset') AS `output_dataset`,
  JSON_VALUE(message, '$.status') AS `status`,
  SAFE_CAST(SAFE_CAST(JSON_VALUE(message, '$.record_count') AS BIGNUMERIC) AS INT64) AS `record_count`,
  SAFE_CAST(SAFE_CAST(JSON_VALUE(message, '$.records_failed') AS BIGNUMERIC) AS INT64) AS `records_failed`,
  SAFE_CAST(REGEXP_REPLACE(JSON_VALUE(message, '$.timestamp'), r'(\.[0-9]{6})[0-9]+', r'\1') AS TIMESTAMP) AS `timestamp`,
  SAFE_CAST(JSON_VALUE(message, '$.duration_seconds') AS FLOAT64) AS `duration_seconds`,
  JSON_VALUE(message, '$.parent_processor') AS `parent_processor`,
  JSON_VALUE(message, '$.trigger_source') AS `trigger_source`,
  JSON_VALUE(message, '$.trigger_message_id') AS `trigger_message_id`,
  SAFE_CAST(JSON_VALUE(message, '$.skip_downstream_trigger') AS BOOL) AS `skip_downstream_trigger`,
  SAFE_CAST(JSON_VALUE(message, '$.backfill_mode') AS BOOL) AS `backfill_mode`,
  JSON_VALUE(message, '$.backfill_reason') AS `backfill_reason`,
  JSON_VALUE(message, '$.error_message') AS `error_message`,
  JSON_VALUE(message, '$.error_type') AS `error_type`,
  STRUCT(SAFE_CAST(SAFE_CAST(JSON_VALUE(message, '$.metadata.run') AS BIGNUMERIC) AS INT64) AS `run`) AS `metadata`,
  JSON_VALUE(message, '$.name') AS `name`,
  JSON_VALUE(message, '$.scraper_name') AS `scraper_name`,
  JSON_VALUE(message, '$.gcs_path') AS `gcs_path`,
  JSON_VALUE(message, '$.workflow') AS `workflow`
FROM (
  SELECT
    *,
    COALESCE(SAFE.PARSE_JSON(SAFE_CONVERT_BYTES_TO_STRING(data), wide_number_mode => 'round'), SAFE.PARSE_JSON(REGEXP_REPLACE(SAFE_CONVERT_BYTES_TO_STRING(data), r'\\u[dD][89a-fA-F][0-9a-fA-F]{2}', r'\\ufffd'), wide_number_mode => 'round')) AS message
  FROM `PROJECT.nba_pipeline.raw_nba_phase1_scrapers_complete_dlq`
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY publish_time, message_id) = 1
);
