-- The rows of an inventory, each by a hash of its name. Who names keys does not know the salt, which is drawn once the inventories
-- are there, and so cannot make two names of one hash. A row that is none ends the reading.
SELECT
  md5_number(getvariable('salt') || version_id || chr(0) || key) AS joined_by,
  * REPLACE (
    CASE
      WHEN bucket IS DISTINCT FROM getvariable('listed_bucket')
        THEN error('a row is of another bucket: ' || coalesce(bucket, '(none)'))
      WHEN key IS NULL OR size_bytes IS NULL OR last_modified_ms IS NULL
        THEN error('a row has no key, size or date')
      ELSE key
    END AS key
  )
FROM delivered
WHERE NOT is_delete_marker
