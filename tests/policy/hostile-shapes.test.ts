/**
 * Shapes in which the same facts stand elsewhere or are half known: what AWS reads back, blocks in the plural, other partitions,
 * namesakes in two accounts, parts before their bucket. Each is told what is said of it here, and nothing else.
 */

import { expect } from "chai";
import { checkProgram, type PolicyResource, type PropertyRecord, UNKNOWN } from "../../policy";
import { bucket, nativeBucket, part, replication, resource, ruleTo, urnOf } from "./resources";

interface Shape {
  readonly title: string;
  readonly resources: readonly PolicyResource[];
  /** `<severity> <rule> <resource>` of the rule that the shape is about, in any order. */
  readonly told: readonly string[];
  readonly rule: string;
}

const BUCKET_V2 = "aws:s3/bucketV2:BucketV2";
const LOG = "aws:s3/bucketLogging:BucketLogging";
const ACCOUNT_BLOCK = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock";
const OPEN = { blockPublicAcls: true, blockPublicPolicy: false };
const CLOSED = {
  blockPublicAcls: true,
  blockPublicPolicy: true,
  ignorePublicAcls: true,
  restrictPublicBuckets: true,
};
const ENABLED = { versioningConfiguration: { status: "Enabled" } };

const provider = (name: string, account: unknown, package_ = "aws"): PolicyResource =>
  resource(`pulumi:providers:${package_}`, name, {
    ...(account !== undefined && { allowedAccountIds: account }),
  } as PropertyRecord);
const of = (name: string, package_ = "aws") => ({
  providerUrn: urnOf(`pulumi:providers:${package_}`, name),
});

const deny = (condition: PropertyRecord): string =>
  JSON.stringify({
    Statement: { Effect: "Deny", Principal: { AWS: "*" }, Action: "*", Condition: condition },
  });

const locked = (props: PropertyRecord = {}, options = {}) =>
  nativeBucket(
    "v",
    {
      objectLockEnabled: true,
      objectLockConfiguration: { rule: { defaultRetention: { mode: "GOVERNANCE", days: 30 } } },
      ...props,
    },
    options,
  );

const lifecycleOf = (rule: PropertyRecord) =>
  locked({ lifecycleConfiguration: { rules: [{ id: "clean", status: "Enabled", ...rule }] } });

const role = (name: string, account: string): PolicyResource =>
  resource("aws:iam/role:Role", `role-${account}`, { name }, of(`account-${account}`));
const grant = (account: string, Action: string, Resource = "*"): PolicyResource =>
  resource(
    "aws:iam/rolePolicy:RolePolicy",
    `policy-${account}`,
    {
      role: UNKNOWN,
      policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action, Resource }] }),
    },
    {
      ...of(`account-${account}`),
      propertyDependencies: { role: [urnOf("aws:iam/role:Role", `role-${account}`)] },
    },
  );

const KEY = "arn:aws:kms:eu-west-1:111111111111:key/0a1b";
const keyPolicy = (name: string, keyId: unknown, principal: string): PolicyResource =>
  resource("aws:kms/keyPolicy:KeyPolicy", name, {
    keyId,
    policy: JSON.stringify({
      Statement: [{ Effect: "Allow", Principal: { AWS: principal }, Action: "kms:*" }],
    }),
  } as PropertyRecord);
const keyed = (): readonly PolicyResource[] => [
  resource("aws:kms/key:Key", "key", {}, { id: "0a1b", outputs: { arn: KEY } }),
  bucket("a"),
  locked(),
  replication("a", [
    ruleTo("v", {
      sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: "Enabled" } },
      destination: {
        bucket: "arn:aws:s3:::v",
        encryptionConfiguration: { replicaKmsKeyId: KEY },
      },
    }),
  ]),
];

const SHAPES: readonly Shape[] = [
  {
    title: "BucketV2 with its blocks in the plural",
    rule: "versioning",
    resources: [
      resource(BUCKET_V2, "a", {
        bucket: "a",
        versionings: [{ enabled: true }],
        replicationConfigurations: [
          {
            role: "arn:aws:iam::111111111111:role/r",
            rules: [{ id: "all", status: "Enabled", destinations: [{ bucket: "arn:aws:s3:::v" }] }],
          },
        ],
      }),
      resource(BUCKET_V2, "v", { bucket: "v", versionings: [{ enabled: false }] }),
    ],
    told: ["error versioning v"],
  },
  {
    title: "BucketV2 with a lock in the plural, a day shorter than its source's",
    rule: "retention-not-shorter",
    resources: [
      bucket("a"),
      part("BucketObjectLockConfiguration", "a", {
        rule: { defaultRetention: { mode: "GOVERNANCE", days: 30 } },
      }),
      resource(BUCKET_V2, "v", {
        bucket: "v",
        objectLockConfiguration: {
          objectLockEnabled: "Enabled",
          rules: [{ defaultRetentions: [{ mode: "GOVERNANCE", days: 29 }] }],
        },
      }),
      replication("a", [ruleTo("v")]),
    ],
    told: ["error retention-not-shorter v"],
  },
  {
    title: "BucketV2 whose empty blocks AWS has read back, beside a part",
    rule: "versioning",
    resources: [
      part("BucketVersioning", "a", ENABLED),
      replication("a", [ruleTo("v")]),
      resource(BUCKET_V2, "a", { bucket: "a", versionings: [], replicationConfigurations: [] }),
      resource(BUCKET_V2, "v", { bucket: "v", objectLockEnabled: true, versionings: [] }),
    ],
    told: [],
  },
  {
    title: "a bucket that is only looked up, with what AWS answered",
    rule: "versioning",
    resources: [
      bucket("a", {}, { isRead: true, outputs: { bucket: "a", versioning: { enabled: true } } }),
      locked(),
      replication("a", [ruleTo("v")]),
    ],
    told: [],
  },
  {
    title: "a bucket that is only looked up, which the program cannot delete",
    rule: "protect",
    resources: [
      bucket("a", {}, { isRead: true, protect: false }),
      locked({}, { protect: true }),
      replication("a", [ruleTo("v")]),
    ],
    told: [],
  },
  {
    title: "a lifecycle as AWS reads it back, with an empty date",
    rule: "lifecycle-not-shorter",
    resources: [
      bucket("a"),
      lifecycleOf({ expiration: { date: "", days: 0, expiredObjectDeleteMarker: true } }),
      replication("a", [ruleTo("v")]),
    ],
    told: [],
  },
  {
    title: "a lifecycle whose expiration is known later",
    rule: "lifecycle-not-shorter",
    resources: [bucket("a"), lifecycleOf({ expiration: UNKNOWN }), replication("a", [ruleTo("v")])],
    told: [],
  },
  {
    title: "a lifecycle with a date",
    rule: "lifecycle-not-shorter",
    resources: [
      bucket("a"),
      lifecycleOf({ expirationDate: "2030-01-01T00:00:00Z" }),
      replication("a", [ruleTo("v")]),
    ],
    told: ["error lifecycle-not-shorter v"],
  },
  {
    title: "two rules of the first schema, whose priority is read back as 0",
    rule: "rule-priorities",
    resources: [
      bucket("a"),
      replication("a", [
        { id: "x", status: "Enabled", prefix: "x/", priority: 0, destination: { bucket: "v" } },
        { id: "y", status: "Enabled", prefix: "y/", priority: 0, destination: { bucket: "v" } },
      ]),
    ],
    told: [],
  },
  {
    title: "two rules with filters and priority 0",
    rule: "rule-priorities",
    resources: [
      bucket("a"),
      replication("a", [
        ruleTo("v", { id: "x", priority: 0, filter: { prefix: "x/" } }),
        ruleTo("v", { id: "y", priority: 0, filter: { prefix: "y/" } }),
      ]),
    ],
    told: ["error rule-priorities a-BucketReplicationConfig"],
  },
  {
    title: "a Deny of plain HTTP with another operator and other letters",
    rule: "tls-only",
    resources: [
      bucket("a"),
      part("BucketPolicy", "a", {
        policy: deny({ BoolIfExists: { "aws:secureTransport": false } }),
      }),
    ],
    told: [],
  },
  {
    title: "a Deny of plain HTTP under a second condition",
    rule: "tls-only",
    resources: [
      bucket("a"),
      part("BucketPolicy", "a", {
        policy: deny({ Bool: { "aws:SecureTransport": "false", "aws:ViaAWSService": "false" } }),
      }),
    ],
    told: ["warning tls-only a-BucketPolicy"],
  },
  {
    title: "a Deny of what does come by TLS",
    rule: "tls-only",
    resources: [
      bucket("a"),
      part("BucketPolicy", "a", { policy: deny({ Bool: { "aws:SecureTransport": "true" } }) }),
    ],
    told: ["warning tls-only a-BucketPolicy"],
  },
  {
    title: "an open block of a bucket under the closed one of its account",
    rule: "public-access-block",
    resources: [
      provider("one", ["111111111111"]),
      bucket("a", {}, of("one")),
      part("BucketPublicAccessBlock", "a", OPEN),
      resource(ACCOUNT_BLOCK, "account", CLOSED, of("one")),
    ],
    told: [],
  },
  {
    title: "an open block of a bucket under the closed one of another account",
    rule: "public-access-block",
    resources: [
      bucket("a", {}, of("one")),
      part("BucketPublicAccessBlock", "a", OPEN),
      resource(ACCOUNT_BLOCK, "account", CLOSED, of("other")),
    ],
    told: ["warning public-access-block a-BucketPublicAccessBlock"],
  },
  {
    title: "a provider of its own that is called default-something, and accounts that are no list",
    rule: "provider-accounts",
    resources: [
      provider("default-eu", ["111111111111"]),
      provider("vault", "222222222222"),
      bucket("a", {}, of("default-eu")),
      bucket("v", {}, of("vault")),
      replication(
        "a",
        [ruleTo("v", { destination: { bucket: "arn:aws:s3:::v", account: "222222222222" } })],
        of("default-eu"),
      ),
    ],
    told: ["warning provider-accounts vault"],
  },
  {
    title: "the default provider, which the stack's config ties to an account",
    rule: "provider-accounts",
    resources: [
      provider("default_7_48_0", '["111111111111"]'),
      provider("vault", '["222222222222"]'),
      bucket("a", {}, of("default_7_48_0")),
      bucket("v", {}, of("vault")),
      replication("a", [ruleTo("v")], of("default_7_48_0")),
    ],
    told: [],
  },
  {
    title: "namesakes of the role in two accounts, of which the other one may everything",
    rule: "replication-role",
    resources: [
      provider("account-222222222222", ["222222222222"]),
      provider("account-111111111111", ["111111111111"]),
      role("replication", "222222222222"),
      grant("222222222222", "s3:*"),
      role("replication", "111111111111"),
      grant("111111111111", "s3:ReplicateObject", "arn:aws:s3:::v/*"),
      bucket("a"),
      locked(),
      replication("a", [ruleTo("v")]),
    ],
    told: [],
  },
  {
    title: "an administrator in the source's account, whom the vault lets do nothing",
    rule: "break-glass-only",
    resources: [
      provider("account-111111111111", ["111111111111"]),
      provider("account-222222222222", ["222222222222"]),
      role("admin", "111111111111"),
      grant("111111111111", "s3:*"),
      bucket("a"),
      bucket(
        "v",
        {
          objectLockEnabled: true,
          objectLockConfiguration: { rule: { defaultRetention: { mode: "COMPLIANCE", days: 1 } } },
        },
        of("account-222222222222"),
      ),
      replication("a", [ruleTo("v")]),
    ],
    told: [],
  },
  {
    title: "an administrator in the vault's account, in another partition",
    rule: "break-glass-only",
    resources: [
      provider("account-222222222222", ["222222222222"]),
      role("admin", "222222222222"),
      grant("222222222222", "s3:*", "arn:aws-us-gov:s3:::v*"),
      bucket("a"),
      bucket(
        "v",
        {
          objectLockEnabled: true,
          objectLockConfiguration: { rule: { defaultRetention: { mode: "COMPLIANCE", days: 1 } } },
        },
        of("account-222222222222"),
      ),
      replication("a", [ruleTo("v")]),
    ],
    told: ["error break-glass-only policy-222222222222"],
  },
  {
    title: "the key's own policy after that of a key which nobody can tell yet",
    rule: "key-policies",
    resources: [
      keyPolicy("stray", UNKNOWN, "*"),
      keyPolicy("own", "0a1b", "arn:aws:iam::222222222222:root"),
      ...keyed(),
    ],
    told: ["error key-policies own"],
  },
  {
    title: "a policy of a key that nobody can tell yet, and no other",
    rule: "key-policies",
    resources: [keyPolicy("stray", UNKNOWN, "arn:aws:iam::222222222222:root"), ...keyed()],
    told: [],
  },
  {
    title: "an archive of logs that has a copy of its own",
    rule: "operations-buckets",
    resources: [
      bucket("site"),
      bucket("logs"),
      resource(LOG, "site-logs", { bucket: "site", targetBucket: "logs" }),
      locked(),
      replication("logs", [ruleTo("v")]),
    ],
    told: [],
  },
  {
    title: "a source that logs into itself, by its own block in the plural",
    rule: "operations-buckets",
    resources: [
      resource(BUCKET_V2, "a", { bucket: "a", loggings: [{ targetBucket: "a" }] }),
      locked(),
      replication("a", [ruleTo("v")]),
    ],
    told: ["error operations-buckets a"],
  },
  {
    title: "logs into the vault, by a bucket's own block",
    rule: "operations-buckets",
    resources: [
      bucket("a", { logging: { targetBucket: "v" } }),
      locked(),
      replication("a", [ruleTo("v")]),
    ],
    told: ["error operations-buckets v"],
  },
  {
    title: "an alarm that searches the metrics of all rules",
    rule: "replication-alarm",
    resources: [
      bucket("a"),
      locked(),
      replication("a", [
        ruleTo("v", { destination: { bucket: "arn:aws:s3:::v", metrics: { status: "Enabled" } } }),
      ]),
      resource("aws:cloudwatch/metricAlarm:MetricAlarm", "any", {
        metricQueries: [
          {
            id: "all",
            expression: `SELECT SUM(OperationsFailedReplication) FROM SCHEMA("AWS/S3")`,
          },
        ],
      }),
    ],
    told: [],
  },
];

describe("shapes that hide what they say", () => {
  for (const { resources, rule, title, told } of SHAPES) {
    it(`${rule}: ${title}`, () => {
      for (const order of [resources, [...resources].reverse()]) {
        const found = checkProgram(order)
          .filter(({ ruleId }) => ruleId === rule)
          .map(({ resourceName, ruleId, severity }) => `${severity} ${ruleId} ${resourceName}`);
        expect(found).to.have.members([...told]);
      }
    });
  }
});
