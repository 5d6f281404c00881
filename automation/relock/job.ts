/** One job that extends locks: from its plan to what became of each of its versions. */
import type { JobDescriptor } from "@aws-sdk/client-s3-control";
import type { WaitLimits } from "../clock";
import { RELOCK_PREFIXES } from "../../components/operations-prefixes";
import type { VaultClients } from "../aws/stack-clients";
import { approve } from "../backfill/approval";
import { driveJob, type DriveJobOptions, settle } from "../backfill/drive-job";
import { ensureJob } from "../backfill/ensure-job";
import { clientRequestToken, type IntendedRetention, type IntentFrame } from "../backfill/intent";
import type { JobIntent } from "../backfill/intent";
import { readJobFiles } from "../backfill/job-files";
import { tasksOf } from "../backfill/job-findings";
import type { ManifestEntry, ReadManifest } from "../backfill/job-manifest";
import type { JobSnapshot } from "../backfill/job-state";
import type { Jobs } from "../backfill/jobs";
import type { Ledger, LedgerEntry } from "../backfill/ledger";
import { isUnchanged, writeOwnManifest } from "../backfill/own-manifest";
import { rowDifferences } from "../backfill/report-sets";
import { forEachConcurrently } from "../concurrency";
import { LockstepError } from "../errors";
import type { Session } from "../events";
import { findVersion, isUnreadable, type VersionHead } from "../look/version-head";
import { versionName } from "../proof/source-versions";
import type { Sequence } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";
import type { NotRelocked, PlannedRelock } from "./plan";

/** What a job is made, followed and verified with. */
export interface RelockJobOptions extends Session {
  readonly vault: VaultClients;
  readonly frame: IntentFrame;
  readonly jobs: Jobs;
  readonly ledger: Ledger;
  /** Of the job, among those of the vault's account. */
  readonly priority: number;
  readonly reportsFolder: string;
  readonly jobLimits: WaitLimits;
  readonly reportLimits?: WaitLimits | undefined;
  readonly concurrency: number;
  readonly readManifest: ReadManifest;
}

/** What became of the versions of one job, by a look into the vault afterwards. */
export interface RelockedByJob {
  readonly extended: Sequence<ManifestEntry>;
  readonly failed: Sequence<NotRelocked>;
}

/** An intent as this vault's are made, without manifest and retention. */
export function plainRelock(
  { frame, priority }: Pick<RelockJobOptions, "frame" | "priority">,
  sequence: number,
): JobIntent {
  return { sequence, ...frame, reportScope: "AllTasks", priority, replicationStatuses: [] };
}

/** Writes the manifest of a job, and its intent. */
export async function intendRelock(
  options: RelockJobOptions,
  planned: PlannedRelock,
  bypassGovernance: boolean,
): Promise<LedgerEntry> {
  const { frame, ledger, signal, vault } = options;
  const { nextSequence } = await ledger.open(signal);
  const { bucketName, operationsBucketName = "" } = vault.outputs;
  const manifest = await writeOwnManifest(
    vault.s3,
    {
      bucket: operationsBucketName,
      manifestPrefix: frame.manifestPrefix,
      sourceBucket: bucketName,
    },
    planned.versions,
    signal,
  );
  if (manifest.versionsCount < planned.versions.length) {
    const message = `The manifest holds ${manifest.versionsCount} of ${planned.versions.length} versions, as many as one file may. Run the command again for the others.`;
    options.emit({ type: "note", message });
  }
  const retention: IntendedRetention = {
    mode: planned.mode,
    retainUntil: new Date(planned.untilEpochMs).toISOString(),
    bypassGovernance,
  };
  return ledger.intend({ ...plainRelock(options, nextSequence), manifest, retention }, signal);
}

/**
 * Makes the job of an intent, follows it, and looks at each of its versions.
 * @param resumed the intent is of an earlier run
 * @returns undefined: its intent has no job, and gets none any more
 */
export async function runRelockJob(
  options: RelockJobOptions,
  entry: LedgerEntry,
  resumed: boolean,
): Promise<RelockedByJob | undefined> {
  const { jobs, signal, vault } = options;
  const driving: DriveJobOptions = { ...options, vaultBuckets: [vault.outputs.bucketName] };
  const mayBeMade = (intent: JobIntent) => mayStillBeMade(options, intent);
  const noted = await ensureJob({ ...options, mayBeMade }, entry, resumed);
  if (noted === undefined) {
    await settle(entry, "cancelled", driving);
    return undefined;
  }
  return driveJob<RelockedByJob>(noted, driving, {
    confirm: async (at, job) => {
      const retention = retentionOf(await jobs.read(job.jobId, signal));
      const longer = retention.bypassGovernance
        ? await lockedForLonger(options, job, retention)
        : { count: 0 };
      if (longer.count > 0) {
        await jobs.cancel(job.jobId, "Some of its versions are locked for longer by now", signal);
        return { outcome: "cancelled", end: () => throwPlanChanged(job, longer) };
      }
      const planHash = clientRequestToken(at.record.intent).slice(0, 16);
      const approval = { ...options, account: vault, entry: at };
      return { entry: await approve(approval, { jobId: job.jobId, planHash }) };
    },
    complete: async (_, job) => {
      const found = await verifyJob(options, job);
      return {
        outcome: found.failed.length === 0 ? "clean" : "not-clean",
        end: () => found,
      };
    },
  });
}

async function mayStillBeMade(
  { emit, priority, signal, vault }: RelockJobOptions,
  intent: JobIntent,
): Promise<boolean> {
  const { manifest, retention } = intent;
  const { operationsBucketName = "", guard } = vault.outputs;
  const modes: readonly string[] = guard?.relock?.modes ?? [];
  const why =
    manifest === undefined || retention === undefined
      ? "it does not say what is locked until when"
      : intent.priority !== priority || !modes.includes(retention.mode)
        ? "it is not what the config wants"
        : (await isUnchanged(vault.s3, operationsBucketName, manifest, signal))
          ? undefined
          : "its manifest was changed";
  if (why === undefined) return true;
  const message = `Intent ${intent.sequence} of the ledger had no job yet and gets none: ${why}.`;
  emit({ type: "warning", code: "IntentDropped", message });
  return false;
}

/** What a job locks its versions with, by AWS's word. */
function retentionOf({ JobId, Operation }: JobDescriptor): IntendedRetention {
  const operation = Operation?.S3PutObjectRetention;
  const { Mode: mode, RetainUntilDate: until } = operation?.Retention ?? {};
  if (mode === undefined || until === undefined) {
    throw new LockstepError("JobNotOurs", `The job ${JobId ?? ""} takes locks off.`, {
      hint: "Cancel it in the vault's account, and find out who made it.",
    });
  }
  return {
    mode,
    retainUntil: until.toISOString(),
    bypassGovernance: operation?.BypassGovernanceRetention === true,
  };
}

/** Since its plan a lock may have been extended past the job's date, which the bypass would take back. */
async function lockedForLonger(
  options: RelockJobOptions,
  job: JobSnapshot,
  { retainUntil }: IntendedRetention,
): Promise<LockedForLonger> {
  const { signal, vault } = options;
  const { operationsBucketName = "" } = vault.outputs;
  const manifest = await options.readManifest(vault.s3, job, operationsBucketName, signal);
  const longer: LockedForLonger = { count: 0 };
  await forEachVersion(options, manifest, (entry, head) => {
    const until = head?.retainUntilEpochMs ?? 0;
    if (until <= Date.parse(retainUntil)) return;
    longer.count++;
    longer.example ??= `${entry.key} ${entry.versionId}`;
  });
  return longer;
}

/** Versions that a job would lock for less than they are. */
interface LockedForLonger {
  count: number;
  /** Key and version id of one of them. */
  example?: string;
}

function throwPlanChanged({ jobId }: JobSnapshot, { count, example = "" }: LockedForLonger): never {
  throw new LockstepError(
    "PlanChanged",
    `The job ${jobId} is cancelled before it runs: ${count} of its versions are locked for longer by now, such as ${example}.`,
    { hint: "Run the command again: it plans anew." },
  );
}

/** Reads the job's report, and the lock of each version of its manifest at the vault. */
async function verifyJob(options: RelockJobOptions, job: JobSnapshot): Promise<RelockedByJob> {
  const { vault } = options;
  const { bucketName, operationsBucketName = "" } = vault.outputs;
  const wanted = retentionOf(await options.jobs.read(job.jobId, options.signal));
  const operations = {
    bucketName: operationsBucketName,
    reportPrefix: RELOCK_PREFIXES.reportPrefix,
  };
  const { manifest, problems, report } = await readJobFiles({
    ...options,
    s3: vault.s3,
    job,
    operations,
  });
  const differences = rowDifferences({
    sourceBucket: bucketName,
    manifest,
    rows: report?.rows,
    reportHasAllTasks: true,
  });
  for (const message of [...problems, ...differences]) {
    options.emit({ type: "warning", code: "ReportUnreadable", message });
  }
  const tasks = tasksOf({ manifest: undefined, report }, bucketName);
  const extended = new SpilledList<ManifestEntry>();
  const failed = new SpilledList<NotRelocked>();
  await forEachVersion(options, manifest ?? [], (entry, head, cause) => {
    const why = cause ?? lockProblem(head, wanted);
    if (why === undefined) extended.push(entry);
    else {
      const { key, versionId } = entry;
      failed.push({ key, versionId, why: tasks.get(versionName(entry))?.error ?? why });
    }
  });
  return { extended, failed };
}

/** Dates in headers have whole seconds. */
const DATE_ROUNDING_MS = 1000;

function lockProblem(
  head: VersionHead | undefined,
  { mode, retainUntil }: IntendedRetention,
): string | undefined {
  const until = head?.retainUntilEpochMs;
  if (head?.lockMode === undefined || until === undefined) return "not locked at the vault";
  if (mode === "COMPLIANCE" && head.lockMode !== mode) return `locked in ${head.lockMode} mode`;
  if (until + DATE_ROUNDING_MS >= Date.parse(retainUntil)) return undefined;
  return `locked only until ${new Date(until).toISOString()}`;
}

async function forEachVersion(
  { concurrency: limit, signal, vault }: RelockJobOptions,
  entries: Iterable<ManifestEntry>,
  take: (entry: ManifestEntry, head: VersionHead | undefined, cause?: string) => void,
): Promise<void> {
  const { bucketName } = vault.outputs;
  await forEachConcurrently(entries, { limit, signal }, async (entry) => {
    const found = await findVersion(vault.s3, bucketName, entry, signal);
    const head = isUnreadable(found) ? found.withoutChecksums : found;
    if (head !== undefined) take(entry, head);
    else take(entry, undefined, isUnreadable(found) ? found.cause : undefined);
  });
}
