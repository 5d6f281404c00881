import { UNKNOWN, type PolicyResource, type PropertyRecord } from "../../policy";
import { bucket, nativeBucket, part, replication, resource, ruleTo, urnOf } from "./resources";
import type { CasesOfRule } from "./rule-cases";

const retention = (mode: string, days: number): PropertyRecord => ({
  rule: { defaultRetention: { mode, days } },
});

/** A locked vault of `aws-native`. */
const vault = (lock: PropertyRecord = retention("GOVERNANCE", 30), more: PropertyRecord = {}) =>
  nativeBucket("v", { objectLockEnabled: true, objectLockConfiguration: lock, ...more });

/** A source `a` that fills `v`. */
const pair = (
  vaultResource: PolicyResource,
  rule: PropertyRecord = {},
  ...more: readonly PolicyResource[]
): readonly PolicyResource[] => [
  bucket("a"),
  vaultResource,
  replication("a", [ruleTo("v", rule)]),
  ...more,
];

const lifecycle = (rule: PropertyRecord) =>
  vault(undefined, {
    lifecycleConfiguration: { rules: [{ id: "clean", status: "Enabled", ...rule }] },
  });

const CLASSES = { classes: { records: { mode: "COMPLIANCE", minimumDays: 2555 } } };
const RECORDS = { tags: [{ key: "data-class", value: "records" }] };

const kms = (of: string, key?: unknown) =>
  part("BucketServerSideEncryptionConfiguration", of, {
    rules: [
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key } },
    ],
  } as never);

const OPT_IN = { sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } } };
const KEY = "arn:aws:kms:eu-central-1:222222222222:key/0a1b2c3d-0000-4000-8000-000000000000";
const to = (more: PropertyRecord): PropertyRecord => ({
  destination: { bucket: "arn:aws:s3:::v", ...more },
});
const REPLICA_KEY = to({ encryptionConfiguration: { replicaKmsKeyId: KEY } });

const keyWith = (policy: unknown) =>
  resource("aws-native:kms:Key", "key", { keyPolicy: policy } as never, { outputs: { arn: KEY } });
const letsIn = (AWS: string, Action: unknown = ["kms:Encrypt", "kms:GenerateDataKey"]) => ({
  Statement: [{ Effect: "Allow", Principal: { AWS }, Action, Resource: "*" }],
});
const ROLE = "arn:aws:iam::111111111111:role/replication";
const OPTED_IN = { ...OPT_IN, ...REPLICA_KEY };

const OTHER_ACCOUNT = to({ account: "222222222222" });
const OVERRIDE = to({
  account: "222222222222",
  accessControlTranslation: { owner: "Destination" },
});
const owned = (objectOwnership: unknown) =>
  vault(undefined, { ownershipControls: { rules: [{ objectOwnership }] } } as never);

export const PAIR_CASES: Readonly<Record<string, CasesOfRule>> = {
  "object-lock": {
    pass: [
      { title: "any retention, where no class asks for more", resources: pair(vault()) },
      {
        title: "by parts, in years, as long as its class asks",
        resources: pair(
          bucket("v", { objectLockEnabled: true, tags: { "data-class": "records" } }),
          {},
          part("BucketObjectLockConfiguration", "v", {
            rule: { defaultRetention: { mode: "COMPLIANCE", years: 7 } },
          }),
        ),
        settings: CLASSES,
      },
      {
        title: "no default retention, where every version comes locked from its source",
        resources: pair(
          nativeBucket("v", { objectLockEnabled: true }),
          {},
          part("BucketObjectLockConfiguration", "a", retention("GOVERNANCE", 30)),
        ),
      },
      { title: "an unlocked bucket outside of any replication", resources: [bucket("logs")] },
    ],
    fail: [
      {
        title: "a destination without a lock",
        resources: pair(bucket("v")),
        severity: "warning",
        at: "v",
        message: /has no Object Lock/,
      },
      {
        title: "a destination without a lock, where its class asks for one",
        resources: pair(bucket("v", { tags: { "data-class": "records" } })),
        settings: CLASSES,
        severity: "error",
        at: "v",
        message: /has no Object Lock/,
      },
      {
        title: "a lock without default retention",
        resources: pair(nativeBucket("v", { objectLockEnabled: true })),
        severity: "error",
        at: "v",
        message: /no default retention/,
      },
      {
        title: "another mode than the class asks for",
        resources: pair(vault(retention("GOVERNANCE", 2555), RECORDS)),
        settings: CLASSES,
        severity: "error",
        at: "v",
        message: /mode COMPLIANCE; it has GOVERNANCE/,
      },
      {
        title: "a day less than the class asks for",
        resources: pair(vault(retention("COMPLIANCE", 2554), RECORDS)),
        settings: CLASSES,
        severity: "error",
        at: "v",
        message: /2555 days; it has 2554/,
      },
    ],
    unknown: [
      {
        title: "whether it is locked",
        resources: pair(nativeBucket("v", { objectLockEnabled: UNKNOWN })),
      },
      {
        title: "its retention",
        resources: pair(vault({ rule: { defaultRetention: UNKNOWN } }, RECORDS)),
        settings: CLASSES,
      },
      {
        title: "its class",
        resources: pair(vault(retention("GOVERNANCE", 1), { tags: UNKNOWN })),
        settings: CLASSES,
      },
      {
        title: "the bucket, which is made elsewhere",
        resources: [bucket("a"), replication("a", [ruleTo("elsewhere")])],
      },
    ],
  },
  "retention-not-shorter": {
    pass: [
      {
        title: "as long and as strong",
        resources: pair(
          vault(retention("COMPLIANCE", 30)),
          {},
          part("BucketObjectLockConfiguration", "a", retention("COMPLIANCE", 30)),
        ),
      },
      { title: "an unlocked source", resources: pair(vault(retention("GOVERNANCE", 1))) },
    ],
    fail: [
      {
        title: "a day shorter",
        resources: pair(
          vault(retention("GOVERNANCE", 29)),
          {},
          part("BucketObjectLockConfiguration", "a", retention("GOVERNANCE", 30)),
        ),
        severity: "error",
        at: "v",
        message: /29 days, its source for 30/,
      },
      {
        title: "weaker",
        resources: pair(
          vault(retention("GOVERNANCE", 30)),
          {},
          part("BucketObjectLockConfiguration", "a", retention("COMPLIANCE", 30)),
        ),
        severity: "error",
        at: "v",
        message: /GOVERNANCE mode/,
      },
    ],
    unknown: [
      {
        title: "the source's days",
        resources: pair(
          vault(retention("GOVERNANCE", 1)),
          {},
          part("BucketObjectLockConfiguration", "a", {
            rule: { defaultRetention: { mode: UNKNOWN, days: UNKNOWN } },
          }),
        ),
      },
    ],
  },
  "lifecycle-not-shorter": {
    pass: [
      { title: "no lifecycle", resources: pair(vault()) },
      {
        title: "what ends with the retention, and what may end at any time",
        resources: pair(
          lifecycle({
            expirationInDays: 30,
            noncurrentVersionExpiration: { noncurrentDays: 30 },
            abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          }),
        ),
      },
      {
        title: "a rule that is off",
        resources: pair(lifecycle({ status: "Disabled", expirationInDays: 1 })),
      },
      {
        title: "a short one at the source",
        resources: pair(
          vault(),
          {},
          part("BucketLifecycleConfiguration", "a", {
            rules: [{ id: "r", status: "Enabled", expiration: { days: 1 } }],
          }),
        ),
      },
    ],
    fail: [
      {
        title: "delete markers a day too early",
        resources: pair(lifecycle({ expirationInDays: 29 })),
        severity: "error",
        at: "v",
        message: /Rule clean puts delete markers on versions of 29 days/,
      },
      {
        title: "at a date, by parts",
        resources: pair(
          vault(),
          {},
          part("BucketLifecycleConfiguration", "v", {
            rules: [{ id: "r", status: "Enabled", expiration: { date: "2027-01-01T00:00:00Z" } }],
          }),
        ),
        severity: "error",
        at: "v-BucketLifecycleConfiguration",
        message: /at a date/,
      },
      {
        title: "noncurrent versions a day too early",
        resources: pair(lifecycle({ noncurrentVersionExpiration: { noncurrentDays: 29 } })),
        severity: "warning",
        at: "v",
        message: /noncurrent versions after 29 days/,
      },
    ],
    unknown: [
      { title: "the days", resources: pair(lifecycle({ expirationInDays: UNKNOWN })) },
      {
        title: "the lifecycle",
        resources: pair(vault(undefined, { lifecycleConfiguration: UNKNOWN })),
      },
    ],
  },
  "kms-at-rest": {
    pass: [
      { title: "S3's keys", resources: pair(vault(), OTHER_ACCOUNT) },
      { title: "a customer managed key", resources: pair(vault(), OTHER_ACCOUNT, kms("v", KEY)) },
      {
        title: "aws/s3 within one account",
        resources: pair(vault(), to({ account: "111111111111" }), kms("v")),
      },
    ],
    fail: [
      {
        title: "aws/s3 in another account",
        resources: pair(vault(), OTHER_ACCOUNT, kms("v")),
        severity: "error",
        at: "v-BucketServerSideEncryptionConfiguration",
        message: /under aws\/s3/,
      },
      {
        title: "S3's keys, where KMS is asked for",
        resources: pair(vault(), OTHER_ACCOUNT, kms("a", KEY)),
        settings: { requireKms: true },
        severity: "error",
        at: "v",
        message: /not encrypted under a KMS key/,
      },
    ],
    unknown: [
      { title: "the key", resources: pair(vault(), OTHER_ACCOUNT, kms("v", UNKNOWN)) },
      {
        title: "the encryption",
        resources: pair(
          vault(undefined, { bucketEncryption: UNKNOWN }),
          OTHER_ACCOUNT,
          part("BucketServerSideEncryptionConfiguration", "a", { rules: UNKNOWN }),
        ),
        settings: { requireKms: true },
      },
    ],
  },
  "replica-key": {
    pass: [
      { title: "neither", resources: pair(vault()) },
      { title: "both", resources: pair(vault(), OPTED_IN, kms("a", KEY)) },
    ],
    fail: [
      {
        title: "an opt-in without a key",
        resources: pair(vault(), OPT_IN),
        severity: "error",
        at: "a-BucketReplicationConfig",
        message: /names no replica key/,
      },
      {
        title: "a key without an opt-in",
        resources: pair(vault(), REPLICA_KEY),
        severity: "error",
        at: "a-BucketReplicationConfig",
        message: /does not opt in/,
      },
      {
        title: "a source under a KMS key that is left out",
        resources: pair(vault(), {}, kms("a", KEY)),
        severity: "error",
        at: "a-BucketReplicationConfig",
        message: /nothing new is replicated/,
      },
      {
        title: "the vault's aws/s3",
        resources: pair(vault(), {
          ...OPT_IN,
          ...to({
            account: "222222222222",
            encryptionConfiguration: {
              replicaKmsKeyId: "arn:aws:kms:eu-central-1:222222222222:alias/aws/s3",
            },
          }),
        }),
        severity: "error",
        at: "a-BucketReplicationConfig",
        message: /aws\/s3 cannot be the replica key/,
      },
    ],
    unknown: [
      {
        title: "the opt-in",
        resources: pair(vault(), { ...REPLICA_KEY, sourceSelectionCriteria: UNKNOWN }),
      },
      {
        title: "the replica key",
        resources: pair(vault(), {
          ...OPT_IN,
          ...to({ encryptionConfiguration: { replicaKmsKeyId: UNKNOWN } }),
        }),
      },
      {
        title: "the source's encryption",
        resources: pair(
          vault(),
          {},
          part("BucketServerSideEncryptionConfiguration", "a", { rules: UNKNOWN }),
        ),
      },
    ],
  },
  "key-policies": {
    pass: [
      { title: "the role is let in", resources: pair(vault(), OPTED_IN, keyWith(letsIn(ROLE))) },
      {
        title: "its account is let in",
        resources: pair(
          vault(),
          OPTED_IN,
          keyWith(letsIn("arn:aws:iam::111111111111:root", "kms:*")),
        ),
      },
      { title: "a key of elsewhere", resources: pair(vault(), OPTED_IN) },
    ],
    fail: [
      {
        title: "only the vault's account is let in",
        resources: pair(
          vault(),
          OPTED_IN,
          keyWith(letsIn("arn:aws:iam::222222222222:root", "kms:*")),
        ),
        severity: "error",
        at: "key",
        message: /let the replication role replication do kms:Encrypt/,
      },
      {
        title: "AWS's default policy, of a key in another account",
        resources: pair(
          vault(),
          OPTED_IN,
          resource("aws-native:kms:Key", "key", {}, { outputs: { arn: KEY } }),
        ),
        severity: "error",
        at: "key",
        message: /kms:Encrypt/,
      },
      {
        title: "the source's key lets the role encrypt only",
        resources: pair(
          vault(),
          OPTED_IN,
          kms("a", "arn:aws:kms:eu-west-1:111111111111:key/source"),
          resource(
            "aws:kms/key:Key",
            "source-key",
            { policy: JSON.stringify(letsIn(ROLE)) },
            { outputs: { arn: "arn:aws:kms:eu-west-1:111111111111:key/source" } },
          ),
        ),
        severity: "error",
        at: "source-key",
        message: /kms:Decrypt/,
      },
    ],
    unknown: [
      { title: "the policy", resources: pair(vault(), OPTED_IN, keyWith(UNKNOWN)) },
      {
        title: "who is let in",
        resources: pair(
          vault(),
          OPTED_IN,
          keyWith({ Statement: [{ Effect: "Allow", Principal: UNKNOWN, Action: "kms:*" }] }),
        ),
      },
      {
        title: "a key that is not deployed, by what the rule is made of",
        resources: [
          bucket("a"),
          vault(),
          resource("aws-native:kms:Key", "key", { keyPolicy: UNKNOWN }),
          replication(
            "a",
            [
              ruleTo("v", {
                ...OPT_IN,
                ...to({ encryptionConfiguration: { replicaKmsKeyId: UNKNOWN } }),
              }),
            ],
            { propertyDependencies: { rules: [urnOf("aws-native:kms:Key", "key")] } },
          ),
        ],
      },
    ],
  },
  "owner-override": {
    pass: [
      { title: "two accounts, overridden", resources: pair(bucket("v"), OVERRIDE) },
      {
        title: "two accounts, ACLs off",
        resources: pair(owned("BucketOwnerEnforced"), OTHER_ACCOUNT),
      },
      { title: "one account", resources: pair(bucket("v"), to({ account: "111111111111" })) },
    ],
    fail: [
      {
        title: "two accounts, ACLs on",
        resources: pair(owned("ObjectWriter"), OTHER_ACCOUNT),
        severity: "error",
        at: "a-BucketReplicationConfig",
        message: /not given to it/,
      },
      {
        title: "two accounts, nothing said of ACLs",
        resources: pair(bucket("v"), OTHER_ACCOUNT),
        severity: "warning",
        at: "a-BucketReplicationConfig",
        message: /not given to it/,
      },
      {
        title: "one account, overridden",
        resources: pair(
          bucket("v"),
          to({ account: "111111111111", accessControlTranslation: { owner: "Destination" } }),
        ),
        severity: "warning",
        at: "a-BucketReplicationConfig",
        message: /in one account/,
      },
    ],
    unknown: [
      { title: "whether it is another account", resources: pair(bucket("v")) },
      {
        title: "the override",
        resources: pair(
          bucket("v"),
          to({ account: "222222222222", accessControlTranslation: UNKNOWN }),
        ),
      },
    ],
  },
};
