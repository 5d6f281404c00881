-- The versions that the source lists, in the same numbers, and what is promised of each at each vault.
SELECT
  name_hash(key, version_id) AS joined_by,
  content_hash(size_bytes, etag) AS content_hash,
  * EXCLUDE (key, version_id, size_bytes, etag)
FROM listing
