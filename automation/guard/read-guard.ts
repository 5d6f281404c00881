/** Reads a vault's protections with the vault account's own credentials. Nothing is changed. */

import {
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketReplicationCommand,
  GetBucketRequestPaymentCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { KMSClient } from "@aws-sdk/client-kms";
import type { VaultOutputs } from "../../components/promise/outputs";
import { awsFailure, isLockstepError } from "../errors";
import { readInventory } from "../inventory/read-inventory";
import { ask, orElse } from "./ask";
import type { BucketFacts, GuardFacts } from "./facts";
import type * as ReadKey from "./read-key";
import type * as ReadRole from "./read-role";
import { statementsOf } from "./statement";

/** Clients of the vault's account and Region. */
export interface GuardClients {
  readonly s3: S3Client;
  readonly kms: KMSClient;
  /** Asked where there is a role for jobs. */
  readonly iam: IAMClient;
}

/** @throws what is no answer about the vault: no network, an aborted signal, a server's fault */
export async function readGuard(
  {
    accountId,
    bucketName,
    guard,
    inventory,
    kmsKeyArn,
    operationsBucketName,
  }: Pick<
    VaultOutputs,
    "accountId" | "bucketName" | "guard" | "inventory" | "kmsKeyArn" | "operationsBucketName"
  >,
  clients: GuardClients,
  signal: AbortSignal,
): Promise<GuardFacts> {
  const facts = await readBucket(bucketName, accountId, clients.s3, signal);
  const isOperationsKnown =
    operationsBucketName !== undefined && guard?.operationsPolicyStatements !== undefined;
  return {
    ...facts,
    ...(isOperationsKnown && {
      operations: await readBucket(operationsBucketName, accountId, clients.s3, signal),
    }),
    ...(guard?.relock !== undefined && {
      relockRole: await roleReader()(guard.relock.role.roleArn, clients.iam, signal),
    }),
    ...(guard?.checksumRole !== undefined && {
      checksumRole: await roleReader()(guard.checksumRole.roleArn, clients.iam, signal),
    }),
    ...(inventory !== undefined &&
      facts.bucket === "there" && {
        inventory: await readInventory(
          { accountId, bucket: bucketName, id: inventory.id },
          clients.s3,
          signal,
        ),
      }),
    ...(kmsKeyArn !== undefined &&
      facts.bucket === "there" && {
        key: await keyReader()(kmsKeyArn, clients.kms, signal),
      }),
  };
}

/** Only who has a key pays for loading KMS's client. */
function keyReader(): typeof ReadKey.readKey {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` would go past the loader
  return (require("./read-key") as typeof ReadKey).readKey;
}

/** Only who has a role for jobs pays for loading IAM's client. */
function roleReader(): typeof ReadRole.readRole {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` would go past the loader
  return (require("./read-role") as typeof ReadRole).readRole;
}

/** The protections of one bucket. */
export async function readBucket(
  Bucket: string,
  ExpectedBucketOwner: string,
  s3: S3Client,
  signal: AbortSignal,
): Promise<BucketFacts> {
  const options = { abortSignal: signal };
  const input = { Bucket, ExpectedBucketOwner };
  const bucket = await whereabouts(() => s3.send(new HeadBucketCommand(input), options));
  if (bucket !== "there") return { bucket, ...NO_FACTS };
  const [policy, objectLock, versioning, lifecycle, encryption, publicAccess] = await Promise.all([
    ask("s3:GetBucketPolicy", "NoSuchBucketPolicy", async () => {
      const { Policy } = await s3.send(new GetBucketPolicyCommand(input), options);
      return Policy === undefined ? undefined : statementsOf(Policy);
    }),
    ask("s3:GetBucketObjectLockConfiguration", "ObjectLockConfigurationNotFoundError", async () => {
      const output = await s3.send(new GetObjectLockConfigurationCommand(input), options);
      const { ObjectLockEnabled, Rule } = output.ObjectLockConfiguration ?? {};
      const { Days, Mode, Years } = Rule?.DefaultRetention ?? {};
      const days = Days ?? (Years === undefined ? undefined : Years * DAYS_OF_A_YEAR);
      return {
        enabled: ObjectLockEnabled === "Enabled",
        ...(Mode === undefined ? {} : { mode: Mode }),
        ...(days === undefined ? {} : { days }),
      };
    }),
    ask("s3:GetBucketVersioning", undefined, async () => {
      return (await s3.send(new GetBucketVersioningCommand(input), options)).Status;
    }),
    ask("s3:GetLifecycleConfiguration", "NoSuchLifecycleConfiguration", async () => {
      return (await s3.send(new GetBucketLifecycleConfigurationCommand(input), options)).Rules;
    }),
    ask(
      "s3:GetEncryptionConfiguration",
      "ServerSideEncryptionConfigurationNotFoundError",
      async () => {
        const output = await s3.send(new GetBucketEncryptionCommand(input), options);
        const [rule] = output.ServerSideEncryptionConfiguration?.Rules ?? [];
        const { KMSMasterKeyID, SSEAlgorithm } = rule?.ApplyServerSideEncryptionByDefault ?? {};
        return {
          ...(SSEAlgorithm === undefined ? {} : { algorithm: SSEAlgorithm }),
          ...(KMSMasterKeyID === undefined ? {} : { keyId: KMSMasterKeyID }),
        };
      },
    ),
    ask("s3:GetBucketPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", async () => {
      const output = await s3.send(new GetPublicAccessBlockCommand(input), options);
      return { ...output.PublicAccessBlockConfiguration };
    }),
  ]);
  const [ownership, grants, requestPayment, replicatesInto] = await Promise.all([
    ask("s3:GetBucketOwnershipControls", "OwnershipControlsNotFoundError", async () => {
      const output = await s3.send(new GetBucketOwnershipControlsCommand(input), options);
      return output.OwnershipControls?.Rules?.[0]?.ObjectOwnership;
    }),
    ask("s3:GetBucketAcl", undefined, async () => {
      const { Grants = [], Owner } = await s3.send(new GetBucketAclCommand(input), options);
      return Grants.flatMap(({ Grantee, Permission }) =>
        Grantee === undefined || Grantee.ID === Owner?.ID
          ? []
          : [`${Permission ?? "?"} to ${Grantee.URI ?? Grantee.EmailAddress ?? Grantee.ID ?? "?"}`],
      );
    }),
    ask("s3:GetBucketRequestPayment", undefined, async () => {
      return (await s3.send(new GetBucketRequestPaymentCommand(input), options)).Payer;
    }),
    ask("s3:GetReplicationConfiguration", "ReplicationConfigurationNotFoundError", async () => {
      const output = await s3.send(new GetBucketReplicationCommand(input), options);
      return (output.ReplicationConfiguration?.Rules ?? []).flatMap(
        ({ Destination }) => Destination?.Bucket ?? [],
      );
    }),
  ]);
  return {
    bucket,
    policy,
    objectLock: orElse(objectLock, { enabled: false }),
    versioning,
    lifecycle: orElse(lifecycle, []),
    encryption: orElse(encryption, {}),
    publicAccess: orElse(publicAccess, {}),
    ownership,
    grants: orElse(grants, []),
    requestPayment,
    replicatesInto: orElse(replicatesInto, []),
  };
}

/** Object Lock counts a year as 365 days. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_DefaultRetention.html */
const DAYS_OF_A_YEAR = 365;

const NOTHING = { value: undefined };
/** Of a bucket that is not there. */
const NO_FACTS: Omit<BucketFacts, "bucket"> = {
  policy: NOTHING,
  objectLock: { value: { enabled: false } },
  versioning: NOTHING,
  lifecycle: { value: [] },
  encryption: { value: {} },
  publicAccess: { value: {} },
  ownership: NOTHING,
  grants: { value: [] },
  requestPayment: NOTHING,
  replicatesInto: { value: [] },
};

async function whereabouts(head: () => Promise<unknown>): Promise<BucketFacts["bucket"]> {
  try {
    await head();
    return "there";
  } catch (error) {
    if (isLockstepError(error) && error.code === "BucketOfAnotherAccount") return "foreign";
    const failure = awsFailure(error);
    if (failure?.httpStatus === 404) return "gone";
    // Whether the single settings may be read is found out with each of them.
    if (failure?.httpStatus === 403) return "there";
    throw error;
  }
}
