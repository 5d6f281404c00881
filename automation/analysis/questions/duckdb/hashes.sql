-- What stands for a name, and for a name with what lies under it: 64 bits each. Version ids are S3's own and drawn at random, so that nobody
-- can look for two names of one hash. Where there is none (`null`), whoever names keys could, but for MD5 behind a salt that is drawn once
-- all files are here: DuckDB's own hash withstands nobody who chooses all that is hashed, salt or not.
CREATE OR REPLACE TEMP MACRO name_hash(key, version_id) AS
  CASE
    WHEN version_id = 'null' THEN md5_number_lower(getvariable('salt') || key)
    ELSE hash(getvariable('salt') || version_id || chr(0) || key)
  END;
CREATE OR REPLACE TEMP MACRO content_hash(key, version_id, size_bytes, etag) AS
  CASE
    WHEN etag = '' THEN NULL
    WHEN version_id = 'null'
      THEN md5_number_upper(getvariable('salt') || etag || ' ' || size_bytes || ' ' || key)
    ELSE hash(getvariable('salt') || etag, size_bytes, key, version_id)
  END;
