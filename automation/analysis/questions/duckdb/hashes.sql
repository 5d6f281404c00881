-- What stands for a name, and for a name with what lies under it: MD5 behind a salt that is drawn once all files are here, so that nobody
-- who names keys can make two of one hash. DuckDB's own hash does not do: of names that are much alike it makes two of one within
-- some thousands, whatever the salt is.
CREATE OR REPLACE TEMP MACRO name_hash(key, version_id) AS
  md5_number(getvariable('salt') || version_id || chr(0) || key);
CREATE OR REPLACE TEMP MACRO content_hash(key, version_id, size_bytes, etag) AS
  CASE
    WHEN etag = '' THEN NULL
    -- The other way round: two names that were one text by the line above are two here.
    ELSE md5_number(getvariable('salt') || etag || ' ' || size_bytes || ' ' || key || chr(0) || version_id)
  END;
