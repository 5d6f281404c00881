import type { QueryEnd } from "../model";

/** A query that ends FAILED or CANCELLED: thrown by what runs it, caught by `runQuery`. */
export class QueryFailed extends Error {
  constructor(readonly end: QueryEnd) {
    super(end.reason);
    this.name = "QueryFailed";
  }
}

/** The query's own fault. */
export function userError(reason: string): QueryFailed {
  return new QueryFailed({ state: "FAILED", reason, category: 2, isRetryable: false });
}

/**
 * A query that reads more than its work group lets it is cancelled.
 * @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html
 */
export function tooManyBytes(): QueryFailed {
  return new QueryFailed({
    state: "CANCELLED",
    reason: "Bytes scanned limit was exceeded",
    category: 2,
    isRetryable: false,
  });
}

/** What the sandbox cannot do, found out while the query runs. */
export function notDone(what: string): QueryFailed {
  return userError(`NOT_SUPPORTED: The sandbox does not implement ${what}.`);
}
