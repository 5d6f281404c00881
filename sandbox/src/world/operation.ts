import type { AccessNeed, ConditionKeys, Principal } from "../authorization/model";
import type { ServiceName } from "./service-name";
import type { World } from "./world";

/** What a handler knows about the request beside its input. */
export interface RequestContext {
  readonly world: World;
  readonly service: ServiceName;
  /** The AWS name of the operation, `PutObject`. */
  readonly operation: string;
  readonly region: string;
  readonly principal: Principal;
  readonly requestId: string;
  readonly nowEpochMs: number;
  /** The HTTP request; undefined for a call made inside the sandbox (`world.invoke`). */
  readonly http?: HttpFacts;
  /** Global condition keys of this request (`aws:sourceip`, `aws:securetransport`, ...), by lower-cased key. */
  readonly globalConditionKeys: ConditionKeys;
  /** Overrides of the answer that the operation's schema has no place for. */
  readonly response: { statusCode?: number; headers: Record<string, string>; body?: string };
  /** Throws the service's access-denied error unless the caller is allowed; for needs known only inside a handler. */
  require(need: AccessNeed): void;
  /** The same question without the error. */
  allows(need: AccessNeed): boolean;
}

export interface HttpFacts {
  readonly method: string;
  /** Path as sent, percent-encoded. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  /** Lower-cased names; repeated headers joined with a comma. Trailers are merged in. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The payload, decoded from aws-chunked; checksums and signatures in headers and trailers are verified already. */
  readonly body: Buffer;
  readonly presigned: boolean;
  /** The fields of a form upload by lower-cased name, variables filled in. */
  readonly form?: ReadonlyMap<string, string>;
}

/**
 * One operation of a service. Both functions are synchronous on purpose: a request is carried out in one turn of the
 * event loop, so that no two requests interleave, and a crash between two lines cannot happen half-way.
 *
 * `Input` and `Output` are the AWS SDK's own types (`PutObjectRequest`, `PutObjectOutput`). A streaming blob arrives as
 * a `Buffer` and is answered as one; timestamps are `Date`.
 */
export interface Operation<Input, Output> {
  /** What the caller must be allowed to do before anything happens. May throw what AWS checks before (`NoSuchBucket`). */
  access(input: Input, context: RequestContext): readonly AccessNeed[];
  handle(input: Input, context: RequestContext): Output;
  /**
   * For the compiler alone, never there: an operation stands for another one only where both have the same members. Without
   * it `putBucketAcl` would do for `GetBucketAcl`, since every member of theirs may be absent.
   */
  readonly members?: OperationMembers<NamesOf<Input>, NamesOf<Output>>;
}

/** The names of the members that AWS knows; symbols are ours. */
export type NamesOf<Value> = keyof Value & string;

/** Names in both directions: neither more of them nor fewer are the same. */
export type OperationMembers<Input extends string, Output extends string> = (
  input: Input,
  output: Output,
) => [Input, Output];

// Operations of different input types live in one table; each is only ever called with its own input.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type OperationTable = Readonly<Record<string, Operation<any, any>>>;
