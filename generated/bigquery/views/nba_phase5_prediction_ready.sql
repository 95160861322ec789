SELECT
  publish_time,
  message_id,
  SAFE.PARSE_JSON(attributes) AS attributes,
  message,
  JSON_VALUE(message, '$.batch_id') AS `batch_id`,
  JSON_VALUE(message, '$.player_lookup') AS `player_lookup`,
  SAFE_CAST(JSON_VALUE(message, '$.game_date') AS DATE) AS `game_date`,
  SAFE_CAST(SAFE_CAST(JSON_VALUE(message, '$.run') AS BIGNUMERIC) AS INT64) AS `run`,
  SAFE_CAST(SAFE_CAST(JSON_VALUE(message, '$.attempt') AS BIGNUMERIC) AS INT64) AS `attempt`,
  JSON_VALUE(message, '$.execution_id') AS `execution_id`,
  JSON_VALUE(message, '$.correlation_id') AS `correlation_id`,
  JSON_VALUE(message, '$.status') AS `status`,
  SAFE_CAST(JSON_VALUE(message, '$.predicted_points') AS FLOAT64) AS `predicted_points`,
  SAFE_CAST(REGEXP_REPLACE(JSON_VALUE(message, '$.timestamp'), r'(\.[0-9]{6})[0-9]+', r'\1') AS TIMESTAMP) AS `timestamp`,
  SAFE_CAST(JSON_VALUE(message, '$.duration_seconds') AS FLOAT64) AS `duration_seconds`,
  JSON_VALUE(message, '$.error_message') AS `error_message`,
  JSON_VALUE(message, '$.error_type') AS `error_type`
FROM (
  SELECT
    *,
    COALESCE(SAFE.PARSE_JSON(SAFE_CONVERT_BYTES_TO_STRING(data), wide_number_mode => 'round'), SAFE.PARSE_JSON(REGEXP_REPLACE(SAFE_CONVERT_BYTES_TO_STRING(data), r'\\u[dD][89a-fA-F][0-9a-fA-F]{2}', r'\\ufffd'), wide_number_mode => 'round')) AS message
  FROM `PROJECT.nba_pipeline.raw_nba_phase5_prediction_ready`
  WHERE TRUE
  QUALIFY ROW_NUMBER() OVER (PARTITION BY publish_time, message_id) = 1
);
