/** Answers that were had outside of the SDK's chain of middleware, which then finds them where it would have asked for them. */
import type { HttpResponse } from "@smithy/core/protocols";
import type { DeserializeMiddleware } from "@smithy/types";

/** What the SDK's innermost handler gives: an answer, whatever its status, or an error of the connection. */
export type FoundAnswer = () => Promise<{ readonly response: HttpResponse }>;

/** By the input of their command, which is one and the same object all along the chain. */
const FOUND = new WeakMap<object, FoundAnswer>();

/** Has the next attempt at a command find this in place of an answer. */
export function leaveAnswer(input: object, answer: FoundAnswer): void {
  FOUND.set(input, answer);
}

/** Whether the next attempt at a command will find its answer. */
export function hasAnswer(input: object): boolean {
  return FOUND.has(input);
}

/** Innermost in the chain of a command: gives what was left for it, once, and lets all else be sent. */
export const findAnswer: DeserializeMiddleware<object, object> = (next) => async (args) => {
  const answer = FOUND.get(args.input);
  if (answer === undefined) return next(args);
  FOUND.delete(args.input);
  return answer();
};
