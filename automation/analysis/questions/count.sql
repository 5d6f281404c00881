-- How many versions a vault's inventory tells.
SELECT CAST(count(*) AS INTEGER) AS versions_count FROM vault_rows
