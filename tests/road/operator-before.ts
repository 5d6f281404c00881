/** What others have before a first `up`: buckets with rules, notifications and inventories, keys, a role that replicates. */

import {
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  PutBucketInventoryConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { ACCOUNTS } from "../helpers/engine-project";
import type { AccountName, Place, Road } from "../helpers/road";
import { BOUNDARY, BREAK_GLASS, type Given } from "./operator-layouts";

const RECORDS = { account: "source", bucket: "given-records" } as const;
const COPY = { account: "source", bucket: "given-copy" } as const;
const VAULT = { account: "vault", bucket: "given-vault" } as const;
const ROLE_NAME = "given-replicator";

const document = (...statements: readonly object[]): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
  });

/** Makes all of it with the accounts' own rights. */
export async function makeGiven(road: Road): Promise<Given> {
  for (const place of [RECORDS, COPY]) await makeBucket(road, place);
  await makeBucket(road, VAULT);
  const iam = new IAMClient(road.project.clientOptions("source"));
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: ROLE_NAME,
      AssumeRolePolicyDocument: document({
        Principal: { Service: "s3.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: ROLE_NAME,
      PolicyName: "theirs",
      PolicyDocument: document({ Action: "s3:*", Resource: `arn:aws:s3:::${COPY.bucket}/*` }),
    }),
  );
  const replicatorArn = Role?.Arn ?? "";
  const sourceKeyArn = await makeKey(road, "source");
  await useAlready(road, replicatorArn, sourceKeyArn);
  return {
    replicatorArn,
    sourceKeyArn,
    vaultKeyArn: await makeKey(road, "vault", {
      Principal: { AWS: `arn:aws:iam::${ACCOUNTS.source.accountId}:root` },
      Action: ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*"],
      Resource: "*",
    }),
  };
}

/** Beside a stack of `WATCHED`: the vault's break-glass role, which another account may become, and the boundary of the roles. */
export async function makeWatched(road: Road): Promise<void> {
  await makeBoundary(road);
  await new IAMClient(road.project.clientOptions("vault")).send(
    new CreateRoleCommand({
      RoleName: BREAK_GLASS,
      AssumeRolePolicyDocument: document({
        Principal: { AWS: `arn:aws:iam::${ACCOUNTS.far.accountId}:root` },
        Action: "sts:AssumeRole",
      }),
    }),
  );
}

/** A policy that bounds nothing. */
export async function makeBoundary(road: Road): Promise<string> {
  const { Policy } = await new IAMClient(road.project.clientOptions("source")).send(
    new CreatePolicyCommand({
      PolicyName: BOUNDARY,
      PolicyDocument: document({ Action: "*", Resource: "*" }),
    }),
  );
  return Policy?.Arn ?? "";
}

async function makeBucket(road: Road, { account, bucket: Bucket }: Place): Promise<void> {
  const s3 = road.project.s3(account);
  await s3.send(
    new CreateBucketCommand({
      Bucket,
      CreateBucketConfiguration: { LocationConstraint: ACCOUNTS[account].region },
    }),
  );
  const VersioningConfiguration = { Status: "Enabled" } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
}

/** Rules, events and inventories of others. */
async function useAlready(road: Road, replicatorArn: string, keyArn: string): Promise<void> {
  const s3 = road.project.s3("source");
  await s3.send(
    new PutBucketReplicationCommand({
      Bucket: RECORDS.bucket,
      ReplicationConfiguration: {
        Role: replicatorArn,
        Rules: [
          {
            ID: "theirs",
            Status: "Enabled",
            Priority: 1,
            Filter: { Prefix: "theirs/" },
            DeleteMarkerReplication: { Status: "Disabled" },
            SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: "Enabled" } },
            Destination: {
              Bucket: `arn:aws:s3:::${COPY.bucket}`,
              EncryptionConfiguration: { ReplicaKmsKeyID: keyArn },
            },
          },
        ],
      },
    }),
  );
  await s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: RECORDS.bucket,
      NotificationConfiguration: { EventBridgeConfiguration: {} },
    }),
  );
  for (const { account, bucket: Bucket } of [RECORDS, VAULT]) {
    await road.project.s3(account).send(
      new PutBucketInventoryConfigurationCommand({
        Bucket,
        Id: "theirs",
        InventoryConfiguration: {
          Id: "theirs",
          IsEnabled: true,
          IncludedObjectVersions: "All",
          Schedule: { Frequency: "Weekly" },
          Destination: {
            S3BucketDestination: { Bucket: `arn:aws:s3:::${COPY.bucket}`, Format: "CSV" },
          },
        },
      }),
    );
  }
}

/** A key whose policy gives it to its account, and to whom `statements` name. */
async function makeKey(
  road: Road,
  account: AccountName,
  ...statements: readonly object[]
): Promise<string> {
  const owner = { AWS: `arn:aws:iam::${ACCOUNTS[account].accountId}:root` };
  const kms = new KMSClient(road.project.clientOptions(account));
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({
      Policy: document({ Principal: owner, Action: "kms:*", Resource: "*" }, ...statements),
    }),
  );
  return KeyMetadata?.Arn ?? "";
}
