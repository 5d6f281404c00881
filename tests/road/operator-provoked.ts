/** What others do to a stack of `twoAccounts`, so that `up` has to put it back. */

import {
  AttachRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  KMSClient,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from "@aws-sdk/client-kms";
import {
  PutBucketAclCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketReplicationCommand,
  PutBucketRequestPaymentCommand,
} from "@aws-sdk/client-s3";
import { ACCOUNTS } from "../helpers/engine-project";
import { makeRole, type AccountName, type Road } from "../helpers/road";

const VAULT = "operated-vault";
const ALIASES = {
  source: "alias/lockstep-source-operated-records",
  vault: "alias/lockstep-operated-vault",
} as const;

type Provocation = (road: Road) => Promise<void>;

/** By the statement that puts it back. */
export const PROVOKED: Readonly<Record<string, Provocation>> = {
  RestoreVaults: makeRequestersPay,
  RestoreVaultKeys: async (road) => {
    const { kms, KeyId } = await keyOf(road, "vault");
    await kms.send(new DisableKeyCommand({ KeyId }));
  },
  ConfigureKeysOfVault: async (road) => {
    const { kms, KeyId } = await keyOf(road, "vault");
    await kms.send(new DisableKeyRotationCommand({ KeyId }));
  },
};

/** All that others can change of what is deployed. */
export async function spoil(road: Road): Promise<void> {
  await spoilRole(road);
  for (const account of ["source", "vault"] as const) await spoilKey(road, account);
  await spoilVault(road);
}

async function spoilRole(road: Road): Promise<void> {
  const iam = new IAMClient(road.project.clientOptions("source"));
  const RoleName = "lockstep-batch-operated-records";
  const statement = (fields: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...fields }] });
  await iam.send(
    new AttachRolePolicyCommand({ RoleName, PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" }),
  );
  const PolicyDocument = statement({ Action: "s3:*", Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "more", PolicyDocument }));
  const PolicyText = statement({
    Principal: { AWS: `arn:aws:iam::${ACCOUNTS.source.accountId}:root` },
    Action: "sts:AssumeRole",
  });
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: PolicyText }));
  await iam.send(new UpdateRoleCommand({ RoleName, Description: "another" }));
}

async function spoilKey(road: Road, account: "source" | "vault"): Promise<void> {
  const { KeyId, kms } = await keyOf(road, account);
  await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: "another" }));
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  await kms.send(
    new UpdateAliasCommand({ AliasName: ALIASES[account], TargetKeyId: KeyMetadata?.KeyId }),
  );
  if (account === "vault") {
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  }
}

async function spoilVault(road: Road): Promise<void> {
  const s3 = road.project.s3("vault");
  await makeRequestersPay(road);
  await s3.send(
    new PutBucketOwnershipControlsCommand({
      Bucket: VAULT,
      OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
    }),
  );
  const GrantWrite = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"';
  await s3.send(new PutBucketAclCommand({ Bucket: VAULT, GrantWrite }));
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
      Bucket: VAULT,
      LifecycleConfiguration: {
        Rules: [
          {
            ID: "away",
            Status: "Enabled",
            Filter: { Prefix: "" },
            NoncurrentVersionExpiration: { NoncurrentDays: 1 },
          },
        ],
      },
    }),
  );
  await makeRole(road, "vault", "thief");
  await s3.send(
    new PutBucketReplicationCommand({
      Bucket: VAULT,
      ReplicationConfiguration: {
        Role: `arn:aws:iam::${ACCOUNTS.vault.accountId}:role/thief`,
        Rules: [
          {
            ID: "out",
            Priority: 1,
            Status: "Enabled",
            Filter: { Prefix: "" },
            DeleteMarkerReplication: { Status: "Disabled" },
            Destination: { Bucket: `arn:aws:s3:::lockstep-vault-ops-${VAULT}` },
          },
        ],
      },
    }),
  );
}

async function makeRequestersPay(road: Road): Promise<void> {
  const RequestPaymentConfiguration = { Payer: "Requester" } as const;
  const input = { Bucket: VAULT, RequestPaymentConfiguration };
  await road.project.s3("vault").send(new PutBucketRequestPaymentCommand(input));
}

async function keyOf(road: Road, account: "source" | "vault") {
  const kms = new KMSClient(road.project.clientOptions(account satisfies AccountName));
  const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: ALIASES[account] }));
  return { kms, KeyId: KeyMetadata?.KeyId ?? "" };
}
