/** The calendar of S3's daily work: everything happens at midnight UTC. All in milliseconds since the epoch. */

export const DAY_MS = 86_400_000;

/** The next midnight after a moment; after midnight itself, the one a day later. */
export function nextMidnightAfter(epochMs: number): number {
  return (Math.floor(epochMs / DAY_MS) + 1) * DAY_MS;
}

/** The first midnight that is not before a moment. */
export function midnightFrom(epochMs: number): number {
  return Math.ceil(epochMs / DAY_MS) * DAY_MS;
}

/** The next Sunday, 00:00, after a moment. */
export function nextSundayAfter(epochMs: number): number {
  const midnightEpochMs = nextMidnightAfter(epochMs);
  return midnightEpochMs + ((7 - new Date(midnightEpochMs).getUTCDay()) % 7) * DAY_MS;
}
