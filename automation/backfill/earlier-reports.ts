/** What earlier jobs were told of versions that no job can bring. */
import type { S3Client } from "@aws-sdk/client-s3";
import type { LockstepOutputs } from "../../components/outputs";
import { isLockstepError } from "../errors";
import type { Session } from "../events";
import { hardDeletedVersions, type EarlierReport } from "./hard-deleted";
import type { LedgerEntry } from "./ledger";
import { readReport } from "./report";

/** So many jobs back, the latest first. */
const REPORTS_LIMIT = 20;

/** By `versionName`: the buckets at which a version was found to be deleted by its id. */
export async function readEarlierReports(
  s3: S3Client,
  settled: readonly LedgerEntry[],
  sourceBucket: string,
  { emit, outputs, signal }: Session & { readonly outputs: LockstepOutputs },
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const reports: EarlierReport[] = [];
  const notClean = settled.filter(({ record }) => record.outcome === "not-clean");
  for (const { record } of notClean.slice(0, REPORTS_LIMIT)) {
    const { jobId, vaultBuckets } = record;
    if (jobId === undefined || vaultBuckets === undefined) continue;
    const { bucketName, reportPrefix } = outputs.operations;
    try {
      const { rows } = await readReport(s3, {
        bucket: bucketName,
        prefix: reportPrefix,
        jobId,
        signal,
      });
      reports.push({ rows, vaultBuckets });
    } catch (error) {
      // Then a version that no job can bring may be tried once more; it is named in the verdict either way.
      if (!isLockstepError(error) || error.code !== "ReportUnreadable") throw error;
      emit({ type: "warning", code: error.code, message: error.message });
    }
  }
  return hardDeletedVersions(reports, sourceBucket);
}
