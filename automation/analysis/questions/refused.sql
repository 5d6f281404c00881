-- Rows that cannot be of the inventory of a bucket: how many there are, and why the first of them is none. An engine that can fail
-- at a row need not ask.
SELECT
  CAST(count(*) AS INTEGER) AS refused_count,
  min(
    CASE
      WHEN bucket IS DISTINCT FROM settings.listed_bucket
        THEN 'a row is of another bucket: ' || coalesce(bucket, '(none)')
      ELSE 'a row has no key, size or date'
    END
  ) AS reason
FROM delivered
CROSS JOIN settings
WHERE NOT is_delete_marker
  AND (
    bucket IS DISTINCT FROM settings.listed_bucket
    OR key IS NULL
    OR size_bytes IS NULL
    OR last_modified_ms IS NULL
  )
