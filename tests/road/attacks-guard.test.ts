/**
 * Each protection of a vault, taken away by an administrator of the vault's account on the real engine: the guard names it,
 * `up` restores it, and the guard is whole again.
 */

import {
  DeleteBucketPolicyCommand,
  GetBucketPolicyCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketRequestPaymentCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  DeletePublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { expect } from "chai";
import type { VaultOutputs } from "../../components/promise/outputs";
import { checkGuard } from "../../automation/guard/check-guard";
import type { GuardLoss } from "../../automation/judge/outcome";
import { parseConfig } from "../../components/config";
import { events } from "../helpers/cli";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";
import { lockstep, writeStackFile } from "../helpers/stack-file";
import { GUARD_ATTACKS, type GuardAttack } from "./attack-outcomes";

const config = {
  source: { ...ACCOUNTS.source, bucket: { name: "guard-records" } },
  vaults: [
    {
      name: "v",
      ...ACCOUNTS.vault,
      bucket: { name: "guard-vault" },
      lock: { stage: "governance", retention: "30 days" },
      encryption: { kms: "create" },
    },
  ],
  rules: [{ name: "all", vault: "v" }],
};

describe("attacks on a vault's guard", function () {
  this.timeout(600_000);
  let project: EngineProject;
  let vault: VaultOutputs;
  let s3: S3Client;
  let kms: KMSClient;
  const Bucket = "guard-vault";

  before(async () => {
    project = await EngineProject.start();
    await writeStackFile(project, config);
    const deployed = await lockstep(project, "up", "--yes");
    expect(deployed.exitCode, deployed.stdout + deployed.stderr).to.equal(0);
    [vault] = (await project.outputs(config))["vaults"] as [VaultOutputs];
    s3 = project.s3("vault");
    kms = new KMSClient(project.clientOptions("vault"));
  });
  after(async () => {
    s3?.destroy();
    kms?.destroy();
    await project?.close();
  });

  async function policyText(): Promise<string> {
    return (await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy ?? "";
  }

  async function losses(): Promise<readonly GuardLoss[]> {
    const environment = { configFile: project.environment["AWS_CONFIG_FILE"] };
    const { checked, losses: found } = await checkGuard(
      [vault],
      parseConfig(config),
      { ...environment, variables: {} },
      project.session,
    );
    expect(checked).to.deep.equal(["v"]);
    return found;
  }

  /** Statements of the live policy, changed. */
  async function changePolicy(
    change: (statements: Record<string, unknown>[]) => Record<string, unknown>[],
  ): Promise<void> {
    const policy = JSON.parse(await policyText()) as { Statement: Record<string, unknown>[] };
    const Policy = JSON.stringify({ ...policy, Statement: change(policy.Statement) });
    await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  }

  const retention = (Mode?: "GOVERNANCE" | "COMPLIANCE", Days?: number) => () =>
    s3.send(
      new PutObjectLockConfigurationCommand({
        Bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: "Enabled",
          ...(Mode === undefined ? {} : { Rule: { DefaultRetention: { Mode, Days } } }),
        },
      }),
    );

  type Attacks = Partial<
    Readonly<Record<GuardAttack, { readonly carryOut: () => Promise<unknown> }>>
  >;

  /** Each round is carried out attack by attack, and then restored by one `up`. */
  const rounds: readonly Attacks[] = [
    {
      "the bucket policy is deleted": {
        carryOut: () => s3.send(new DeleteBucketPolicyCommand({ Bucket })),
      },
      "the default retention is removed": { carryOut: retention() },
      "a lifecycle rule expires versions": {
        carryOut: () =>
          s3.send(
            new PutBucketLifecycleConfigurationCommand({
              Bucket,
              LifecycleConfiguration: {
                Rules: [
                  {
                    ID: "gone",
                    Status: "Enabled",
                    Filter: { Prefix: "" },
                    NoncurrentVersionExpiration: { NoncurrentDays: 1 },
                  },
                ],
              },
            }),
          ),
      },
      "the default encryption is under another key": {
        carryOut: async () => {
          const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
          await s3.send(
            new PutBucketEncryptionCommand({
              Bucket,
              ServerSideEncryptionConfiguration: {
                Rules: [
                  {
                    ApplyServerSideEncryptionByDefault: {
                      SSEAlgorithm: "aws:kms",
                      KMSMasterKeyID: KeyMetadata?.Arn,
                    },
                  },
                ],
              },
            }),
          );
        },
      },
      "the key is disabled": {
        carryOut: () => kms.send(new DisableKeyCommand({ KeyId: vault.kmsKeyArn })),
      },
      "the public access block is taken off": {
        carryOut: () => s3.send(new DeletePublicAccessBlockCommand({ Bucket })),
      },
      "ACLs are switched on and one is granted": {
        carryOut: async () => {
          await s3.send(
            new PutBucketOwnershipControlsCommand({
              Bucket,
              OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
            }),
          );
          await s3.send(new PutBucketAclCommand({ Bucket, ACL: "authenticated-read" }));
        },
      },
      "the requester pays": {
        carryOut: () =>
          s3.send(
            new PutBucketRequestPaymentCommand({
              Bucket,
              RequestPaymentConfiguration: { Payer: "Requester" },
            }),
          ),
      },
      "everything is replicated to elsewhere": {
        carryOut: async () => {
          const iam = new IAMClient(project.clientOptions("vault"));
          const AssumeRolePolicyDocument = JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Service: "s3.amazonaws.com" },
                Action: "sts:AssumeRole",
              },
            ],
          });
          await iam.send(new CreateRoleCommand({ RoleName: "thief", AssumeRolePolicyDocument }));
          iam.destroy();
          await s3.send(
            new PutBucketReplicationCommand({
              Bucket,
              ReplicationConfiguration: {
                Role: "arn:aws:iam::222222222222:role/thief",
                Rules: [
                  {
                    ID: "out",
                    Priority: 1,
                    Status: "Enabled",
                    Filter: { Prefix: "" },
                    DeleteMarkerReplication: { Status: "Disabled" },
                    Destination: { Bucket: "arn:aws:s3:::lockstep-ops-guard-records" },
                  },
                ],
              },
            }),
          );
        },
      },
    },
    {
      "one statement is taken out": {
        carryOut: () =>
          changePolicy((all) => all.filter(({ Sid }) => Sid !== "DenyGovernanceBypass")),
      },
      "the default retention is shortened": {
        carryOut: retention("GOVERNANCE", 1),
      },
      "the key is scheduled for deletion": {
        carryOut: () => kms.send(new ScheduleKeyDeletionCommand({ KeyId: vault.kmsKeyArn })),
      },
    },
    {
      "a statement gets a condition": {
        carryOut: () =>
          changePolicy((all) =>
            all.map((one) =>
              one["Sid"] === "DenyDirectWrites"
                ? { ...one, Condition: { Bool: { "aws:ViaAWSService": "true" } } }
                : one,
            ),
          ),
      },
      "the default retention is made a century of COMPLIANCE": {
        carryOut: retention("COMPLIANCE", 36_500),
      },
      "the key's policy is opened": {
        carryOut: () =>
          kms.send(
            new PutKeyPolicyCommand({
              KeyId: vault.kmsKeyArn,
              Policy: JSON.stringify({
                Version: "2012-10-17",
                Statement: [
                  ...(vault.guard?.keyPolicyStatements ?? []),
                  {
                    Effect: "Allow",
                    Principal: { AWS: "arn:aws:iam::333333333333:root" },
                    Action: "kms:*",
                    Resource: "*",
                  },
                ],
              }),
            }),
          ),
      },
      "the key's rotation is switched off": {
        carryOut: () => kms.send(new DisableKeyRotationCommand({ KeyId: vault.kmsKeyArn })),
      },
    },
    {
      "a statement lets somebody in": {
        carryOut: () =>
          changePolicy((all) => [
            ...all,
            {
              Sid: "Friend",
              Effect: "Allow",
              Principal: { AWS: "arn:aws:iam::333333333333:root" },
              Action: "s3:GetObject",
              Resource: `arn:aws:s3:::${Bucket}/*`,
            },
          ]),
      },
      "a Deny stops replication": {
        carryOut: () =>
          changePolicy((all) => [
            ...all,
            {
              Effect: "Deny",
              Principal: "*",
              Action: "s3:ReplicateObject",
              Resource: `arn:aws:s3:::${Bucket}/*`,
            },
          ]),
      },
    },
  ];

  it("are those of the table, all of them", () => {
    const names = rounds.flatMap((round) => Object.keys(round));
    expect(names).to.have.members(Object.keys(GUARD_ATTACKS));
  });

  it("finds nothing, and changes nothing at a second `up`, while nothing was done", async () => {
    expect(await losses()).to.deep.equal([]);
    const result = await lockstep(project, "up", "--yes", "--json");
    expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
    const [summary] = events(result).filter(
      ({ operation, type }) => type === "stack-summary" && operation === "up",
    );
    expect(Object.keys(summary?.["changes"] ?? {}), result.stdout).to.deep.equal(["same"]);
  });

  for (const round of rounds) {
    it(`names each of: ${Object.keys(round).join("; ")}; and restores them`, async () => {
      const taken = new Set<string>();
      for (const [name, { carryOut }] of Object.entries(round)) {
        await carryOut();
        for (const one of GUARD_ATTACKS[name as GuardAttack]) taken.add(one);
        const found = await losses();
        expect(new Set(found.map((loss) => loss.protection)), name).to.deep.equal(taken);
        for (const loss of found) {
          expect(loss.restoredBy, name).to.equal("up");
          expect(loss.allows, name).to.have.length.greaterThan(20);
        }
      }
      const result = await lockstep(project, "up", "--yes", "--json");
      expect(result.exitCode, result.stdout + result.stderr).to.equal(0);
      expect(await losses()).to.deep.equal([]);
    });
  }

  it("refuses to suspend versioning, since the bucket has Object Lock", async () => {
    const failure = await s3
      .send(
        new PutBucketVersioningCommand({
          Bucket,
          VersioningConfiguration: { Status: "Suspended" },
        }),
      )
      .catch((error: unknown) => error);
    expect(failure).to.have.property("name", "InvalidBucketState");
  });
});
