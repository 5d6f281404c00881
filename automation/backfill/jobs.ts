/** The batch jobs of one account and Region, and which of them are this stack's own, of one kind. */
import {
  CreateJobCommand,
  DescribeJobCommand,
  UpdateJobPriorityCommand,
  UpdateJobStatusCommand,
  type JobDescriptor,
  type JobListDescriptor,
  type S3ControlClient,
} from "@aws-sdk/client-s3-control";
import { awsFailure, isLockstepError, LockstepError } from "../errors";
import { createJobRequest } from "./create-job";
import { foreignJobPart } from "./foreign-job";
import { descriptionStart, jobDescription, type IntentFrame, type JobIntent } from "./intent";
import { BACKFILL, type JobKind } from "./job-kind";
import { jobSnapshot } from "./job-snapshot";
import { UNFINISHED_STATUSES, type JobSnapshot, type JobStatus } from "./job-state";
import { listedJobs } from "./listed-jobs";

/** The names that AWS gives to a missing job; which one is on the wire is not documented. */
const MISSING_JOB_CODES = new Set(["NotFoundException", "NoSuchJob", "NoSuchJobException"]);

export class Jobs {
  constructor(
    private readonly client: S3ControlClient,
    private readonly frame: IntentFrame,
    private readonly kind: JobKind = BACKFILL,
  ) {}

  /** Sends CreateJob; answers the job's id. */
  async create(intent: JobIntent, signal?: AbortSignal): Promise<string> {
    const output = await this.client.send(new CreateJobCommand(createJobRequest(intent)), {
      abortSignal: signal,
    });
    if (output.JobId === undefined) {
      throw new LockstepError("JobNotFound", "CreateJob answered without a job id.");
    }
    return output.JobId;
  }

  /** Finds the job of an intent whose id was never written down, by its description. */
  find(intent: JobIntent, signal?: AbortSignal): Promise<string | undefined> {
    const description = jobDescription(intent);
    return this.findOwn((found) => found === description, undefined, signal);
  }

  /** Finds a job of this kind that has not ended, whatever intent it is of. */
  findUnfinished(signal?: AbortSignal): Promise<string | undefined> {
    const start = descriptionStart(this.kind);
    return this.findOwn((found) => found.startsWith(start), UNFINISHED_STATUSES, signal);
  }

  /**
   * Looks at a job.
   * @throws LockstepError `JobNotFound` when AWS does not know it (yet, right after CreateJob)
   */
  async describe(jobId: string, signal?: AbortSignal): Promise<JobSnapshot> {
    return jobSnapshot(jobId, await this.read(jobId, signal));
  }

  /** Why a job is not one of this stack's source, in words; undefined when it is, and when AWS does not know it. */
  async foreignJob(jobId: string, signal?: AbortSignal): Promise<string | undefined> {
    try {
      return this.whyForeign(await this.read(jobId, signal));
    } catch (error) {
      if (isLockstepError(error) && error.code === "JobNotFound") return undefined;
      throw error;
    }
  }

  /** Why what AWS told is not one of this stack's source, in words. */
  whyForeign(job: JobDescriptor): string | undefined {
    return foreignJobPart(job, this.frame, this.kind);
  }

  /** Confirms a job that waits for it. A job that went on meanwhile (confirmed on another desk) is left alone. */
  async confirm(
    jobId: string,
    signal?: AbortSignal,
    reason = "Approved in lockstep",
  ): Promise<void> {
    try {
      await this.client.send(
        new UpdateJobStatusCommand({
          AccountId: this.frame.accountId,
          JobId: jobId,
          RequestedJobStatus: "Ready",
          StatusUpdateReason: reason,
        }),
        { abortSignal: signal },
      );
    } catch (error) {
      if (awsFailure(error)?.code !== "JobStatusException") throw error;
      if ((await this.describe(jobId, signal)).status === "Suspended") throw error;
    }
  }

  /** Asks for the end of a job; work already done stays. One that has gone on meanwhile is left alone. */
  async cancel(jobId: string, reason: string, signal?: AbortSignal): Promise<void> {
    try {
      await this.client.send(
        new UpdateJobStatusCommand({
          AccountId: this.frame.accountId,
          JobId: jobId,
          RequestedJobStatus: "Cancelled",
          StatusUpdateReason: reason.slice(0, 256),
        }),
        { abortSignal: signal },
      );
    } catch (error) {
      if (awsFailure(error)?.code !== "JobStatusException") throw error;
      if ((await this.describe(jobId, signal)).status === "Suspended") throw error;
    }
  }

  /** Changes a job's priority. @returns the one that AWS has noted */
  async setPriority(jobId: string, priority: number, signal?: AbortSignal): Promise<number> {
    const { accountId } = this.frame;
    const request = { AccountId: accountId, JobId: jobId, Priority: priority };
    const output = await this.client.send(new UpdateJobPriorityCommand(request), {
      abortSignal: signal,
    });
    return output.Priority ?? priority;
  }

  /** Jobs of the account and Region, whoever made them. @param statuses undefined: all */
  list(
    statuses: readonly JobStatus[] | undefined,
    signal?: AbortSignal,
  ): AsyncGenerator<JobListDescriptor> {
    return listedJobs(this.client, this.frame.accountId, statuses, signal);
  }

  /** A description alone proves nothing: everybody in the account may write the same. */
  private async findOwn(
    isWanted: (description: string) => boolean,
    statuses: readonly JobStatus[] | undefined,
    signal?: AbortSignal,
  ): Promise<string | undefined> {
    for await (const { Description = "", JobId } of this.list(statuses, signal)) {
      if (JobId === undefined || !isWanted(Description)) continue;
      if ((await this.foreignJob(JobId, signal)) === undefined) return JobId;
    }
    return undefined;
  }

  /**
   * What AWS tells of a job.
   * @throws LockstepError `JobNotFound`
   */
  async read(jobId: string, signal?: AbortSignal): Promise<JobDescriptor> {
    try {
      const output = await this.client.send(
        new DescribeJobCommand({ AccountId: this.frame.accountId, JobId: jobId }),
        { abortSignal: signal },
      );
      return output.Job ?? {};
    } catch (error) {
      if (!MISSING_JOB_CODES.has(awsFailure(error)?.code ?? "")) throw error;
      throw new LockstepError(
        "JobNotFound",
        `S3 Batch Operations does not know the job ${jobId}.`,
        {
          hint: "Jobs are kept for 90 days after their end, in the account and Region of the bucket that they work on.",
          cause: error,
        },
      );
    }
  }
}
