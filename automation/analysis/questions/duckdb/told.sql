-- Rows that their marks tell all of, as the inventory has them. Of what is there twice either all are told, or none.
SELECT
  joined_by,
  key,
  version_id,
  size_bytes,
  etag,
  getvariable('classes')[class] AS storage_class,
  getvariable('plain_status') AS replication_status,
  'SSE-S3' AS encryption,
  retain_until_ms,
  CASE lock WHEN 2 THEN 'COMPLIANCE' WHEN 1 THEN 'GOVERNANCE' END AS lock_mode,
  legal_hold,
  event_hold,
  getvariable('algorithms')[algorithm] AS checksum_algorithm
FROM found
WHERE joined_by NOT IN (SELECT joined_by FROM untold)
