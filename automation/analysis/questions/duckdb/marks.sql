-- The versions that an inventory tells, each in a few numbers: what is joined by, and what tells whether it is plainly right.
SELECT
  joined_by,
  content_hash(size_bytes, coalesce(etag, '')) AS content_hash,
  coalesce(replication_status = getvariable('plain_status') AND encryption = 'SSE-S3', false) AS is_plain,
  -- 0 is none of them.
  CAST(coalesce(list_position(getvariable('classes'), coalesce(storage_class, 'STANDARD')), 0) AS UTINYINT) AS class,
  CAST(CASE lock_mode WHEN 'COMPLIANCE' THEN 2 WHEN 'GOVERNANCE' THEN 1 ELSE 0 END AS UTINYINT) AS lock,
  retain_until_ms,
  legal_hold,
  event_hold,
  -- 0 is not told, 255 none of them.
  CAST(
    CASE WHEN checksum_algorithm IS NULL THEN 0 ELSE coalesce(list_position(getvariable('algorithms'), checksum_algorithm), 255) END
    AS UTINYINT
  ) AS algorithm
FROM named
