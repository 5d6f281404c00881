/** What Athena answers to a statement: run where its answer lies in the folder of the look, got onto this machine, and read row by row. */

import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Row } from "../../analysis/analysis";
import { resultRows, type ResultRow } from "../../analysis/athena/results";
import { runQuery, type AthenaSession, type Ran } from "../../analysis/athena/session";
import { requireRoom } from "../../analysis/work-folder";
import {
  awsFailure,
  isLockstepError,
  LockstepError,
  messageOf,
  throwIfAborted,
} from "../../errors";
import { fetchFile } from "../../inventory/fetch-file";

/** Where queries run, and by which section of the config, as in `lockstep:verdict`. */
export interface PlacedSession extends AthenaSession {
  readonly section: string;
}

/**
 * Runs a statement, whose answer has to lie in the folder of the look. A work group that enforces its settings has it written elsewhere, in a
 * place that others may write into, and an answer of theirs would be taken for Athena's.
 * @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-settings-override.html
 * @throws LockstepError `AthenaQueryFailed`
 */
export async function runHere(statement: string, session: PlacedSession): Promise<Ran> {
  const ran = await runQuery(statement, session);
  if (ran.resultLocation.startsWith(session.resultsLocation)) return ran;
  throw new LockstepError(
    "AthenaQueryFailed",
    `The work group ${session.workgroup} has answers written to ${ran.resultLocation || "a place that it does not tell"}, not to ${session.resultsLocation}.`,
    {
      hint: `Name another \`workgroup\` in \`${session.section}\` athena, which does not override the settings of who asks: what others may write to is no answer.`,
    },
  );
}

/** Where an answer comes to. */
export interface AnswerOptions {
  /** Of the account that Athena works in. */
  readonly s3: S3Client;
  /** Of this machine. */
  readonly folder: string;
  /** Is told that the query has ended, before its rows are read. */
  readonly onRan: (ran: Ran) => void;
}

/**
 * A query's answer, row by row.
 * @throws LockstepError `AthenaQueryFailed`, also where the answer is cut off, changed or gone; `TemporaryFolderUnusable`
 */
export async function* answerRows(
  query: string,
  session: PlacedSession,
  { folder, onRan, s3 }: AnswerOptions,
): AsyncGenerator<Row> {
  const ran = await runHere(query, session);
  onRan(ran);
  const { resultLocation } = ran;
  const path = join(folder, "answer.csv");
  try {
    await bringAnswer(resultLocation, path, session, { folder, s3 });
    for await (const row of answered(path, resultLocation)) yield typed(row);
  } finally {
    await rm(path, { force: true });
  }
}

async function bringAnswer(
  resultLocation: string,
  path: string,
  { clock, section, signal }: PlacedSession,
  { folder, s3 }: Omit<AnswerOptions, "onRan">,
): Promise<void> {
  const [, , bucketName = "", ...names] = resultLocation.split("/");
  const key = names.join("/");
  try {
    const { ContentLength: sizeBytes = 0 } = await s3.send(
      new HeadObjectCommand({ Bucket: bucketName, Key: key }),
      { abortSignal: signal },
    );
    // Of a vault under KMS an answer has a row for each version.
    await requireRoom(`Athena's answer in ${resultLocation}`, sizeBytes, folder);
    await fetchFile({ key, sizeBytes }, path, { s3, bucketName, clock, signal });
  } catch (error) {
    throwIfAborted(signal);
    const isOther = isLockstepError(error) && error.code === "InventoryUnreadable";
    if (!isOther && awsFailure(error)?.httpStatus !== 404) throw error;
    throw new LockstepError(
      "AthenaQueryFailed",
      `Athena's answer in ${resultLocation} was changed or taken away before it was read whole.`,
      { hint: `See who writes into \`location\` of \`${section}\` athena.`, cause: error },
    );
  }
}

async function* answered(path: string, resultLocation: string): AsyncGenerator<ResultRow> {
  try {
    yield* resultRows(createReadStream(path));
  } catch (error) {
    throw new LockstepError(
      "AthenaQueryFailed",
      `Athena's answer in ${resultLocation} cannot be read: ${messageOf(error)}.`,
      { cause: error },
    );
  }
}

/** The values of a row, by the names of its columns, which say what they are. */
function typed(row: ResultRow): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      if (value === null) return [name, null];
      if (/^place$|_(ms|bytes|count)$/.test(name)) return [name, Number(value)];
      if (/^is_|_hold$/.test(name)) return [name, value === "true"];
      return [name, value];
    }),
  );
}
