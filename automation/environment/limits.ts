import { MOST_IN_FLIGHT } from "../aws/request-pace";

/** How to wait for a job and for replication: soon at first, then at the pace that AWS asks for. */
export const AWS_LIMITS = {
  jobLimits: { intervalMs: 500, maxIntervalMs: 30_000, deadlineMs: 7 * 24 * 60 * 60_000 },
  settleLimits: { intervalMs: 500, maxIntervalMs: 30_000, deadlineMs: 2 * 60 * 60_000 },
  concurrency: MOST_IN_FLIGHT,
} as const;
