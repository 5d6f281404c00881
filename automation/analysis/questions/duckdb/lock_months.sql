-- Of the versions that are promised at a vault and that its inventory tells, how many are locked until which month (UTC).
SELECT
  strftime(make_timestamp(CAST(vault_marks.retain_until_ms AS BIGINT) * 1000), '%Y-%m') AS month,
  CAST(count(*) AS INTEGER) AS versions
FROM promised
JOIN vault_marks ON vault_marks.joined_by = promised.joined_by
-- One without the other is no lock.
WHERE vault_marks.lock > 0 AND vault_marks.retain_until_ms IS NOT NULL
GROUP BY month
ORDER BY month
