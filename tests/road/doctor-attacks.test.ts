/** What somebody does who has all rights in one of the accounts, and would have the doctor find nothing. */

import {
  AttachRolePolicyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateKeyCommand,
  DisableKeyRotationCommand,
  GetKeyPolicyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from "@aws-sdk/client-kms";
import {
  DeleteBucketPolicyCommand,
  DeletePublicAccessBlockCommand,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketRequestPaymentCommand,
  type ServerSideEncryptionByDefault,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { FindingId } from "../../automation/doctor/kinds";
import { ACCOUNTS } from "../helpers/engine-project";
import { DoctorWorld, makeBucket, type Mend } from "./doctor-world";

const SOURCE = "attacked-records";
const VAULT = "attacked-vault";
const REPLICATOR = "replicator";

const document = (statement: object): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statement });

const TRUST = document({
  Effect: "Allow",
  Principal: { Service: "s3.amazonaws.com" },
  Action: "sts:AssumeRole",
});

interface Attack {
  readonly title: string;
  readonly found: FindingId;
  readonly says: RegExp;
  readonly attack: (world: DoctorWorld) => Promise<Mend>;
}

/** A Deny in the source's policy, under a condition. */
const denyWhen =
  (Condition: object): Attack["attack"] =>
  async (world) => {
    const s3 = world.s3();
    const Policy = document({
      Sid: "Hygiene",
      Effect: "Deny",
      Principal: "*",
      Action: "s3:GetObjectVersionForReplication",
      Resource: `arn:aws:s3:::${SOURCE}/*`,
      Condition,
    });
    await s3.send(new PutBucketPolicyCommand({ Bucket: SOURCE, Policy }));
    return () => s3.send(new DeleteBucketPolicyCommand({ Bucket: SOURCE }));
  };

async function encryptUnder(world: DoctorWorld, KMSMasterKeyID: string): Promise<void> {
  const ApplyServerSideEncryptionByDefault: ServerSideEncryptionByDefault = {
    SSEAlgorithm: "aws:kms",
    KMSMasterKeyID,
  };
  const Rules = [{ ApplyServerSideEncryptionByDefault }];
  await world.s3().send(
    new PutBucketEncryptionCommand({
      Bucket: SOURCE,
      ServerSideEncryptionConfiguration: { Rules },
    }),
  );
}

async function makeKey(kms: KMSClient): Promise<string> {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  return KeyMetadata?.Arn ?? "";
}

describe("the doctor where somebody has all rights in an account", function () {
  this.timeout(170_000);
  let world: DoctorWorld;
  let keyArn: string;
  let kms: KMSClient;

  before(async () => {
    const source: Record<string, unknown> = {
      ...ACCOUNTS.source,
      bucket: { name: SOURCE, existing: true },
      replicationRoleArn: `arn:aws:iam::${ACCOUNTS.source.accountId}:role/${REPLICATOR}`,
    };
    world = await DoctorWorld.deploy(
      {
        source,
        vaults: [
          {
            name: "primary",
            ...ACCOUNTS.vault,
            bucket: { name: VAULT },
            encryption: { kms: "create" },
          },
        ],
        rules: [{ name: "all", vault: "primary" }],
      },
      async (project) => {
        await makeBucket(project, "source", SOURCE);
        kms = new KMSClient(project.clientOptions("source"));
        keyArn = await makeKey(kms);
        source["kmsKeyArns"] = [keyArn];
        const iam = new IAMClient(project.clientOptions("source"));
        await iam.send(
          new CreateRoleCommand({ RoleName: REPLICATOR, AssumeRolePolicyDocument: TRUST }),
        );
        iam.destroy();
      },
    );
    await encryptUnder(world, keyArn);
  });
  after(async () => {
    kms?.destroy();
    await world?.close();
  });

  const findings = async (...ids: readonly FindingId[]) =>
    (await world.examine()).filter(({ id }) => ids.includes(id));

  const ATTACKS: readonly Attack[] = [
    {
      title: "a Deny for who proved no device",
      found: "perimeter",
      says: /statement Hygiene.*denies.*aws:multifactorauthpresent/,
      attack: denyWhen({ BoolIfExists: { "aws:MultiFactorAuthPresent": "false" } }),
    },
    {
      title: "a Deny from a day on",
      found: "perimeter-maybe",
      says: /statement Hygiene.*may deny.*aws:currenttime/,
      attack: denyWhen({ DateGreaterThan: { "aws:CurrentTime": "2020-01-01T00:00:00Z" } }),
    },
    {
      title: "a Deny in a managed policy that is attached to the role",
      found: "perimeter",
      says: /policy\/tidy.*denies s3:ReplicateObject/,
      attack: async (target) => {
        const iam = target.iam();
        const PolicyDocument = document({
          Effect: "Deny",
          Action: "s3:ReplicateObject",
          Resource: "*",
        });
        const made = await iam.send(
          new CreatePolicyCommand({ PolicyName: "tidy", PolicyDocument }),
        );
        const attached = { RoleName: REPLICATOR, PolicyArn: made.Policy?.Arn };
        await iam.send(new AttachRolePolicyCommand(attached));
        return () => iam.send(new DetachRolePolicyCommand(attached));
      },
    },
    {
      title: "a Deny in an inline policy of the role",
      found: "perimeter",
      says: /its inline tidy, denies s3:GetObjectVersionForReplication/,
      attack: async (target) => {
        const iam = target.iam();
        const policy = { RoleName: REPLICATOR, PolicyName: "tidy" };
        const Action = "s3:GetObjectVersionForReplication";
        const PolicyDocument = document({ Effect: "Deny", Action, Resource: "*" });
        await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument }));
        return () => iam.send(new DeleteRolePolicyCommand(policy));
      },
    },
    {
      title: "a trust policy that lets nobody assume the given role",
      found: "role-trust",
      says: /replication role, which was there before, does not let s3\.amazonaws\.com/,
      attack: async (target) => {
        const iam = target.iam();
        const put = (PolicyDocument: string) =>
          iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: REPLICATOR, PolicyDocument }));
        const AWS = `arn:aws:iam::${ACCOUNTS.source.accountId}:root`;
        await put(document({ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" }));
        return () => put(TRUST);
      },
    },
    {
      title: "a default encryption under a key that the role may not use",
      found: "source-key",
      says: /encrypts under arn:.*replicator may not use.*kmsKeyArns/,
      attack: async (target) => {
        await encryptUnder(target, await makeKey(kms));
        return () => encryptUnder(target, keyArn);
      },
    },
    {
      title: "a key policy that lets one alone read",
      found: "source-key",
      says: /policy of the source's key does not let .*replicator use kms:Decrypt/,
      attack: async () => {
        const key = { KeyId: keyArn, PolicyName: "default" };
        const { Policy: former } = await kms.send(new GetKeyPolicyCommand(key));
        const put = (Policy: string | undefined) =>
          kms.send(
            new PutKeyPolicyCommand({ ...key, Policy, BypassPolicyLockoutSafetyCheck: true }),
          );
        const AWS = `arn:aws:iam::${ACCOUNTS.source.accountId}:root`;
        const administers = [
          "kms:Get*",
          "kms:Describe*",
          "kms:PutKeyPolicy",
          "kms:Encrypt",
          "kms:GenerateDataKey",
        ];
        await put(
          document({ Effect: "Allow", Principal: { AWS }, Action: administers, Resource: "*" }),
        );
        return () => put(former);
      },
    },
  ];

  it("is told nothing wrong before", async () => {
    const wrong = await findings("perimeter", "perimeter-maybe", "role-trust", "source-key");
    expect(wrong).to.deep.equal([]);
  });

  for (const [index, { attack, found, says, title }] of ATTACKS.entries()) {
    it(`finds ${title} as ${found}, by which replication does fail`, async () => {
      const mend = await attack(world);
      try {
        const told = (await findings(found)).map(({ fix, message }) => `${message} ${fix}`);
        expect(told.join("\n")).to.match(says);
        await world.putFailing(`attacked-${index}`);
      } finally {
        await mend();
      }
      expect(await findings(found)).to.deep.equal([]);
    });
  }

  it("says whose credentials they are, what a given key lacks, and of what nobody knows how it was deployed", async () => {
    const [vault] = world.raw["vaults"] as [Record<string, unknown>];
    const idsWith = async (changed: object): Promise<string[]> =>
      (await world.examine({ ...world.raw, vaults: [{ ...vault, ...changed }] })).map(
        ({ id }) => id,
      );
    expect(await idsWith({ profile: ACCOUNTS.source.profile })).to.include(
      "credentials-of-another-account" satisfies FindingId,
    );
    const ofVault = new KMSClient(world.project.clientOptions("vault"));
    const given = { encryption: { kms: await makeKey(ofVault) } };
    ofVault.destroy();
    expect(await idsWith(given)).to.include("given-key" satisfies FindingId);
    const earlier = await world.examine(undefined, (outputs) => {
      delete outputs["promise"];
      for (const one of (outputs["vaults"]?.value ?? []) as { guard?: object }[]) delete one.guard;
    });
    expect(earlier.map(({ id }) => id)).to.include.members([
      "stack-out-of-date",
      "vault-not-known",
    ] satisfies FindingId[]);
  });

  it("finds each protection of a vault that its administrator took away, and of the bucket beside it", async () => {
    const s3 = world.s3("vault");
    const [vault] = world.source.outputs.vaults;
    const ofVault = new KMSClient(world.project.clientOptions("vault"));
    const key = { KeyId: vault?.kmsKeyArn ?? "" };
    const elsewhere = "attacked-elsewhere";
    await makeBucket(world.project, "vault", elsewhere, { ObjectLockEnabledForBucket: true });
    await ofVault.send(new DisableKeyRotationCommand(key));
    ofVault.destroy();
    const beside = vault?.operationsBucketName ?? "";
    for (const Bucket of [VAULT, beside]) {
      await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    }
    await s3.send(new DeletePublicAccessBlockCommand({ Bucket: VAULT }));
    await s3.send(
      new PutBucketOwnershipControlsCommand({
        Bucket: VAULT,
        OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
      }),
    );
    await s3.send(new PutBucketAclCommand({ Bucket: VAULT, ACL: "public-read" }));
    const Payer = "Requester";
    await s3.send(
      new PutBucketRequestPaymentCommand({
        Bucket: VAULT,
        RequestPaymentConfiguration: { Payer },
      }),
    );
    const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: "AES256" as const };
    await s3.send(
      new PutBucketEncryptionCommand({
        Bucket: VAULT,
        ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault }] },
      }),
    );
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket: VAULT,
        LifecycleConfiguration: {
          Rules: [{ ID: "tidy", Status: "Enabled", Filter: {}, Expiration: { Days: 1 } }],
        },
      }),
    );
    await s3.send(
      new PutBucketReplicationCommand({
        Bucket: VAULT,
        ReplicationConfiguration: {
          Role: `arn:aws:iam::${ACCOUNTS.vault.accountId}:role/any`,
          Rules: [
            {
              ID: "away",
              Status: "Enabled",
              Priority: 1,
              Filter: {},
              DeleteMarkerReplication: { Status: "Disabled" },
              Destination: { Bucket: `arn:aws:s3:::${elsewhere}` },
            },
          ],
        },
      }),
    );
    const found = await world.examine();
    const ids = new Set(found.filter(({ severity }) => severity === "error").map(({ id }) => id));
    expect([...ids]).to.include.members([
      "vault-bucket-policy",
      "vault-public-access-block",
      "vault-ownership",
      "vault-acl",
      "vault-request-payment",
      "vault-encryption",
      "vault-lifecycle",
      "vault-replication",
      "vault-key-rotation",
      "vault-operations",
    ] satisfies FindingId[]);
    const infos = found.filter(({ severity }) => severity === "info").map(({ id }) => id);
    expect(infos).to.include("kms-rate");
  });

  it("finds a vault that its administrator closed to everybody", async () => {
    const Policy = document({
      Effect: "Deny",
      Principal: "*",
      Action: "s3:*",
      Resource: [`arn:aws:s3:::${VAULT}`, `arn:aws:s3:::${VAULT}/*`],
    });
    await world.s3("vault").send(new PutBucketPolicyCommand({ Bucket: VAULT, Policy }));
    const [found] = await findings("bucket-refuses");
    expect(found).to.include({ severity: "error", account: ACCOUNTS.vault.accountId });
  });
});
