-- What stands for a name, and for what lies under it: MD5 behind a salt that is drawn once all files are here, so that nobody who names keys
-- can make two of one hash. DuckDB's own hash does not do: of names that are much alike it makes two of one within some thousands,
-- whatever the salt is.
CREATE OR REPLACE TEMP MACRO name_hash(key, version_id) AS
  -- With its length in front no two names are one text, whatever characters they have.
  md5_number(getvariable('salt') || length(version_id) || ':' || version_id || key);
CREATE OR REPLACE TEMP MACRO content_hash(size_bytes, etag) AS
  -- Half of the salt, so that an ETag fits into one block of MD5. It is compared of one name alone.
  CASE WHEN etag = '' THEN NULL ELSE md5_number(left(getvariable('salt'), 16) || size_bytes || ' ' || etag) END;
