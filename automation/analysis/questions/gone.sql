-- Versions that the source's inventory tells and the source lists no more: the first hundred, each with how many there are.
SELECT key, version_id, CAST(count(*) OVER () AS INTEGER) AS gone_count
FROM source_rows
WHERE NOT EXISTS (SELECT 1 FROM listed WHERE listed.joined_by = source_rows.joined_by)
ORDER BY key, version_id
LIMIT 100
