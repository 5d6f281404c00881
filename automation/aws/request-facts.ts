/** Failed requests name what was asked: an answer of AWS has no operation, bucket or key in it. */
import type { MiddlewareStack } from "@smithy/types";
import { REQUEST_FACTS, type AwsRequest } from "../errors";
import { allowManyListeners } from "../signals";

/** A client of any service; the types of its own inputs do not matter here. */
export interface AnyClient {
  send: unknown;
  readonly middlewareStack: unknown;
  destroy(): void;
}

/** Makes each error of the client carry operation, bucket, key and job of its request. */
export function rememberRequests(client: AnyClient): void {
  const stack = client.middlewareStack as MiddlewareStack<object, object>;
  stack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        rememberRequest(error, context.commandName ?? "", args.input);
        throw error;
      }
    },
    // Outside of the SDK's own retries: what is thrown here is what the caller gets.
    { step: "initialize", priority: "high", name: "lockstepRequestFacts" },
  );
}

/**
 * Leaves what was asked on an error that has no such facts yet.
 * @param commandName as in `HeadObjectCommand`
 */
export function rememberRequest(error: unknown, commandName: string, input: object): void {
  if (!(error instanceof Error) || !Object.isExtensible(error) || REQUEST_FACTS in error) return;
  Object.defineProperty(error, REQUEST_FACTS, { value: requestFacts(commandName, input) });
}

/** Lets many requests of the client be stopped by one signal. */
export function shareSignals(client: AnyClient): void {
  const send = client.send as (
    command: unknown,
    options?: { readonly abortSignal?: AbortSignal },
    ...others: readonly unknown[]
  ) => unknown;
  client.send = (...args: Parameters<typeof send>): unknown => {
    allowManyListeners(args[1]?.abortSignal);
    return send.apply(client, args);
  };
}

/** What was asked, as far as an error or a list of answers tells it. @param commandName as in `HeadObjectCommand` */
export function requestFacts(commandName: string, input: object): AwsRequest {
  const { Bucket, Key, VersionId, JobId } = input as Readonly<Record<string, unknown>>;
  return {
    operation: commandName.replace(/Command$/, ""),
    ...(typeof Bucket === "string" && { bucket: Bucket }),
    ...(typeof Key === "string" && { key: Key }),
    ...(typeof VersionId === "string" && { versionId: VersionId }),
    ...(typeof JobId === "string" && { jobId: JobId }),
  };
}
