/** Rules, policies, keys, jobs and credentials that go wrong after a deployment: found before, and named by what fails. */

import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { DisableKeyCommand, EnableKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  type ReplicationRule,
} from "@aws-sdk/client-s3";
import { ACCOUNTS } from "../helpers/engine-project";
import type { FailureCase } from "./doctor-case";
import type { DoctorWorld, Mend } from "./doctor-world";

export const SOURCE = "sick-records";
export const VAULT = "sick-vault";
const DAY_MS = 24 * 60 * 60_000;

const changeRule =
  (change: (rule: ReplicationRule) => void): FailureCase["breaks"] =>
  (world) =>
    world.changeRules((rules) => {
      rules.Rules?.forEach(change);
      return rules;
    });

/** Expires what a bucket has. */
const expire =
  (account: "source" | "vault", Bucket: string): FailureCase["breaks"] =>
  async (world) => {
    const s3 = world.s3(account);
    await s3.send(
      new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: {
          Rules: [{ ID: "tidy", Status: "Enabled", Filter: {}, Expiration: { Days: 365 } }],
        },
      }),
    );
    return () => s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
  };

/** A role that may do what its statements say, and a config that reaches an account by it. */
async function makeRole(
  world: DoctorWorld,
  account: "source" | "vault",
  RoleName: string,
  statements: readonly object[],
): Promise<Mend> {
  const iam = world.iam(account);
  const policy = (Statement: readonly object[]): string =>
    JSON.stringify({ Version: "2012-10-17", Statement });
  const AWS = `arn:aws:iam::${ACCOUNTS[account].accountId}:root`;
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: policy([
        { Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole" },
      ]),
    }),
  );
  const PolicyDocument = policy(statements.map((one) => ({ Resource: "*", ...one })));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "what-it-may", PolicyDocument }));
  return () => Promise.resolve();
}

const PASSER = "may-not-pass";
const BLIND = "may-not-list";
const asPasser = ({ raw }: DoctorWorld): Record<string, unknown> => ({
  ...raw,
  source: { ...(raw["source"] as object), profile: PASSER },
});
const asBlind = ({ raw }: DoctorWorld): Record<string, unknown> => {
  const [vault] = raw["vaults"] as [Record<string, unknown>];
  return { ...raw, vaults: [{ ...vault, profile: BLIND }] };
};

export const SETTINGS_CASES: readonly FailureCase[] = [
  {
    rows: ["4"],
    title: "a rule that somebody disabled",
    found: "rule-disabled",
    says: /no keys matching/,
    breaks: changeRule((rule) => void (rule.Status = "Disabled")),
    then: (world) => world.backfill(),
    explains: /No replication rule is enabled/,
  },
  {
    rows: ["4"],
    title: "an archived version",
    found: "source-archived",
    says: /restore-object/,
    breaks: async (world) => {
      const s3 = world.s3();
      const target = { Bucket: SOURCE, Key: "row-4" };
      const put = new PutObjectCommand({ ...target, Body: "old", StorageClass: "GLACIER" });
      const { VersionId } = await s3.send(put);
      return () => s3.send(new DeleteObjectCommand({ ...target, VersionId }));
    },
    then: (world) => world.verify(),
    explains: /row-4: unprotected\/archived/,
  },
  {
    rows: ["25", "32a"],
    title: "a filter that somebody narrowed",
    found: "rule-drift",
    says: /prefix is elsewhere\//,
    breaks: changeRule((rule) => void (rule.Filter = { Prefix: "elsewhere/" })),
    then: async (world) => {
      await world.s3().send(new PutObjectCommand({ Bucket: SOURCE, Key: "row-32a", Body: "x" }));
      return world.backfill();
    },
    explains: /not as it was deployed.*rules\["all"\]\.prefix/s,
  },
  {
    rows: ["19"],
    title: "a rule under the key that AWS manages",
    found: "rule-replica-key",
    says: /alias\/aws\/s3/,
    breaks: changeRule((rule) => {
      if (rule.Destination === undefined) return;
      rule.Destination.EncryptionConfiguration = {
        ReplicaKmsKeyID: `arn:aws:kms:eu-central-1:${ACCOUNTS.vault.accountId}:alias/aws/s3`,
      };
    }),
    then: async (world) => {
      await world.putFailing("row-19", { ServerSideEncryption: "aws:kms" });
      return world.backfill();
    },
    explains: /not as it was deployed.*rules\["all"\]\.replicaKmsKeyId/s,
  },
  {
    rows: ["36"],
    title: "a perimeter around the source",
    found: "perimeter",
    says: /statement OurEndpoint.*aws:sourcevpce.*ArnNotLike/,
    breaks: async (world) => {
      const s3 = world.s3();
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Sid: "OurEndpoint",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:GetObjectVersionForReplication",
          Resource: `arn:aws:s3:::${SOURCE}/*`,
          Condition: { StringNotEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0" } },
        },
      });
      await s3.send(new PutBucketPolicyCommand({ Bucket: SOURCE, Policy }));
      return () => s3.send(new DeleteBucketPolicyCommand({ Bucket: SOURCE }));
    },
    whileJobWaits: (world) => world.putMissing("row-36"),
    explains: /row-36: failed\/missing: .*SrcGetObjectNotPermitted/,
  },
  {
    rows: ["36"],
    title: "a service control policy",
    found: "organization-denies",
    says: /service control policies refuse s3:InitiateReplication/,
    breaks: (world) => {
      const { organization } = world.project.sandbox;
      const policy = (fields: object): object => ({
        Version: "2012-10-17",
        Statement: [{ Resource: "*", ...fields }],
      });
      const everything = policy({ Effect: "Allow", Action: "*" });
      organization.setControlPolicies("source", {
        serviceControlPolicies: [
          everything,
          policy({ Effect: "Deny", Action: "s3:InitiateReplication" }),
        ],
      });
      const lift = (): Promise<void> => {
        organization.setControlPolicies("source", { serviceControlPolicies: [everything] });
        return Promise.resolve();
      };
      return Promise.resolve(lift);
    },
    whileJobWaits: (world) => world.putMissing("row-36-scp"),
    explains: /row-36-scp: failed\/missing: .*InitiateReplicationNotPermitted/,
  },
  {
    rows: ["16"],
    title: "a vault policy that lets nobody replicate",
    found: "vault-bucket-policy",
    says: /AllowReplicas.*DstPutObjectNotPermitted/,
    breaks: async (world) => {
      const s3 = world.s3("vault");
      const { Policy = "" } = await s3.send(new GetBucketPolicyCommand({ Bucket: VAULT }));
      const policy = JSON.parse(Policy) as { Statement: { Sid: string }[] };
      const Statement = policy.Statement.filter(({ Sid }) => Sid !== "AllowReplicas");
      const put = (text: string) =>
        s3.send(new PutBucketPolicyCommand({ Bucket: VAULT, Policy: text }));
      await put(JSON.stringify({ ...policy, Statement }));
      return () => put(Policy);
    },
    whileJobWaits: (world) => world.putMissing("row-16"),
    explains: /row-16: failed\/missing: .*DstPutObjectNotPermitted/,
  },
  {
    rows: ["19"],
    title: "a vault's key that is off",
    found: "vault-key",
    says: /DstKmsKeyInvalidState/,
    breaks: async (world) => {
      const kms = new KMSClient(world.project.clientOptions("vault"));
      const KeyId = world.source.outputs.vaults[0]?.kmsKeyArn;
      await kms.send(new DisableKeyCommand({ KeyId }));
      return () => kms.send(new EnableKeyCommand({ KeyId }));
    },
    whileJobWaits: (world) => world.putMissing("row-19-off", { ServerSideEncryption: "aws:kms" }),
    explains: /row-19-off: failed\/missing: .*DstKmsKeyInvalidState/,
  },
  {
    rows: ["37"],
    title: "a lifecycle rule of the source",
    found: "lifecycle-race",
    says: /"Status": "Disabled"/,
    breaks: expire("source", SOURCE),
  },
  {
    rows: ["39"],
    title: "a lifecycle rule of a vault",
    found: "vault-lifecycle",
    says: /keep the date of their source/,
    breaks: expire("vault", VAULT),
  },
  {
    rows: ["15"],
    title: "a source in another Region than the config says",
    found: "bucket-in-another-region",
    says: /is in eu-west-1.*SrcBucketInvalidRegion/,
    breaks: () => Promise.resolve(() => Promise.resolve()),
    raw: ({ raw }) => ({ ...raw, source: { ...(raw["source"] as object), region: "eu-west-2" } }),
  },
  {
    rows: ["12"],
    title: "a caller whose PassRole is bound to a service",
    found: "caller-pass-role",
    says: /iam:PassedToService, which S3 Batch Operations does not fill in/,
    breaks: async (world) => {
      await world.addRoleProfile(PASSER, "source");
      return makeRole(world, "source", PASSER, [
        { Effect: "Allow", NotAction: "iam:PassRole" },
        {
          Effect: "Allow",
          Action: "iam:PassRole",
          Condition: {
            StringEquals: { "iam:PassedToService": "batchoperations.s3.amazonaws.com" },
          },
        },
      ]);
    },
    raw: asPasser,
    then: async (world) => {
      await world.putMissing("row-12");
      return world.backfill(undefined, asPasser(world));
    },
    explains: /CreateJob.*AccessDenied.*403/,
  },
  {
    rows: ["34"],
    title: "a caller who may not list the vault",
    found: "list-right",
    says: /403 in place of 404.*s3:ListBucket/,
    breaks: async (world) => {
      await world.addRoleProfile(BLIND, "vault");
      return makeRole(world, "vault", BLIND, [{ Effect: "Allow", NotAction: "s3:ListBucket" }]);
    },
    raw: asBlind,
    then: async (world) => {
      await world.putMissing("row-34");
      return world.verify(asBlind(world));
    },
    explains: /row-34: unverifiable\/no-right/,
  },
  {
    rows: ["11"],
    title: "a job that nobody confirms",
    found: "job-suspended",
    says: /fails on .* (29|30) days left/,
    breaks: async (world) => {
      await world.putMissing("row-11");
      await world.backfill(() => Promise.resolve(false));
      return () => Promise.resolve();
    },
    then: (world) => {
      world.project.sandbox.world.clock.advance(31 * DAY_MS);
      return world.backfill();
    },
    explains: /failed.*not confirmed within 30 days/,
    isLasting: true,
  },
];
