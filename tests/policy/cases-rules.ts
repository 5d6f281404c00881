import { UNKNOWN, type PolicyResource, type PropertyRecord } from "../../policy";
import { bucket, nativeBucket, part, replication, resource, ruleTo, urnOf } from "./resources";
import type { CasesOfRule } from "./rule-cases";

const two = (first: PropertyRecord, second: PropertyRecord) => [
  bucket("a"),
  replication("a", [
    ruleTo("v", { id: "one", priority: 1, ...first }),
    ruleTo("v", { id: "two", priority: 2, ...second }),
  ]),
];

const one = (rule: PropertyRecord, ...more: readonly PolicyResource[]) => [
  bucket("a"),
  replication("a", [ruleTo("v", rule)]),
  ...more,
];

const METRICS = { destination: { bucket: "arn:aws:s3:::v", metrics: { status: "Enabled" } } };

const alarmOn = (metricName: unknown) =>
  resource("aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", {
    namespace: "AWS/S3",
    metricName,
  } as never);

const kept = { protect: true };
const gone = { protect: false, retainOnDelete: false };

const crossing = (
  provider: PropertyRecord,
  type = "pulumi:providers:aws-native",
  name = "vault",
): readonly PolicyResource[] => [
  bucket("a"),
  nativeBucket("v", {}, { providerUrn: urnOf(type, name) }),
  replication("a", [
    ruleTo("v", { destination: { bucket: "arn:aws:s3:::v", account: "222222222222" } }),
  ]),
  resource(type, name, provider),
];

export const RULE_CASES: Readonly<Record<string, CasesOfRule>> = {
  "rule-priorities": {
    pass: [
      {
        title: "filters apart",
        resources: two({ filter: { prefix: "a/" } }, { filter: { prefix: "b/" } }),
      },
      {
        title: "the same tag with another value",
        resources: two(
          { filter: { tag: { key: "keep", value: "yes" } } },
          { filter: { and: { prefix: "a/", tags: { keep: "no" } } } },
        ),
      },
      {
        title: "the same objects for two vaults",
        resources: two({}, { destination: { bucket: "arn:aws:s3:::w" } }),
      },
    ],
    fail: [
      {
        title: "the same priority",
        resources: two({ priority: 5 }, { priority: 5, destination: { bucket: "arn:aws:s3:::w" } }),
        severity: "error",
        at: "a-BucketReplicationConfig",
        message: /Rule one and Rule two both have priority 5/,
      },
      {
        title: "a prefix inside another, for the same vault",
        resources: two({ filter: { prefix: "a/" } }, { filter: { prefix: "a/b/" } }),
        severity: "warning",
        at: "a-BucketReplicationConfig",
        message: /larger priority wins/,
      },
    ],
    unknown: [
      {
        title: "a priority",
        resources: two(
          { priority: UNKNOWN, filter: { prefix: "b/" } },
          { filter: { prefix: "a/" } },
        ),
      },
      { title: "a filter", resources: two({ filter: UNKNOWN }, {}) },
      { title: "the vaults", resources: two({ destination: UNKNOWN }, { destination: UNKNOWN }) },
    ],
  },
  "delete-markers-with-tags": {
    pass: [
      {
        title: "by prefix, with delete markers",
        resources: one({
          filter: { prefix: "a/" },
          deleteMarkerReplication: { status: "Enabled" },
        }),
      },
      {
        title: "by tags, without",
        resources: one({
          filter: { tag: { key: "keep", value: "yes" } },
          deleteMarkerReplication: { status: "Disabled" },
        }),
      },
    ],
    fail: [
      {
        title: "by tags, with delete markers",
        resources: one({
          filter: { tag: { key: "keep", value: "yes" } },
          deleteMarkerReplication: { status: "Enabled" },
        }),
        severity: "error",
        at: "a-BucketReplicationConfig",
        message: /filters by tags/,
      },
      {
        title: "inline, of aws-native",
        resources: [
          nativeBucket("a", {
            replicationConfiguration: {
              role: "arn:aws:iam::111111111111:role/replication",
              rules: [
                {
                  status: "Enabled",
                  filter: { and: { prefix: "a/", tagFilters: [{ key: "keep", value: "yes" }] } },
                  deleteMarkerReplication: { status: "Enabled" },
                  destination: { bucket: "arn:aws:s3:::v" },
                },
              ],
            },
          }),
        ],
        severity: "error",
        at: "a",
        message: /Rule 1 filters by tags/,
      },
    ],
    unknown: [
      {
        title: "the filter",
        resources: one({ filter: UNKNOWN, deleteMarkerReplication: { status: "Enabled" } }),
      },
      {
        title: "the status",
        resources: one({
          filter: { tag: { key: "keep", value: "yes" } },
          deleteMarkerReplication: { status: UNKNOWN },
        }),
      },
    ],
  },
  "no-existing-object-replication": {
    pass: [{ title: "it is not there", resources: one({}) }],
    fail: [
      {
        title: "it is there",
        resources: one({ existingObjectReplication: { status: "Enabled" } }),
        severity: "error",
        at: "a-BucketReplicationConfig",
        message: /has existingObjectReplication/,
      },
    ],
    unknown: [{ title: "the member", resources: one({ existingObjectReplication: UNKNOWN }) }],
  },
  "no-chained-replicas": {
    pass: [
      { title: "one hop", resources: [...one({}), bucket("v")] },
      {
        title: "replication both ways",
        resources: [...one({}), bucket("v"), replication("v", [ruleTo("a")])],
      },
      {
        title: "a chain that is declared",
        resources: [...one({}), bucket("v"), replication("v", [ruleTo("w")])],
        settings: { declared: ["v"] },
      },
    ],
    fail: [
      {
        title: "a vault that is a source",
        resources: [...one({}), bucket("v"), replication("v", [ruleTo("w")])],
        severity: "error",
        at: "v-BucketReplicationConfig",
        message: /Its source v is a vault/,
      },
    ],
    unknown: [
      {
        title: "where the first hop goes",
        resources: [
          ...one({ destination: { bucket: UNKNOWN } }),
          bucket("v"),
          replication("v", [ruleTo("w")]),
        ],
      },
    ],
  },
  "time-control-when-asked": {
    pass: [
      { title: "it is off", resources: one({}) },
      {
        title: "it was asked for",
        resources: one({
          destination: { bucket: "arn:aws:s3:::v", replicationTime: { status: "Enabled" } },
        }),
        settings: { allowed: ["to-*"] },
      },
    ],
    fail: [
      {
        title: "it is on",
        resources: one({
          destination: { bucket: "arn:aws:s3:::v", replicationTime: { status: "Enabled" } },
        }),
        severity: "info",
        at: "a-BucketReplicationConfig",
        message: /Rule to-v has Replication Time Control/,
      },
    ],
    unknown: [
      {
        title: "the status",
        resources: one({
          destination: { bucket: "arn:aws:s3:::v", replicationTime: { status: UNKNOWN } },
        }),
      },
    ],
  },
  "replication-alarm": {
    pass: [
      {
        title: "metrics and an alarm",
        resources: one(METRICS, alarmOn("OperationsFailedReplication")),
      },
      {
        title: "Replication Time Control and a notification",
        resources: one(
          {
            destination: { bucket: "arn:aws:s3:::v", replicationTime: { status: "Enabled" } },
          },
          part("BucketNotification", "a", {
            topics: [{ topicArn: "arn", events: ["s3:Replication:*"] }],
          }),
        ),
      },
      { title: "a rule that is off", resources: one({ status: "Disabled" }) },
    ],
    fail: [
      {
        title: "no metrics",
        resources: one({}),
        severity: "warning",
        at: "a-BucketReplicationConfig",
        message: /Rule to-v has no metrics/,
      },
      {
        title: "metrics that nobody looks at",
        resources: one(METRICS, alarmOn("BucketSizeBytes")),
        severity: "warning",
        at: "a-BucketReplicationConfig",
        message: /no alarm or notification/,
      },
    ],
    unknown: [
      {
        title: "the metrics",
        resources: one({ destination: { bucket: "arn:aws:s3:::v", metrics: { status: UNKNOWN } } }),
      },
      { title: "what the alarm is on", resources: one(METRICS, alarmOn(UNKNOWN)) },
      {
        title: "what is notified",
        resources: one(METRICS, part("BucketNotification", "a", { queues: UNKNOWN })),
      },
    ],
  },
  protect: {
    pass: [
      {
        title: "protected, or kept on deletion",
        resources: [
          bucket("a", {}, kept),
          bucket("v", {}, { protect: false, retainOnDelete: true }),
          replication("a", [ruleTo("v")], gone),
        ],
      },
      { title: "a bucket outside of any replication", resources: [bucket("logs", {}, gone)] },
    ],
    fail: [
      {
        title: "a source that may be deleted",
        resources: [bucket("a", {}, gone), replication("a", [ruleTo("v")])],
        severity: "warning",
        at: "a",
        message: /neither protect nor retainOnDelete/,
      },
      {
        title: "a vault that is emptied first",
        resources: [...one({}), bucket("v", { forceDestroy: true }, kept)],
        severity: "error",
        at: "v",
        message: /forceDestroy/,
      },
      {
        title: "the key of a vault",
        resources: [
          ...one({}),
          nativeBucket(
            "v",
            {
              bucketEncryption: {
                serverSideEncryptionConfiguration: [
                  {
                    serverSideEncryptionByDefault: {
                      sseAlgorithm: "aws:kms",
                      kmsMasterKeyId: UNKNOWN,
                    },
                  },
                ],
              },
            },
            {
              ...kept,
              propertyDependencies: { bucketEncryption: [urnOf("aws-native:kms:Key", "key")] },
            },
          ),
          resource("aws-native:kms:Key", "key", {}, gone),
        ],
        severity: "error",
        at: "key",
        message: /only key to data/,
      },
    ],
    unknown: [
      { title: "the options, which are not told", resources: [...one({}), bucket("v")] },
      {
        title: "forceDestroy",
        resources: [...one({}), bucket("v", { forceDestroy: UNKNOWN }, kept)],
      },
    ],
  },
  "provider-accounts": {
    pass: [
      {
        title: "one account, which counts",
        resources: crossing({
          allowedAccountIds: '["222222222222"]',
          skipCredentialsValidation: "false",
        }),
      },
      {
        title: "of the provider aws",
        resources: crossing({ allowedAccountIds: ["222222222222"] }, "pulumi:providers:aws"),
      },
      {
        title: "the default provider within one account",
        resources: [
          bucket("a"),
          bucket("v", {}, { providerUrn: urnOf("pulumi:providers:aws", "default_7_48_0") }),
          replication("a", [ruleTo("v")]),
          resource("pulumi:providers:aws", "default_7_48_0", { region: "eu-west-1" }),
        ],
      },
    ],
    fail: [
      {
        title: "accounts that do not count",
        resources: crossing({ allowedAccountIds: '["222222222222"]' }),
        severity: "error",
        at: "vault",
        message: /do not count/,
      },
      {
        title: "no accounts",
        resources: crossing({ profile: "vault" }, "pulumi:providers:aws"),
        severity: "warning",
        at: "vault",
        message: /no allowedAccountIds/,
      },
      {
        title: "several accounts",
        resources: crossing(
          { allowedAccountIds: '["222222222222","333333333333"]' },
          "pulumi:providers:aws",
        ),
        severity: "warning",
        at: "vault",
        message: /allowed in 2 accounts/,
      },
      {
        title: "the default provider across accounts",
        resources: crossing({}, "pulumi:providers:aws", "default_7_48_0"),
        severity: "warning",
        at: "v",
        message: /default provider/,
      },
      {
        title: "another account than the rule says",
        resources: crossing({ allowedAccountIds: '["333333333333"]' }, "pulumi:providers:aws"),
        severity: "error",
        at: "a-BucketReplicationConfig",
        message: /in account 222222222222, and the vault's provider works in 333333333333/,
      },
    ],
    unknown: [
      {
        title: "the accounts",
        resources: crossing({ allowedAccountIds: UNKNOWN, skipCredentialsValidation: "false" }),
      },
      {
        title: "whether they count",
        resources: crossing({
          allowedAccountIds: '["222222222222"]',
          skipCredentialsValidation: UNKNOWN,
        }),
      },
    ],
  },
};
