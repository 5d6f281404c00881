import { createHash } from "node:crypto";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
} from "@aws-sdk/client-s3";
import {
  CreateJobCommand,
  DescribeJobCommand,
  GetJobTaggingCommand,
  ListJobsCommand,
  PutJobTaggingCommand,
  UpdateJobPriorityCommand,
  UpdateJobStatusCommand,
} from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { useSandboxWithManualClock } from "../helpers/sandbox";
import { generator } from "./fixture";
import {
  BATCH_ROLE,
  batchStatements,
  OPERATIONS_BUCKET,
  replicationStatements,
  REPLICATION_ROLE,
  rule,
  SOURCE,
  SOURCE_BUCKET,
  VAULT_BUCKET,
  vaultPolicy,
} from "../replication/fixture";
import type { Statement } from "../replication/fixture";

describe("batch replication through the AWS SDK", () => {
  const sandbox = useSandboxWithManualClock({
    settings: { replicationDelayMs: 1000, jobStepMs: 5000 },
  });
  const AccountId = SOURCE.accountId;

  const makeBucket = async (account: string, name: string, isLocked: boolean) => {
    const s3 = sandbox().s3(account);
    await s3.send(
      new CreateBucketCommand({
        Bucket: name,
        ObjectLockEnabledForBucket: isLocked,
        CreateBucketConfiguration: {
          LocationConstraint: account === "source" ? "eu-west-1" : "eu-central-1",
        },
      }),
    );
    await s3.send(
      new PutBucketVersioningCommand({
        Bucket: name,
        VersioningConfiguration: { Status: "Enabled" },
      }),
    );
  };

  const makeRole = async (service: string, name: string, statements: readonly Statement[]) => {
    const iam = sandbox().iam("source");
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    };
    await iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    await iam.send(
      new PutRolePolicyCommand({ RoleName: name, PolicyName: "rights", PolicyDocument }),
    );
  };

  before(async () => {
    await makeBucket("source", SOURCE_BUCKET, false);
    await makeBucket("source", OPERATIONS_BUCKET, false);
    await makeBucket("vault", VAULT_BUCKET, true);
    await makeRole("s3.amazonaws.com", "replication", replicationStatements());
    await makeRole("batchoperations.s3.amazonaws.com", "batch", batchStatements());
    const vault = sandbox().s3("vault");
    await vault.send(
      new PutObjectLockConfigurationCommand({
        Bucket: VAULT_BUCKET,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 7 } },
        },
      }),
    );
    await vault.send(
      new PutBucketPolicyCommand({
        Bucket: VAULT_BUCKET,
        Policy: JSON.stringify(vaultPolicy(VAULT_BUCKET)),
      }),
    );
  });

  it("brings what was there before the rules into the locked vault of another account", async () => {
    const s3 = sandbox().s3("source");
    const put = { Bucket: SOURCE_BUCKET, Key: "records/ä b.txt", Body: "before" };
    const { VersionId } = await s3.send(new PutObjectCommand(put));
    await s3.send(
      new PutBucketReplicationCommand({
        Bucket: SOURCE_BUCKET,
        ReplicationConfiguration: { Role: REPLICATION_ROLE, Rules: [rule()] },
      }),
    );

    const control = sandbox().s3control("source");
    const { JobId } = await control.send(
      new CreateJobCommand({
        AccountId,
        ConfirmationRequired: true,
        Operation: { S3ReplicateObject: {} },
        Report: {
          Enabled: true,
          Bucket: `arn:aws:s3:::${OPERATIONS_BUCKET}`,
          Format: "Report_CSV_20180820",
          Prefix: "reports",
          ReportScope: "AllTasks",
        },
        ClientRequestToken: "backfill",
        Description: "backfill",
        Priority: 10,
        RoleArn: BATCH_ROLE,
        Tags: [{ Key: "team", Value: "records" }],
        ManifestGenerator: generator({
          EligibleForReplication: true,
          ObjectReplicationStatuses: ["NONE", "FAILED"],
        }),
      }),
    );
    const describe = async () =>
      (await control.send(new DescribeJobCommand({ AccountId, JobId }))).Job;

    expect((await describe())?.Status).to.equal("New");
    sandbox().clock.advance(20_000);
    const suspended = await describe();
    expect(suspended).to.deep.include({
      Status: "Suspended",
      SuspendedCause: "AWAITING_CONFIRMATION",
      Description: "backfill",
    });
    expect(suspended?.ProgressSummary?.TotalNumberOfTasks).to.equal(1);
    expect(suspended?.ManifestGenerator?.S3JobManifestGenerator?.Filter).to.deep.equal({
      EligibleForReplication: true,
      ObjectReplicationStatuses: ["NONE", "FAILED"],
    });
    const confirmed = await control.send(
      new UpdateJobStatusCommand({ AccountId, JobId, RequestedJobStatus: "Ready" }),
    );
    expect(confirmed.Status).to.equal("Ready");
    await control.send(new UpdateJobPriorityCommand({ AccountId, JobId, Priority: 20 }));
    sandbox().clock.advance(20_000);
    expect((await describe())?.Status).to.equal("Complete");

    const version = { Key: put.Key, VersionId };
    const source = await s3.send(new HeadObjectCommand({ Bucket: SOURCE_BUCKET, ...version }));
    expect(source.ReplicationStatus).to.equal("COMPLETED");
    const vault = sandbox().s3("vault");
    const replica = await vault.send(new HeadObjectCommand({ Bucket: VAULT_BUCKET, ...version }));
    expect(replica).to.include({ ReplicationStatus: "REPLICA", ETag: source.ETag, VersionId });
    expect(replica.LastModified).to.deep.equal(source.LastModified);
    const lock = await vault.send(
      new GetObjectRetentionCommand({ Bucket: VAULT_BUCKET, ...version }),
    );
    expect(lock.Retention?.Mode).to.equal("COMPLIANCE");

    const manifestKey = `reports/job-${JobId}/manifest.json`;
    const text = async (Key: string) => {
      const answer = await s3.send(new GetObjectCommand({ Bucket: OPERATIONS_BUCKET, Key }));
      return (await answer.Body?.transformToString()) ?? "";
    };
    const [result] = JSON.parse(await text(manifestKey)).Results;
    const csv = await text(result.Key);
    expect(createHash("md5").update(csv).digest("hex")).to.equal(result.MD5Checksum);
    expect(csv).to.equal(
      `${SOURCE_BUCKET},records/%C3%A4%20b.txt,${VersionId},succeeded,200,,success\n`,
    );
  });

  it("lists jobs, keeps their tags, and answers a missing or ended job as the SDK's own errors", async () => {
    const control = sandbox().s3control("source");
    const { Jobs = [] } = await control.send(new ListJobsCommand({ AccountId }));
    expect(Jobs).to.have.length(1);
    expect(Jobs[0]).to.include({
      Operation: "S3ReplicateObject",
      Priority: 20,
      Status: "Complete",
    });
    const job = { AccountId, JobId: Jobs[0]?.JobId };
    await control.send(new PutJobTaggingCommand({ ...job, Tags: [{ Key: "a", Value: "b" }] }));
    const tagging = await control.send(new GetJobTaggingCommand(job));
    expect(tagging.Tags).to.deep.equal([{ Key: "a", Value: "b" }]);
    const nameOf = (promise: Promise<unknown>) =>
      promise.then(
        () => "none",
        (error: Error) => error.name,
      );
    const missing = new DescribeJobCommand({
      AccountId,
      JobId: "00e123a4-0000-4000-8000-000000000000",
    });
    expect(await nameOf(control.send(missing))).to.equal("NotFoundException");
    const cancel = new UpdateJobStatusCommand({ ...job, RequestedJobStatus: "Cancelled" });
    expect(await nameOf(control.send(cancel))).to.equal("JobStatusException");
  });
});
