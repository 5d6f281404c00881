import type { CreateJobRequest, OperationName } from "@aws-sdk/client-s3-control";
import { Channel } from "../../world/channel";
import type { Foundation } from "../../world/foundation";
import { idempotencyMismatch, noSuchJob } from "./errors";
import type { Job } from "./job";
import type { JobChange } from "./job-control";
import { TaskReport } from "./task-report";

const DAY_MS = 86_400_000;
/** A job that has ended is kept and listed this long (S3 User Guide, batch-ops-list-jobs). */
const HISTORY_MS = 90 * DAY_MS;

/** Where a job is looked for: jobs are seen only in the account and Region that they were made in. */
export interface JobPlace {
  readonly accountId: string;
  readonly region: string;
}

/** What a new job is made of, all checked. */
export interface NewJob extends JobPlace {
  readonly request: CreateJobRequest;
  readonly operationName: OperationName;
}

/**
 * The batch jobs of every account and Region. The 90 days of history are applied when jobs are looked at and not by timers:
 * nothing else depends on them.
 */
export class BatchState {
  /** What happens to jobs, for whoever listens. */
  readonly changes = new Channel<JobChange>();
  private readonly jobsById = new Map<string, Job>();
  /** By account, Region and token: what was asked for, and the job made of it. */
  private readonly tokens = new Map<string, { readonly parameters: string; readonly job: Job }>();
  private sequence = 0;

  constructor(private readonly world: Pick<Foundation, "clock" | "random">) {}

  /**
   * Makes a job, or finds the one that the same token made. That the same parameters give the same job and other ones an
   * error, as long as the job is kept, is assumed.
   * @throws AwsError `IdempotencyException`
   */
  create({ accountId, region, request, operationName }: NewJob): Job {
    this.sweep();
    const tokenKey = `${accountId} ${region} ${request.ClientRequestToken ?? ""}`;
    const parameters = canonicalParameters(request);
    const known = this.tokens.get(tokenKey);
    if (known !== undefined) {
      if (known.parameters !== parameters) throw idempotencyMismatch();
      return known.job;
    }
    const jobId = this.world.random.uuid();
    const job: Job = {
      jobId,
      jobArn: jobArn(accountId, region, jobId),
      accountId,
      region,
      sequence: ++this.sequence,
      createdEpochMs: this.world.clock.nowEpochMs(),
      request,
      operationName,
      tags: new Map((request.Tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
      status: "New",
      priority: request.Priority ?? 0,
      failureReasons: [],
      report: new TaskReport(request.Report ?? {}),
      succeededCount: 0,
      failedCount: 0,
      activeMs: 0,
      isWaitingForSlot: false,
    };
    this.jobsById.set(jobId, job);
    this.tokens.set(tokenKey, { parameters, job });
    this.changes.publish({ kind: "created", job });
    return job;
  }

  /** @throws AwsError `NotFoundException` */
  job(place: JobPlace, jobId: string): Job {
    const job = this.findJob(place, jobId);
    if (job === undefined) throw noSuchJob();
    return job;
  }

  findJob({ accountId, region }: JobPlace, jobId: string): Job | undefined {
    this.sweep();
    const job = this.jobsById.get(jobId);
    return job?.accountId === accountId && job.region === region ? job : undefined;
  }

  /** Newest first. */
  jobs({ accountId, region }: JobPlace): readonly Job[] {
    this.sweep();
    return [...this.jobsOfAccount(accountId)]
      .filter((job) => job.region === region)
      .sort((left, right) => right.sequence - left.sequence);
  }

  /** In all Regions, in the order in which they were made. */
  *jobsOfAccount(accountId: string): Iterable<Job> {
    for (const job of this.jobsById.values()) if (job.accountId === accountId) yield job;
  }

  private sweep(): void {
    const nowEpochMs = this.world.clock.nowEpochMs();
    for (const job of this.jobsById.values()) {
      const { terminatedEpochMs } = job;
      if (terminatedEpochMs !== undefined && nowEpochMs - terminatedEpochMs > HISTORY_MS) {
        this.jobsById.delete(job.jobId);
      }
    }
    for (const [key, { job }] of this.tokens) {
      if (!this.jobsById.has(job.jobId)) this.tokens.delete(key);
    }
  }
}

/** `arn:aws:s3:<region>:<account>:job/<jobId>` */
export function jobArn(accountId: string, region: string, jobId: string): string {
  return `arn:aws:s3:${region}:${accountId}:job/${jobId}`;
}

/** The request without its token, members in one order, so that equal requests give equal texts. */
function canonicalParameters(request: CreateJobRequest): string {
  return JSON.stringify({ ...request, ClientRequestToken: undefined }, (_key, value: unknown) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)),
    );
  });
}
