import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  PutBucketTaggingCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { GetRoleCommand } from "@aws-sdk/client-iam";
import * as aws from "@pulumi/aws";
import * as native from "@pulumi/aws-native";
import * as pulumi from "@pulumi/pulumi";
import type { OutputMap, Stack } from "@pulumi/pulumi/automation";
import { expect } from "chai";
import { failureOf, useLocalStacks } from "../helpers/local-stacks";
import { useSandbox } from "../../sandbox/tests/helpers/sandbox";

/** What a test varies of the program. */
interface Variation {
  days?: number;
  vaultName?: string;
  /** The role's path, which cannot change in place. */
  rolePath?: string;
  /** Written in another spelling; means the same. */
  respell?: boolean;
  allowedAccountId?: string;
  /** More arguments of the vault's provider. */
  vaultProvider?: Partial<native.ProviderArgs>;
  extraVault?: object;
  extraBucket?: object;
  lifecycle?: boolean;
}

describe("The local providers on the real engine", function () {
  this.timeout(120_000);
  const sandbox = useSandbox({ settings: { cloudControlDelayMs: 5 } });
  const stackOf = useLocalStacks(sandbox);
  let variation: Variation = {};
  let stack: Stack;

  async function program(): Promise<Record<string, unknown>> {
    const source = new aws.Provider("source", {
      region: "eu-west-1",
      profile: "source",
      allowedAccountIds: [variation.allowedAccountId ?? "111111111111"],
    });
    const vaultProvider = new native.Provider("vault", {
      region: "eu-central-1",
      profile: "vault",
      allowedAccountIds: ["222222222222"],
      ...variation.vaultProvider,
    });
    const inSource = { provider: source };
    const inVault = { provider: vaultProvider };

    const key = new native.kms.Key(
      "key",
      { description: "vault", pendingWindowInDays: 7, enableKeyRotation: true },
      inVault,
    );
    new native.kms.Alias("alias", { aliasName: "alias/vault", targetKeyId: key.keyId }, inVault);
    const vaultBucket = new native.s3.Bucket(
      "vault",
      {
        bucketName: variation.vaultName,
        objectLockEnabled: true,
        objectLockConfiguration: {
          objectLockEnabled: "Enabled",
          rule: { defaultRetention: { mode: "GOVERNANCE", days: variation.days ?? 1 } },
        },
        versioningConfiguration: { status: "Enabled" },
        bucketEncryption: {
          serverSideEncryptionConfiguration: [
            {
              bucketKeyEnabled: true,
              serverSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
            },
          ],
        },
        publicAccessBlockConfiguration: {
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
        ownershipControls: { rules: [{ objectOwnership: "BucketOwnerEnforced" }] },
        tags: [
          { key: "a", value: "1" },
          { key: "b", value: "2" },
        ],
        ...variation.extraVault,
      },
      inVault,
    );
    new native.s3.BucketPolicy(
      "vault-policy",
      {
        bucket: vaultBucket.bucketName.apply((name) => name ?? ""),
        policyDocument: vaultBucket.arn.apply((arn) => ({
          Version: "2012-10-17",
          Statement: [
            {
              Sid: "Replicate",
              Effect: "Allow",
              Principal: { AWS: "arn:aws:iam::111111111111:root" },
              Action: "s3:ReplicateObject",
              Resource: `${arn}/*`,
            },
          ],
        })),
      },
      inVault,
    );

    const bucket = new aws.s3.Bucket(
      "records",
      { forceDestroy: true, tags: { team: pulumi.secret("records") }, ...variation.extraBucket },
      inSource,
    );
    const versioning = new aws.s3.BucketVersioning(
      "versioning",
      { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
      inSource,
    );
    new aws.s3.BucketPublicAccessBlock(
      "block",
      { bucket: bucket.bucket, blockPublicAcls: true, blockPublicPolicy: true },
      inSource,
    );
    new aws.s3.BucketOwnershipControls(
      "ownership",
      { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
      inSource,
    );
    new aws.s3.BucketServerSideEncryptionConfiguration(
      "encryption",
      {
        bucket: bucket.bucket,
        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      },
      inSource,
    );
    if (variation.lifecycle ?? true) {
      new aws.s3.BucketLifecycleConfiguration(
        "lifecycle",
        {
          bucket: bucket.bucket,
          rules: [
            {
              id: "clean",
              status: "Enabled",
              abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
            },
          ],
        },
        inSource,
      );
    }
    const statement = { Effect: "Deny", Principal: "*", Action: "s3:PutBucketWebsite" };
    new aws.s3.BucketPolicy(
      "policy",
      {
        bucket: bucket.bucket,
        policy: bucket.arn.apply((arn) =>
          variation.respell
            ? JSON.stringify(
                { Statement: [{ Resource: arn, ...statement }], Version: "2012-10-17" },
                undefined,
                4,
              )
            : JSON.stringify({
                Version: "2012-10-17",
                Statement: [{ ...statement, Resource: arn }],
              }),
        ),
      },
      inSource,
    );
    const role = new aws.iam.Role(
      "replication",
      {
        assumeRolePolicy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "s3.amazonaws.com" },
              Action: "sts:AssumeRole",
            },
          ],
        },
        path: variation.rolePath ?? "/lockstep/",
      },
      inSource,
    );
    new aws.iam.RolePolicy(
      "replication",
      {
        role: role.name,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "s3:ReplicateObject", Resource: vaultBucket.arn }],
        }),
      },
      inSource,
    );
    new aws.s3.BucketReplicationConfig(
      "replication",
      {
        bucket: bucket.bucket,
        role: role.arn,
        rules: [
          {
            id: "all",
            status: "Enabled",
            priority: 1,
            filter: { and: { prefix: "records/", tags: { keep: "yes" } } },
            deleteMarkerReplication: { status: "Disabled" },
            sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
            destination: {
              bucket: vaultBucket.arn,
              account: "222222222222",
              storageClass: "GLACIER_IR",
              accessControlTranslation: { owner: "Destination" },
              encryptionConfiguration: { replicaKmsKeyId: key.arn },
            },
          },
        ],
      },
      { ...inSource, dependsOn: [versioning] },
    );
    const identity = aws.getCallerIdentityOutput({}, inSource);
    const looked = aws.s3.getBucketOutput({ bucket: bucket.bucket }, inSource);
    return {
      vault: vaultBucket.bucketName,
      vaultArn: vaultBucket.arn,
      keyArn: key.arn,
      bucket: bucket.bucket,
      bucketArn: looked.arn,
      tags: bucket.tags,
      roleArn: role.arn,
      roleName: role.name,
      accountId: identity.accountId,
    };
  }

  before(async () => {
    stack = await stackOf("dev", program);
  });

  async function up(change: Variation): Promise<{ outputs: OutputMap; changes: object }> {
    variation = change;
    const { outputs, summary } = await stack.up();
    return { outputs, changes: summary.resourceChanges ?? {} };
  }

  async function preview(change: Variation): Promise<object> {
    variation = change;
    return (await stack.preview()).changeSummary;
  }

  async function vaultPolicy(): Promise<string> {
    const answer = await sandbox()
      .s3("vault")
      .send(new GetBucketPolicyCommand({ Bucket: "renamed-vault" }));
    return answer.Policy ?? "";
  }

  let outputs: OutputMap;
  const output = (name: string): string => String(outputs[name]?.value);

  it("preview everything while nothing is known yet, and make nothing", async () => {
    const planned = await preview({});
    expect(planned).to.deep.equal({ create: 17 });
    const writes = sandbox().requests.filter((each) => /^(Create|Put)/.test(each.operation ?? ""));
    expect(writes).to.be.empty;
  });

  it("make what the program declares, in both accounts", async () => {
    ({ outputs } = await up({}));
    expect(output("vaultArn")).to.equal(`arn:aws:s3:::${output("vault")}`);
    expect(output("vault")).to.match(/^vault-[0-9a-f]{7}$/);
    expect(output("keyArn")).to.match(/^arn:aws:kms:eu-central-1:222222222222:key\//);
    expect(output("bucketArn")).to.equal(`arn:aws:s3:::${output("bucket")}`);
    expect(output("accountId")).to.equal("111111111111");
    expect(outputs["tags"]).to.deep.equal({ value: { team: "records" }, secret: true });
    expect(output("roleArn")).to.match(/:role\/lockstep\/replication-[0-9a-f]{7}$/);

    const lock = await sandbox()
      .s3("vault")
      .send(new GetObjectLockConfigurationCommand({ Bucket: output("vault") }));
    expect(lock.ObjectLockConfiguration?.Rule?.DefaultRetention?.Days).to.equal(1);
    const replication = await sandbox()
      .s3("source")
      .send(new GetBucketReplicationCommand({ Bucket: output("bucket") }));
    expect(replication.ReplicationConfiguration?.Rules?.[0]).to.deep.include({
      ID: "all",
      Filter: { And: { Prefix: "records/", Tags: [{ Key: "keep", Value: "yes" }] } },
    });
    expect(replication.ReplicationConfiguration?.Rules?.[0]?.Destination).to.deep.include({
      Bucket: output("vaultArn"),
      EncryptionConfiguration: { ReplicaKmsKeyID: output("keyArn") },
    });
  });

  it("change nothing the second time, and nothing for another spelling of a policy", async () => {
    expect((await up({})).changes).to.deep.equal({ same: 17 });
    expect((await up({ respell: true })).changes).to.deep.equal({ same: 17 });
  });

  it("see no drift where there is none", async () => {
    const { summary } = await stack.refresh();
    expect(summary.resourceChanges).to.deep.equal({ same: 17 });
    expect(await preview({})).to.deep.equal({ same: 17 });
  });

  it("update in place what can be", async () => {
    const { changes } = await up({ days: 2 });
    expect(changes).to.deep.equal({ same: 16, update: 1 });
    const lock = await sandbox()
      .s3("vault")
      .send(new GetObjectLockConfigurationCommand({ Bucket: output("vault") }));
    expect(lock.ObjectLockConfiguration?.Rule?.DefaultRetention?.Days).to.equal(2);
  });

  it("find and repair drift", async () => {
    const s3 = sandbox().s3("source");
    await s3.send(
      new PutPublicAccessBlockCommand({
        Bucket: output("bucket"),
        PublicAccessBlockConfiguration: { BlockPublicAcls: false, BlockPublicPolicy: true },
      }),
    );
    await sandbox()
      .s3("vault")
      .send(new PutBucketTaggingCommand({ Bucket: output("vault"), Tagging: { TagSet: [] } }));
    variation = { days: 2 };
    const { summary } = await stack.refresh();
    expect(summary.resourceChanges).to.deep.equal({ same: 15, update: 2 });
    expect((await up({ days: 2 })).changes).to.deep.equal({ same: 15, update: 2 });
    expect(await preview({ days: 2 })).to.deep.equal({ same: 17 });
  });

  it("replace the vault when its name changes, and what hangs on it", async () => {
    const old = output("vault");
    const before = await preview({ days: 2, vaultName: "renamed-vault" });
    expect(before).to.have.property("replace").greaterThan(1);
    ({ outputs } = await up({ days: 2, vaultName: "renamed-vault" }));
    expect(output("vault")).to.equal("renamed-vault");
    const gone = await failureOf(
      sandbox()
        .s3("vault")
        .send(new HeadBucketCommand({ Bucket: old })),
    );
    expect(gone).to.be.a("string");
    expect(await vaultPolicy()).to.contain("arn:aws:s3:::renamed-vault/*");
  });

  it("replace a role of automatic name before the old one goes", async () => {
    const old = output("roleName");
    const change = { days: 2, vaultName: "renamed-vault" };
    ({ outputs } = await up({ ...change, rolePath: "/other/" }));
    expect(output("roleName")).to.not.equal(old);
    expect(output("roleArn")).to.contain(":role/other/replication-");
    ({ outputs } = await up(change));
  });

  it("refuse a property that they do not act on, by name and place", async () => {
    const ofVault = await failureOf(
      preview({
        days: 2,
        vaultName: "renamed-vault",
        extraVault: { versioningConfiguration: { status: "Enabled", colour: "red" } },
      }),
    );
    expect(ofVault).to.contain("versioningConfiguration.colour");
    const ofBucket = await failureOf(
      preview({ days: 2, vaultName: "renamed-vault", extraBucket: { requestPayer: "Requester" } }),
    );
    expect(ofBucket).to.contain("requestPayer");
  });

  it("refuse the credentials of another account before anything is made", async () => {
    const message = await failureOf(preview({ allowedAccountId: "999999999999" }));
    expect(message).to.contain("AWS account ID not allowed: 111111111111");
  });

  it("look at the accounts that aws-native allows only where its SDK's default is turned off, as the real one", async () => {
    const allowedAccountIds = ["999999999999"];
    await preview({ vaultProvider: { allowedAccountIds } });
    const check = { skipCredentialsValidation: false };
    expect(await failureOf(preview({ vaultProvider: { allowedAccountIds, ...check } }))).to.contain(
      "account ID not allowed (222222222222)",
    );
    expect(
      await failureOf(
        preview({
          vaultProvider: {
            allowedAccountIds: undefined,
            forbiddenAccountIds: ["222222222222"],
            ...check,
          },
        }),
      ),
    ).to.contain("forbidden account ID (222222222222)");
    expect(
      await failureOf(preview({ vaultProvider: { skipRequestingAccountId: true } })),
    ).to.contain("skipRequestingAccountId");
  });

  it("tell AWS's refusal with operation, code and message", async () => {
    const message = await failureOf(
      up({ days: 2, vaultName: "renamed-vault", extraBucket: { bucket: "renamed-vault" } }),
    );
    expect(message).to.match(
      /creating S3 Bucket: operation error S3: CreateBucket, https response error StatusCode: 409, RequestID: \S+, api error BucketAlreadyExists: /,
    );
  });

  it("take over resources that are there already, without a change", async () => {
    const importing = await stackOf("import", async () => {
      const source = new aws.Provider("source", { region: "eu-west-1", profile: "source" });
      const vault = new native.Provider("vault", { region: "eu-central-1", profile: "vault" });
      const bucket = output("bucket");
      new aws.s3.BucketVersioning(
        "versioning",
        { bucket, versioningConfiguration: { status: "Enabled" } },
        { provider: source, import: bucket, retainOnDelete: true },
      );
      new native.s3.BucketPolicy(
        "policy",
        {
          bucket: "renamed-vault",
          policyDocument: JSON.parse(await vaultPolicy()) as object,
        },
        { provider: vault, import: "renamed-vault", retainOnDelete: true },
      );
      return {};
    });
    const { summary } = await importing.up();
    expect(summary.resourceChanges).to.deep.equal({ create: 3, import: 2 });
    expect((await importing.up()).summary.resourceChanges).to.deep.equal({ same: 5 });
    await importing.destroy();
  });

  it("forget what is gone, and make it again", async () => {
    await sandbox()
      .s3("vault")
      .send(new DeleteBucketPolicyCommand({ Bucket: "renamed-vault" }));
    variation = { days: 2, vaultName: "renamed-vault" };
    const { summary } = await stack.refresh();
    expect(summary.resourceChanges).to.deep.equal({ same: 16, delete: 1 });
    expect((await up(variation)).changes).to.deep.equal({ same: 16, create: 1 });
  });

  it("take everything down, and suspend versioning only where they turned it on", async () => {
    variation = { days: 2, vaultName: "renamed-vault" };
    await stack.destroy();
    const gone = await failureOf(
      sandbox()
        .s3("vault")
        .send(new HeadBucketCommand({ Bucket: "renamed-vault" })),
    );
    expect(gone).to.be.a("string");
    const role = await failureOf(
      sandbox()
        .iam("source")
        .send(new GetRoleCommand({ RoleName: output("roleName") })),
    );
    expect(role).to.contain("cannot be found");
  });
});
