/**
 * What earlier jobs were told of versions that no job can bring. Ledger and reports lie on the source's side: they choose the
 * word for a version that is not at the vault, and no more. It stays in the way of a clean verdict under either word.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { awsFailure, isLockstepError, messageOf } from "../errors";
import type { Session } from "../events";
import { isAnyMissing } from "../judge/verdict";
import type { Look, LookOptions } from "../look/look";
import { MissingFile } from "./download";
import { hardDeletedVersions, withHardDeleted, type EarlierReport } from "./hard-deleted";
import { triedInVain, withSetApart } from "./attempts";
import { intentFrame } from "./intent";
import { TRIAL } from "./job-kind";
import { Ledger, type LedgerEntry } from "./ledger";
import { readReport } from "./report";
import { toldCodes } from "./told-codes";

/** Outcomes of jobs whose tasks ran and left something to be brought. */
const TRIED: ReadonlySet<string> = new Set(["not-clean", "failed"]);

/** Outcomes of jobs after which a look over all of the source found nothing missing: whatever was refused until then had come. */
const FOUND_WHOLE: ReadonlySet<string> = new Set(["clean", "nothing-to-do"]);

/** So many jobs back, the latest first. */
const REPORTS_LIMIT = 20;

type ReportsOptions = Session &
  Pick<LookOptions, "clients" | "outputs" | "traits"> & {
    /** What so many jobs have tried in vain is set apart: no further job is made for it. Absent: no limit. */
    readonly retry?: { readonly maxAttempts: number } | undefined;
  };

/**
 * A look with the versions told apart that earlier jobs were told to be deleted for good. Without anything missing nothing is
 * read.
 * @param settled records of the ledger; undefined: they are read here
 */
export async function withEarlierReports(
  look: Look,
  options: ReportsOptions,
  settled?: readonly LedgerEntry[],
): Promise<Look> {
  if (!isAnyMissing(look)) return look;
  const entries = settled ?? (await readSettled(options));
  const { bucketName } = options.outputs.source;
  const { s3 } = options.clients.source;
  const reports = await readEarlierReports(s3, entries, options);
  const amended: Look = {
    ...withHardDeleted(look, hardDeletedVersions(reports, bucketName)),
    ...(options.traits === true ? { failureCodes: toldCodes(reports, bucketName) } : {}),
  };
  const { retry } = options;
  if (retry === undefined) return amended;
  // What was there after a later job was not tried in vain.
  const open = reports.filter(({ cleanSince, vaultBuckets }) =>
    vaultBuckets.some((bucket) => cleanSince?.has(bucket) !== true),
  );
  return withSetApart(amended, triedInVain(amended, open, bucketName, retry.maxAttempts));
}

/** Reports of the jobs whose tasks ran and left something to be brought, the latest first. What cannot be read is told as a warning. */
export async function readTriedReports(
  options: Omit<ReportsOptions, "retry">,
): Promise<readonly EarlierReport[]> {
  return readEarlierReports(options.clients.source.s3, await readSettled(options), options);
}

/** The ledger of a source, opened. */
export function ledgerOf(s3: S3Client, outputs: LockstepOutputs): Ledger {
  const { bucketName, ledgerPrefix } = outputs.operations;
  return new Ledger(s3, bucketName, withSlash(ledgerPrefix), intentFrame(outputs));
}

/** The ledger of a source's trials, beside it. */
export function trialLedgerOf(s3: S3Client, outputs: LockstepOutputs): Ledger {
  const { bucketName, ledgerPrefix } = outputs.operations;
  return new Ledger(s3, bucketName, withSlash(ledgerPrefix), intentFrame(outputs), TRIAL);
}

/** Settled records, the latest first. A ledger that cannot be read costs a look the better word, and nothing else. */
async function readSettled({
  clients,
  emit,
  outputs,
  signal,
}: ReportsOptions): Promise<readonly LedgerEntry[]> {
  try {
    const { entries } = await ledgerOf(clients.source.s3, outputs).open(signal);
    return entries.filter(({ record }) => record.state === "settled");
  } catch (error) {
    const status = awsFailure(error)?.httpStatus;
    if (status !== 403 && status !== 404) throw error;
    const message = `the ledger cannot be read, so nobody can say why a version is missing: ${messageOf(error)}`;
    emit({ type: "warning", code: "LedgerUnreadable", message });
    return [];
  }
}

async function readEarlierReports(
  s3: S3Client,
  settled: readonly LedgerEntry[],
  { emit, outputs, signal }: Session & { readonly outputs: LockstepOutputs },
): Promise<readonly EarlierReport[]> {
  const reports: EarlierReport[] = [];
  for (const { cleanSince, record } of triedJobs(settled).slice(0, REPORTS_LIMIT)) {
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
      reports.push({ jobId, rows, vaultBuckets, cleanSince });
    } catch (error) {
      // Then a version that no job can bring may be tried once more; it is named in the verdict either way.
      if (!isLockstepError(error) || error.code !== "ReportUnreadable") throw error;
      // A job that failed before its first task has no report.
      if (record.outcome === "failed" && error instanceof MissingFile) continue;
      emit({ type: "warning", code: error.code, message: error.message });
    }
  }
  return reports;
}

/** Jobs whose reports are read, each with the vaults' buckets at which nothing was missing after a later one. @param settled the latest first */
function triedJobs(settled: readonly LedgerEntry[]) {
  const cleanSince = new Set<string>();
  return settled.flatMap(({ record }) => {
    const { outcome = "", vaultBuckets = [] } = record;
    if (TRIED.has(outcome)) return { record, cleanSince: new Set(cleanSince) };
    if (FOUND_WHOLE.has(outcome)) for (const bucket of vaultBuckets) cleanSince.add(bucket);
    return [];
  });
}

function withSlash(prefix: string): string {
  return prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
}
