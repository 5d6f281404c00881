/**
 * One side whose bytes are read: its jobs, one after the other, from their plan to the values in their reports.
 *
 *     intended -> ... -> settled "read"   for each job, as soon as its report was read
 *     settled "read" -> "clean"           the last of them, once the verdict was told
 *
 * Until then their values are taken up by the next run, wherever this one dies: no job is paid for twice.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import type { JobDescriptor } from "@aws-sdk/client-s3-control";
import type { AccountClients } from "../aws/aws-clients";
import { approve } from "../backfill/approval";
import { driveJob, type DriveJobOptions, type JobOver, settle } from "../backfill/drive-job";
import { ensureJob } from "../backfill/ensure-job";
import { clientRequestToken, type IntentFrame, type JobIntent } from "../backfill/intent";
import { readJobFiles } from "../backfill/job-files";
import { type ManifestEntry, readingOnce, type ReadManifest } from "../backfill/job-manifest";
import { jobSnapshot } from "../backfill/job-snapshot";
import type { JobSnapshot, JobStatus } from "../backfill/job-state";
import type { Jobs } from "../backfill/jobs";
import type { Ledger, LedgerEntry } from "../backfill/ledger";
import { isUnchanged, writeOwnManifest } from "../backfill/own-manifest";
import { rowDifferences } from "../backfill/report-sets";
import { takeUp } from "../backfill/take-up";
import type { WaitLimits } from "../clock";
import { isLockstepError, LockstepError } from "../errors";
import type { Session } from "../events";
import type { Sequence } from "../spill/sequence";
import { plainChecksum } from "./checksum-frame";
import type { ComputedChecksums } from "./computed-checksums";
import type { ChecksumJob } from "./fields";
import type { OpenOfSide, VersionToRead } from "./plan";
import { unendedSeries } from "./series";
import { computedOf } from "./task-result";

/** What a side is read with. */
export interface SideOptions extends Session {
  /** Name of the vault; null for the source. */
  readonly vault: string | null;
  readonly s3: S3Client;
  /** Of its account: whose credentials these are is noted. */
  readonly account: Pick<AccountClients, "sts">;
  readonly bucketName: string;
  readonly operationsBucketName: string;
  readonly frame: IntentFrame;
  readonly jobs: Jobs;
  readonly ledger: Ledger;
  /** Of the jobs, among those of the account. */
  readonly priority: number;
  readonly reportsFolder: string;
  readonly jobLimits: WaitLimits;
  readonly reportLimits?: WaitLimits | undefined;
}

/** A job of an earlier run that has not ended, or whose report was not read. */
export interface OpenJob {
  readonly entry: LedgerEntry;
  /** What it reads. Empty where its manifest cannot be read: then nothing is expected of it. */
  readonly manifest: Sequence<ManifestEntry>;
  /** How far it has come. What the ledger says of an approval is not gone by: others may write there. */
  readonly stage: OpenOfSide["stage"];
}

/** A report that was there once is not waited for. */
const AT_ONCE: WaitLimits = { intervalMs: 100, maxIntervalMs: 100, deadlineMs: 0 };

/** One side. Its values and jobs are there once `read` has ended. */
export class ChecksumSide {
  readonly jobs: ChecksumJob[] = [];
  readonly #readManifest: ReadManifest = readingOnce();
  /** The latest record whose report was read, and whether that had a value of each of its versions. */
  #latest: { readonly entry: LedgerEntry; readonly isWhole: boolean } | undefined;

  constructor(
    readonly options: SideOptions,
    readonly values: ComputedChecksums,
  ) {}

  /** Takes over what jobs of an earlier run have read already. @returns the one that is to be carried on */
  async takeUp(): Promise<OpenJob | undefined> {
    const { frame, jobs, ledger, priority } = this.options;
    const { entry, settled } = await takeUp({
      ...this.options,
      jobs,
      ledger,
      intentOf: (sequence) => plainChecksum(frame, priority, sequence),
      namedAside: new Set(),
    });
    for (const one of unendedSeries(settled)) await this.#takeOver(one);
    return entry && { entry, ...(await this.#manifestOf(entry)) };
  }

  /** Carries on with a job, and makes as many for the other versions as their manifests take. */
  async read(open: OpenJob | undefined, versions: Sequence<VersionToRead>): Promise<void> {
    if (open !== undefined) await this.#run(open.entry, true);
    for (let doneCount = 0; doneCount < versions.length;) {
      const { entry, versionsCount } = await this.#intend(from(versions, doneCount));
      doneCount += versionsCount;
      await this.#run(entry, false);
    }
  }

  /** Notes that the values were used: the next run reads all anew. */
  async end(): Promise<void> {
    const { bucketName, ledger, signal } = this.options;
    if (this.#latest === undefined) return;
    const { entry, isWhole } = this.#latest;
    const latest = await ledger.again(entry, signal);
    // Another run that used the same values may have noted it already.
    if (latest?.record.outcome !== "read") return;
    await settle(latest, isWhole ? "clean" : "not-clean", {
      ...this.options,
      vaultBuckets: [bucketName],
    });
  }

  async #intend(
    versions: Iterable<VersionToRead>,
  ): Promise<{ readonly entry: LedgerEntry; readonly versionsCount: number }> {
    const { bucketName, frame, ledger, operationsBucketName, priority, s3, signal } = this.options;
    const { nextSequence } = await ledger.open(signal);
    const manifest = await writeOwnManifest(
      s3,
      {
        bucket: operationsBucketName,
        manifestPrefix: frame.manifestPrefix,
        sourceBucket: bucketName,
      },
      versions,
      signal,
    );
    const intent = { ...plainChecksum(frame, priority, nextSequence), manifest };
    const entry = await ledger.intend(intent, signal);
    const { versionsCount } = manifest;
    if (entry.record.intent.manifest?.sha256 === manifest.sha256) return { entry, versionsCount };
    throw new LockstepError(
      "LedgerConflict",
      "Another run of Lockstep has other versions read at this moment.",
      { hint: "Let it finish, or run the command again: it carries on with its job." },
    );
  }

  async #run(entry: LedgerEntry, resumed: boolean): Promise<void> {
    const { options } = this;
    const driving: DriveJobOptions = { ...options, vaultBuckets: [options.bucketName] };
    const mayBeMade = (intent: JobIntent) => this.#mayStillBeMade(intent);
    const noted = await ensureJob({ ...options, mayBeMade }, entry, resumed);
    if (noted === undefined) return settle(entry, "cancelled", driving);
    await driveJob<void>(noted, driving, {
      confirm: (at, job) => this.#confirm(at, job),
      complete: (at, job) => this.#complete(at, job, resumed),
    });
  }

  async #confirm(
    entry: LedgerEntry,
    { jobId }: JobSnapshot,
  ): Promise<{ readonly entry: LedgerEntry } | JobOver<void>> {
    const { jobs, signal } = this.options;
    if (!isSha256(await jobs.read(jobId, signal))) {
      await jobs.cancel(jobId, "It computes other checksums than lockstep compares", signal);
      return { outcome: "cancelled", end: () => throwOther(jobId) };
    }
    const planHash = clientRequestToken(entry.record.intent).slice(0, 16);
    return { entry: await approve({ ...this.options, entry }, { jobId, planHash }) };
  }

  async #complete(entry: LedgerEntry, job: JobSnapshot, resumed: boolean): Promise<JobOver<void>> {
    const { jobId } = job;
    const told = await this.options.jobs.read(jobId, this.options.signal);
    if (!isSha256(told)) return { outcome: "failed", end: () => throwOther(jobId) };
    const isWhole = await this.#readReport(job, told, resumed);
    this.#latest = { entry, isWhole };
    return { outcome: "read", end: () => undefined };
  }

  /** Takes a job's values that an earlier run had read. Where that cannot be done any more, its versions are read anew. */
  async #takeOver(entry: LedgerEntry): Promise<void> {
    const { emit, jobs, signal } = this.options;
    const { jobId = "" } = entry.record;
    const told = await jobs.read(jobId, signal).catch(unknownJob);
    const why =
      told === undefined
        ? "AWS does not know it any more"
        : (jobs.whyForeign(told) ?? (isSha256(told) ? undefined : "it computes other checksums"));
    const isTaken = told !== undefined && why === undefined;
    const isWhole =
      isTaken && (await this.#readReport(jobSnapshot(jobId, told), told, true, AT_ONCE));
    // The latest comes first.
    this.#latest ??= { entry, isWhole };
    if (isTaken) return;
    const message = `What the job ${jobId} of an earlier run has read is not taken over: ${why}.`;
    emit({ type: "warning", code: "LedgerSetAside", message });
  }

  /** Notes what the report of a job says of each version. @returns whether it has a value of each */
  async #readReport(
    job: JobSnapshot,
    { CreationTime: createdAt }: JobDescriptor,
    resumed: boolean,
    reportLimits = this.options.reportLimits,
  ): Promise<boolean> {
    const { bucketName, emit, frame, operationsBucketName, vault } = this.options;
    const { manifest, problems, report } = await readJobFiles({
      ...this.options,
      job,
      operations: { bucketName: operationsBucketName, reportPrefix: frame.reportPrefix },
      readManifest: this.#readManifest,
      reportLimits,
    });
    const differences = rowDifferences({
      sourceBucket: bucketName,
      manifest,
      rows: report?.rows,
      reportHasAllTasks: true,
    });
    for (const message of [...problems, ...differences]) {
      emit({ type: "warning", code: "ReportUnreadable", message });
    }
    if (report === undefined) return false;
    let computedCount = 0;
    for (const row of report.rows) {
      if (row.bucket !== bucketName) continue;
      const computed = computedOf(row);
      if ("sha256" in computed) computedCount++;
      this.values.add(row, computed);
    }
    this.jobs.push({
      jobId: job.jobId,
      ...(vault === null ? {} : { vault }),
      createdAt: createdAt?.toISOString() ?? "unknown",
      computedCount,
      ...(resumed ? { carriedOn: true as const } : {}),
    });
    return job.failedCount === 0 && computedCount > 0;
  }

  async #mayStillBeMade({ manifest, priority, sequence }: JobIntent): Promise<boolean> {
    const { emit, operationsBucketName, s3, signal } = this.options;
    const why =
      manifest === undefined
        ? "it does not say what is read"
        : priority !== this.options.priority
          ? "it is not what the config wants"
          : (await isUnchanged(s3, operationsBucketName, manifest, signal))
            ? undefined
            : "its manifest was changed";
    if (why === undefined) return true;
    const message = `Intent ${sequence} of the ledger had no job yet and gets none: ${why}. Run the command again for its versions.`;
    emit({ type: "warning", code: "IntentDropped", message });
    return false;
  }

  async #manifestOf({ record }: LedgerEntry): Promise<Pick<OpenJob, "manifest" | "stage">> {
    const { emit, jobs, operationsBucketName: bucket, s3, signal } = this.options;
    const { intent, jobId } = record;
    let stage: OpenJob["stage"] = jobId === undefined ? "not-made" : "running";
    try {
      const job = jobId === undefined ? undefined : await jobs.describe(jobId, signal);
      if (job !== undefined && BEFORE_TASKS.has(job.status)) stage = "waiting";
      const place = job ?? (intent.manifest && { manifest: { bucket, ...intent.manifest } });
      const manifest =
        place === undefined ? [] : await this.#readManifest(s3, place, bucket, signal);
      return { manifest, stage };
    } catch (error) {
      // What it reads is unknown, and a job that AWS has forgotten is told as soon as it is looked at.
      if (!isLockstepError(error)) throw error;
      if (error.code !== "ReportUnreadable" && error.code !== "JobNotFound") throw error;
      emit({ type: "warning", code: "ReportUnreadable", message: error.message });
      return { manifest: [], stage };
    }
  }
}

/** States of a job none of whose tasks is done. */
const BEFORE_TASKS: ReadonlySet<JobStatus> = new Set(["New", "Preparing", "Suspended"]);

function isSha256({ Operation }: JobDescriptor): boolean {
  const { ChecksumAlgorithm, ChecksumType } = Operation?.S3ComputeObjectChecksum ?? {};
  return ChecksumAlgorithm === "SHA256" && ChecksumType === "FULL_OBJECT";
}

function unknownJob(error: unknown): undefined {
  if (!isLockstepError(error) || error.code !== "JobNotFound") throw error;
}

function throwOther(jobId: string): never {
  throw new LockstepError(
    "JobNotOurs",
    `The job ${jobId} computes other checksums than the SHA256 of whole objects, which is compared.`,
    { hint: "Find out who made it under this role, and run the command again: it makes its own." },
  );
}

function* from<Item>(items: Iterable<Item>, start: number): Generator<Item> {
  let index = 0;
  for (const item of items) if (index++ >= start) yield item;
}
