-- What one inventory has of the versions that are in doubt, and whether its marks tell all of it.
SELECT
  marks.*,
  wanted.key,
  wanted.version_id,
  wanted.size_bytes,
  wanted.etag,
  coalesce(
    marks.is_plain AND marks.class > 0 AND marks.algorithm < 255
      AND marks.content_hash = content_hash(wanted.size_bytes, wanted.etag),
    false
  ) AS is_told
FROM wanted
JOIN marks ON marks.joined_by = wanted.joined_by
