import type { JobFailure } from "@aws-sdk/client-s3-control";
import type { World } from "../../world/world";
import { isReportDue, writeReport } from "./completion-report";
import type { BatchReplication } from "./batch-replication";
import { ranCount } from "./job";
import type { Job } from "./job";
import type { Task } from "./task";
import type { JobControl } from "./job-control";
import { exceedsFailureRate } from "./failure-rate";
import { JobFailed, jobFailures, severalBuckets } from "./job-failures";
import { JOB_OPERATIONS, operationOfJob } from "./job-operations";
import { isTerminal, nextStatus } from "./job-state";
import type { JobEvent } from "./job-state";
import { JobSchedule } from "./job-schedule";
import { jobSessions } from "./job-sessions";
import { chooseRunning } from "./job-slots";
import type { SlotChanges } from "./job-slots";
import { ManifestGeneration } from "./manifest-generator";
import { TaskList } from "./task-list";
import { readUserManifest } from "./user-manifest";

/** An unconfirmed job fails after this time (S3 User Guide, batch-ops-create-job). */
const CONFIRMATION_LIMIT_MS = 30 * 86_400_000;

/**
 * Moves jobs along by the clock. `job-state.ts` says what may follow what; here is when and with what work. A job has at
 * most one thing scheduled; what interrupts it (a cancel, a preemption) takes that away first.
 */
export class JobRunner implements JobControl {
  private readonly schedule: JobSchedule;

  constructor(
    private readonly world: World,
    private readonly replication: BatchReplication,
  ) {
    this.schedule = new JobSchedule(world);
    world.batch.changes.subscribe(({ kind, job }) => {
      if (kind === "created") this.start(job);
    });
  }

  private start(job: Job): void {
    this.schedule.afterStep(job, () => {
      this.apply(job, "prepare");
      this.schedule.afterStep(job, () => this.prepare(job));
    });
  }

  confirm(job: Job): void {
    this.apply(job, "confirm");
    this.queueForSlot(job);
  }

  cancel(job: Job): void {
    this.leaveActive(job);
    this.apply(job, "cancel");
    if (isTerminal(job.status)) {
      this.end(job);
      return;
    }
    this.schedule.afterStep(job, () => {
      this.report(job, () => {
        this.apply(job, "cancelled");
        this.end(job);
      });
    });
    this.rebalance(job.accountId);
  }

  rebalance(accountId: string): void {
    const jobs = [...this.world.batch.jobsOfAccount(accountId)];
    for (const [name, { activeJobsLimit }] of Object.entries(JOB_OPERATIONS)) {
      const ofOperation = jobs.filter(({ operationName }) => operationName === name);
      this.change(accountId, chooseRunning(ofOperation, activeJobsLimit));
    }
  }

  private change(accountId: string, { start, pause }: SlotChanges<Job>): void {
    for (const job of pause) {
      this.leaveActive(job);
      this.apply(job, "preempt");
      this.schedule.afterStep(job, () => {
        this.apply(job, "paused");
        this.rebalance(accountId);
      });
    }
    for (const job of start) {
      job.isWaitingForSlot = false;
      this.apply(job, job.status === "Paused" ? "resume" : "start");
      job.activeSinceEpochMs = this.world.clock.nowEpochMs();
      this.schedule.afterPause(job, () => this.orFail(job, () => this.verify(job)));
    }
  }

  /** Before the first task; once more when a job comes back from a pause. */
  private verify(job: Job): void {
    const bucketName = job.tasks?.bucketName;
    const session = jobSessions(this.world, job).session(job.request.RoleArn ?? "");
    if (bucketName !== undefined && session !== undefined) {
      operationOfJob(job).verify?.(session, bucketName);
    }
    this.runSlice(job);
  }

  private prepare(job: Job): void {
    const session = jobSessions(this.world, job).session(job.request.RoleArn ?? "");
    if (session === undefined) {
      this.fail(job, jobFailures.assumeRoleNotPermitted);
      return;
    }
    this.orFail(job, () => {
      const generator = job.request.ManifestGenerator?.S3JobManifestGenerator;
      if (generator !== undefined) {
        this.generate(job, new ManifestGeneration(session, job, generator));
      } else if (job.request.Manifest !== undefined) {
        this.read(job, readUserManifest(session, job.request.Manifest), new TaskList());
      }
    });
  }

  private read(job: Job, manifest: Generator<readonly Task[], void>, tasks: TaskList): void {
    this.orFail(job, () => {
      const part = manifest.next();
      if (part.done !== true) {
        for (const task of part.value) tasks.add(task);
        this.schedule.afterPause(job, () => this.read(job, manifest, tasks));
        return;
      }
      if (tasks.hasSeveralBuckets && operationOfJob(job).needsOneBucket) {
        throw new JobFailed(severalBuckets);
      }
      job.tasks = tasks;
      this.manifestReady(job);
    });
  }

  private generate(job: Job, generation: ManifestGeneration): void {
    this.orFail(job, () => {
      if (!generation.advance()) {
        this.schedule.afterPause(job, () => this.generate(job, generation));
        return;
      }
      job.generatedManifest = generation.finish();
      job.tasks = generation.tasks;
      this.manifestReady(job);
    });
  }

  private manifestReady(job: Job): void {
    job.totalCount = job.tasks?.addedCount ?? 0;
    // What the raw API does without the member is not documented; the User Guide says that such a job waits.
    if (job.request.ConfirmationRequired ?? true) {
      job.suspendedEpochMs = this.world.clock.nowEpochMs();
      this.apply(job, "await-confirmation");
      // Of the background: nobody waits a month for the sandbox to be idle.
      const limit = { delayMs: CONFIRMATION_LIMIT_MS + 1, isBackground: true };
      this.schedule.after(job, limit, () => this.expire(job));
      return;
    }
    this.apply(job, "manifest-ready");
    this.queueForSlot(job);
  }

  private expire(job: Job): void {
    job.failureReasons = [jobFailures.notConfirmed];
    this.apply(job, "expire");
    this.end(job);
  }

  private queueForSlot(job: Job): void {
    this.schedule.afterStep(job, () => {
      job.isWaitingForSlot = true;
      this.rebalance(job.accountId);
    });
  }

  private runSlice(job: Job): void {
    const slice = {
      world: this.world,
      job,
      jobSessions: jobSessions(this.world, job),
      replication: this.replication,
      replicationSessions: this.replication.openSessions(),
    };
    const operation = operationOfJob(job);
    for (const task of job.tasks?.takeBlock() ?? []) {
      const outcome = operation.run(slice, task);
      job.report.add(task, outcome);
      if (outcome.status === "succeeded") job.succeededCount++;
      else job.failedCount++;
      if (exceedsFailureRate(job)) {
        this.fail(job, jobFailures.failureRateExceeded);
        return;
      }
    }
    if (ranCount(job) < (job.totalCount ?? 0)) {
      this.schedule.afterPause(job, () => this.runSlice(job));
      return;
    }
    // However few its tasks are, a job is Active long enough to be seen, as on AWS.
    const now = this.world.clock.nowEpochMs();
    const activeMs = now - (job.activeSinceEpochMs ?? now);
    const delayMs = Math.max(0, this.world.settings.jobStepMs - activeMs);
    this.schedule.after(job, { delayMs }, () => this.finishTasks(job));
  }

  private finishTasks(job: Job): void {
    this.leaveActive(job);
    this.apply(job, "tasks-done");
    this.schedule.afterStep(job, () => this.complete(job));
    this.rebalance(job.accountId);
  }

  private complete(job: Job): void {
    this.report(job, (isDelivered) => {
      if (isDelivered) {
        this.apply(job, "completed");
        this.end(job);
        return;
      }
      // The reason is noted by then.
      this.apply(job, "fail");
      this.schedule.afterStep(job, () => {
        this.apply(job, "failed");
        this.end(job);
      });
    });
  }

  private fail(job: Job, failure: JobFailure): void {
    this.leaveActive(job);
    job.failureReasons = [failure];
    this.apply(job, "fail");
    this.schedule.afterStep(job, () => {
      this.report(job, () => {
        this.apply(job, "failed");
        this.end(job);
      });
    });
    this.rebalance(job.accountId);
  }

  /**
   * Writes the report, where one is due, a file in each turn; then goes on. `isDelivered` is false when it could not be
   * delivered, which is then among the job's failure reasons.
   */
  private report(job: Job, then: (isDelivered: boolean) => void): void {
    if (!isReportDue(job)) {
      then(true);
      return;
    }
    const session = jobSessions(this.world, job).session(job.request.RoleArn ?? "");
    const writing = session && writeReport(this.world, job, session.principal);
    const writeNext = (): void => {
      const step = writing?.next();
      if (step?.done === false) {
        this.schedule.afterPause(job, writeNext);
        return;
      }
      const isDelivered = step?.value === true;
      if (!isDelivered) {
        job.failureReasons = [...job.failureReasons, jobFailures.reportNotWritten];
      }
      then(isDelivered);
    };
    writeNext();
  }

  /** Frees what only a living job needs. */
  private end(job: Job): void {
    this.schedule.cancel(job);
    job.terminatedEpochMs = this.world.clock.nowEpochMs();
    job.tasks = undefined;
    job.report.clear();
  }

  private leaveActive(job: Job): void {
    this.schedule.cancel(job);
    job.isWaitingForSlot = false;
    if (job.activeSinceEpochMs === undefined) return;
    job.activeMs += this.world.clock.nowEpochMs() - job.activeSinceEpochMs;
    job.activeSinceEpochMs = undefined;
  }

  private apply(job: Job, event: JobEvent): void {
    const status = nextStatus(job.status, event);
    if (status === undefined) throw new Error(`A job in ${job.status} does not take "${event}".`);
    job.status = status;
    this.world.batch.changes.publish({ kind: "status-changed", job });
  }

  private orFail(job: Job, work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof JobFailed)) throw error;
      this.fail(job, error.failure);
    }
  }
}
