-- The rows of an inventory, each by a hash of its name. A row that is none ends the reading: whoever asks for less than all columns
-- asks for that hash.
SELECT name_hash(key, version_id) AS joined_by, *
FROM (
  SELECT
    * REPLACE (
      CASE
        WHEN bucket IS DISTINCT FROM getvariable('listed_bucket')
          THEN error('a row is of another bucket: ' || coalesce(bucket, '(none)'))
        WHEN key IS NULL OR size_bytes IS NULL OR last_modified IS NULL
          THEN error('a row has no key, size or date')
        ELSE key
      END AS key
    )
  FROM delivered
  WHERE NOT is_delete_marker
)
