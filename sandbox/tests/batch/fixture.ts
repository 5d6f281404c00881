import { gunzipSync } from "node:zlib";
import type {
  CreateJobRequest,
  JobDescriptor,
  JobManifestGeneratorFilter,
  JobStatus,
} from "@aws-sdk/client-s3-control";
import { parse } from "csv-parse/sync";
import { AwsError } from "../../src/world/aws-error";
import type { WorldSettings } from "../../src/world/settings";
import {
  BATCH_ROLE,
  OPERATIONS_BUCKET,
  ReplicationFixture,
  SOURCE,
  SOURCE_BUCKET,
} from "../replication/fixture";
import type { Statement, TestAccount } from "../replication/fixture";

/** A replication fixture with jobs: two accounts, the operations bucket and the batch role. */
export class BatchFixture extends ReplicationFixture {
  private tokens = 0;

  constructor(
    statements?: readonly Statement[],
    settings?: Partial<WorldSettings>,
    accounts?: Parameters<ReplicationFixture["twoAccounts"]>[0],
  ) {
    super(settings);
    this.twoAccounts(accounts);
    this.batch(statements);
  }

  request(overrides: Partial<CreateJobRequest> = {}): CreateJobRequest {
    return {
      AccountId: SOURCE.accountId,
      ConfirmationRequired: false,
      Operation: { S3ReplicateObject: {} },
      Report: {
        Enabled: true,
        Bucket: `arn:aws:s3:::${OPERATIONS_BUCKET}`,
        Format: "Report_CSV_20180820",
        Prefix: "reports",
        ReportScope: "AllTasks",
      },
      ClientRequestToken: `token-${++this.tokens}`,
      Priority: 10,
      RoleArn: BATCH_ROLE,
      ManifestGenerator: generator({ EligibleForReplication: true }),
      ...overrides,
    };
  }

  create(overrides: Partial<CreateJobRequest> = {}): string {
    return this.control("CreateJob", this.request(overrides)).JobId as string;
  }

  // As for `call`.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  control(operation: string, input: object, account: TestAccount = SOURCE): any {
    return this.call(account, "s3control", operation, { AccountId: account.accountId, ...input });
  }

  describe(jobId: string): JobDescriptor {
    return this.control("DescribeJob", { JobId: jobId }).Job as JobDescriptor;
  }

  status(jobId: string): JobStatus | undefined {
    return this.describe(jobId).Status;
  }

  /** Creates a job and lets it run to its end. */
  run(overrides: Partial<CreateJobRequest> = {}): JobDescriptor {
    const jobId = this.create(overrides);
    this.settle();
    return this.describe(jobId);
  }

  /** Status, then each status that a look every `stepMs` sees, once. */
  statuses(jobId: string, stepMs = 1000): string[] {
    const seen: string[] = [];
    for (let count = 0; count < 200; count++) {
      const status = this.status(jobId) ?? "";
      if (seen.at(-1) !== status) seen.push(status);
      this.clock.advance(stepMs);
    }
    return seen;
  }

  confirm(jobId: string): string {
    return this.update(jobId, "Ready");
  }

  update(jobId: string, status: "Ready" | "Cancelled"): string {
    const input = { JobId: jobId, RequestedJobStatus: status };
    return this.control("UpdateJobStatus", input).Status as string;
  }

  /** Keeps a manifest of one's own, and makes the part of CreateJob's request that names it. */
  manifestOf(csv: string, key = "mine.csv"): Partial<CreateJobRequest> {
    const input = { Bucket: OPERATIONS_BUCKET, Key: key, Body: Buffer.from(csv) };
    const { ETag } = this.call(SOURCE, "s3", "PutObject", input);
    return {
      ManifestGenerator: undefined,
      Manifest: {
        Spec: { Format: "S3BatchOperations_CSV_20180820", Fields: ["Bucket", "Key", "VersionId"] },
        Location: { ObjectArn: `arn:aws:s3:::${OPERATIONS_BUCKET}/${key}`, ETag },
      },
    };
  }

  reportFolder(jobId: string): string {
    return `reports/job-${jobId}`;
  }

  /** The rows of all results files of a report. */
  reportRows(jobId: string): string[][] {
    const manifest = JSON.parse(this.text(`${this.reportFolder(jobId)}/manifest.json`)) as {
      Results: { Key: string }[];
    };
    return manifest.Results.flatMap(({ Key }) => parse(this.text(Key)) as string[][]);
  }

  /** The rows of a generated manifest, which the job names. */
  manifestRows(job: JobDescriptor): string[][] {
    const arn = job.GeneratedManifestDescriptor?.Location?.ObjectArn ?? "";
    const manifest = JSON.parse(this.text(arn.slice(arn.indexOf("/") + 1))) as {
      files: { key: string }[];
    };
    return manifest.files.flatMap(
      ({ key }) => parse(gunzipSync(this.current(OPERATIONS_BUCKET, key).body)) as string[][],
    );
  }

  keys(): string[] {
    return [...this.world.s3.bucket(OPERATIONS_BUCKET).objects.walk()].map(([key]) => key);
  }
}

/** A generator that keeps its manifest in the operations bucket. */
export function generator(
  filter: JobManifestGeneratorFilter,
  overrides: object = {},
): CreateJobRequest["ManifestGenerator"] {
  return {
    S3JobManifestGenerator: {
      SourceBucket: `arn:aws:s3:::${SOURCE_BUCKET}`,
      EnableManifestOutput: true,
      ManifestOutputLocation: {
        Bucket: `arn:aws:s3:::${OPERATIONS_BUCKET}`,
        ManifestPrefix: "manifests",
        ManifestFormat: "S3InventoryReport_CSV_20211130",
      },
      Filter: filter,
      ...overrides,
    },
  };
}

/** The error that a call is refused with. */
export function errorOf(call: () => unknown): AwsError {
  try {
    call();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
  throw new Error("The call succeeded.");
}

/** What DescribeJob says of why a job failed. */
export const reasons = (job: { FailureReasons?: { FailureReason?: string }[] }) =>
  (job.FailureReasons ?? []).map(({ FailureReason }) => FailureReason);
