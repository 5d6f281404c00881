/** What a job left in an operations bucket: its report, which is waited for, and its manifest. What cannot be read is told. */
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { nextIntervalMs, type WaitLimits } from "../clock";
import { isLockstepError } from "../errors";
import type { Session } from "../events";
import { MissingFile } from "./download";
import { countTasks, type JobFiles } from "./job-findings";
import type { ReadManifest } from "./job-manifest";
import type { JobSnapshot } from "./job-state";
import { readReport, type CompletionReport } from "./report";

/**
 * "The report is available as soon as the job is Complete", says AWS. What delivers it is not the job's answer, so its manifest.json gets
 * some minutes all the same.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html
 */
const REPORT_LIMITS: WaitLimits = { intervalMs: 1_000, maxIntervalMs: 30_000, deadlineMs: 300_000 };

/**
 * A part that manifest.json names by its MD5 was there when that was written: one that is missing was taken away, and no waiting brings it.
 * That AWS writes manifest.json last no page says, so it gets this long. Milliseconds.
 */
const PART_DEADLINE_MS = 10_000;

export interface JobFilesOptions extends Session {
  readonly s3: S3Client;
  readonly job: JobSnapshot;
  /** Where the job's files are. */
  readonly operations: { readonly bucketName: string; readonly reportPrefix: string };
  /** Folder that gets one folder per job with its report. */
  readonly reportsFolder: string;
  /** How to wait for a report that is not there yet; default: five minutes. */
  readonly reportLimits?: WaitLimits | undefined;
  readonly readManifest: ReadManifest;
}

/** Reads report and manifest. */
export async function readJobFiles(options: JobFilesOptions): Promise<JobFiles> {
  const { job, s3, signal } = options;
  const { bucketName } = options.operations;
  const problems: string[] = [];
  const attempt = async <Value>(what: string, read: () => Promise<Value>) => {
    try {
      return await read();
    } catch (error) {
      if (!isLockstepError(error) || error.code !== "ReportUnreadable") throw error;
      problems.push(`the ${what} of the job ${job.jobId} cannot be read: ${error.message}`);
      return undefined;
    }
  };
  const report = await attempt("report", () => waitForReport(options));
  const manifest = await attempt("manifest", () =>
    options.readManifest(s3, job, bucketName, signal),
  );
  return { manifest, report, problems };
}

async function waitForReport(options: JobFilesOptions): Promise<CompletionReport> {
  const { clock, emit, job, signal } = options;
  const limits = options.reportLimits ?? REPORT_LIMITS;
  const startEpochMs = clock.nowEpochMs();
  let intervalMs = limits.intervalMs;
  let partSinceEpochMs: number | undefined;
  let told: string | undefined;
  for (;;) {
    try {
      return await fetchReport(options);
    } catch (error) {
      if (!(error instanceof MissingFile)) throw error;
      const nowEpochMs = clock.nowEpochMs();
      const isIndex = /\/manifest\.json(\.md5)?$/.test(error.key);
      if (!isIndex) partSinceEpochMs ??= nowEpochMs;
      const untilEpochMs = isIndex
        ? startEpochMs + limits.deadlineMs
        : (partSinceEpochMs ?? 0) + Math.min(limits.deadlineMs, PART_DEADLINE_MS);
      const leftMs = untilEpochMs - nowEpochMs;
      if (leftMs <= 0) throw error;
      if (told !== error.key) {
        const atMostSeconds = Math.ceil(leftMs / 1000);
        emit({ type: "report-wait", jobId: job.jobId, key: error.key, atMostSeconds });
      }
      told = error.key;
      await clock.sleep(Math.min(intervalMs, leftMs), signal);
    }
    intervalMs = nextIntervalMs(intervalMs, limits);
  }
}

async function fetchReport(options: JobFilesOptions): Promise<CompletionReport> {
  const { job, operations, s3, signal } = options;
  const folder = join(options.reportsFolder, `job-${job.jobId}`);
  const report = await readReport(s3, {
    bucket: operations.bucketName,
    prefix: operations.reportPrefix,
    jobId: job.jobId,
    folder,
    signal,
  });
  options.emit({ type: "report", rows: report.rows.length, ...countTasks(report.rows), folder });
  return report;
}
