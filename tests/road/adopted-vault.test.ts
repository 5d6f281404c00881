/** A bucket that was there before becomes a vault: it is given what it lacks and keeps what it has. */

import {
  CreateBucketCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { LockstepError } from "../../automation/errors";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";
import { eventually } from "../helpers/eventually";

describe("an adopted vault", function () {
  this.timeout(180_000);
  let project: EngineProject;
  let s3: S3Client;

  before(async () => {
    project = await EngineProject.start();
    s3 = project.s3("vault");
  });
  after(async () => {
    s3?.destroy();
    await project?.close();
  });

  const config = (name: string, lock: object = { stage: "pilot" }) => ({
    source: { ...ACCOUNTS.source, bucket: { name: `${name}-records` } },
    vaults: [{ name: "v", ...ACCOUNTS.vault, bucket: { name, existing: true }, lock }],
    rules: [{ name: "all", vault: "v" }],
  });

  async function makeBucket(Bucket: string): Promise<void> {
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        CreateBucketConfiguration: { LocationConstraint: "eu-central-1" },
      }),
    );
  }

  it("lists what the bucket lacks, adds it without a replacement, and keeps policy and lifecycle", async () => {
    const Bucket = "adopted";
    await makeBucket(Bucket);
    await s3.send(new PutObjectCommand({ Bucket, Key: "before", Body: "before" }));
    const theirs = {
      Sid: "Theirs",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::222222222222:root" },
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
    };
    await s3.send(
      new PutBucketPolicyCommand({
        Bucket,
        Policy: JSON.stringify({ Version: "2012-10-17", Statement: [theirs] }),
      }),
    );
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: {
          Rules: [
            {
              ID: "theirs",
              Status: "Enabled",
              Filter: { Prefix: "tmp/" },
              NoncurrentVersionExpiration: { NoncurrentDays: 90 },
            },
          ],
        },
      }),
    );

    await project.preview(config(Bucket));
    expect(project.said).to.match(/adopted lacks protections/);
    expect(project.said).to.match(/versioningConfiguration\.status: expected Enabled, got nothing/);
    expect(project.said).to.match(/bucket policy: expected the statement DenyDirectWrites/);
    await project.up(config(Bucket));
    await project
      .s3("source")
      .send(new PutObjectCommand({ Bucket: "adopted-records", Key: "a", Body: "a" }));
    const head = await eventually(() => s3.send(new HeadObjectCommand({ Bucket, Key: "a" })));
    expect(head).to.deep.include({ ReplicationStatus: "REPLICA", ObjectLockMode: "GOVERNANCE" });
    expect(
      (await s3.send(new HeadObjectCommand({ Bucket, Key: "before" }))).ContentLength,
    ).to.equal(6);
    const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    const { Statement } = JSON.parse(Policy) as { Statement: { Sid: string }[] };
    expect(Statement.map(({ Sid }) => Sid)).to.include.members(["Theirs", "AllowReplicas"]);
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules?.map(({ ID }) => ID)).to.deep.equal(["theirs"]);

    const again = await project.preview(config(Bucket));
    expect(Object.keys(again)).to.deep.equal(["same"]);
    expect(project.said).to.not.match(/lacks/);
  });

  it("does not weaken a default retention that is stricter", async () => {
    const Bucket = "strict";
    await makeBucket(Bucket);
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    const DefaultRetention = { Mode: "COMPLIANCE", Days: 7 } as const;
    await s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: { ObjectLockEnabled: "Enabled", Rule: { DefaultRetention } },
      }),
    );
    const failure = await project.up(config(Bucket), "strict").catch((error: unknown) => error);
    const told = (failure as LockstepError).problems
      .map(({ message, path }) => `${path}: ${message}`)
      .join("\n");
    expect(told).to.match(/vaults\[0\]\.lock: strict: .*COMPLIANCE/);
    expect(told).to.match(/7 days/);
    const { ObjectLockConfiguration } = await s3.send(
      new GetObjectLockConfigurationCommand({ Bucket }),
    );
    expect(ObjectLockConfiguration?.Rule?.DefaultRetention).to.deep.equal(DefaultRetention);
  });
});
