import type { HeadObjectCommandInput } from "@aws-sdk/client-s3";
import { getSmithyContext } from "@smithy/core/client";
import type { FinalizeRequestMiddleware, MiddlewareStack } from "@smithy/types";
import { awsFailure } from "../errors";
import { type Answer, Paces } from "./request-pace";

/** Makes each attempt at a HEAD of an object wait for its turn, so that nothing is signed long before it is sent. */
export function paceHeads(client: { readonly middlewareStack: unknown }): void {
  const paces = new Paces();
  const inTurn: FinalizeRequestMiddleware<object, object> = (next, context) => async (args) => {
    if (context.commandName !== "HeadObjectCommand") return next(args);
    const signal = getSmithyContext(context)["abortSignal"] as AbortSignal | undefined;
    return paces.pass(prefixOf(args.input), signal, () => next(args), answerOf);
  };
  const stack = client.middlewareStack as MiddlewareStack<object, object>;
  stack.addRelativeTo(inTurn, {
    relation: "before",
    toMiddleware: "httpSigningMiddleware",
    name: "paceHeads",
  });
}

/** S3 divides a bucket as it sees fit, beginning at the start of the keys. */
function prefixOf(input: object): string {
  const { Bucket = "", Key = "" } = input as Partial<HeadObjectCommandInput>;
  const end = Key.indexOf("/");
  return `${Bucket}/${end < 0 ? "" : Key.slice(0, end)}`;
}

/** The answer to a HEAD has no word for it: S3 says SlowDown by 503. */
function answerOf(error: unknown): Answer {
  const status = awsFailure(error)?.httpStatus;
  return status === 503 || status === 429 ? "throttled" : "answered";
}
