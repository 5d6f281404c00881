/** A job that has ended: its report, and a look at what became of every version. */
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { nextIntervalMs, type WaitLimits } from "../clock";
import { isLockstepError } from "../errors";
import type { VerdictFields } from "../events";
import { thereInJob } from "../judge/verdict";
import { lookAtPromise } from "../look/look-at-promise";
import { MissingFile } from "./download";
import { jobAgreement } from "./job-agreement";
import { jobCounts, tasksOf, type JobFiles } from "./job-findings";
import { readJobManifest } from "./job-manifest";
import type { JobSnapshot } from "./job-state";
import type { LedgerEntry } from "./ledger";
import { tell, verdictOf } from "./look";
import type { BackfillOptions } from "./options";
import { readReport, type CompletionReport } from "./report";

/**
 * "The report is available as soon as the job is Complete", says AWS. What delivers it is not the job's answer, so it gets some
 * minutes all the same.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-job-status.html
 */
const REPORT_LIMITS: WaitLimits = { intervalMs: 1_000, maxIntervalMs: 30_000, deadlineMs: 300_000 };

export interface FinishOptions extends BackfillOptions {
  readonly s3: S3Client;
  readonly job: JobSnapshot;
  readonly entry: LedgerEntry;
}

/**
 * Reads what the job left, looks into the vaults and tells the verdict. Files that cannot be read keep it from being clean; what
 * is at the vaults is told all the same.
 */
export async function finishJob(options: FinishOptions): Promise<VerdictFields> {
  const { entry, job, outputs } = options;
  const { bucketName } = outputs.source;
  const files = await readFiles(options);
  const tasks = tasksOf(files, bucketName);
  const look = await lookAtPromise(options, tasks);
  const versions = look.versions.map(({ version }) => version);
  const counts = jobCounts(job, files, versions, entry.record.intent, bucketName);
  const agreement = jobAgreement(counts, thereInJob(look, tasks));
  return tell(options, verdictOf(options, look, agreement));
}

async function readFiles(options: FinishOptions): Promise<JobFiles> {
  const { job, outputs, s3, signal } = options;
  const { bucketName } = outputs.operations;
  const problems: string[] = [];
  const attempt = async <Value>(what: string, read: () => Promise<Value>) => {
    try {
      return await read();
    } catch (error) {
      if (!isLockstepError(error) || error.code !== "ReportUnreadable") throw error;
      problems.push(`the ${what} of the job cannot be read: ${error.message}`);
      return undefined;
    }
  };
  const report = await attempt("report", () => waitForReport(options));
  const manifest = await attempt("manifest", () => readJobManifest(s3, job, bucketName, signal));
  return { manifest, report, problems };
}

async function waitForReport(options: FinishOptions): Promise<CompletionReport> {
  const { clock, signal } = options;
  const limits = options.reportLimits ?? REPORT_LIMITS;
  const startEpochMs = clock.nowEpochMs();
  let intervalMs = limits.intervalMs;
  for (;;) {
    try {
      return await fetchReport(options);
    } catch (error) {
      const isLate = clock.nowEpochMs() - startEpochMs > limits.deadlineMs;
      if (!(error instanceof MissingFile) || isLate) throw error;
    }
    await clock.sleep(intervalMs, signal);
    intervalMs = nextIntervalMs(intervalMs, limits);
  }
}

async function fetchReport(options: FinishOptions): Promise<CompletionReport> {
  const { job, outputs, s3, signal } = options;
  const folder = join(options.reportsFolder, `job-${job.jobId}`);
  const report = await readReport(s3, {
    bucket: outputs.operations.bucketName,
    prefix: outputs.operations.reportPrefix,
    jobId: job.jobId,
    folder,
    signal,
  });
  const succeeded = report.rows.filter((row) => row.succeeded).length;
  options.emit({
    type: "report",
    rows: report.rows.length,
    succeeded,
    failed: report.rows.length - succeeded,
    folder,
  });
  return report;
}
