-- Promised versions of which an inventory has more than one row: which of them counts it does not say.
SELECT wanted.place
FROM wanted
WHERE wanted.joined_by IN (
  SELECT joined_by FROM vault_rows GROUP BY joined_by HAVING count(*) > 1
  UNION ALL
  SELECT joined_by FROM source_rows GROUP BY joined_by HAVING count(*) > 1
)
ORDER BY wanted.place
