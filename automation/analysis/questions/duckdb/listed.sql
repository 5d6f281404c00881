-- The versions that the source lists, by the same hash as the rows of its inventory.
SELECT
  md5_number(getvariable('salt') || version_id || chr(0) || key) AS joined_by,
  place,
  key,
  version_id,
  size_bytes,
  etag
FROM listing
