import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
} from "@aws-sdk/client-s3";
import {
  CreateJobCommand,
  DescribeJobCommand,
  type CreateJobRequest,
  type JobDescriptor,
  type JobOperation,
} from "@aws-sdk/client-s3-control";
import { parse } from "csv-parse/sync";
import { useSandboxWithManualClock, type TestSandboxWithManualClock } from "../helpers/sandbox";
import { allow, OPERATIONS_BUCKET, SOURCE } from "../replication/fixture";
import type { Statement } from "../replication/fixture";

/** What became of a job: as DescribeJob says, and the rows of its report. */
export interface JobResult {
  readonly job: JobDescriptor;
  readonly rows: readonly (readonly string[])[];
}

/** Jobs that the AWS SDK makes, over objects that it puts, under roles that it makes. */
export class JobsThroughSdk {
  private count = 0;

  constructor(readonly sandbox: TestSandboxWithManualClock) {}

  /** A versioned bucket. */
  async bucket(
    name: string,
    options: { account?: string; region?: string; isLocked?: boolean } = {},
  ): Promise<string> {
    const { account = "source", isLocked = false } = options;
    const region = options.region ?? this.sandbox.account(account).region;
    const s3 = this.sandbox.s3(account, { region });
    await s3.send(
      new CreateBucketCommand({
        Bucket: name,
        ObjectLockEnabledForBucket: isLocked,
        CreateBucketConfiguration:
          region === "us-east-1" ? undefined : { LocationConstraint: region as "eu-west-1" },
      }),
    );
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: name,
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
    return name;
  }

  async bucketPolicy(account: string, name: string, ...statements: object[]): Promise<void> {
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    await this.sandbox.s3(account).send(new PutBucketPolicyCommand({ Bucket: name, Policy }));
  }

  /** @returns the version's id */
  async put(
    Bucket: string,
    Key: string,
    extra: Partial<PutObjectCommandInput> = {},
    account = "source",
  ): Promise<string> {
    const command = new PutObjectCommand({ Bucket, Key, Body: Key, ...extra });
    return (await this.sandbox.s3(account).send(command)).VersionId ?? "null";
  }

  /** A role that S3 Batch Operations may assume, with the rights to manifests and reports, and those given. */
  async role(...statements: Statement[]): Promise<string> {
    const RoleName = `batch-${++this.count}`;
    const iam = this.sandbox.iam("source");
    const trust = { Principal: { Service: "batchoperations.s3.amazonaws.com" } };
    await iam.send(
      new CreateRoleCommand({
        RoleName,
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", ...trust, Action: "sts:AssumeRole" }],
        }),
      }),
    );
    const operations = `arn:aws:s3:::${OPERATIONS_BUCKET}/*`;
    const Statement = [
      allow(["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"], operations),
      ...statements,
    ];
    await iam.send(
      new PutRolePolicyCommand({
        RoleName,
        PolicyName: "rights",
        PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
      }),
    );
    return `arn:aws:iam::${SOURCE.accountId}:role/${RoleName}`;
  }

  /** Keeps the rows as a manifest: bucket and key, or bucket, key and version id. */
  async manifest(rows: readonly (readonly string[])[]): Promise<CreateJobRequest["Manifest"]> {
    const Key = `manifest-${++this.count}.csv`;
    const Body = rows.map((row) => `${row.join(",")}\n`).join("");
    const command = new PutObjectCommand({ Bucket: OPERATIONS_BUCKET, Key, Body });
    const { ETag } = await this.sandbox.s3("source").send(command);
    const Fields = rows[0]?.length === 2 ? ["Bucket", "Key"] : ["Bucket", "Key", "VersionId"];
    return {
      Spec: { Format: "S3BatchOperations_CSV_20180820", Fields: Fields as ["Bucket"] },
      Location: { ObjectArn: `arn:aws:s3:::${OPERATIONS_BUCKET}/${Key}`, ETag },
    };
  }

  async create(
    Operation: JobOperation,
    RoleArn: string,
    rest: Partial<CreateJobRequest>,
    region?: string,
  ): Promise<string> {
    const request: CreateJobRequest = {
      AccountId: SOURCE.accountId,
      ConfirmationRequired: false,
      Operation,
      Report: {
        Enabled: true,
        Bucket: `arn:aws:s3:::${OPERATIONS_BUCKET}`,
        Format: "Report_CSV_20180820",
        Prefix: "reports",
        ReportScope: "AllTasks",
        ExpectedBucketOwner: SOURCE.accountId,
      },
      ClientRequestToken: `token-${++this.count}`,
      Priority: 10,
      RoleArn,
      ...rest,
    };
    const control = this.sandbox.s3control("source", { region });
    return (await control.send(new CreateJobCommand(request))).JobId ?? "";
  }

  /** Makes a job, lets it run to its end and reads its report. */
  async run(
    Operation: JobOperation,
    RoleArn: string,
    rows: readonly (readonly string[])[],
    options: { region?: string; rest?: Partial<CreateJobRequest> } = {},
  ): Promise<JobResult> {
    const rest = options.rest ?? { Manifest: await this.manifest(rows) };
    const JobId = await this.create(Operation, RoleArn, rest, options.region);
    this.sandbox.clock.advance(60_000);
    const control = this.sandbox.s3control("source", { region: options.region });
    const command = new DescribeJobCommand({ AccountId: SOURCE.accountId, JobId });
    const { Job } = await control.send(command);
    if (Job === undefined) throw new Error("The job is gone.");
    return { job: Job, rows: await this.reportRows(JobId) };
  }

  private async reportRows(jobId: string): Promise<string[][]> {
    const { world } = this.sandbox;
    const key = `reports/job-${jobId}/manifest.json`;
    if (world.s3.bucket(OPERATIONS_BUCKET).objects.current(key) === undefined) return [];
    const manifest = JSON.parse(await this.text(key)) as { Results: { Key: string }[] };
    const files = await Promise.all(manifest.Results.map(({ Key }) => this.text(Key)));
    return files.flatMap((csv) => parse(csv) as string[][]);
  }

  private async text(Key: string): Promise<string> {
    const command = new GetObjectCommand({ Bucket: OPERATIONS_BUCKET, Key });
    const { Body } = await this.sandbox.s3("source").send(command);
    return (await Body?.transformToString()) ?? "";
  }
}

/** Registers mocha hooks: a sandbox with the bucket for manifests and reports. */
export function useJobsThroughSdk(): () => JobsThroughSdk {
  const sandbox = useSandboxWithManualClock({ settings: { jobStepMs: 5000 } });
  let jobs: JobsThroughSdk | undefined;
  before(async () => {
    jobs = new JobsThroughSdk(sandbox());
    await jobs.bucket(OPERATIONS_BUCKET);
  });
  return () => {
    if (jobs === undefined) throw new Error("Jobs are made during tests and hooks only.");
    return jobs;
  };
}
