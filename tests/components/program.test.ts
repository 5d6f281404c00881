/**
 * The whole program under mocks. See recording-mocks.ts for what mocks do not prove.
 */

import { expect } from "chai";
import * as pulumi from "@pulumi/pulumi";
import { parseConfig } from "../../components/config";
import { organizationPoliciesOf } from "../../components/organization-policies";
import { lockstepProgram } from "../../components/program/program";
import { listOf, one, record, valueOf } from "./recording-mocks";

const rawConfig = {
  source: {
    accountId: "111111111111",
    region: "eu-west-1",
    profile: "records-dev",
    bucket: { name: "acme-records", existing: true },
  },
  vaults: [
    {
      name: "primary",
      accountId: "222222222222",
      region: "eu-central-1",
      assumeRoleArn: "arn:aws:iam::222222222222:role/lockstep-deploy",
      bucket: { name: "acme-vault" },
      lock: { stage: "governance", retention: "30 days" },
      storageClass: "GLACIER_IR",
      encryption: { kms: "create" },
    },
    {
      name: "far",
      accountId: "333333333333",
      region: "eu-north-1",
      bucket: { name: "acme-far" },
    },
  ],
  rules: [
    {
      name: "all",
      priority: 10,
      filter: { prefix: "records/" },
      vault: "primary",
      deleteMarkerReplication: true,
    },
    { name: "kept", priority: 20, filter: { tags: { keep: "yes" } }, vault: "far", metrics: true },
  ],
};

const SINCE = "2026-11-28T12:00:00.000Z";
const existing = { "acme-records": "eu-west-1" };

/** The program of the config above, run to its end. */
function runProgram() {
  return record(
    () => lockstepProgram(parseConfig(rawConfig), { deployedAt: () => SINCE }),
    existing,
  );
}

describe("program", () => {
  it("declares exactly these resources, each by the provider of its account", async () => {
    const { resources, providers, invokes } = await runProgram();
    const byProvider = (name: string) =>
      listOf(resources.filter(({ provider }) => provider === name));
    expect(byProvider("source")).to.deep.equal([
      "aws:iam/role:Role lockstep-batch-role",
      "aws:iam/role:Role lockstep-replication-role",
      "aws:iam/rolePolicy:RolePolicy lockstep-batch-role-policy",
      "aws:iam/rolePolicy:RolePolicy lockstep-replication-policy",
      "aws:s3/bucket:Bucket lockstep-batch-bucket",
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration lockstep-batch-lifecycle",
      "aws:s3/bucketOwnershipControls:BucketOwnershipControls lockstep-batch-ownership",
      "aws:s3/bucketPolicy:BucketPolicy lockstep-batch-bucket-policy",
      "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock lockstep-batch-public-access",
      "aws:s3/bucketReplicationConfig:BucketReplicationConfig lockstep-replication-rules",
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration lockstep-batch-encryption",
      "aws:s3/bucketVersioning:BucketVersioning lockstep-batch-versioning",
      "aws:s3/bucketVersioning:BucketVersioning lockstep-source-versioning",
    ]);
    expect(byProvider("vault-primary")).to.deep.equal([
      "aws-native:kms:Alias lockstep-vault-primary-key-alias",
      "aws-native:kms:Key lockstep-vault-primary-key",
      "aws-native:s3:Bucket lockstep-vault-primary-bucket",
      "aws-native:s3:Bucket lockstep-vault-primary-operations-bucket",
      "aws-native:s3:BucketPolicy lockstep-vault-primary-operations-policy",
      "aws-native:s3:BucketPolicy lockstep-vault-primary-policy",
    ]);
    expect(byProvider("vault-far")).to.deep.equal([
      "aws-native:s3:Bucket lockstep-vault-far-bucket",
      "aws-native:s3:Bucket lockstep-vault-far-operations-bucket",
      "aws-native:s3:BucketPolicy lockstep-vault-far-operations-policy",
      "aws-native:s3:BucketPolicy lockstep-vault-far-policy",
    ]);
    expect(resources).to.have.length(13 + 6 + 4);
    expect(listOf(providers)).to.deep.equal([
      "pulumi:providers:aws source",
      "pulumi:providers:aws-native vault-far",
      "pulumi:providers:aws-native vault-primary",
    ]);
    // Once before anything is declared, once by the component.
    const lookUp = {
      token: "aws:s3/getBucket:getBucket",
      inputs: { bucket: "acme-records" },
      provider: "source",
    };
    expect(invokes.filter(({ token }) => token === lookUp.token)).to.deep.equal([lookUp, lookUp]);
  });

  it("pins each provider to its account, Region and way in", async () => {
    const { providers } = await runProgram();
    // Provider inputs that are not strings travel as JSON text.
    const inputsOf = (name: string) =>
      Object.fromEntries(
        Object.entries(one(providers, name).inputs as Record<string, string | undefined>)
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => [
            key,
            value?.startsWith("[") || value?.startsWith("{") ? JSON.parse(value) : value,
          ]),
      );
    expect(inputsOf("source")).to.deep.include({
      region: "eu-west-1",
      profile: "records-dev",
      allowedAccountIds: ["111111111111"],
    });
    expect(inputsOf("vault-primary")).to.deep.include({
      region: "eu-central-1",
      assumeRole: {
        roleArn: "arn:aws:iam::222222222222:role/lockstep-deploy",
        sessionName: "lockstep",
      },
      allowedAccountIds: ["222222222222"],
      skipCredentialsValidation: "false",
    });
    expect(inputsOf("vault-far")).to.deep.include({
      region: "eu-north-1",
      allowedAccountIds: ["333333333333"],
      skipCredentialsValidation: "false",
    });
    expect(inputsOf("vault-far")).to.not.have.any.keys("profile", "assumeRole");
  });

  it("sends each rule to the bucket and account of its vault, with key, class and filter", async () => {
    const { resources } = await runProgram();
    const { inputs } = one(resources, "lockstep-replication-rules");
    expect(inputs.bucket).to.equal("acme-records");
    expect(inputs.role).to.equal(
      "arn:aws:iam::111111111111:role/lockstep-replication-acme-records",
    );
    expect(inputs.rules).to.deep.equal([
      {
        id: "all",
        status: "Enabled",
        priority: 10,
        filter: { prefix: "records/" },
        deleteMarkerReplication: { status: "Enabled" },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
        destination: {
          bucket: "arn:aws:s3:::acme-vault",
          account: "222222222222",
          storageClass: "GLACIER_IR",
          encryptionConfiguration: {
            replicaKmsKeyId: "arn:aws:kms:eu-central-1:222222222222:key/lockstep-vault-primary-key",
          },
        },
      },
      {
        id: "kept",
        status: "Enabled",
        priority: 20,
        filter: { tag: { key: "keep", value: "yes" } },
        deleteMarkerReplication: { status: "Disabled" },
        destination: {
          bucket: "arn:aws:s3:::acme-far",
          account: "333333333333",
          metrics: { status: "Enabled" },
        },
      },
    ]);
  });

  it("lets the vaults' policies name the very role that is made", async () => {
    const { resources, result } = await runProgram();
    const { replicationRoleArn } = await valueOf(
      result["source"] as pulumi.Output<{ replicationRoleArn: string }>,
    );
    for (const vault of ["primary", "far"]) {
      const [allow] = one(resources, `lockstep-vault-${vault}-policy`).inputs.policyDocument
        .Statement;
      expect(allow.Condition.ArnEquals["aws:PrincipalArn"]).to.equal(replicationRoleArn);
      expect(allow.Action.includes("s3:ReplicateDelete")).to.equal(vault === "primary");
    }
  });

  it("gives the outputs that the driver reads, as plain JSON", async () => {
    const { result, resources } = await runProgram();
    const outputs: Record<string, unknown> = {};
    for (const [name, output] of Object.entries(result)) {
      outputs[name] = await valueOf(output as pulumi.Output<unknown>);
    }
    const { promise, ...others } = JSON.parse(JSON.stringify(outputs)) as Record<string, unknown>;
    expect(promise).to.deep.include({ version: 1 });
    expect((promise as { digest: string }).digest).to.match(/^[0-9a-f]{64}$/);
    const off = {
      ownerOverride: false,
      replicaModifications: false,
      replicationTimeControl: false,
    };
    const declared = (name: string): Record<string, unknown> =>
      JSON.parse(
        JSON.stringify(resources.find((resource) => resource.name === name)?.inputs ?? {}),
      ) as Record<string, unknown>;
    const statementsOf = (name: string, member: string): unknown => {
      const document = declared(name)[member];
      const read = (typeof document === "string" ? JSON.parse(document) : document) as
        { Statement?: unknown } | undefined;
      return read?.Statement;
    };
    expect(others).to.deep.equal({
      source: {
        accountId: "111111111111",
        region: "eu-west-1",
        bucketName: "acme-records",
        bucketArn: "arn:aws:s3:::acme-records",
        existing: true,
        replicationRoleArn: "arn:aws:iam::111111111111:role/lockstep-replication-acme-records",
      },
      vaults: [
        {
          name: "primary",
          accountId: "222222222222",
          region: "eu-central-1",
          bucketName: "acme-vault",
          bucketArn: "arn:aws:s3:::acme-vault",
          kmsKeyArn: "arn:aws:kms:eu-central-1:222222222222:key/lockstep-vault-primary-key",
          lock: { mode: "GOVERNANCE", retentionDays: 30, maximumRetentionDays: 3650, since: SINCE },
          storageClass: "GLACIER_IR",
          guard: {
            stage: "governance",
            existing: false,
            isChained: false,
            policyStatements: statementsOf("lockstep-vault-primary-policy", "policyDocument"),
            operationsPolicyStatements: statementsOf(
              "lockstep-vault-primary-operations-policy",
              "policyDocument",
            ),
            keyPolicyStatements: statementsOf("lockstep-vault-primary-key", "keyPolicy"),
          },
          operationsBucketName: "lockstep-vault-ops-acme-vault",
        },
        {
          name: "far",
          accountId: "333333333333",
          region: "eu-north-1",
          bucketName: "acme-far",
          bucketArn: "arn:aws:s3:::acme-far",
          lock: { mode: "GOVERNANCE", retentionDays: 1, maximumRetentionDays: 3650, since: SINCE },
          guard: {
            stage: "pilot",
            existing: false,
            isChained: false,
            policyStatements: statementsOf("lockstep-vault-far-policy", "policyDocument"),
            operationsPolicyStatements: statementsOf(
              "lockstep-vault-far-operations-policy",
              "policyDocument",
            ),
          },
          operationsBucketName: "lockstep-vault-ops-acme-far",
        },
      ],
      rules: [
        {
          ...off,
          name: "all",
          status: "Enabled",
          priority: 10,
          prefix: "records/",
          vault: "primary",
          sseKmsEncryptedObjects: true,
          deleteMarkerReplication: true,
          metrics: false,
        },
        {
          ...off,
          name: "kept",
          status: "Enabled",
          priority: 20,
          tags: { keep: "yes" },
          vault: "far",
          sseKmsEncryptedObjects: false,
          deleteMarkerReplication: false,
          metrics: true,
        },
      ],
      operations: {
        bucketName: "lockstep-ops-acme-records",
        bucketArn: "arn:aws:s3:::lockstep-ops-acme-records",
        manifestPrefix: "manifests",
        reportPrefix: "reports",
        ledgerPrefix: "ledger",
      },
      batchRoleArn: "arn:aws:iam::111111111111:role/lockstep-batch-acme-records",
      roles: {
        replication: {
          roleArn: "arn:aws:iam::111111111111:role/lockstep-replication-acme-records",
          existing: false,
          trustStatements: statementsOf("lockstep-replication-role", "assumeRolePolicy"),
          policies: [
            {
              name: "replicate",
              statements: statementsOf("lockstep-replication-policy", "policy"),
            },
          ],
          managedPolicyArns: [],
        },
        batch: {
          roleArn: "arn:aws:iam::111111111111:role/lockstep-batch-acme-records",
          existing: false,
          trustStatements: statementsOf("lockstep-batch-role", "assumeRolePolicy"),
          policies: [
            { name: "backfill", statements: statementsOf("lockstep-batch-role-policy", "policy") },
          ],
          managedPolicyArns: [],
        },
      },
      organizationPolicies: organizationPoliciesOf(parseConfig(rawConfig)),
    });
  });

  it("lets in by default what a source locks for by itself, and what the first hop of a chain lets in", async () => {
    const access = { accountId: "222222222222", region: "eu-central-1" };
    const { result } = await record(() =>
      lockstepProgram(
        parseConfig({
          sources: [
            {
              name: "first",
              accountId: "111111111111",
              region: "eu-west-1",
              bucket: {
                name: "acme-records",
                objectLock: { mode: "GOVERNANCE", retention: "20 years" },
              },
            },
            { name: "next", bucket: { vault: "near" } },
          ],
          vaults: [
            { name: "near", ...access, bucket: { name: "near-vault" } },
            { name: "far", ...access, bucket: { name: "far-vault" } },
            {
              name: "own",
              ...access,
              bucket: { name: "own-vault" },
              lock: {
                stage: "governance",
                retention: "11 years",
                maximumRetention: "12 years",
                minimumRetention: "10 days",
              },
            },
            {
              name: "long",
              ...access,
              bucket: { name: "long-vault" },
              lock: { stage: "governance", retention: "11 years" },
            },
          ],
          rules: [
            { name: "all", vault: "near" },
            { name: "onwards", source: "next", vault: "far" },
          ],
        }),
      ),
    );
    const vaults = await valueOf(
      result["vaults"] as pulumi.Output<{ name: string; lock: object }[]>,
    );
    const lockOf = (wanted: string) => vaults.find(({ name }) => name === wanted)?.lock;
    expect(lockOf("near")).to.include({ maximumRetentionDays: 7300 });
    expect(lockOf("far")).to.include({ maximumRetentionDays: 7300 });
    expect(lockOf("own")).to.include({ maximumRetentionDays: 4380, minimumRetentionDays: 10 });
    // No rule fills it yet: any source may.
    expect(lockOf("long")).to.include({ maximumRetentionDays: 7300 });
  });

  it("declares nothing when an existing source bucket is not there", async () => {
    const { result, resources, components } = await record(() =>
      lockstepProgram(parseConfig(rawConfig)).catch((error: unknown) => error),
    );
    expect(pulumi.RunError.isInstance(result)).to.equal(true);
    expect((result as Error).message).to.match(
      /^ {2}source\.bucket\.name: .*"acme-records".*account 111111111111.*couldn't find resource/m,
    );
    expect(resources).to.be.empty;
    expect(components).to.be.empty;
  });

  it("declares nothing when an existing source bucket is in another Region", async () => {
    const { result, components } = await record(
      () => lockstepProgram(parseConfig(rawConfig)).catch((error: unknown) => error),
      { "acme-records": "us-east-1" },
    );
    expect((result as Error).message).to.match(/^ {2}source\.region: .*us-east-1, got eu-west-1/m);
    expect(components).to.be.empty;
  });
});
