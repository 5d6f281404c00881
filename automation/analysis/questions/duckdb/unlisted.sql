-- Rows of the source's inventory that nothing is listed for.
SELECT source_marks.joined_by
FROM source_marks
ANTI JOIN listed_marks ON listed_marks.joined_by = source_marks.joined_by
