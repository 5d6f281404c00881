/** The operations bucket beside each vault, as it is at AWS after `up`: made and adopted, two in one account. */

import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { changesOf, CliProject } from "../helpers/cli-project";
import { ACCOUNTS } from "../helpers/engine-project";

const CreateBucketConfiguration = { LocationConstraint: "eu-central-1" } as const;

describe("the operations bucket beside a vault", function () {
  this.timeout(600_000);
  let project: CliProject;
  let vault: S3Client;
  let source: S3Client;

  before(async () => {
    project = await CliProject.start();
    vault = project.engine.s3("vault");
    // Asks in the vault's Region: only there is it said who may.
    source = new S3Client({ ...project.engine.clientOptions("source"), region: "eu-central-1" });
  });
  after(async () => {
    vault?.destroy();
    source?.destroy();
    await project?.close();
  });

  const sections = {
    source: { ...ACCOUNTS.source, bucket: { name: "ops-records" } },
    vaults: [
      {
        name: "made",
        ...ACCOUNTS.vault,
        bucket: { name: "made-vault" },
        lock: { stage: "governance", retention: "30 days" },
        encryption: { kms: "create" },
      },
      {
        name: "adopted",
        ...ACCOUNTS.vault,
        bucket: { name: "adopted-vault", existing: true },
        lock: { stage: "governance", retention: "30 days" },
      },
    ],
    rules: [
      { name: "to-made", vault: "made", priority: 1 },
      { name: "to-adopted", vault: "adopted", priority: 2 },
    ],
  };

  it("is made closed, versioned and lockable, without default retention, under the vault's key, and told", async () => {
    await vault.send(
      new CreateBucketCommand({ Bucket: "adopted-vault", CreateBucketConfiguration }),
    );
    await project.write(sections);
    await project.succeed(["up", "--yes"]);
    const outputs = await project.engine.outputs(sections);
    const vaults = outputs["vaults"] as { operationsBucketName: string; kmsKeyArn?: string }[];
    expect(vaults.map(({ operationsBucketName }) => operationsBucketName)).to.deep.equal([
      "lockstep-vault-ops-made-vault",
      "lockstep-vault-ops-adopted-vault",
    ]);
    for (const { kmsKeyArn, operationsBucketName: Bucket } of vaults) {
      const { Status } = await vault.send(new GetBucketVersioningCommand({ Bucket }));
      expect(Status, Bucket).to.equal("Enabled");
      const lock = await vault.send(new GetObjectLockConfigurationCommand({ Bucket }));
      expect(lock.ObjectLockConfiguration, Bucket).to.deep.equal({ ObjectLockEnabled: "Enabled" });
      const block = await vault.send(new GetPublicAccessBlockCommand({ Bucket }));
      expect(Object.values(block.PublicAccessBlockConfiguration ?? {})).to.deep.equal(
        Array(4).fill(true),
      );
      const owner = await vault.send(new GetBucketOwnershipControlsCommand({ Bucket }));
      expect(owner.OwnershipControls?.Rules).to.deep.equal([
        { ObjectOwnership: "BucketOwnerEnforced" },
      ]);
      const { ServerSideEncryptionConfiguration: encryption } = await vault.send(
        new GetBucketEncryptionCommand({ Bucket }),
      );
      const byDefault = encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
      expect(byDefault?.KMSMasterKeyID, Bucket).to.equal(kmsKeyArn);
      const { Policy = "{}" } = await vault.send(new GetBucketPolicyCommand({ Bucket }));
      const { Statement } = JSON.parse(Policy) as { Statement: { Sid: string }[] };
      expect(Statement.map(({ Sid }) => Sid)).to.include.members([
        "DenyWritesOfOthers",
        "DenyVersionDeletion",
        "DenyHidingVersions",
      ]);
    }
    const again = await project.succeed(["preview"]);
    expect(Object.keys(changesOf(again))).to.deep.equal(["same"]);
  });

  it("is written by the vault's account, which cannot take away what is there", async () => {
    for (const Bucket of ["lockstep-vault-ops-made-vault", "lockstep-vault-ops-adopted-vault"]) {
      const object = { Bucket, Key: "reports/a" };
      const { VersionId } = await vault.send(new PutObjectCommand({ ...object, Body: "a" }));
      for (const attempt of [object, { ...object, VersionId }]) {
        const failure: unknown = await vault
          .send(new DeleteObjectCommand(attempt))
          .catch((error: unknown) => error);
        expect(String(failure), JSON.stringify(attempt)).to.match(
          /AccessDenied.*explicit deny in a resource-based policy/,
        );
      }
      const planted: unknown = await source
        .send(new PutObjectCommand({ ...object, Body: "forged" }))
        .catch((error: unknown) => error);
      expect(String(planted)).to.match(/AccessDenied/);
    }
  });

  it("takes nothing from another account, even when a statement lets it in", async () => {
    // The one under S3's own keys: with a key, its policy would refuse the other account first.
    const Bucket = "lockstep-vault-ops-adopted-vault";
    const { Policy = "{}" } = await vault.send(new GetBucketPolicyCommand({ Bucket }));
    const policy = JSON.parse(Policy) as { Statement: { Sid: string }[] };
    const open = {
      Sid: "Open",
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${ACCOUNTS.source.accountId}:root` },
      Action: "s3:PutObject",
      Resource: `arn:aws:s3:::${Bucket}/*`,
    };
    const put = (Statement: object[]) =>
      vault.send(
        new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ ...policy, Statement }) }),
      );
    const write = () => source.send(new PutObjectCommand({ Bucket, Key: "promise/a", Body: "b" }));
    const others = policy.Statement.filter(({ Sid }) => Sid !== "DenyWritesOfOthers");
    await put([...others, open]);
    await write();
    await put([...policy.Statement, open]);
    expect(String(await write().catch((error: unknown) => error))).to.match(/AccessDenied/);
    await put(policy.Statement);
  });

  it("stays when the stack is destroyed, and is a name taken for another stack's first up", async () => {
    const bucket = "lockstep-vault-ops-taken-vault";
    await vault.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration }));
    const taken = {
      source: { ...ACCOUNTS.source, bucket: { name: "taken-records" } },
      vaults: [{ name: "v", ...ACCOUNTS.vault, bucket: { name: "taken-vault" } }],
      rules: [{ name: "all", vault: "v" }],
    };
    await project.write(taken, "taken");
    const { exitCode, stderr } = await project.run(["up", "--yes"], "taken");
    expect(exitCode, stderr).to.equal(2);
    expect(stderr).to.match(
      /vaults\[0\]\.bucket\.name: .*lockstep-vault-ops-taken-vault already.*one vault has one stack/,
    );

    await project.succeed(["destroy", "--yes"]);
    const { Status } = await vault.send(
      new GetBucketVersioningCommand({ Bucket: "lockstep-vault-ops-made-vault" }),
    );
    expect(Status).to.equal("Enabled");
  });
});
