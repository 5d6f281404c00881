-- Versions that the source's inventory tells and the source lists no more: the first hundred, each with how many there are.
SELECT key, version_id, CAST(count(*) OVER () AS INTEGER) AS gone_count
FROM source_rows
ANTI JOIN listed ON listed.name_hash = source_rows.name_hash
ORDER BY key, version_id
LIMIT 100
