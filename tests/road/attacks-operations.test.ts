/**
 * Each protection of the operations bucket beside a vault, and the lifecycle of an adopted vault, taken away by an administrator of
 * the vault's account on the real engine: the guard names it, `up` restores it, and the guard is whole again.
 */

import {
  CreateBucketCommand,
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketRequestPaymentCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  type LifecycleRule,
  type S3Client,
} from "@aws-sdk/client-s3";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { expect } from "chai";
import type { GuardLoss } from "../../automation/judge/outcome";
import { events } from "../helpers/cli";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";
import { lockstep, writeStackFile } from "../helpers/stack-file";
import { takeBucketAway } from "../helpers/taken-buckets";

const lock = { stage: "governance", retention: "30 days" };
const config = {
  source: { ...ACCOUNTS.source, bucket: { name: "beside-records" } },
  vaults: [
    {
      name: "made",
      ...ACCOUNTS.vault,
      bucket: { name: "beside-made" },
      lock,
      encryption: { kms: "create" },
    },
    {
      name: "adopted",
      ...ACCOUNTS.vault,
      bucket: { name: "beside-adopted", existing: true },
      lock,
    },
  ],
  rules: [
    { name: "to-made", vault: "made", priority: 1 },
    { name: "to-adopted", vault: "adopted", priority: 2 },
  ],
};
const OPERATIONS = ["lockstep-vault-ops-beside-made", "lockstep-vault-ops-beside-adopted"];

const expiring = (ID: string, Prefix: string, NoncurrentDays: number): LifecycleRule => ({
  ID,
  Status: "Enabled",
  Filter: { Prefix },
  NoncurrentVersionExpiration: { NoncurrentDays },
});
const theirs = expiring("theirs", "tmp/", 90);

describe("attacks on the operations bucket beside a vault", function () {
  this.timeout(600_000);
  let project: EngineProject;
  let s3: S3Client;

  before(async () => {
    project = await EngineProject.start();
    s3 = project.s3("vault");
    const Bucket = "beside-adopted";
    const CreateBucketConfiguration = { LocationConstraint: ACCOUNTS.vault.region };
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
    await putLifecycle(Bucket, theirs);
    await writeStackFile(project, config);
    await up();
  });
  after(async () => {
    s3?.destroy();
    await project?.close();
  });

  const putLifecycle = (Bucket: string, ...Rules: LifecycleRule[]) =>
    s3.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
    );

  async function up(): Promise<void> {
    const result = await lockstep(project, "up", "--yes");
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
  }

  /** What `verify` says of the guard, and how it ends. */
  async function verify(): Promise<{ losses: readonly GuardLoss[]; exitCode: number | null }> {
    const result = await lockstep(project, "verify", "--json");
    const told = events(result);
    const guard = told.find(({ type }) => type === "guard");
    expect(
      told.map(({ type }) => type),
      result.stdout + result.stderr,
    ).to.include("verdict");
    return { losses: guard?.["losses"] as GuardLoss[], exitCode: result.exitCode };
  }

  const named = (losses: readonly GuardLoss[]): string[] =>
    losses.map((loss) => `${loss.vault} ${loss.protection} by ${loss.restoredBy}`).sort();

  async function expectRestored(): Promise<void> {
    await up();
    expect((await verify()).losses).to.deep.equal([]);
  }

  /** What is done to an operations bucket, and what it takes from its guard. */
  const attacks: Readonly<Record<string, (Bucket: string) => Promise<unknown>>> = {
    "operations-object-lock": (Bucket) =>
      s3.send(
        new PutObjectLockConfigurationCommand({
          Bucket,
          ObjectLockConfiguration: {
            ObjectLockEnabled: "Enabled",
            Rule: { DefaultRetention: { Mode: "GOVERNANCE", Days: 1 } },
          },
        }),
      ),
    "operations-bucket-policy": async (Bucket) => {
      const { Policy = "{}" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
      const policy = JSON.parse(Policy) as { Statement: { Sid: string }[] };
      const Statement = policy.Statement.filter(({ Sid }) => Sid !== "DenyVersionDeletion");
      await s3.send(
        new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ ...policy, Statement }) }),
      );
    },
    "operations-lifecycle": (Bucket) => putLifecycle(Bucket, expiring("gone", "", 1)),
    "operations-encryption": async (Bucket) => {
      const kms = new KMSClient(project.clientOptions("vault"));
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
      kms.destroy();
      const byDefault = { SSEAlgorithm: "aws:kms", KMSMasterKeyID: KeyMetadata?.Arn } as const;
      await s3.send(
        new PutBucketEncryptionCommand({
          Bucket,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: byDefault }],
          },
        }),
      );
    },
    "operations-public-access-block": (Bucket) =>
      s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
    "operations-ownership": (Bucket) =>
      s3.send(
        new PutBucketOwnershipControlsCommand({
          Bucket,
          OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
        }),
      ),
    "operations-acl": (Bucket) =>
      s3.send(new PutBucketAclCommand({ Bucket, ACL: "authenticated-read" })),
    "operations-request-payment": (Bucket) =>
      s3.send(
        new PutBucketRequestPaymentCommand({
          Bucket,
          RequestPaymentConfiguration: { Payer: "Requester" },
        }),
      ),
    "operations-replication": (Bucket) =>
      s3.send(
        new PutBucketReplicationCommand({
          Bucket,
          ReplicationConfiguration: {
            Role: `arn:aws:iam::${ACCOUNTS.vault.accountId}:role/thief`,
            Rules: [
              {
                ID: "out",
                Priority: 1,
                Status: "Enabled",
                Filter: { Prefix: "" },
                DeleteMarkerReplication: { Status: "Disabled" },
                Destination: { Bucket: "arn:aws:s3:::lockstep-ops-beside-records" },
              },
            ],
          },
        }),
      ),
  };

  it("finds nothing while nothing was done, also at an adopted vault with a lifecycle of its own", async () => {
    await project
      .s3("source")
      .send(new PutObjectCommand({ Bucket: "beside-records", Key: "a", Body: "a" }));
    expect(await verify()).to.deep.equal({ losses: [], exitCode: 0 });
  });

  it("names each at the bucket of a made vault and of an adopted one, and `up` restores them", async () => {
    const iam = new IAMClient(project.clientOptions("vault"));
    const AssumeRolePolicyDocument = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" },
      ],
    });
    await iam.send(new CreateRoleCommand({ RoleName: "thief", AssumeRolePolicyDocument }));
    iam.destroy();
    for (const bucket of OPERATIONS) {
      for (const carryOut of Object.values(attacks)) await carryOut(bucket);
    }
    const { exitCode, losses } = await verify();
    expect(exitCode).to.equal(1);
    const expected = ["made", "adopted"].flatMap((vault) =>
      Object.keys(attacks).map((protection) => `${vault} ${protection} by up`),
    );
    expect(named(losses)).to.deep.equal(expected.sort());
    for (const { allows, protection } of losses) {
      expect(allows, protection).to.have.length.greaterThan(20);
    }
    await expectRestored();
  });

  it("names a policy that is gone statement by statement", async () => {
    for (const Bucket of OPERATIONS) await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    const { losses } = await verify();
    expect(new Set(named(losses))).to.deep.equal(
      new Set(["made operations-bucket-policy by up", "adopted operations-bucket-policy by up"]),
    );
    await expectRestored();
  });

  it("names a lifecycle rule that came to an adopted vault, and takes it out without the bucket's own", async () => {
    const Bucket = "beside-adopted";
    await putLifecycle(Bucket, theirs, expiring("added", "", 1));
    const { exitCode, losses } = await verify();
    expect(exitCode).to.equal(1);
    expect(named(losses)).to.deep.equal(["adopted lifecycle by up"]);
    expect(losses[0]?.found).to.include({ ID: "added" });
    await expectRestored();
    const { Rules } = await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(Rules?.map(({ ID }) => ID)).to.deep.equal(["theirs"]);
  });

  it("names a bucket that is gone by one loss, looks on, and `up` makes it again", async () => {
    for (const Bucket of OPERATIONS) await takeBucketAway(s3, Bucket);
    const { exitCode, losses } = await verify();
    expect(exitCode).to.equal(1);
    expect(named(losses)).to.deep.equal([
      "adopted operations-bucket by up",
      "made operations-bucket by up",
    ]);
    await expectRestored();
  });

  it("names a vault whose bucket is gone by one loss, and `up` makes it again", async () => {
    await takeBucketAway(s3, "beside-made");
    const { exitCode, losses } = await verify();
    expect(exitCode).to.equal(1);
    expect(named(losses)).to.deep.equal(["made bucket by up"]);
    await expectRestored();
  });
});
