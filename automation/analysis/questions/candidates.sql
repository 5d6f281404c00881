-- Of the versions that are promised at a vault those that are not plainly right there, in the order of the listing. What is plainly right
-- needs no judgement: it has its source's size and ETag, replication brought it, and it is locked, held, kept and encrypted at
-- least as strictly as the promise asks and as its source is. Whatever is left is judged one by one.
SELECT
  wanted.place,
  -- What rows are joined by may be a hash, which never decides alone: what it found is held against the name, and what it did not
  -- find has no such name.
  coalesce(source.key = wanted.key AND source.version_id = wanted.version_id
    AND source.size_bytes = wanted.size_bytes AND source.etag = wanted.etag, false) AS is_in_source,
  CASE
    WHEN vault.joined_by IS NULL THEN 'absent'
    WHEN vault.key = wanted.key AND vault.version_id = wanted.version_id THEN 'there'
    ELSE 'other'
  END AS at_vault,
  source.replication_status AS source_replication_status,
  source.encryption AS source_encryption,
  CAST(source.retain_until_ms AS DOUBLE) AS source_retain_until_ms,
  source.lock_mode AS source_lock_mode,
  coalesce(source.legal_hold, false) AS source_legal_hold,
  coalesce(source.event_hold, false) AS source_event_hold,
  source.checksum_algorithm AS source_checksum_algorithm,
  CAST(vault.size_bytes AS DOUBLE) AS vault_size_bytes,
  vault.etag AS vault_etag,
  vault.storage_class AS vault_storage_class,
  vault.replication_status AS vault_replication_status,
  vault.encryption AS vault_encryption,
  CAST(vault.retain_until_ms AS DOUBLE) AS vault_retain_until_ms,
  vault.lock_mode AS vault_lock_mode,
  coalesce(vault.legal_hold, false) AS vault_legal_hold,
  coalesce(vault.event_hold, false) AS vault_event_hold,
  vault.checksum_algorithm AS vault_checksum_algorithm
FROM wanted
CROSS JOIN settings
LEFT JOIN source_rows AS source ON source.joined_by = wanted.joined_by
LEFT JOIN vault_rows AS vault ON vault.joined_by = wanted.joined_by
WHERE NOT coalesce(
  source.size_bytes = wanted.size_bytes
  AND source.etag = wanted.etag
  AND source.replication_status = 'COMPLETED'
  AND source.encryption = 'SSE-S3'
  AND vault.size_bytes = wanted.size_bytes
  AND vault.etag = wanted.etag
  AND wanted.etag <> ''
  AND vault.replication_status = 'REPLICA'
  AND vault.encryption = 'SSE-S3'
  AND (wanted.storage_class IS NULL OR vault.storage_class = wanted.storage_class)
  AND (
    vault.lock_mode = 'COMPLIANCE'
    OR (vault.lock_mode = settings.lock_mode AND source.lock_mode IS DISTINCT FROM 'COMPLIANCE')
  )
  AND vault.retain_until_ms >= wanted.retain_until_ms
  AND vault.retain_until_ms > settings.now_ms
  AND (source.retain_until_ms IS NULL OR vault.retain_until_ms >= source.retain_until_ms)
  AND (vault.legal_hold OR NOT source.legal_hold)
  AND (vault.event_hold OR NOT source.event_hold)
  AND (
    source.checksum_algorithm IS NULL
    OR vault.checksum_algorithm IS NULL
    OR source.checksum_algorithm = vault.checksum_algorithm
  ),
  false
)
ORDER BY wanted.place
