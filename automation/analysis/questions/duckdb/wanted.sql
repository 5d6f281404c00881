-- The versions that are promised at a vault, with what is promised of them.
SELECT listed.*, expected.storage_class, expected.retain_until_ms
FROM expected
JOIN listed ON listed.place = expected.place
