/** A job that has ended: its report, and a look at what became of every version. */
import type { S3Client } from "@aws-sdk/client-s3";
import type { VerdictFields } from "../events";
import { thereInJob } from "../judge/verdict";
import { lookAtPromise } from "../look/look-at-promise";
import { jobAgreement } from "./job-agreement";
import { readJobFiles } from "./job-files";
import { jobCounts, tasksOf } from "./job-findings";
import type { JobSnapshot } from "./job-state";
import type { LedgerEntry } from "./ledger";
import { tell, verdictOf } from "./look";
import type { BackfillOptions } from "./options";

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
  const files = await readJobFiles({ ...options, operations: outputs.operations });
  const tasks = tasksOf(files, bucketName);
  const look = await lookAtPromise(options, tasks);
  const versions = look.versions.map(({ version }) => version);
  const counts = jobCounts(job, files, versions, entry.record.intent, bucketName);
  const agreement = jobAgreement(counts, thereInJob(look, tasks));
  return tell(options, verdictOf(options, look, agreement));
}
