-- Promised versions of which an inventory has more than one row: which of them counts it does not say.
SELECT listed.place
FROM expected
JOIN listed ON listed.place = expected.place
WHERE listed.name_hash IN (
  SELECT name_hash FROM vault_rows GROUP BY name_hash HAVING count(*) > 1
  UNION ALL
  SELECT name_hash FROM source_rows GROUP BY name_hash HAVING count(*) > 1
)
ORDER BY listed.place
