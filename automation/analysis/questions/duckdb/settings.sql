-- What a question is asked with.
SELECT
  CAST(getvariable('lock_mode') AS VARCHAR) AS lock_mode,
  CAST(getvariable('now_ms') AS BIGINT) AS now_ms
