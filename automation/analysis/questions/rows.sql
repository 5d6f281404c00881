-- The versions that an inventory tells, each by a hash of its name. Who names keys does not know the salt, which is drawn once the
-- inventories are there, and so cannot make two names of one hash.
SELECT
  md5_number(getvariable('salt') || version_id || chr(0) || key) AS name_hash,
  CASE
    WHEN bucket IS DISTINCT FROM getvariable('listed_bucket')
      THEN error('a row is of another bucket: ' || coalesce(bucket, '(none)'))
    WHEN key IS NULL OR size_bytes IS NULL OR last_modified_ms IS NULL
      THEN error('a row has no key, size or date')
    ELSE key
  END AS key,
  version_id,
  size_bytes,
  coalesce(etag, '') AS etag,
  coalesce(storage_class, 'STANDARD') AS storage_class,
  replication_status,
  encryption,
  retain_until_ms,
  lock_mode,
  legal_hold,
  event_hold
FROM delivered
WHERE NOT is_delete_marker
