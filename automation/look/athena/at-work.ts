/** Athena at work for one look: tables in a folder of its own, what is asked of them, and nothing left in the end. */

import type { AthenaClient } from "@aws-sdk/client-athena";
import type { S3Client } from "@aws-sdk/client-s3";
import type { AthenaConfig } from "../../../components/config/types";
import { createTable, type AthenaTable } from "../../analysis/athena/table";
import { LockstepError } from "../../errors";
import type { Session } from "../../events";
import { runHere, type PlacedSession } from "./answer-rows";
import { Leavings } from "./leavings";
import { sweep, type TablesOf } from "./sweep";
import { takeAway, type Traces } from "./take-away";
import {
  locationIn,
  newWorkPlace,
  RESULTS,
  touchedFile,
  type LookBuckets,
  type WorkPlace,
} from "./work-place";

/** Where Athena works. */
export interface AthenaAt {
  /** For people, as in `vault primary`. */
  readonly where: string;
  /** AWS's name of it. */
  readonly region: string;
  readonly accountId: string;
  readonly place: AthenaConfig;
  /** The section of the config that names the place, as in `lockstep:verdict`. */
  readonly section: string;
  readonly s3: S3Client;
  readonly athena: AthenaClient;
  readonly buckets: LookBuckets;
}

/** What a look does there. */
export interface WorkSteps<Result> {
  /** What no table is to be without: put there before any is made. */
  readonly begin?: (work: WorkPlace) => Promise<void>;
  readonly tables: (work: WorkPlace) => readonly AthenaTable[];
  /** The tables of another look, by its name and what lies in its folder. */
  readonly tablesOf: TablesOf;
  /** Asks, once tables are there. */
  readonly ask: (session: PlacedSession, work: WorkPlace) => Promise<Result>;
}

/**
 * Works. What an earlier look has left there is taken away, too.
 * @param nowEpochMs AWS's time. Milliseconds since the Unix epoch
 * @throws LockstepError `AthenaQueryFailed`, also where what Athena was asked of was touched meanwhile
 */
export async function atWork<Result>(
  at: AthenaAt,
  steps: WorkSteps<Result>,
  { clock, emit, nowEpochMs, signal }: Session & { readonly nowEpochMs: number },
): Promise<Result> {
  const { buckets, place, s3, where } = at;
  const work = newWorkPlace(place.location, buckets, s3, signal);
  const traces: Traces = { tables: [], hasAnswers: false };
  const leavings = new Leavings(at.region);
  const session: PlacedSession = {
    client: at.athena,
    section: at.section,
    workgroup: place.workgroup,
    database: place.database,
    resultsLocation: locationIn(work, RESULTS),
    accountId: at.accountId,
    clock,
    signal,
    onBegun: () => (traces.hasAnswers = true),
    onLeft: (queryId, why) => leavings.add({ queryId }, why),
  };
  try {
    await steps.begin?.(work);
    // Before anything is moved, and for nothing: it finds a work group, a database or a right that does not do.
    for (const table of steps.tables(work)) {
      const onBegun = (): void => {
        traces.hasAnswers = true;
        traces.tables.push(table);
      };
      await runHere(createTable(table), { ...session, onBegun });
    }
    await sweep(where, work, steps.tablesOf, session, leavings, { emit, nowEpochMs });
    const found = await steps.ask(session, work);
    await requireUntouched(work, at.section);
    return found;
  } finally {
    await takeAway(where, work, session, traces, leavings, emit);
  }
}

/** @throws LockstepError `AthenaQueryFailed` where Athena may have read something else than what was put there */
async function requireUntouched(work: WorkPlace, section: string): Promise<void> {
  const key = await touchedFile(work);
  if (key === undefined) return;
  throw new LockstepError(
    "AthenaQueryFailed",
    `While Athena was asked, s3://${work.bucketName}/${key} was put there, changed, archived or taken away.`,
    {
      hint: `What it answered is not used. See who writes into \`location\` of \`${section}\` athena, and that no lifecycle rule moves or empties it within a day.`,
    },
  );
}
