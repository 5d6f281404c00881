/** What every job of a source made of one object's versions, from the reports that they left. */
import { attemptOf } from "../backfill/attempts";
import { MissingFile } from "../backfill/download";
import { ledgerOf, trialLedgerOf } from "../backfill/earlier-reports";
import { readJobManifest } from "../backfill/job-manifest";
import type { JobSnapshot } from "../backfill/job-state";
import { Jobs } from "../backfill/jobs";
import { intentFrame } from "../backfill/intent";
import type { LedgerEntry, LedgerRecord } from "../backfill/ledger";
import { whyUnread } from "../backfill/unread-report";
import { isLockstepError, LockstepError } from "../errors";
import { listVersions } from "../proof/source-versions";
import type * as AskReports from "./athena/ask-reports";
import type { ReportsAthena } from "./athena/reports-athena";
import type { Attempt, LineageFields } from "./fields";
import type { JobsOptions } from "./source-jobs";
import { readToldReport, type ReportedJob, type ToldReport } from "./told-report";

/** Whose lineage is asked for. */
export interface LineageWish {
  /** As it is. */
  readonly key: string;
  /** Default: every version of the key that the source lists or a report names. */
  readonly versionId?: string | undefined;
  /** Athena reads the reports, in the source's account. Default: they are read on this machine. */
  readonly athena?: ReportsAthena | undefined;
}

/**
 * Reads the reports of every job that the ledger names, the latest 50, and of their trials, and finds this object in them. A report
 * that cannot be read is warned of: what that job did is not known then. What each of the others tells of all of its tasks is told.
 * @throws LockstepError `NoVersionsFound` where neither source nor reports know it, or it is a delete marker; with Athena what `askReports` throws
 */
export async function readLineage(
  options: JobsOptions,
  { athena, key, versionId }: LineageWish,
): Promise<readonly LineageFields[]> {
  const { clients, emit, outputs, signal, source } = options;
  const { s3 } = clients.source;
  const attempts = new Map<string, Attempt[]>();
  const { markers, versions } = await versionsOf(options, key);
  for (const one of versions) attempts.set(one, []);
  const { entries } = await ledgerOf(s3, outputs).open(signal);
  const trials = await trialLedgerOf(s3, outputs).open(signal);
  const jobs = inTheirOrder(entries, trials.entries).flatMap((record): readonly ReportedJob[] =>
    record.jobId === undefined || isOfAnotherKey(record, key)
      ? []
      : [{ record, jobId: record.jobId }],
  );
  const reportOf =
    athena === undefined
      ? (job: ReportedJob) => readToldReport(s3, outputs, job, key, signal)
      : await loadAthena().askReports(options, jobs, key, athena);
  const unlessUnread = async <Found>(
    { jobId, record }: ReportedJob,
    read: () => Promise<Found>,
  ): Promise<Found | undefined> => {
    try {
      return await read();
    } catch (error) {
      const why = whyUnread(error);
      if (why === undefined) throw error;
      if (mayHaveNoTask(record) && error instanceof MissingFile) return undefined;
      const message = `what the job ${jobId} did is not known: ${why}`;
      emit({ type: "warning", code: "ReportUnreadable", message });
      return undefined;
    }
  };
  for (const job of jobs) {
    const report = await unlessUnread(job, () => reportOf(job));
    if (report === undefined) continue;
    tellReport(options, job, report);
    // Who may not ask for jobs is told so: no report is in the way.
    const described = await describedOf(options, job);
    const made = await unlessUnread(job, () => attemptsOf(options, job, report, described, key));
    for (const [version, attempt] of made ?? []) {
      attempts.set(version, [...(attempts.get(version) ?? []), attempt]);
    }
  }
  const found = [...attempts]
    .filter(([version]) => versionId === undefined || version === versionId)
    .map(([version, made]) => ({ source, key, versionId: version, attempts: made }));
  if (found.length > 0) return found;
  const what = versionId === undefined ? key : `${key} (version ${versionId})`;
  if (versionId === undefined ? markers.length > 0 : markers.includes(versionId)) {
    const is = versionId === undefined ? "has nothing but delete markers" : "is a delete marker";
    const message = `${what} ${is} at the source ${source}: no job takes one.`;
    throw new LockstepError("NoVersionsFound", message, {
      hint: "S3 itself replicates a delete marker where a rule has `deleteMarkerReplication: true`; `lockstep verify` counts them.",
    });
  }
  throw new LockstepError(
    "NoVersionsFound",
    `Neither the source ${source} nor a report knows ${what}.`,
    {
      hint: "Keys are taken as they are, without a leading slash; `aws s3api list-object-versions` shows them.",
    },
  );
}

/** The first job first: a trial before the job that it was made for, and one whose job is not named any more before them all. */
function inTheirOrder(
  jobs: readonly LedgerEntry[],
  trials: readonly LedgerEntry[],
): readonly LedgerRecord[] {
  const jobIds = new Set(jobs.map(({ record }) => record.jobId));
  const mains = [...jobs].reverse().map(({ record }) => record);
  const tries = [...trials].reverse().map(({ record }) => record);
  const triedFor = ({ intent }: LedgerRecord) => intent.trial?.jobId;
  return [
    ...tries.filter((one) => !jobIds.has(triedFor(one))),
    ...mains.flatMap((main) => [...tries.filter((one) => triedFor(one) === main.jobId), main]),
  ];
}

/** A trial is of one version: the reports of the others need not be read. */
function isOfAnotherKey({ intent }: LedgerRecord, key: string): boolean {
  return intent.trial !== undefined && intent.trial.key !== key;
}

/** AWS writes a report only where at least one task was begun: of these jobs nobody knows whether it was. */
function mayHaveNoTask({ outcome }: LedgerRecord): boolean {
  return outcome !== "clean" && outcome !== "not-clean";
}

/** Only who has Athena asked pays for loading its client. */
function loadAthena(): typeof AskReports {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` would go past the loader of a clone
  return require("./athena/ask-reports") as typeof AskReports;
}

function tellReport(
  { emit, source }: JobsOptions,
  { jobId, record }: ReportedJob,
  { outcomes }: ToldReport,
): void {
  const { reportScope: scope, trial } = record.intent;
  emit({
    type: "job-report",
    source,
    jobId,
    ...(trial === undefined ? {} : { trial: true }),
    scope,
    tasksCount: outcomes.tasksCount,
    outcomes: outcomes.list,
  });
}

/** Where the manifest of a job lies. */
type WithManifest = Pick<JobSnapshot, "manifest">;

/** A job whose report has failed tasks alone: the others of its manifest have succeeded. Undefined for one whose report has all. */
async function describedOf(
  { clients, outputs, signal }: JobsOptions,
  { jobId, record: { intent } }: ReportedJob,
): Promise<WithManifest | undefined> {
  if (intent.reportScope === "AllTasks") return undefined;
  const jobs = new Jobs(clients.source.s3control, intentFrame(outputs));
  return jobs.describe(jobId, signal).catch((error: unknown) => {
    const isForgotten = isLockstepError(error) && error.code === "JobNotFound";
    if (!isForgotten || intent.manifest === undefined) throw error;
    const { etag, key } = intent.manifest;
    return { manifest: { bucket: outputs.operations.bucketName, key, etag } };
  });
}

/** What one job made of each version of a key. */
async function attemptsOf(
  { clients, outputs, signal }: JobsOptions,
  { jobId, record: { intent } }: ReportedJob,
  { rows }: ToldReport,
  described: WithManifest | undefined,
  key: string,
): Promise<ReadonlyMap<string, Attempt>> {
  const { bucketName } = outputs.operations;
  const found = new Map<string, Attempt>();
  const isTrial = intent.trial !== undefined;
  for (const row of rows) {
    const attempt = attemptOf(jobId, row);
    found.set(row.versionId, isTrial ? { ...attempt, trial: true } : attempt);
  }
  if (described === undefined) return found;
  for (const row of await readJobManifest(clients.source.s3, described, bucketName, signal)) {
    const isOfKey = row.bucket === outputs.source.bucketName && row.key === key;
    if (!isOfKey || found.has(row.versionId)) continue;
    found.set(row.versionId, { jobId, outcome: "succeeded" });
  }
  return found;
}

/** What the source lists for a key, the oldest first: versions with data, and delete markers. */
async function versionsOf(
  { clients, outputs, signal }: JobsOptions,
  key: string,
): Promise<{ readonly markers: readonly string[]; readonly versions: readonly string[] }> {
  const markers: string[] = [];
  const versions: string[] = [];
  const { bucketName } = outputs.source;
  for await (const version of listVersions(clients.source.s3, bucketName, signal, key)) {
    // Of the keys that begin with it, the key itself comes first.
    if (version.key !== key) break;
    (version.isDeleteMarker ? markers : versions).push(version.versionId);
  }
  return { markers: markers.reverse(), versions: versions.reverse() };
}
