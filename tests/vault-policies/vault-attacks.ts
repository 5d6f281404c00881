import type { AwsError } from "../../sandbox/src/world/aws-error";
import type { ServiceName } from "../../sandbox/src/world/service-name";
import { errorOf } from "../../sandbox/tests/batch/fixture";
import {
  type Actor,
  bucketPolicy,
  type Call,
  keyPolicy,
  LockedVaultFixture,
  type LockedVaultOptions,
} from "./locked-vault-fixture";
import {
  DAY_MS,
  SOURCE,
  SOURCE_BUCKET,
  VAULT,
  VAULT_BUCKET,
} from "../../sandbox/tests/replication/fixture";

/** What somebody with every right of an account would try on a vault, and what stands against each try. */
export interface Attack {
  readonly name: string;
  /** The statement and the action in it that refuse this. */
  readonly statement: string;
  readonly action: string;
  readonly call: (fixture: LockedVaultFixture) => Call;
  /** How long after the copy. @default within the retention */
  readonly afterDays?: number;
  /** Whether the break-glass role may. @default true */
  readonly isBreakGlass?: boolean;
  /** Why the organization's policies leave this to the vault's own. @default they refuse it too */
  readonly leftByOrganization?: string;
  /** Code with which S3 itself refuses this where the action is not refused. @default it succeeds */
  readonly nextGuard?: string;
}

/** Keys of versions that `copied` brings into the vault. */
export const RECORD = "records/a";
export const HELD = "records/held";
/** How long the source's versions are held back; longer than the vault's default would not be. */
const RETENTION_DAYS = 30;

/** A locked version and one with a legal hold, copied into the vault. */
export function copied(fixture: LockedVaultFixture): LockedVaultFixture {
  const sse = { ServerSideEncryption: "aws:kms", SSEKMSKeyId: fixture.sourceKey };
  const retainUntil = fixture.clock.nowEpochMs() + RETENTION_DAYS * DAY_MS;
  fixture.put(RECORD, "a", {
    ...sse,
    Tagging: "keep=yes",
    ObjectLockMode: "GOVERNANCE",
    ObjectLockRetainUntilDate: new Date(retainUntil),
  });
  fixture.put(HELD, "held", { ...sse, ObjectLockLegalHoldStatus: "ON" });
  fixture.settle();
  return fixture;
}

/** A vault with its copies, at the time of an attack. */
export function ready(
  attack: Pick<Attack, "afterDays">,
  options: LockedVaultOptions = {},
): LockedVaultFixture {
  const fixture = copied(new LockedVaultFixture(options));
  if (attack.afterDays !== undefined) fixture.clock.advance(attack.afterDays * DAY_MS);
  return fixture;
}

/** The error that a try is refused with. */
export function refusal(
  fixture: LockedVaultFixture,
  actor: Actor,
  attack: Pick<Attack, "call">,
): AwsError {
  const made = attack.call(fixture);
  return errorOf(() => fixture.as(actor, made));
}

const call = (service: ServiceName, operation: string, input: object): Call => ({
  service,
  operation,
  input,
});

const onBucket =
  (operation: string, input: object = {}) =>
  () =>
    call("s3", operation, { Bucket: VAULT_BUCKET, ...input });

const onObject =
  (operation: string, input: object = {}, key = RECORD) =>
  () =>
    call("s3", operation, { Bucket: VAULT_BUCKET, Key: key, ...input });

const onVersion =
  (operation: string, input: object = {}, key = RECORD) =>
  (fixture: LockedVaultFixture) =>
    call("s3", operation, {
      Bucket: VAULT_BUCKET,
      Key: key,
      VersionId: fixture.current(VAULT_BUCKET, key).versionId,
      ...input,
    });

const onKey =
  (operation: string, input: object = {}) =>
  (fixture: LockedVaultFixture) =>
    call("kms", operation, { KeyId: fixture.vaultKey, ...input });

const retainFor = (days: number, fixture: LockedVaultFixture) => ({
  Retention: {
    Mode: "GOVERNANCE",
    RetainUntilDate: new Date(fixture.clock.nowEpochMs() + days * DAY_MS),
  },
});

const tags = { Tagging: { TagSet: [{ Key: "keep", Value: "no" }] } };
const direct = { statement: "DenyDirectWrites", isBreakGlass: false } as const;
const guard = { statement: "DenyConfigurationChange" } as const;
const keyLoss = { statement: "DenyKeyLoss" } as const;
/** Ownership is enforced, so that ACLs are refused even without the policy. */
const acl = { ACL: "public-read" };

export const ATTACKS: readonly Attack[] = [
  {
    ...direct,
    name: "write a version on top",
    action: "s3:PutObject",
    call: onObject("PutObject", { Body: Buffer.from("forged") }),
  },
  {
    ...direct,
    name: "write under a new key",
    action: "s3:PutObject",
    call: onObject("PutObject", { Body: Buffer.from("garbage") }, "new"),
  },
  {
    ...direct,
    name: "copy one version over another",
    action: "s3:PutObject",
    call: onObject("CopyObject", { CopySource: `${VAULT_BUCKET}/${HELD}` }),
  },
  {
    ...direct,
    name: "begin an upload in parts",
    action: "s3:PutObject",
    call: onObject("CreateMultipartUpload"),
  },
  {
    ...direct,
    name: "put an ACL on a key",
    action: "s3:PutObjectAcl",
    call: onObject("PutObjectAcl", acl),
    nextGuard: "AccessControlListNotSupported",
  },
  {
    ...direct,
    name: "put an ACL on a version",
    action: "s3:PutObjectVersionAcl",
    call: onVersion("PutObjectAcl", acl),
    nextGuard: "AccessControlListNotSupported",
  },
  {
    ...direct,
    name: "tag a key",
    action: "s3:PutObjectTagging",
    call: onObject("PutObjectTagging", tags),
  },
  {
    ...direct,
    name: "tag a version",
    action: "s3:PutObjectVersionTagging",
    call: onVersion("PutObjectTagging", tags),
  },
  {
    ...direct,
    name: "take a key's tags",
    action: "s3:DeleteObjectTagging",
    call: onObject("DeleteObjectTagging"),
  },
  {
    ...direct,
    name: "take a version's tags",
    action: "s3:DeleteObjectVersionTagging",
    call: onVersion("DeleteObjectTagging"),
  },
  {
    name: "hide a key under a delete marker",
    statement: "DenyHidingVersions",
    action: "s3:DeleteObject",
    call: onObject("DeleteObject"),
    isBreakGlass: false,
  },
  {
    name: "delete a version in its retention",
    statement: "DenyVersionDeletion",
    action: "s3:DeleteObjectVersion",
    call: onVersion("DeleteObject"),
    isBreakGlass: false,
    nextGuard: "AccessDenied",
  },
  {
    name: "delete a version after its retention",
    statement: "DenyVersionDeletion",
    action: "s3:DeleteObjectVersion",
    call: onVersion("DeleteObject"),
    afterDays: RETENTION_DAYS + 1,
  },
  {
    name: "shorten a retention by bypassing governance",
    statement: "DenyGovernanceBypass",
    action: "s3:BypassGovernanceRetention",
    call: (fixture) =>
      onVersion("PutObjectRetention", {
        ...retainFor(1, fixture),
        BypassGovernanceRetention: true,
      })(fixture),
    isBreakGlass: false,
  },
  {
    name: "take off a legal hold",
    statement: "DenyLegalHoldRemoval",
    action: "s3:PutObjectLegalHold",
    call: onVersion("PutObjectLegalHold", { LegalHold: { Status: "OFF" } }, HELD),
  },
  {
    name: "lock a version for a century",
    statement: "DenyLongRetention",
    action: "s3:PutObjectRetention",
    call: (fixture) => onVersion("PutObjectRetention", retainFor(36_500, fixture))(fixture),
    isBreakGlass: false,
    leftByOrganization:
      "it only makes the vault's own account pay for longer, and the sources it is against cannot change the vault's policy",
  },
  {
    ...guard,
    name: "open the bucket policy",
    action: "s3:PutBucketPolicy",
    call: onBucket("PutBucketPolicy", { Policy: JSON.stringify(bucketPolicy()) }),
  },
  {
    ...guard,
    name: "delete the bucket policy",
    action: "s3:DeleteBucketPolicy",
    call: onBucket("DeleteBucketPolicy"),
  },
  {
    ...guard,
    name: "take away the default retention",
    action: "s3:PutBucketObjectLockConfiguration",
    call: onBucket("PutObjectLockConfiguration", {
      ObjectLockConfiguration: { ObjectLockEnabled: "Enabled" },
    }),
  },
  {
    ...guard,
    name: "suspend versioning",
    action: "s3:PutBucketVersioning",
    call: onBucket("PutBucketVersioning", { VersioningConfiguration: { Status: "Suspended" } }),
    isBreakGlass: false,
    nextGuard: "InvalidBucketState",
  },
  {
    ...guard,
    name: "let a lifecycle rule delete versions",
    action: "s3:PutLifecycleConfiguration",
    call: onBucket("PutBucketLifecycleConfiguration", {
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
  },
  {
    ...guard,
    name: "encrypt what comes under another key",
    action: "s3:PutEncryptionConfiguration",
    call: onBucket("PutBucketEncryption", {
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" } }],
      },
    }),
  },
  {
    ...guard,
    name: "delete the default encryption",
    action: "s3:PutEncryptionConfiguration",
    call: onBucket("DeleteBucketEncryption"),
  },
  {
    ...guard,
    name: "allow public access",
    action: "s3:PutBucketPublicAccessBlock",
    call: onBucket("PutPublicAccessBlock", {
      PublicAccessBlockConfiguration: { BlockPublicPolicy: false },
    }),
  },
  {
    ...guard,
    name: "delete the block of public access",
    action: "s3:PutBucketPublicAccessBlock",
    call: onBucket("DeletePublicAccessBlock"),
  },
  {
    ...guard,
    name: "give objects to who writes them",
    action: "s3:PutBucketOwnershipControls",
    call: onBucket("PutBucketOwnershipControls", {
      OwnershipControls: { Rules: [{ ObjectOwnership: "ObjectWriter" }] },
    }),
  },
  {
    ...guard,
    name: "let the requester pay, which ends replication from another account",
    action: "s3:PutBucketRequestPayment",
    call: onBucket("PutBucketRequestPayment", {
      RequestPaymentConfiguration: { Payer: "Requester" },
    }),
  },
  {
    ...guard,
    name: "put an ACL on the bucket",
    action: "s3:PutBucketAcl",
    call: onBucket("PutBucketAcl", acl),
    isBreakGlass: false,
    nextGuard: "AccessControlListNotSupported",
  },
  {
    ...guard,
    name: "delete the bucket",
    action: "s3:DeleteBucket",
    call: onBucket("DeleteBucket"),
    isBreakGlass: false,
    nextGuard: "BucketNotEmpty",
  },
  {
    ...guard,
    name: "replicate the data elsewhere",
    action: "s3:PutReplicationConfiguration",
    call: (fixture) => {
      fixture.bucket(VAULT, "elsewhere", { isLocked: true });
      return onBucket("PutBucketReplication", {
        ReplicationConfiguration: {
          Role: `arn:aws:iam::${VAULT.accountId}:role/break-glass`,
          Rules: [
            {
              ID: "out",
              Status: "Enabled",
              Priority: 1,
              Filter: { Prefix: "" },
              DeleteMarkerReplication: { Status: "Disabled" },
              Destination: { Bucket: "arn:aws:s3:::elsewhere" },
            },
          ],
        },
      })();
    },
  },
  {
    ...keyLoss,
    name: "schedule the key's deletion",
    action: "kms:ScheduleKeyDeletion",
    call: onKey("ScheduleKeyDeletion", { PendingWindowInDays: 7 }),
  },
  { ...keyLoss, name: "disable the key", action: "kms:DisableKey", call: onKey("DisableKey") },
  {
    ...keyLoss,
    name: "open the key's policy",
    action: "kms:PutKeyPolicy",
    call: onKey("PutKeyPolicy", {
      Policy: JSON.stringify(keyPolicy()),
      BypassPolicyLockoutSafetyCheck: true,
    }),
  },
  {
    ...keyLoss,
    name: "stop the key's rotation",
    action: "kms:DisableKeyRotation",
    call: onKey("DisableKeyRotation"),
  },
];

/** What Object Lock alone refuses, policy or not. */
export const LOCKED_OUT: readonly Pick<Attack, "name" | "call" | "afterDays">[] = [
  {
    name: "shorten a retention",
    call: (fixture) => onVersion("PutObjectRetention", retainFor(1, fixture))(fixture),
  },
  {
    name: "delete a version under a legal hold",
    call: onVersion("DeleteObject", {}, HELD),
  },
];

/** A call on the source, as its administrator. */
export function onSource(
  fixture: LockedVaultFixture,
  operation: string,
  key: string,
  input: object,
): void {
  const { versionId } = fixture.current(SOURCE_BUCKET, key);
  fixture.call(SOURCE, "s3", operation, {
    Bucket: SOURCE_BUCKET,
    Key: key,
    VersionId: versionId,
    ...input,
  });
}
