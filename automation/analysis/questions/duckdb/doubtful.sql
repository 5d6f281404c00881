-- Versions that are promised at a vault and that their marks do not show as plainly right there. It is the rule of `candidates`, which
-- is asked what is left here, by what the marks stand for.
SELECT DISTINCT promised.place, promised.class, promised.retain_until_ms
FROM promised
LEFT JOIN source_marks AS source ON source.joined_by = promised.joined_by
LEFT JOIN vault_marks AS vault ON vault.joined_by = promised.joined_by
WHERE NOT coalesce(
  source.content_hash = promised.content_hash
  AND source.is_plain
  AND vault.content_hash = promised.content_hash
  AND vault.is_plain
  AND (promised.class = 0 OR vault.class = promised.class)
  AND (vault.lock = 2 OR (vault.lock = getvariable('lock') AND source.lock < 2))
  AND vault.retain_until_ms >= promised.retain_until_ms
  AND vault.retain_until_ms > getvariable('now_ms')
  AND (source.retain_until_ms IS NULL OR vault.retain_until_ms >= source.retain_until_ms)
  AND (vault.legal_hold OR NOT source.legal_hold)
  AND (vault.event_hold OR NOT source.event_hold)
  AND (source.algorithm = 0 OR vault.algorithm = 0 OR source.algorithm = vault.algorithm),
  false
)
