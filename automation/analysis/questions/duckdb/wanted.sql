-- What is listed and promised of the versions that are in doubt. More than one class is told by a number that no class has.
SELECT
  name_hash(listing.key, listing.version_id) AS joined_by,
  listing.place,
  listing.key,
  listing.version_id,
  listing.size_bytes,
  listing.etag,
  CASE WHEN doubtful.class > 0 THEN coalesce(getvariable('classes')[doubtful.class], '(several)') END AS storage_class,
  doubtful.retain_until_ms
FROM listing
JOIN doubtful ON doubtful.place = listing.place
