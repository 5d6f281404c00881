/** What the report of a job tells of one key, and of all of its tasks. */

import type { S3Client } from "@aws-sdk/client-s3";
import type { LedgerRecord } from "../backfill/ledger";
import { OTHER_CODE, readReport, type ReportRow } from "../backfill/report";
import type { LockstepOutputs } from "../../components/promise/outputs";
import type { TaskOutcome } from "./fields";

/** A job whose report is asked for. */
export interface ReportedJob {
  readonly record: LedgerRecord;
  /** AWS's. */
  readonly jobId: string;
}

/** What its report tells. */
export interface ToldReport {
  /** Of the key, in the bucket of the source. */
  readonly rows: Iterable<ReportRow>;
  readonly outcomes: TaskOutcomes;
}

/** More kinds than these are counted as one: whoever has the source can write a report. */
const OUTCOMES_LIMIT = 100;

/** Counts tasks by what became of them. */
export class TaskOutcomes {
  readonly #outcomes = new Map<string, TaskOutcome>();

  add(
    { errorCode, httpStatus, succeeded }: Pick<ReportRow, "errorCode" | "httpStatus" | "succeeded">,
    tasksCount = 1,
  ): void {
    const status = succeeded ? "succeeded" : "failed";
    const name = JSON.stringify([status, httpStatus, errorCode]);
    const isNew = !this.#outcomes.has(name);
    if (isNew && this.#outcomes.size >= OUTCOMES_LIMIT) {
      this.#count(status, { status, httpStatus: null, errorCode: OTHER_CODE, tasksCount });
    } else {
      this.#count(name, { status, httpStatus: httpStatus ?? null, errorCode, tasksCount });
    }
  }

  /** The most frequent first, in one order however they came. */
  get list(): readonly TaskOutcome[] {
    return [...this.#outcomes]
      .sort(
        ([name, one], [otherName, other]) =>
          other.tasksCount - one.tasksCount || (name < otherName ? -1 : 1),
      )
      .map(([, outcome]) => outcome);
  }

  /** How many tasks were counted. */
  get tasksCount(): number {
    return this.list.reduce((sum, { tasksCount }) => sum + tasksCount, 0);
  }

  #count(name: string, outcome: TaskOutcome): void {
    const before = this.#outcomes.get(name)?.tasksCount ?? 0;
    this.#outcomes.set(name, { ...outcome, tasksCount: before + outcome.tasksCount });
  }
}

/**
 * Reads a report on this machine, part by part.
 * @throws LockstepError `ReportUnreadable`
 */
export async function readToldReport(
  s3: S3Client,
  outputs: LockstepOutputs,
  { jobId }: ReportedJob,
  key: string,
  signal: AbortSignal,
): Promise<ToldReport> {
  const { bucketName: bucket, reportPrefix: prefix } = outputs.operations;
  const { rows } = await readReport(s3, { bucket, prefix, jobId, signal });
  const outcomes = new TaskOutcomes();
  const ofKey: ReportRow[] = [];
  for (const row of rows) {
    outcomes.add(row);
    if (row.bucket === outputs.source.bucketName && row.key === key) ofKey.push(row);
  }
  return { rows: ofKey, outcomes };
}
