/** Tables of operations, typed by the commands of the AWS SDK. */

import type { Readable } from "node:stream";
import type { AccessNeed } from "../authorization/model";
import type { NamesOf, OperationMembers, RequestContext } from "./operation";

/** The names of a client's operations: each has a command. */
export type OperationName<Sdk> = {
  [Export in keyof Sdk]: Export extends `${infer Name}Command` ? Name : never;
}[keyof Sdk];

/** What of a command's class is looked at. */
interface CommandClass<Input, Output> {
  prototype: {
    input: Input;
    resolveMiddleware(...args: never): (...args: never) => Promise<{ output: Output }>;
  };
}

/** An input as handlers get it: what may be a stream in the SDK is a `Buffer` here. */
type Given<Input> = {
  [Member in keyof Input]: Readable extends Input[Member] ? unknown : Input[Member];
};

/** An answer as handlers give it, without what the SDK says of the call; what is a stream there is a `Buffer` here. */
type Answer<Output> = {
  [Member in Exclude<keyof Output, "$metadata">]?: NonNullable<Output[Member]> extends {
    transformToString: unknown;
  }
    ? unknown
    : Output[Member];
};

/** A handler whose input and output have these members, no fewer and no more. */
interface HandlerOf<Input, Output> {
  access(input: Given<Input>, context: RequestContext): readonly AccessNeed[];
  handle(input: Given<Input>, context: RequestContext): Answer<Output> | void;
  readonly members?: OperationMembers<NamesOf<Input>, NamesOf<Answer<Output>>>;
}

/**
 * What a table of operations may be: under each name of an operation a handler whose input and output have the members of
 * that operation's. What it cannot tell apart are operations whose inputs and outputs have the same members, as `DeleteBucketCors`
 * and `DeleteBucketPolicy` have.
 *
 * @example
 * ```ts
 * export const operations: OperationTable = { GetBucketAcl: getBucketAcl } satisfies OperationsOf<typeof S3>;
 * ```
 */
export type OperationsOf<Sdk> = {
  readonly [Name in OperationName<Sdk>]?: Sdk[`${Name}Command` & keyof Sdk] extends CommandClass<
    infer Input,
    infer Output
  >
    ? HandlerOf<Input, Output>
    : never;
};
