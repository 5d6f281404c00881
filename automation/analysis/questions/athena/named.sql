-- The rows of an inventory, each by its whole name: there is room for it, and it is never another's. Whether a row is none is a
-- question of its own.
SELECT version_id || chr(0) || key AS joined_by, *
FROM delivered
WHERE NOT is_delete_marker
