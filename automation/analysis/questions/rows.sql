-- The versions that an inventory tells.
SELECT
  joined_by,
  key,
  version_id,
  size_bytes,
  coalesce(etag, '') AS etag,
  coalesce(storage_class, 'STANDARD') AS storage_class,
  replication_status,
  encryption,
  retain_until_ms,
  lock_mode,
  legal_hold,
  event_hold,
  checksum_algorithm
FROM named
