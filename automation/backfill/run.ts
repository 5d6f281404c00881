/**
 * A backfill from what is missing to its verdict.
 *
 *     ledger: a job to carry on? -> else a look: what is missing? -> nothing: verdict
 *       -> budget -> manifest chosen -> intent -> CreateJob -> follow -> manifest against what is missing -> plan -> approval
 *       -> trial of one version -> confirm -> follow -> report -> look -> verdict -> ledger: settled
 *
 * Each arrow may be the last one of a run: the next run reads the ledger and carries on at the same job. A job whose manifest
 * does not hold what is missing is cancelled before it runs, and one with a manifest of ours takes its place.
 */
import type { S3Client } from "@aws-sdk/client-s3";
import { isLockstepError, LockstepError } from "../errors";
import type { VerdictFields } from "../events";
import { isAnyMissing } from "../judge/verdict";
import type { Look } from "../look/look";
import { lookAtPromise } from "../look/look-at-promise";
import { deployedPromise } from "../promise/deployed-promise";
import { readLiveRules } from "../rules/live-rules";
import { approvePlan } from "./approve";
import { ledgerOf, trialLedgerOf, withEarlierReports } from "./earlier-reports";
import { driveJob, type DriveJobOptions, type JobOver, settle } from "./drive-job";
import { ensureJob, type NotedJob } from "./ensure-job";
import { finishJob } from "./finish";
import { intentFrame, type JobIntent } from "./intent";
import { readingOnce, type ReadManifest } from "./job-manifest";
import type { JobSnapshot } from "./job-state";
import { Jobs } from "./jobs";
import type { Ledger, LedgerEntry } from "./ledger";
import { tell, verdictOf } from "./look";
import { intend, isAsIntended, plainIntent } from "./make-job";
import type { BackfillOptions } from "./options";
import { requireEnabledRule } from "./rules-in-force";
import { takeUp } from "./take-up";
import { Trials } from "./trial/trial";
import { isUnderWay, nobodyApproves } from "./under-way";

/**
 * Starts or resumes the backfill, follows it, and looks into the vaults.
 * @throws LockstepError `RulesDisabled`, `RulesDrifted`, `BudgetExceeded`, `PlanChanged`, `Declined`, `TrialFailed`, `JobCancelled`,
 * `JobFailed`, `DeadlinePassed`, `LedgerConflict`, `Aborted`, `ConfirmationNeeded` without `makesJobs`
 */
export async function runBackfill(options: BackfillOptions): Promise<VerdictFields> {
  return new Backfill(options).run();
}

/** Jobs in one run at the most: one taken up, S3's list, and twice a manifest of ours that somebody spoils. */
const MAX_JOBS_PER_RUN = 4;

/** Codes of a job that has ended. */
const JOB_IS_OVER: ReadonlySet<string> = new Set(["JobCancelled", "JobFailed"]);

/** What a job ended with; undefined when another one has to be made in its place. */
type JobEnd = VerdictFields | undefined;

class Backfill {
  private readonly s3: S3Client;
  private readonly jobs: Jobs;
  private readonly ledger: Ledger;
  /** What the steps in other files work with. */
  private readonly parts: {
    readonly s3: S3Client;
    readonly jobs: Jobs;
    readonly ledger: Ledger;
    readonly namedAside: Set<string>;
    readonly trials: Trials;
    readonly readManifest: ReadManifest;
  };
  /** S3's list has turned out not to hold what is missing, or is not asked for. */
  private hasToBeOwn: boolean;

  constructor(private readonly options: BackfillOptions) {
    const { clients, outputs } = options;
    this.hasToBeOwn = options.retry !== undefined;
    this.s3 = clients.source.s3;
    this.jobs = new Jobs(clients.source.s3control, intentFrame(outputs));
    this.ledger = ledgerOf(this.s3, outputs);
    const { jobs, ledger, s3 } = this;
    const { s3control } = clients.source;
    const trialLedger = trialLedgerOf(s3, outputs);
    const trials = new Trials({ ...options, s3, s3control, trialLedger });
    this.parts = { s3, jobs, ledger, namedAside: new Set(), trials, readManifest: readingOnce() };
  }

  async run(): Promise<VerdictFields> {
    const { options } = this;
    deployedPromise(options.outputs);
    const rules = await readLiveRules(this.s3, options.outputs, options.signal);
    requireEnabledRule(rules);
    const making = { ...this.parts, ...options, rules };
    for (let count = 0; count < MAX_JOBS_PER_RUN; count++) {
      const { entry, nextSequence, settled } = await takeUp({
        ...making,
        // One that was adopted and cancelled for its manifest has another one of ours in its place.
        adoptJobId: count === 0 ? options.adoptJobId : undefined,
        intentOf: (sequence) => plainIntent(options, sequence),
      });
      if (options.makesJobs === false && !isUnderWay(entry)) throw nobodyApproves();
      let look: Look | undefined;
      let intended = entry;
      if (intended === undefined) {
        look = await this.look(settled);
        if (!isAnyMissing(look)) return this.withoutJob(look);
        const { hasToBeOwn } = this;
        intended = await intend({ ...making, hasToBeOwn, settled }, look, nextSequence);
      }
      const mayBeMade = (intent: JobIntent) => isAsIntended(making, intent);
      const noted = await ensureJob({ ...making, mayBeMade }, intended, entry !== undefined);
      if (noted === undefined) await settle(intended, "cancelled", this.driving);
      else {
        const end = await this.driveJob(noted, settled, look).catch((error: unknown) =>
          this.afterFailure(error),
        );
        if (end !== undefined) return end;
      }
      this.hasToBeOwn = true;
    }
    throw new LockstepError(
      "JobFailed",
      "No job could be made of what is missing: its manifest was changed by somebody else each time.",
      { hint: "Look at who may write into the operations bucket, and run the command again." },
    );
  }

  /** A look at our own costs no job. What earlier jobs were told to be deleted for good is told apart. */
  private look(settled: readonly LedgerEntry[]): Promise<Look> {
    return lookAtPromise({ ...this.options, amend: this.amend(settled) });
  }

  private amend(settled: readonly LedgerEntry[]): (look: Look) => Promise<Look> {
    return (look) => withEarlierReports(look, this.options, settled);
  }

  private withoutJob(look: Look): VerdictFields {
    const { options } = this;
    const verdict = verdictOf(options, look);
    if (verdict.clean) options.emit({ type: "nothing-to-do", versionsSeen: look.versions.length });
    else {
      const message =
        "No job is made: nothing is missing that one could bring. The verdict names what is wrong, and the way out.";
      options.emit({ type: "note", message });
    }
    return tell(options, verdict);
  }

  /** A trial has nothing to be tried for, once its job has ended before it ran. */
  private async afterFailure(error: unknown): Promise<never> {
    const isOver = isLockstepError(error) && JOB_IS_OVER.has(error.code);
    if (isOver) await this.parts.trials.endOthers(undefined);
    throw error;
  }

  private driveJob(
    created: NotedJob,
    settled: readonly LedgerEntry[],
    look: Look | undefined,
  ): Promise<JobEnd> {
    return driveJob<JobEnd>(created, this.driving, {
      confirm: async (entry, job) => {
        const approval = await approvePlan({
          ...this.parts,
          ...this.options,
          entry,
          job,
          lookNow: () => this.look(settled),
          lookBefore: look,
          settled,
        });
        if ("entry" in approval) return approval;
        await this.parts.trials.endOthers(undefined);
        const { cancelled: outcome } = approval;
        const end = () =>
          outcome === "nothing-to-do" ? this.withoutJob(approval.look) : undefined;
        return { outcome, end };
      },
      complete: async (entry, job) => {
        const amend = this.amend(settled);
        const verdict = await finishJob({ ...this.parts, ...this.options, amend, job, entry });
        const outcome = verdict.clean ? "clean" : "not-clean";
        // One that `lockstep approve` let run has nobody else to settle it. The verdict is of its version too.
        await this.parts.trials.endOthers(undefined, outcome);
        return { outcome, end: () => verdict };
      },
      empty: (job) => this.judgeEmpty(job, settled),
    });
  }

  /** AWS found no keys: nothing to do if our own look agrees; else it gets a list from us. */
  private async judgeEmpty(
    job: JobSnapshot,
    settled: readonly LedgerEntry[],
  ): Promise<JobOver<JobEnd>> {
    const look = await this.look(settled);
    if (!isAnyMissing(look)) {
      return { outcome: "nothing-to-do", end: () => this.withoutJob(look) };
    }
    const end = (): undefined => {
      const message = `The job ${job.jobId} found no keys to replicate, but some are missing: the next one gets a manifest that names them.`;
      this.options.emit({ type: "note", message });
    };
    return { outcome: "failed", end };
  }

  /** What a job is followed and settled with. */
  private get driving(): DriveJobOptions {
    const vaultBuckets = this.options.outputs.vaults.map(({ bucketName }) => bucketName);
    const { digest: promiseDigest } = deployedPromise(this.options.outputs);
    return { ...this.parts, ...this.options, vaultBuckets, promiseDigest };
  }
}
