/** One side whose bytes are read: its jobs, one after the other, from their plan to the values in their reports. */
import type { S3Client } from "@aws-sdk/client-s3";
import type { JobDescriptor } from "@aws-sdk/client-s3-control";
import { CHECKSUM_PREFIXES } from "../../components/operations-prefixes";
import type { AccountClients } from "../aws/aws-clients";
import { approve } from "../backfill/approval";
import { driveJob, type DriveJobOptions, type JobOver, settle } from "../backfill/drive-job";
import { ensureJob } from "../backfill/ensure-job";
import { clientRequestToken, type IntentFrame, type JobIntent } from "../backfill/intent";
import { readJobFiles } from "../backfill/job-files";
import { type ManifestEntry, readingOnce, type ReadManifest } from "../backfill/job-manifest";
import type { JobSnapshot } from "../backfill/job-state";
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
import type { ChecksumJob } from "./fields";
import type { ComputedChecksums } from "./computed-checksums";
import type { VersionToRead } from "./plan";
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

/** A job of an earlier run. */
export interface OpenJob {
  readonly entry: LedgerEntry;
  /** What it reads. Empty where its manifest cannot be read: then nothing is expected of it. */
  readonly manifest: Sequence<ManifestEntry>;
}

/** Called before the last job of a side is settled: it waits until the other sides are as far. */
export type BeforeLast = () => Promise<void>;

/** One side. Its values and jobs are there once `read` has ended. */
export class ChecksumSide {
  readonly jobs: ChecksumJob[] = [];
  readonly #readManifest: ReadManifest = readingOnce();

  constructor(
    readonly options: SideOptions,
    readonly values: ComputedChecksums,
  ) {}

  /** The job of an earlier run that is to be carried on. */
  async openJob(): Promise<OpenJob | undefined> {
    const { frame, jobs, ledger, priority } = this.options;
    const { entry } = await takeUp({
      ...this.options,
      jobs,
      ledger,
      intentOf: (sequence) => plainChecksum(frame, priority, sequence),
      namedAside: new Set(),
    });
    return entry && { entry, manifest: await this.#manifestOf(entry) };
  }

  /** Carries on with a job, and makes as many for the other versions as their manifests take. */
  async read(
    open: OpenJob | undefined,
    versions: Sequence<VersionToRead>,
    beforeLast: BeforeLast,
  ): Promise<void> {
    let doneCount = 0;
    const isLast = (): boolean => doneCount >= versions.length;
    if (open !== undefined) await this.#run(open.entry, true, isLast() ? beforeLast : undefined);
    while (!isLast()) {
      const entry = await this.#intend(from(versions, doneCount));
      doneCount += entry.record.intent.manifest?.versionsCount ?? 0;
      await this.#run(entry, false, isLast() ? beforeLast : undefined);
    }
  }

  async #intend(versions: Iterable<VersionToRead>): Promise<LedgerEntry> {
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
    return ledger.intend({ ...plainChecksum(frame, priority, nextSequence), manifest }, signal);
  }

  async #run(entry: LedgerEntry, resumed: boolean, beforeEnd?: BeforeLast): Promise<void> {
    const { options } = this;
    const driving: DriveJobOptions = { ...options, vaultBuckets: [options.bucketName] };
    const mayBeMade = (intent: JobIntent) => this.#mayStillBeMade(intent);
    const noted = await ensureJob({ ...options, mayBeMade }, entry, resumed);
    if (noted === undefined) {
      await settle(entry, "cancelled", driving);
      await beforeEnd?.();
      return;
    }
    await driveJob<void>(noted, driving, {
      confirm: (at, job) => this.#confirm(at, job),
      complete: (_, job) => this.#complete(job, resumed, beforeEnd),
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

  async #complete(
    job: JobSnapshot,
    resumed: boolean,
    beforeEnd: BeforeLast | undefined,
  ): Promise<JobOver<void>> {
    const { jobId } = job;
    const told = await this.options.jobs.read(jobId, this.options.signal);
    if (!isSha256(told)) return { outcome: "failed", end: () => throwOther(jobId) };
    const computedCount = await this.#readReport(job);
    const { vault } = this.options;
    this.jobs.push({
      jobId,
      ...(vault === null ? {} : { vault }),
      createdAt: told.CreationTime?.toISOString() ?? "unknown",
      computedCount,
      ...(resumed ? { carriedOn: true as const } : {}),
    });
    await beforeEnd?.();
    const isWhole = job.failedCount === 0 && computedCount > 0;
    return { outcome: isWhole ? "clean" : "not-clean", end: () => undefined };
  }

  /** Notes what the report of a job says of each version. @returns of how many it has a checksum */
  async #readReport(job: JobSnapshot): Promise<number> {
    const { bucketName, emit, operationsBucketName } = this.options;
    const { manifest, problems, report } = await readJobFiles({
      ...this.options,
      job,
      operations: {
        bucketName: operationsBucketName,
        reportPrefix: CHECKSUM_PREFIXES.reportPrefix,
      },
      readManifest: this.#readManifest,
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
    let computedCount = 0;
    for (const row of report?.rows ?? []) {
      if (row.bucket !== bucketName) continue;
      const computed = computedOf(row);
      if ("sha256" in computed) computedCount++;
      this.values.add(row, computed);
    }
    return computedCount;
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

  async #manifestOf({ record }: LedgerEntry): Promise<Sequence<ManifestEntry>> {
    const { emit, jobs, operationsBucketName: bucket, s3, signal } = this.options;
    const { intent, jobId } = record;
    try {
      const place =
        jobId === undefined
          ? intent.manifest && { manifest: { bucket, ...intent.manifest } }
          : await jobs.describe(jobId, signal);
      return place === undefined ? [] : await this.#readManifest(s3, place, bucket, signal);
    } catch (error) {
      // What it reads is unknown, and a job that AWS has forgotten is told as soon as it is looked at.
      if (!isLockstepError(error)) throw error;
      if (error.code !== "ReportUnreadable" && error.code !== "JobNotFound") throw error;
      emit({ type: "warning", code: "ReportUnreadable", message: error.message });
      return [];
    }
  }
}

function isSha256({ Operation }: JobDescriptor): boolean {
  const { ChecksumAlgorithm, ChecksumType } = Operation?.S3ComputeObjectChecksum ?? {};
  return ChecksumAlgorithm === "SHA256" && ChecksumType === "FULL_OBJECT";
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
