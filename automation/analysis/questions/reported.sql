-- The tasks of one key, as reports tell them. Of which job each is says its place in the order in which they were asked for.
SELECT
  place,
  reported.bucket,
  reported.key,
  version_id,
  task_status,
  error_code,
  http_status_code,
  result_message
FROM reported
CROSS JOIN settings
WHERE is_task AND reported.bucket = settings.bucket AND decoded_key = settings.key
ORDER BY place, version_id
