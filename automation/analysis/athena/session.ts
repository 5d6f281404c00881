/** Queries of Athena: begun, waited for, and stopped where nobody waits any more. */

import {
  GetQueryExecutionCommand,
  QueryExecutionState,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type AthenaClient,
  type QueryExecution,
} from "@aws-sdk/client-athena";
import { nextIntervalMs, type Clock, type WaitLimits } from "../../clock";
import { awsFailure, LockstepError, messageOf, throwIfAborted } from "../../errors";

/** Where queries run. */
export interface AthenaSession {
  readonly client: AthenaClient;
  readonly workgroup: string;
  readonly database: string;
  /** Where answers are written where the work group has no place of its own: `s3://bucket/prefix/`. */
  readonly resultsLocation: string;
  /** Account that is to own that bucket. */
  readonly accountId: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Is told once a query is begun, or may be: from then on it may have made and written something, even where it fails. */
  readonly onBegun?: () => void;
  /** Is told of a query that may go on, though nobody waits for it any more, and why it is not known to have ended. */
  readonly onLeft?: (queryId: string, why: string) => void;
}

/** A query that has succeeded. */
export interface Ran {
  /** `s3://bucket/key`: the file with its answer. */
  readonly resultLocation: string;
  readonly scannedBytes: number;
}

const WAITS = { intervalMs: 500, maxIntervalMs: 10_000, deadlineMs: Infinity };

/** How long AWS takes to stop a query it does not say: assumed. */
const STOPS = { ...WAITS, deadlineMs: 60_000 };

/**
 * Runs one, and leaves none that goes on: what is not waited for to its end is stopped.
 * @throws LockstepError `AthenaQueryFailed` with Athena's reason
 */
export async function runQuery(query: string, session: AthenaSession): Promise<Ran> {
  const { signal } = session;
  throwIfAborted(signal);
  const id = await begin(query, session);
  let ended: QueryExecution;
  try {
    ended = await untilEnded(id, session, WAITS, signal);
  } catch (error) {
    await stop(id, session);
    throwIfAborted(signal);
    throw error;
  }
  return ranOf(ended);
}

/**
 * Without the signal: what is begun and not answered could not be stopped. The SDK gives it a token of its own, so that it is not begun
 * again where an answer is lost.
 */
async function begin(query: string, session: AthenaSession): Promise<string> {
  const command = new StartQueryExecutionCommand({
    QueryString: query,
    WorkGroup: session.workgroup,
    QueryExecutionContext: { Database: session.database },
    ResultConfiguration: {
      OutputLocation: session.resultsLocation,
      ExpectedBucketOwner: session.accountId,
    },
  });
  try {
    const { QueryExecutionId: id = "" } = await session.client.send(command);
    session.onBegun?.();
    return id;
  } catch (error) {
    const status = awsFailure(error)?.httpStatus ?? 0;
    const isRefused = status >= 400 && status < 500;
    if (!isRefused) session.onBegun?.();
    throw error;
  }
}

/** @throws Error where it has not ended within the deadline, by the pauses between looks */
async function untilEnded(
  id: string,
  { client, clock }: Pick<AthenaSession, "client" | "clock">,
  limits: WaitLimits,
  signal?: AbortSignal,
): Promise<QueryExecution> {
  let { intervalMs } = limits;
  for (let waitedMs = 0; ; intervalMs = nextIntervalMs(intervalMs, limits)) {
    const { QueryExecution: execution } = await client.send(
      new GetQueryExecutionCommand({ QueryExecutionId: id }),
      { abortSignal: signal },
    );
    if (execution !== undefined && hasEnded(execution)) return execution;
    if (waitedMs >= limits.deadlineMs) throw new Error("it has not ended yet");
    await clock.sleep(intervalMs, signal);
    waitedMs += intervalMs;
  }
}

function hasEnded({ Status: { State: state } = {} }: QueryExecution): boolean {
  return (
    state === QueryExecutionState.SUCCEEDED ||
    state === QueryExecutionState.FAILED ||
    state === QueryExecutionState.CANCELLED
  );
}

/**
 * It would go on, be charged, and make what was to be taken away. The answer does not say that it has stopped: its end is waited for.
 * @see https://docs.aws.amazon.com/athena/latest/APIReference/API_StopQueryExecution.html
 */
async function stop(id: string, session: AthenaSession): Promise<void> {
  let refusal: unknown;
  await session.client
    .send(new StopQueryExecutionCommand({ QueryExecutionId: id }))
    .catch((error: unknown) => (refusal = error));
  try {
    // It may have ended by itself.
    await untilEnded(id, session, refusal === undefined ? STOPS : { ...STOPS, deadlineMs: 0 });
  } catch (error) {
    session.onLeft?.(id, messageOf(refusal ?? error));
  }
}

function ranOf({ QueryExecutionId: id = "", ...execution }: QueryExecution): Ran {
  const { State: state, StateChangeReason: reason } = execution.Status ?? {};
  if (state !== QueryExecutionState.SUCCEEDED) {
    throw new LockstepError(
      "AthenaQueryFailed",
      `Athena's query ${id} ended as ${state}: ${reason ?? "it says no reason"}.`,
    );
  }
  return {
    resultLocation: execution.ResultConfiguration?.OutputLocation ?? "",
    scannedBytes: execution.Statistics?.DataScannedInBytes ?? 0,
  };
}
