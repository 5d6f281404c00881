/**
 * AWS's own time, as each of its answers says it in the header `Date`. Whether a lock is over is decided by it: the clock of
 * the machine that looks may be wrong, and may be set wrong on purpose.
 */

import type { MiddlewareStack } from "@smithy/types";

/**
 * Watches the answers to one command.
 * @returns asks for the date of the last one, in milliseconds since the epoch; undefined when it had none
 */
export function watchDate<Input extends object, Output extends object>(command: {
  readonly middlewareStack: MiddlewareStack<Input, Output>;
}): () => number | undefined {
  let answeredEpochMs: number | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      answeredEpochMs = dateOf(result.response);
      return result;
    },
    // Low: nearest to the wire, where the answer is not yet taken apart.
    { step: "deserialize", name: "watchDate", priority: "low" },
  );
  return () => answeredEpochMs;
}

/** The date of an answer, in milliseconds since the epoch. */
export function dateOf(response: unknown): number | undefined {
  const { headers } = response as { headers?: Readonly<Record<string, string>> };
  const epochMs = Date.parse(headers?.["date"] ?? "");
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
