/**
 * The trial of a job: before it is let run, one version of its manifest is brought by a job of one row, and looked at in every vault
 * where it is promised.
 *
 *     ledger: a trial of this job? -> else chosen -> manifest -> intent -> CreateJob -> it waits, as the other does
 *       -> plan approved -> confirmed, with the plan's hash as its reason -> follow -> report -> vaults -> settled -> the other is let run
 *
 * Its job is made with the plan, so that whoever approves from elsewhere has something to let run without the right to make jobs. The
 * hash in the reason stands for the approval: a run that comes later, or that waits, sees by it what was approved. Each arrow may be
 * the last one of a run; the next finds the same job by its record.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import { isLockstepError, LockstepError } from "../../errors";
import type { JudgedVersion, Look } from "../../look/look";
import { deployedPromise, type DeployedPromise } from "../../promise/deployed-promise";
import { driveJob, type DriveJobOptions, type JobOver, settle } from "../drive-job";
import { ensureJob, type NotedJob } from "../ensure-job";
import { followJob, type FollowResult } from "../follow";
import { intentFrame, type JobIntent } from "../intent";
import { readJobFiles } from "../job-files";
import { readJobManifest, type ManifestEntry } from "../job-manifest";
import { isTerminal, type JobSnapshot } from "../job-state";
import type { LedgerEntry, LedgerOutcome } from "../ledger";
import type { BackfillOptions } from "../options";
import { isUnchanged, writeOwnManifest } from "../own-manifest";
import type { Sequence } from "../../spill/sequence";
import { chooseTrial, wasShown } from "./choose";
import { tellAsTrial } from "./follow-approved";
import { judgeTrial, trialFailed } from "./judge";
import { isOpen, type Trial, TrialRecords, type TrialRecordsOptions, trialsOf } from "./records";

/** What trials are made and followed with. */
export interface TrialsOptions extends BackfillOptions, TrialRecordsOptions {
  readonly s3: S3Client;
}

type Row = Pick<ManifestEntry, "key" | "versionId">;

/** Jobs that are made in place of one that was cancelled, or whose manifest somebody else has changed. */
const MAX_JOBS = 3;

export class Trials {
  private readonly records: TrialRecords;
  private readonly promise: DeployedPromise;
  private readonly emit: TrialsOptions["emit"];

  constructor(private readonly options: TrialsOptions) {
    this.records = new TrialRecords(options);
    this.promise = deployedPromise(options.outputs);
    this.emit = tellAsTrial(options.emit);
  }

  /**
   * The trial that a job needs before it runs. Undefined where none is wanted, and with a note that says why where none is needed.
   * @param settled records of whole jobs
   */
  async plan(
    { jobId }: JobSnapshot,
    look: Look,
    rows: Sequence<Row>,
    settled: readonly LedgerEntry[],
  ): Promise<Trial | undefined> {
    if (!isWanted(this.options)) return undefined;
    const known = await this.records.known(jobId, look, rows);
    if (known !== undefined) return known;
    const chosen = await this.choose(look, rows, settled);
    if (!("skip" in chosen)) return { judged: chosen, hasArrived: false, entry: undefined };
    const message = `No version is tried before the job ${jobId}: ${chosen.skip}.`;
    this.options.emit({ type: "note", message });
    return undefined;
  }

  /** What would be tried before a job of these rows, or why nothing is. */
  async choose(
    look: Look,
    rows: Sequence<Row>,
    settled: readonly LedgerEntry[],
  ): Promise<JudgedVersion | { readonly skip: string }> {
    if (!isWanted(this.options)) return { skip: "`trial: false` was asked for" };
    if (rows.length <= 1) return { skip: "it has no more than one" };
    const { entries } = await this.records.open();
    const earlier = [...settled, ...entries.filter((entry) => !isOpen(entry))];
    if (wasShown(this.promise.digest, earlier, look)) {
      return { skip: "the ledger has an earlier one of the same promise that arrived" };
    }
    return chooseTrial(look, rows) ?? { skip: "none could show that the others arrive" };
  }

  /** Whether a trial of this job was let run for this very plan. */
  isApproved(jobId: string, planHash: string): Promise<boolean> {
    return this.records.isApproved(jobId, planHash);
  }

  /**
   * Makes sure that a trial has its job, and that this waits for its confirmation or goes on already.
   * @throws LockstepError `TrialFailed`, `LedgerConflict`
   */
  async prepare(jobId: string, trial: Trial): Promise<NotedJob> {
    const { version } = trial.judged;
    await this.endOthers(jobId);
    let entry = isOpen(trial.entry) ? trial.entry : undefined;
    let usedUp = trial.entry?.record.intent.sequence ?? 0;
    for (let count = 0; count < MAX_JOBS; count++) {
      const intended = entry ?? (await this.intend(jobId, trial, usedUp));
      const mayBeMade = (intent: JobIntent) => this.isManifestWhole(intent);
      const made = await ensureJob({ ...this.driving, mayBeMade }, intended, entry !== undefined);
      entry = undefined;
      usedUp = intended.record.intent.sequence;
      const step = made && (await this.untilItWaits(made));
      if (made !== undefined && step?.do === "fail") {
        await settle(made.entry, "failed", this.driving);
        throw this.failed(version, jobId, `its job ${made.jobId} failed. ${step.reason}`);
      }
      if (made !== undefined && step?.do !== "cancelled") return made;
      await settle(made?.entry ?? intended, "cancelled", this.driving);
    }
    throw this.failed(version, jobId, "somebody else cancelled its job or changed it each time.");
  }

  /**
   * Lets a trial run, and follows it until its version is in the vaults.
   * @throws LockstepError `TrialFailed` with account, vault, cause and fix
   */
  async run(
    jobId: string,
    made: NotedJob,
    { judged: { version } }: Trial,
    planHash: string,
  ): Promise<void> {
    try {
      await driveJob<void>(made, this.driving, {
        confirm: async (entry, job) => {
          await this.records.confirm(job.jobId, planHash);
          return { entry };
        },
        complete: (_, job) => this.complete(jobId, job, version),
      });
    } catch (error) {
      if (!isLockstepError(error) || !ENDED_BADLY.has(error.code)) throw error;
      throw this.failed(version, jobId, error.message, error);
    }
  }

  /**
   * Ends what is left of trials whose job has ended, or is not the one that is named.
   * @param outcome as which they are settled
   */
  async endOthers(jobId: string | undefined, outcome: LedgerOutcome = "cancelled"): Promise<void> {
    const { signal } = this.options;
    for (const entry of (await this.records.open()).entries) {
      if (!isOpen(entry) || entry.record.intent.trial?.jobId === jobId) continue;
      const own = await this.records.ours(entry);
      const id =
        own?.record.jobId ?? (own && (await this.records.jobs.find(own.record.intent, signal)));
      if (id !== undefined) await this.cancel(id);
      await settle(entry, outcome, this.driving);
    }
  }

  private async cancel(jobId: string): Promise<void> {
    const { jobs } = this.records;
    try {
      if (isTerminal((await this.records.describe(jobId)).status)) return;
      await jobs.cancel(jobId, "The job that it was tried for has ended", this.options.signal);
    } catch (error) {
      if (!isLockstepError(error) || error.code !== "JobNotFound") throw error;
    }
  }

  private async complete(
    jobId: string,
    job: JobSnapshot,
    version: JudgedVersion["version"],
  ): Promise<JobOver<void>> {
    const { options, promise } = this;
    const { operations } = options.outputs;
    const files = await readJobFiles({
      ...options,
      readManifest: readJobManifest,
      emit: this.emit,
      job,
      operations,
    });
    const tried = { jobId, trialJobId: job.jobId };
    const problems = await judgeTrial(tried, version, files, { ...options, promise });
    const arrived = problems.length === 0;
    const end = (): void => {
      if (arrived) return;
      const message = "it did not arrive as promised, so what the job brings would not either.";
      throw trialFailed(version, jobId, { message, problems });
    };
    return { outcome: arrived ? "clean" : "not-clean", end };
  }

  /**
   * The record of a trial that is to be made. Of two desks one writes it, and the other reads it, however far it has come.
   * @param usedUp number of a record whose job is not to be carried on; 0 for none
   */
  private async intend(jobId: string, { judged }: Trial, usedUp: number): Promise<LedgerEntry> {
    const { config, outputs, s3, signal, trialLedger } = this.options;
    const { key, versionId } = judged.version;
    const pages = await this.records.open();
    const [latest] = trialsOf(jobId, pages);
    const isNews = latest !== undefined && latest.record.intent.sequence > usedUp;
    const theirs = isNews ? await this.records.ours(latest) : undefined;
    if (theirs !== undefined) return sameTrial(theirs, jobId, judged);
    const intent: JobIntent = {
      sequence: pages.nextSequence,
      ...intentFrame(outputs),
      reportScope: "AllTasks",
      priority: config.backfill.priority,
      replicationStatuses: [],
      manifest: await writeOwnManifest(s3, this.manifestPlace, [judged.version], signal),
      trial: { jobId, key, versionId },
    };
    return sameTrial(await trialLedger.intend(intent, signal), jobId, judged);
  }

  private get manifestPlace() {
    const { operations, source } = this.options.outputs;
    const { bucketName: bucket, manifestPrefix } = operations;
    return { bucket, manifestPrefix, sourceBucket: source.bucketName };
  }

  private async isManifestWhole({ manifest }: JobIntent): Promise<boolean> {
    const { s3, signal } = this.options;
    if (manifest === undefined) return false;
    return isUnchanged(s3, this.manifestPlace.bucket, manifest, signal);
  }

  /**
   * Whoever approves elsewhere can only let a job run that S3 has counted.
   * @returns undefined for one that AWS has forgotten, which is judged where it is followed
   */
  private async untilItWaits(made: NotedJob): Promise<FollowResult["step"] | undefined> {
    const { jobLimits: limits } = this.options;
    try {
      const look = () => this.records.describe(made.jobId);
      return (await followJob({ ...this.options, emit: this.emit, limits, look })).step;
    } catch (error) {
      if (!isLockstepError(error) || error.code !== "JobNotFound") throw error;
      return undefined;
    }
  }

  private failed(
    version: JudgedVersion["version"],
    jobId: string,
    message: string,
    cause?: LockstepError,
  ): LockstepError {
    const { accountId, bucketName } = this.promise.source;
    const path = `account ${accountId}, source ${bucketName}`;
    const fix = "`lockstep doctor` looks for the cause at the batch role and the operations bucket";
    return trialFailed(version, jobId, { message, problems: [{ path, message, fix }], cause });
  }

  private get driving(): DriveJobOptions {
    const { options } = this;
    return {
      ...options,
      emit: this.emit,
      jobs: this.records.jobs,
      ledger: options.trialLedger,
      vaultBuckets: options.outputs.vaults.map(({ bucketName }) => bucketName),
      promiseDigest: this.promise.digest,
    };
  }
}

/** @throws LockstepError `LedgerConflict` where another run tries another version */
function sameTrial(
  entry: LedgerEntry,
  jobId: string,
  { version: { key, versionId } }: JudgedVersion,
): LedgerEntry {
  const { trial } = entry.record.intent;
  if (trial?.jobId === jobId && trial.key === key && trial.versionId === versionId) return entry;
  throw new LockstepError("LedgerConflict", "Another run of Lockstep tries another version.");
}

/** Whether versions are tried at all: the caller's word before the config's. */
function isWanted({ config, trial }: Pick<BackfillOptions, "config" | "trial">): boolean {
  return (trial ?? config.backfill.trial) !== false;
}

/** Codes of a job that came to no report. */
const ENDED_BADLY: ReadonlySet<string> = new Set(["JobFailed", "JobCancelled"]);
