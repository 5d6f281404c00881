import {
  CreateJobCommand,
  DescribeJobCommand,
  ListJobsCommand,
  UpdateJobStatusCommand,
  type CreateJobRequest,
  type JobDescriptor,
  type S3ControlClient,
} from "@aws-sdk/client-s3-control";
import { awsFailure, LockstepError } from "../errors";
import { clientRequestToken, jobDescription, type JobIntent } from "./intent";
import { parseJobStatus, type JobSnapshot } from "./job-state";

/** The names that AWS gives to a missing job; which one is on the wire is not documented. */
const MISSING_JOB_CODES = new Set(["NotFoundException", "NoSuchJob", "NoSuchJobException"]);

/**
 * The CreateJob request of an intent. Members with a minimum length are left out rather than sent empty.
 * `ConfirmationRequired` is always sent: its default on the raw API is not documented.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html
 */
export function createJobRequest(intent: JobIntent): CreateJobRequest {
  return {
    AccountId: intent.accountId,
    ConfirmationRequired: true,
    Operation: { S3ReplicateObject: {} },
    ManifestGenerator: {
      S3JobManifestGenerator: {
        ExpectedBucketOwner: intent.accountId,
        SourceBucket: intent.sourceBucketArn,
        EnableManifestOutput: true,
        ManifestOutputLocation: {
          ExpectedManifestBucketOwner: intent.accountId,
          Bucket: intent.operationsBucketArn,
          ...optionalPrefix("ManifestPrefix", intent.manifestPrefix),
          ManifestFormat: "S3InventoryReport_CSV_20211130",
          ManifestEncryption: { SSES3: {} },
        },
        Filter: {
          EligibleForReplication: true,
          ObjectReplicationStatuses: [...intent.replicationStatuses],
        },
      },
    },
    Report: {
      Enabled: true,
      Bucket: intent.operationsBucketArn,
      ExpectedBucketOwner: intent.accountId,
      Format: "Report_CSV_20180820",
      ...optionalPrefix("Prefix", intent.reportPrefix),
      ReportScope: intent.reportScope,
    },
    ClientRequestToken: clientRequestToken(intent),
    Description: jobDescription(intent),
    Priority: intent.priority,
    RoleArn: intent.roleArn,
  };
}

/** AWS puts the `/` after a prefix itself. */
function optionalPrefix<Name extends string>(
  name: Name,
  prefix: string,
): Partial<Record<Name, string>> {
  const trimmed = prefix.replace(/\/+$/, "");
  return trimmed === "" ? {} : ({ [name]: trimmed } as Partial<Record<Name, string>>);
}

/** The batch jobs of one account and Region. */
export class Jobs {
  constructor(
    private readonly client: S3ControlClient,
    private readonly accountId: string,
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
  async find(intent: JobIntent, signal?: AbortSignal): Promise<string | undefined> {
    const description = jobDescription(intent);
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new ListJobsCommand({ AccountId: this.accountId, NextToken: token, MaxResults: 1000 }),
        { abortSignal: signal },
      );
      const job = page.Jobs?.find((candidate) => candidate.Description === description);
      if (job?.JobId !== undefined) return job.JobId;
      token = page.NextToken;
    } while (token !== undefined);
    return undefined;
  }

  /**
   * Looks at a job.
   * @throws LockstepError `JobNotFound` when AWS does not know it (yet, right after CreateJob)
   */
  async describe(jobId: string, signal?: AbortSignal): Promise<JobSnapshot> {
    try {
      const output = await this.client.send(
        new DescribeJobCommand({ AccountId: this.accountId, JobId: jobId }),
        { abortSignal: signal },
      );
      return snapshot(jobId, output.Job ?? {});
    } catch (error) {
      if (!MISSING_JOB_CODES.has(awsFailure(error)?.code ?? "")) throw error;
      throw new LockstepError(
        "JobNotFound",
        `S3 Batch Operations does not know the job ${jobId}.`,
        {
          hint: "Jobs are kept for 90 days after their end, in the account and Region of the source bucket.",
          cause: error,
        },
      );
    }
  }

  /** Confirms a job that waits for it. A job that went on meanwhile (confirmed on another desk) is left alone. */
  async confirm(jobId: string, signal?: AbortSignal): Promise<void> {
    try {
      await this.client.send(
        new UpdateJobStatusCommand({
          AccountId: this.accountId,
          JobId: jobId,
          RequestedJobStatus: "Ready",
          StatusUpdateReason: "Approved in lockstep",
        }),
        { abortSignal: signal },
      );
    } catch (error) {
      if (awsFailure(error)?.code !== "JobStatusException") throw error;
      if ((await this.describe(jobId, signal)).status === "Suspended") throw error;
    }
  }

  /** Asks for the end of a job; work already done stays. */
  async cancel(jobId: string, reason: string, signal?: AbortSignal): Promise<void> {
    await this.client.send(
      new UpdateJobStatusCommand({
        AccountId: this.accountId,
        JobId: jobId,
        RequestedJobStatus: "Cancelled",
        StatusUpdateReason: reason.slice(0, 256),
      }),
      { abortSignal: signal },
    );
  }
}

/** Reads what DescribeJob answered. */
export function snapshot(jobId: string, job: JobDescriptor): JobSnapshot {
  const location = job.GeneratedManifestDescriptor?.Location;
  const manifest = /^arn:[^:]+:s3:::([^/]+)\/(.+)$/.exec(location?.ObjectArn ?? "");
  return {
    jobId,
    status: parseJobStatus(job.Status),
    totalCount: job.ProgressSummary?.TotalNumberOfTasks ?? 0,
    succeededCount: job.ProgressSummary?.NumberOfTasksSucceeded ?? 0,
    failedCount: job.ProgressSummary?.NumberOfTasksFailed ?? 0,
    failureReasons: (job.FailureReasons ?? []).map(({ FailureCode, FailureReason }) => ({
      code: FailureCode ?? "",
      reason: FailureReason ?? "",
    })),
    ...(manifest?.[1] !== undefined &&
      manifest[2] !== undefined && {
        manifest: { bucket: manifest[1], key: manifest[2], etag: location?.ETag ?? "" },
      }),
    ...(job.StatusUpdateReason !== undefined && { statusUpdateReason: job.StatusUpdateReason }),
  };
}
