/** A job that has ended: its report, and a look at what became of every version. */
import type { S3Client } from "@aws-sdk/client-s3";
import type { VerdictFields } from "../events";
import { thereInJob } from "../judge/verdict";
import type { Look } from "../look/look";
import { lookAtPromise } from "../look/look-at-promise";
import { mapped } from "../spill/sequence";
import { goneVersions, lookForGone } from "./gone-since";
import { jobAgreement, type JobCounts } from "./job-agreement";
import { readJobFiles } from "./job-files";
import { jobCounts, tasksOf, type JobFiles } from "./job-findings";
import type { ReadManifest } from "./job-manifest";
import type { JobSnapshot } from "./job-state";
import type { LedgerEntry } from "./ledger";
import { tell, verdictOf } from "./look";
import type { BackfillOptions } from "./options";

export interface FinishOptions extends BackfillOptions {
  readonly s3: S3Client;
  readonly job: JobSnapshot;
  readonly entry: LedgerEntry;
  readonly readManifest: ReadManifest;
}

/**
 * Reads what the job left, looks into the vaults and tells the verdict. Files that cannot be read keep it from being clean; what
 * is at the vaults is told all the same.
 */
export async function finishJob(options: FinishOptions): Promise<VerdictFields> {
  const { entry, job, outputs } = options;
  const { bucketName } = outputs.source;
  const files = await readJobFiles({ ...options, operations: outputs.operations });
  const { look, there } = await lookAtJob(options, files);
  const versions = mapped(look.versions, ({ version }) => version);
  const { intent } = entry.record;
  const gone = goneVersions(files, versions, intent, bucketName);
  const counts: JobCounts = {
    ...jobCounts(job, files, versions, intent, bucketName, gone),
    gone: await lookForGone(gone, options),
  };
  const agreement = jobAgreement(counts, there);
  return tell(options, verdictOf(options, look, agreement));
}

/** By itself, so that the tasks, which may be millions, are gone before anything else is counted. */
async function lookAtJob(
  options: FinishOptions,
  files: JobFiles,
): Promise<{ readonly look: Look; readonly there: number }> {
  const tasks = tasksOf(files, options.outputs.source.bucketName);
  const look = await lookAtPromise(options, tasks);
  return { look, there: thereInJob(look, tasks) };
}
