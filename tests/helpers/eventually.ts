/** How long something may take that happens by itself, a few milliseconds later. */
const LIMIT_MS = 10_000;

/** Asks until there is an answer; the last error when there never is one. */
export async function eventually<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const deadlineMs = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
