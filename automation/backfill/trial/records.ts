/** What ledger and AWS say of the trials of a job: read by whoever drives it, and by whoever approves it from elsewhere. */
import type { S3ControlClient } from "@aws-sdk/client-s3-control";
import type { LockstepOutputs } from "../../../components/promise/outputs";
import { isLockstepError } from "../../errors";
import type { Session } from "../../events";
import type { JudgedVersion, Look } from "../../look/look";
import { intentFrame, jobDescription } from "../intent";
import { TRIAL } from "../job-kind";
import type { ManifestEntry } from "../job-manifest";
import { jobSnapshot } from "../job-snapshot";
import type { JobSnapshot, JobStatus } from "../job-state";
import { Jobs } from "../jobs";
import type { Ledger, LedgerEntry, LedgerPages } from "../ledger";
import { knownTrial } from "./choose";

/** The version that is tried for a job, as its plan names it. */
export interface Trial {
  readonly judged: JudgedVersion;
  /** It arrived already: nothing is left to be made or paid for. */
  readonly hasArrived: boolean;
  /** Its latest record, where there is one. */
  readonly entry: LedgerEntry | undefined;
}

export interface TrialRecordsOptions extends Pick<Session, "emit" | "signal"> {
  readonly outputs: LockstepOutputs;
  readonly s3control: S3ControlClient;
  /** Of trials, as `trialLedgerOf` opens it. */
  readonly trialLedger: Ledger;
}

/** What `confirm` gives as its reason: AWS keeps it with the job, and only `s3:UpdateJobStatus` can write it. */
const APPROVED_PLAN = /^Plan ([0-9a-f]{16}) approved in lockstep$/;

/** Statuses in which nobody has let a job run yet. */
const NOT_LET_RUN: ReadonlySet<JobStatus> = new Set(["New", "Preparing", "Suspended"]);

export class TrialRecords {
  readonly jobs: Jobs;

  constructor(private readonly options: TrialRecordsOptions) {
    const { outputs, s3control } = options;
    this.jobs = new Jobs(s3control, intentFrame(outputs), TRIAL);
  }

  open(): Promise<LedgerPages> {
    return this.options.trialLedger.open(this.options.signal);
  }

  /** The trial that the ledger knows of a job; undefined where it has none, or none that shows anything. */
  async known(
    jobId: string,
    look: Look,
    rows: Iterable<Pick<ManifestEntry, "key" | "versionId">>,
  ): Promise<Trial | undefined> {
    const [latest] = trialsOf(jobId, await this.open());
    const found = knownTrial(await this.ours(latest), look, rows);
    return found && { ...found, hasArrived: found.state === "arrived" };
  }

  /** Whether a trial of this job was let run for this very plan. AWS says so, never the ledger. */
  async isApproved(jobId: string, planHash: string): Promise<boolean> {
    for (const entry of trialsOf(jobId, await this.open())) {
      if ((await this.approvedPlan(entry)) === planHash) return true;
    }
    return false;
  }

  /** The job of a trial, as it is now. */
  describe(jobId: string): Promise<JobSnapshot> {
    return this.jobs.describe(jobId, this.options.signal);
  }

  /** Lets the job of a trial run, for a plan. */
  confirm(jobId: string, planHash: string): Promise<void> {
    return this.jobs.confirm(jobId, this.options.signal, `Plan ${planHash} approved in lockstep`);
  }

  /** A record whose job is the one that it intends. Others may write there, and name any job. */
  async ours(entry: LedgerEntry | undefined): Promise<LedgerEntry | undefined> {
    const jobId = entry?.record.jobId;
    if (entry === undefined || jobId === undefined) return entry;
    const job = await this.read(jobId);
    const isOurs =
      job === undefined ||
      (this.jobs.whyForeign(job) === undefined &&
        job.Description === jobDescription(entry.record.intent));
    if (isOurs) return entry;
    const message = `Set aside in the ledger: ${entry.key}: the job ${jobId} that it names is not its trial.`;
    this.options.emit({ type: "warning", code: "LedgerSetAside", message });
    return undefined;
  }

  private async approvedPlan({ record }: LedgerEntry): Promise<string | undefined> {
    const job = record.jobId === undefined ? undefined : await this.read(record.jobId);
    if (job === undefined || job.Description !== jobDescription(record.intent)) return undefined;
    const { status, statusUpdateReason = "" } = jobSnapshot(record.jobId ?? "", job);
    return NOT_LET_RUN.has(status) ? undefined : APPROVED_PLAN.exec(statusUpdateReason)?.[1];
  }

  /** Undefined for one that AWS does not know, or not any more. */
  private async read(jobId: string) {
    try {
      return await this.jobs.read(jobId, this.options.signal);
    } catch (error) {
      if (!isLockstepError(error) || error.code !== "JobNotFound") throw error;
      return undefined;
    }
  }
}

/** Records of the trials of a job, the latest first. */
export function trialsOf(jobId: string, { entries }: LedgerPages): readonly LedgerEntry[] {
  return entries.filter(({ record }) => record.intent.trial?.jobId === jobId);
}

/** Whether a record's job is still to be carried on. */
export function isOpen(entry: LedgerEntry | undefined): entry is LedgerEntry {
  return entry !== undefined && entry.record.state !== "settled";
}
