import type { HeadObjectCommandInput } from "@aws-sdk/client-s3";
import { getSmithyContext } from "@smithy/core/client";
import type { FinalizeRequestMiddleware, MiddlewareStack } from "@smithy/types";
import { awsFailure } from "../errors";
import { hasAnswer } from "./found-answers";
import { type Answer, Paces } from "./request-pace";

/**
 * Makes each attempt at a HEAD of an object wait for its turn, so that nothing is signed long before it is sent.
 * @returns the paces, for attempts that are made elsewhere
 */
export function paceHeads(client: { readonly middlewareStack: unknown }): Paces {
  const paces = new Paces();
  const inTurn: FinalizeRequestMiddleware<object, object> = (next, context) => async (args) => {
    // One whose answer is there already had its turn.
    if (context.commandName !== "HeadObjectCommand" || hasAnswer(args.input)) return next(args);
    const signal = getSmithyContext(context)["abortSignal"] as AbortSignal | undefined;
    return paces.pass(prefixOf(args.input), signal, () => next(args), { ofError: answerOf });
  };
  const stack = client.middlewareStack as MiddlewareStack<object, object>;
  stack.addRelativeTo(inTurn, {
    relation: "before",
    toMiddleware: "httpSigningMiddleware",
    name: "paceHeads",
  });
  return paces;
}

/**
 * What of a bucket has a pace of its own: S3 divides it as it sees fit, beginning at the start of the keys.
 */
export function prefixOf(input: object): string {
  const { Bucket = "", Key = "" } = input as Partial<HeadObjectCommandInput>;
  const end = Key.indexOf("/");
  return `${Bucket}/${end < 0 ? "" : Key.slice(0, end)}`;
}

/** The answer to a HEAD has no word for it: S3 says SlowDown by 503. */
export function isThrottled(httpStatus: number | undefined): boolean {
  return httpStatus === 503 || httpStatus === 429;
}

function answerOf(error: unknown): Answer {
  return isThrottled(awsFailure(error)?.httpStatus) ? "throttled" : "answered";
}
