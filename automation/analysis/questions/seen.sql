-- How many versions of the listing are seen at all, and how many of them as promised. An engine that leaves a file out says nothing of it,
-- and what it does not see is none of the candidates. An engine that tells how many rows it has read need not be asked.
SELECT
  CAST((SELECT count(*) FROM listed) AS INTEGER) AS listed_count,
  CAST((SELECT count(*) FROM wanted) AS INTEGER) AS wanted_count
