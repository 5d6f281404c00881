-- How many tasks reports tell, by job and by what became of them; and how many rows are none, as of a report that is cut off. An engine says
-- nothing of a file that it leaves out: how many there should be is counted elsewhere.
SELECT
  place,
  is_task,
  CASE WHEN is_task THEN task_status END AS task_status,
  CASE WHEN is_task THEN error_code END AS error_code,
  CASE WHEN is_task THEN http_status_code END AS http_status_code,
  CAST(count(*) AS DOUBLE) AS tasks_count
FROM reported
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 6 DESC, 2, 3, 4, 5
