import type { CreateJobRequest, JobManifestFieldName } from "@aws-sdk/client-s3-control";
import type { ServiceSession, ServiceSessions } from "../../s3/access/service-session";
import type { World } from "../../../world/world";
import type { BatchReplication } from "../batch-replication";
import type { Job } from "../job";
import type { MemberCheck } from "../member-check";
import type { Task } from "../task";
import type { TaskOutcome } from "../task-report";

/** What the tasks of one slice share: each role is assumed once. */
export interface TaskSlice {
  readonly world: World;
  readonly job: Job;
  readonly jobSessions: ServiceSessions;
  readonly replication: BatchReplication;
  readonly replicationSessions: ServiceSessions;
}

/** What S3 Batch Operations does with each object of a manifest. */
export interface JobOperation {
  /** Columns that a CSV manifest must name. */
  readonly manifestFields: readonly JobManifestFieldName[];
  /** What a generated manifest lists. */
  readonly listedVersions: "all" | "current";
  /** The objects of a manifest must be in one bucket, else the job fails. */
  readonly needsOneBucket: boolean;
  /** Jobs of this operation that one account runs at a time. */
  readonly activeJobsLimit: number;
  /** Finds what is wrong with the operation's own members. */
  check(members: MemberCheck, request: CreateJobRequest): void;
  /** What is wrong between members whose own constraints hold. */
  conflicts?(request: CreateJobRequest): readonly string[];
  /**
   * Looks at the bucket of the manifest's objects under the job's role, before any task is run.
   * @throws JobFailed
   */
  verify?(session: ServiceSession, bucketName: string): void;
  /** Runs one task. */
  run(slice: TaskSlice, task: Task): TaskOutcome;
}
