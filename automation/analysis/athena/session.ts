/** Queries of Athena: begun, waited for, and stopped where nobody waits any more. */

import {
  GetQueryExecutionCommand,
  QueryExecutionState,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type AthenaClient,
  type QueryExecution,
} from "@aws-sdk/client-athena";
import { nextIntervalMs, type Clock } from "../../clock";
import { LockstepError } from "../../errors";

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
}

/** A query that has succeeded. */
export interface Ran {
  /** `s3://bucket/key`: the file with its answer. */
  readonly resultLocation: string;
  readonly scannedBytes: number;
}

const WAITS = { intervalMs: 500, maxIntervalMs: 10_000, deadlineMs: Infinity };

/**
 * Runs one. The SDK gives each a token of its own, so that one that was begun and not answered is not begun again.
 * @throws LockstepError `AthenaQueryFailed` with Athena's reason
 */
export async function runQuery(query: string, session: AthenaSession): Promise<Ran> {
  const { client, clock, signal } = session;
  const { QueryExecutionId: id } = await client.send(
    new StartQueryExecutionCommand({
      QueryString: query,
      WorkGroup: session.workgroup,
      QueryExecutionContext: { Database: session.database },
      ResultConfiguration: {
        OutputLocation: session.resultsLocation,
        ExpectedBucketOwner: session.accountId,
      },
    }),
    { abortSignal: signal },
  );
  try {
    let intervalMs = WAITS.intervalMs;
    for (;;) {
      const output = await client.send(new GetQueryExecutionCommand({ QueryExecutionId: id }), {
        abortSignal: signal,
      });
      const ran = settled(output.QueryExecution);
      if (ran !== undefined) return ran;
      await clock.sleep(intervalMs, signal);
      intervalMs = nextIntervalMs(intervalMs, WAITS);
    }
  } catch (error) {
    // It would go on, and be charged; that it has ended already is no failure of its own.
    if (signal.aborted) {
      await client
        .send(new StopQueryExecutionCommand({ QueryExecutionId: id }))
        .catch(() => undefined);
    }
    throw error;
  }
}

function settled(execution: QueryExecution | undefined): Ran | undefined {
  const { QueryExecutionId: id = "", ResultConfiguration, Statistics, Status } = execution ?? {};
  const { State: state, StateChangeReason: reason } = Status ?? {};
  switch (state) {
    case QueryExecutionState.SUCCEEDED:
      return {
        resultLocation: ResultConfiguration?.OutputLocation ?? "",
        scannedBytes: Statistics?.DataScannedInBytes ?? 0,
      };
    case QueryExecutionState.FAILED:
    case QueryExecutionState.CANCELLED:
      throw new LockstepError(
        "AthenaQueryFailed",
        `Athena's query ${id} ended as ${state}: ${reason ?? "it says no reason"}.`,
      );
    default:
      return undefined;
  }
}
