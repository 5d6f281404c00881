/**
 * A backfill from its intent to its verdict.
 *
 *     rules enabled? -> ledger: resume or intend -> CreateJob -> follow -> plan -> confirm -> follow -> report
 *       -> sources settled -> vaults looked at -> verdict -> ledger: settled
 *
 * Each arrow may be the last one of a run: the next run reads the ledger and carries on at the same job.
 */
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import type { ReplicationConfig } from "../../components/config/types";
import type { WaitLimits } from "../clock";
import { awsFailure, isLockstepError, LockstepError } from "../errors";
import type { Confirm, VerdictFields } from "../events";
import { formVerdict, missingVersions, thereInJob } from "../judge/verdict";
import { listSource, lookAtPromise } from "../look/look-at-promise";
import { deployedPromise } from "../promise/deployed-promise";
import { readLiveRules, type LiveRule } from "../replication-rules";
import { versionName } from "../source-versions";
import { Jobs } from "./create-job";
import { followJob } from "./follow";
import { readGeneratedManifest } from "./generated-manifest";
import { CHAIN_STATUSES, clientRequestToken, FIRST_RUN_STATUSES, type JobIntent } from "./intent";
import { jobAgreement } from "./job-agreement";
import { jobCounts, plannedBytes, tasksOf } from "./job-findings";
import type { JobSnapshot, JobStatus } from "./job-state";
import { tell, type VerifyOptions } from "./look";
import { Ledger, nextSequence, type LedgerEntry, type LedgerOutcome } from "./ledger";
import { checkPlan, formatUsd, makePlan } from "./plan";
import { readReport, type Report } from "./report";

export interface BackfillOptions extends VerifyOptions {
  readonly config: ReplicationConfig;
  readonly confirm: Confirm;
  /** Folder that gets one folder per job with its report. */
  readonly reportsFolder: string;
  /** The hash of a plan that was approved beforehand; another plan stops. */
  readonly approvedPlanHash?: string;
  /** How to wait for the job. */
  readonly jobLimits: WaitLimits;
}

/**
 * Starts or resumes the backfill, follows it, and looks into the vaults.
 * @throws LockstepError `RulesDisabled`, `BudgetExceeded`, `PlanChanged`, `Declined`, `JobFailed`, `DeadlinePassed`,
 * `LedgerConflict`, `ReportUnreadable`, `Aborted`
 */
export async function runBackfill(options: BackfillOptions): Promise<VerdictFields> {
  return new Backfill(options).run();
}

/** A job whose id is in the ledger. */
interface NotedJob {
  readonly entry: LedgerEntry;
  readonly jobId: string;
  /** The ledger had its id before this run. */
  readonly isFromEarlierRun: boolean;
}

class Backfill {
  private readonly s3: S3Client;
  private readonly jobs: Jobs;
  private readonly ledger: Ledger;
  private readonly told = new Set<JobStatus>();

  constructor(private readonly options: BackfillOptions) {
    const { clients, outputs } = options;
    const { bucketName, ledgerPrefix } = outputs.operations;
    this.s3 = clients.source.s3;
    this.jobs = new Jobs(clients.source.s3control, outputs.source.accountId);
    this.ledger = new Ledger(this.s3, bucketName, withSlash(ledgerPrefix));
  }

  async run(): Promise<VerdictFields> {
    const { options } = this;
    deployedPromise(options.outputs);
    requireEnabledRule(await readLiveRules(this.s3, options.outputs, options.signal));

    const latest = await this.ledger.latest(options.signal);
    if (latest?.record.state === "settled") {
      const verdict = await this.verdictIfNothingLeft();
      if (verdict !== undefined) return verdict;
    }
    const resumed = latest !== undefined && latest.record.state !== "settled";
    const intended = resumed
      ? latest
      : await this.ledger.intend(this.newIntent(latest), options.signal);
    const created = await this.ensureJob(intended, resumed);
    return this.driveJob(created);
  }

  /** After an earlier backfill: a look at our own costs no job. Undefined when there is something to do. */
  private async verdictIfNothingLeft(): Promise<VerdictFields | undefined> {
    const { options } = this;
    const look = await lookAtPromise(options);
    // What a job passed on stays marked REPLICA at its source: only the next vault tells whether it went there.
    const isChained = options.outputs.source.chainedFrom !== undefined;
    const missing = new Set(missingVersions(look).map(versionName));
    const hasWorkLeft = look.versions.some(
      ({ sourceStatus, version }) =>
        missing.has(versionName(version)) &&
        (isChained || sourceStatus === undefined || sourceStatus === "FAILED"),
    );
    if (hasWorkLeft) return undefined;
    options.emit({ type: "nothing-to-do", versionsSeen: look.versions.length });
    return tell(options, formVerdict({ look, accept: options.accept }));
  }

  private newIntent(latest: LedgerEntry | undefined): JobIntent {
    const { config, outputs } = this.options;
    return {
      sequence: nextSequence(latest?.record),
      accountId: outputs.source.accountId,
      region: outputs.source.region,
      sourceBucketArn: outputs.source.bucketArn,
      operationsBucketArn: outputs.operations.bucketArn,
      manifestPrefix: outputs.operations.manifestPrefix,
      reportPrefix: outputs.operations.reportPrefix,
      reportScope: config.backfill.report === "all-tasks" ? "AllTasks" : "FailedTasksOnly",
      roleArn: outputs.batchRoleArn,
      priority: config.backfill.priority,
      replicationStatuses:
        outputs.source.chainedFrom === undefined ? FIRST_RUN_STATUSES : CHAIN_STATUSES,
    };
  }

  /** Makes sure that the intent has exactly one job, and that its id is written down. */
  private async ensureJob(entry: LedgerEntry, resumed: boolean): Promise<NotedJob> {
    const { signal } = this.options;
    const { intent } = entry.record;
    const tellCreated = (jobId: string, wasThere: boolean): void =>
      this.options.emit({
        type: "job-created",
        jobId,
        resumed: wasThere,
        clientRequestToken: clientRequestToken(intent),
      });
    if (entry.record.jobId !== undefined) {
      tellCreated(entry.record.jobId, true);
      return { entry, jobId: entry.record.jobId, isFromEarlierRun: true };
    }
    // A run that was stopped between CreateJob and its note left a job that only its description names.
    const found = await this.jobs.find(intent, signal);
    const jobId = found ?? (await this.createJob(intent));
    const noted = await this.ledger.update(entry, { state: "created", jobId }, signal);
    tellCreated(jobId, found !== undefined || resumed);
    return { entry: noted, jobId, isFromEarlierRun: false };
  }

  private async createJob(intent: JobIntent): Promise<string> {
    try {
      return await this.jobs.create(intent, this.options.signal);
    } catch (error) {
      // Another desk sent the same token in the same moment: then the job is there by now.
      if (awsFailure(error)?.code !== "IdempotencyException") throw error;
      const jobId = await this.jobs.find(intent, this.options.signal);
      if (jobId === undefined) throw error;
      return jobId;
    }
  }

  private async driveJob(created: NotedJob): Promise<VerdictFields> {
    let { entry } = created;
    for (;;) {
      const { job, step } = await followJob({
        ...this.options,
        limits: this.options.jobLimits,
        told: this.told,
        look: () => this.jobs.describe(created.jobId, this.options.signal),
      }).catch((error: unknown) => this.judgeMissing(created, error));
      switch (step.do) {
        case "confirm":
          entry = await this.confirmPlan(entry, job);
          continue;
        case "report":
          return this.finish(entry, job);
        case "check-nothing-to-do":
          return this.finishEmpty(entry, job);
        case "cancelled":
          await this.settle(entry, "cancelled");
          throw new LockstepError("JobFailed", `The job ${job.jobId} was cancelled.`, {
            hint: "Run the command again to start a new one.",
          });
        case "fail":
          await this.settle(entry, "failed");
          throw new LockstepError("JobFailed", `The job ${job.jobId} failed. ${step.reason}`, {
            hint: "Put the cause right and run the command again: it starts a new job for what is left.",
          });
      }
    }
  }

  /**
   * AWS forgets a job 90 days after its end. A ledger that names such a job must not stand in the way for ever.
   * @throws always: what the error means
   */
  private async judgeMissing(created: NotedJob, error: unknown): Promise<never> {
    const isMissing = isLockstepError(error) && error.code === "JobNotFound";
    if (!isMissing || !created.isFromEarlierRun) throw error;
    const { intent } = created.entry.record;
    if ((await this.jobs.find(intent, this.options.signal)) !== undefined) throw error;
    await this.settle(created.entry, "failed");
    throw new LockstepError(
      "JobFailed",
      `AWS does not know the job ${created.jobId} of an earlier run any more, so nobody can say how it ended.`,
      { hint: "Run the command again to start a new one for what is left.", cause: error },
    );
  }

  private async confirmPlan(entry: LedgerEntry, job: JobSnapshot): Promise<LedgerEntry> {
    const { options } = this;
    const manifest = await readGeneratedManifest(this.s3, job, options.signal);
    const versions = await listSource(options);
    const plan = makePlan({
      jobId: job.jobId,
      manifestEtag: job.manifest?.etag ?? "",
      objects: job.totalCount,
      sizeBytes: plannedBytes(manifest, versions),
      listedCount: versions.length,
      vaults: options.outputs.vaults.map(({ name }) => name),
      budgetUsd: options.config.backfill.budgetUsd,
    });
    options.emit({ type: "plan", ...plan });
    checkPlan(plan, options.approvedPlanHash);
    const isApproved =
      options.approvedPlanHash === plan.planHash ||
      (await options.confirm({
        code: "approve-plan",
        text: `Replicate ${plan.objects.toLocaleString("en-US")} versions for ${formatUsd(plan.priceUsd.total)}?`,
      }));
    if (!isApproved) {
      throw new LockstepError("Declined", "The plan was not approved.", {
        hint: `The job ${job.jobId} stays suspended and fails by itself after 30 days. Run the command again to approve it.`,
      });
    }
    const approved = await this.ledger.update(
      entry,
      { state: "approved", planHash: plan.planHash },
      options.signal,
    );
    await this.jobs.confirm(job.jobId, options.signal);
    options.emit({ type: "plan-confirmed", jobId: job.jobId, planHash: plan.planHash });
    return approved;
  }

  private async finish(entry: LedgerEntry, job: JobSnapshot): Promise<VerdictFields> {
    const { options } = this;
    const report = await this.readReport(job);
    const manifest = await readGeneratedManifest(this.s3, job, options.signal);
    const versions = await listSource(options);
    const { bucketName } = options.outputs.source;
    const { intent } = entry.record;
    const counts = jobCounts(job, manifest, report, versions, intent, bucketName);
    const tasks = tasksOf(manifest, report, bucketName);
    const look = await lookAtPromise(options, tasks);
    const agreement = jobAgreement(counts, thereInJob(look, tasks));
    const verdict = tell(options, formVerdict({ look, accept: options.accept, job: agreement }));
    await this.settle(entry, verdict.clean ? "clean" : "not-clean");
    return verdict;
  }

  /** AWS found no keys: nothing to do if our own look agrees, a wrong set-up if not. */
  private async finishEmpty(entry: LedgerEntry, job: JobSnapshot): Promise<VerdictFields> {
    const verdict = await this.verdictIfNothingLeft();
    await this.settle(entry, verdict === undefined ? "failed" : "nothing-to-do");
    if (verdict !== undefined) return verdict;
    throw new LockstepError(
      "JobFailed",
      `The job ${job.jobId} found no keys to replicate, but the source has versions that need it.`,
      {
        hint: "Look at the rules' prefixes and tags, the batch role's policy and the storage classes of the versions.",
      },
    );
  }

  private async readReport(job: JobSnapshot): Promise<Report> {
    const { options } = this;
    const { operations } = options.outputs;
    const report = await readReport(this.s3, {
      bucket: operations.bucketName,
      prefix: operations.reportPrefix,
      jobId: job.jobId,
      folder: join(options.reportsFolder, `job-${job.jobId}`),
      signal: options.signal,
    });
    const succeeded = report.rows.filter((row) => row.succeeded).length;
    options.emit({
      type: "report",
      rows: report.rows.length,
      succeeded,
      failed: report.rows.length - succeeded,
      folder: report.folder,
    });
    return report;
  }

  /** The last note of an intent. Another desk that followed the same job may have written it before us. */
  private async settle(entry: LedgerEntry, outcome: LedgerOutcome): Promise<void> {
    try {
      await this.ledger.update(entry, { state: "settled", outcome }, this.options.signal);
    } catch (error) {
      if (!isLockstepError(error) || error.code !== "LedgerConflict") throw error;
      this.options.emit({ type: "warning", code: error.code, message: error.message });
    }
  }
}

/**
 * A job without an enabled rule fails after it was paid for.
 * @throws LockstepError `RulesDisabled`
 */
export function requireEnabledRule(rules: readonly LiveRule[]): void {
  if (rules.some((rule) => rule.isEnabled && rule.vault !== undefined)) return;
  const names = rules.map((rule) => rule.id).join(", ");
  throw new LockstepError(
    "RulesDisabled",
    `No replication rule is enabled (${names || "there is none"}), so the job would fail.`,
    {
      hint: "Set `status: Enabled` for the rule under lockstep:rules and run `lockstep up` before the backfill.",
    },
  );
}

function withSlash(prefix: string): string {
  return prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
}
