import type { OperatorFacts } from "./operator-facts";

/** The commands that need rights at AWS. `policies`, `demo`, `sandbox` and `engine` need none. */
export const OPERATOR_COMMANDS = [
  "preview",
  "up",
  "backfill",
  "verify",
  "doctor",
  "destroy",
] as const;

/** One of them. */
export type OperatorCommand = (typeof OPERATOR_COMMANDS)[number];

/** Rights of one kind on one kind of resource. */
export interface OperatorRow {
  /** Of the statement. */
  readonly sid: string;
  readonly side: "source" | "vault";
  /** Why they are needed. */
  readonly why: string;
  readonly actions: Partial<Record<OperatorCommand, readonly string[]>>;
  /** None: the statement is left out. */
  readonly resources: (facts: OperatorFacts) => readonly string[];
}

/** What AWS's own provider reads of each bucket that it has made; the sandbox's stand-in reads a part of it. */
const PROVIDER_READS_BUCKET = [
  "s3:ListBucket",
  "s3:GetAccelerateConfiguration",
  "s3:GetBucketAcl",
  "s3:GetBucketCORS",
  "s3:GetBucketLogging",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketPolicy",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketRequestPayment",
  "s3:GetBucketTagging",
  "s3:GetBucketVersioning",
  "s3:GetBucketWebsite",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
] as const;

const CLOUD_CONTROL_READS_BUCKET = [
  ...PROVIDER_READS_BUCKET,
  "s3:GetAnalyticsConfiguration",
  "s3:GetBucketNotification",
  "s3:GetIntelligentTieringConfiguration",
  "s3:GetInventoryConfiguration",
  "s3:GetMetricsConfiguration",
] as const;

/** What `doctor` reads of a bucket, and `verify` of a vault's guard. */
const GUARD_READS_BUCKET = [
  "s3:ListBucket",
  "s3:GetBucketAcl",
  "s3:GetBucketObjectLockConfiguration",
  "s3:GetBucketOwnershipControls",
  "s3:GetBucketPolicy",
  "s3:GetBucketPublicAccessBlock",
  "s3:GetBucketRequestPayment",
  "s3:GetBucketVersioning",
  "s3:GetEncryptionConfiguration",
  "s3:GetLifecycleConfiguration",
  "s3:GetReplicationConfiguration",
] as const;

const CONFIGURES_BUCKET = [
  "s3:CreateBucket",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketOwnershipControls",
  "s3:PutBucketPolicy",
  "s3:PutBucketPublicAccessBlock",
  "s3:PutBucketTagging",
  "s3:PutBucketVersioning",
  "s3:PutEncryptionConfiguration",
  "s3:PutLifecycleConfiguration",
] as const;

const READS_VERSIONS = [
  "s3:GetObjectVersion",
  "s3:GetObjectRetention",
  "s3:GetObjectLegalHold",
  "s3:GetObjectVersionTagging",
] as const;

const READS_ROLE = [
  "iam:GetRole",
  "iam:GetRolePolicy",
  "iam:ListAttachedRolePolicies",
  "iam:ListRolePolicies",
] as const;

const SIMULATES = ["iam:SimulatePrincipalPolicy"] as const;

const READS_KEY = ["kms:DescribeKey", "kms:GetKeyPolicy", "kms:GetKeyRotationStatus"] as const;

const REMOVES_ROLE = [
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:ListInstanceProfilesForRole",
] as const;

const both = ({ bucketArn, operationsArn }: OperatorFacts): readonly string[] => [
  bucketArn,
  operationsArn,
];
const keys = (facts: OperatorFacts): readonly string[] =>
  facts.hasKeys ? [facts.arnOf("kms", "key/*", "*")] : [];
const whenKeysAreMade =
  (resources: (facts: OperatorFacts) => readonly string[]) =>
  (facts: OperatorFacts): readonly string[] =>
    facts.makesKeys ? resources(facts) : [];
const monitored =
  (resources: (facts: OperatorFacts) => readonly string[]) =>
  (facts: OperatorFacts): readonly string[] =>
    facts.hasMonitoring ? resources(facts) : [];

const topics = monitored(({ arnOf }) => [arnOf("sns", "lockstep-*", "*")]);
const eventRules = monitored(({ arnOf }) => [arnOf("events", "rule/lockstep-*")]);
const alarms = monitored(({ arnOf }) => [arnOf("cloudwatch", "alarm:*", "*")]);
const dashboards = monitored(({ dashboardArn }) => [dashboardArn]);

/** Rights in the accounts of sources. */
export const SOURCE_ROWS: readonly OperatorRow[] = [
  {
    sid: "LookAtSourceBuckets",
    side: "source",
    why: "the engine refreshes what it made; replication rules, versioning and perimeter policies are read before and after",
    resources: both,
    actions: {
      preview: [...PROVIDER_READS_BUCKET, "s3:GetBucketNotification"],
      up: [...PROVIDER_READS_BUCKET, "s3:GetBucketNotification"],
      backfill: [
        "s3:GetBucketVersioning",
        "s3:GetReplicationConfiguration",
        "s3:ListBucket",
        "s3:ListBucketVersions",
      ],
      verify: ["s3:GetBucketVersioning", "s3:GetReplicationConfiguration", "s3:ListBucketVersions"],
      doctor: [...GUARD_READS_BUCKET, "s3:ListBucketVersions"],
    },
  },
  {
    sid: "LookAtSourceVersions",
    side: "source",
    why: "each version's content, lock, hold and tags are held against its replica",
    resources: ({ bucketArn }) => [`${bucketArn}/*`],
    actions: { backfill: READS_VERSIONS, verify: READS_VERSIONS },
  },
  {
    sid: "LookAtRoles",
    side: "source",
    why: "the two roles that S3 takes on are held against what was deployed, and simulated",
    resources: ({ roleArns }) => roleArns,
    actions: {
      preview: READS_ROLE,
      up: READS_ROLE,
      backfill: [...READS_ROLE, ...SIMULATES],
      verify: READS_ROLE,
      doctor: [...READS_ROLE, ...SIMULATES],
    },
  },
  {
    sid: "LookAtOneself",
    side: "source",
    why: "what the caller may do itself is simulated; name the one role or user instead of all where it is known",
    resources: ({ accountId, partition }) => [
      `arn:${partition}:iam::${accountId}:role/*`,
      `arn:${partition}:iam::${accountId}:user/*`,
    ],
    actions: { doctor: ["iam:GetRole", "iam:SimulatePrincipalPolicy"] },
  },
  {
    sid: "ConfigureSourceBuckets",
    side: "source",
    why: "the source and the operations bucket are made and set up",
    resources: both,
    actions: {
      up: [...CONFIGURES_BUCKET, "s3:PutBucketNotification", "s3:PutReplicationConfiguration"],
    },
  },
  {
    sid: "StopReplication",
    side: "source",
    why: "rules and notifications are taken out of the source bucket",
    resources: ({ bucketArn }) => [bucketArn],
    actions: { destroy: ["s3:PutReplicationConfiguration", "s3:PutBucketNotification"] },
  },
  {
    sid: "MakeRoles",
    side: "source",
    why: "the two roles are made and put back as deployed",
    resources: ({ roleArns }) => roleArns,
    actions: {
      up: [
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:DetachRolePolicy",
        "iam:PutRolePermissionsBoundary",
        ...REMOVES_ROLE,
      ],
    },
  },
  {
    sid: "RemoveRoles",
    side: "source",
    why: "the two roles go with the stack",
    resources: ({ roleArns }) => roleArns,
    actions: { destroy: REMOVES_ROLE },
  },
  {
    sid: "HandReplicationRoleToS3",
    side: "source",
    why: "S3 replicates under it",
    resources: ({ replicationRoleArn }) => [replicationRoleArn],
    actions: { up: ["iam:PassRole"] },
  },
  {
    sid: "HandBatchRoleToS3",
    side: "source",
    why: "the job runs under it",
    resources: ({ batchRoleArn }) => [batchRoleArn],
    actions: { backfill: ["iam:PassRole"] },
  },
  {
    sid: "KeepLedger",
    side: "source",
    why: "intent, manifest and report of a job are in the operations bucket",
    resources: ({ operationsArn }) => [`${operationsArn}/*`],
    actions: { backfill: ["s3:GetObject", "s3:PutObject"] },
  },
  {
    sid: "FindJobs",
    side: "source",
    why: "a job is made once; these actions have no resource",
    resources: () => ["*"],
    actions: { backfill: ["s3:CreateJob", "s3:ListJobs"], doctor: ["s3:ListJobs"] },
  },
  {
    sid: "FollowJobs",
    side: "source",
    why: "a job is confirmed, followed and cancelled by its id",
    resources: ({ arnOf }) => [arnOf("s3", "job/*")],
    actions: { backfill: ["s3:DescribeJob", "s3:UpdateJobStatus"] },
  },
];

/** Rights in the accounts of vaults. Vaults are made by Cloud Control, which works with the caller's own rights. */
export const VAULT_ROWS: readonly OperatorRow[] = [
  {
    sid: "LookAtVaults",
    side: "vault",
    why: "the vault's guard is held against what was deployed",
    resources: both,
    actions: {
      preview: CLOUD_CONTROL_READS_BUCKET,
      up: [...CLOUD_CONTROL_READS_BUCKET, "s3:ListBucketVersions"],
      backfill: [...GUARD_READS_BUCKET, "s3:ListBucketVersions"],
      verify: [...GUARD_READS_BUCKET, "s3:ListBucketVersions"],
      doctor: GUARD_READS_BUCKET,
      destroy: ["s3:ListBucketVersions"],
    },
  },
  {
    sid: "LookAtReplicas",
    side: "vault",
    why: "each replica is looked at, and the promise's copy",
    resources: ({ bucketArn, operationsArn }) => [`${bucketArn}/*`, `${operationsArn}/promise/*`],
    actions: { backfill: READS_VERSIONS, verify: READS_VERSIONS, destroy: READS_VERSIONS },
  },
  {
    sid: "AskCloudControl",
    side: "vault",
    why: "the engine's provider of the vault speaks to Cloud Control; its resources have no ARN",
    resources: ({ arnOf, makesBucket }) =>
      makesBucket ? [arnOf("cloudformation", "resource/*")] : [],
    actions: {
      preview: ["cloudformation:GetResource"],
      up: [
        "cloudformation:CreateResource",
        "cloudformation:GetResource",
        "cloudformation:GetResourceRequestStatus",
        "cloudformation:UpdateResource",
      ],
    },
  },
  {
    sid: "ConfigureVaults",
    side: "vault",
    why: "the vault and its operations bucket are made, locked and guarded",
    resources: both,
    actions: { up: CONFIGURES_BUCKET },
  },
  {
    sid: "KeepPromise",
    side: "vault",
    why: "the promise's copy is written beside the vault, locked",
    resources: ({ operationsArn }) => [`${operationsArn}/promise/*`],
    actions: {
      up: ["s3:GetObjectVersion", "s3:GetObjectRetention", "s3:PutObject", "s3:PutObjectRetention"],
    },
  },
];

/** Rights on keys, in either account. */
export const KEY_ROWS: readonly Omit<OperatorRow, "side">[] = [
  {
    sid: "LookAtKeys",
    why: "keys are refreshed, and held against what was deployed; their ids are not known before",
    resources: keys,
    actions: {
      preview: [...READS_KEY, "kms:ListResourceTags"],
      up: [...READS_KEY, "kms:ListResourceTags"],
      doctor: READS_KEY,
    },
  },
  {
    sid: "FindAliases",
    why: "an alias is found in the list of all; this action has no resource",
    resources: whenKeysAreMade(() => ["*"]),
    actions: {
      preview: ["kms:ListAliases"],
      up: ["kms:ListAliases"],
    },
  },
  {
    sid: "MakeKeys",
    why: "keys have no ARN before they are made",
    resources: whenKeysAreMade(() => ["*"]),
    actions: { up: ["kms:CreateKey", "kms:TagResource"] },
  },
  {
    sid: "ConfigureKeys",
    why: "keys get their policy, rotation and alias",
    resources: whenKeysAreMade(({ arnOf }) => [
      arnOf("kms", "key/*", "*"),
      arnOf("kms", "alias/lockstep*", "*"),
    ]),
    actions: {
      up: [
        "kms:CreateAlias",
        "kms:EnableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
      ],
    },
  },
];

/** Rights on the vault's key alone: what S3 writes and reads for us. */
export const VAULT_KEY_ROWS: readonly OperatorRow[] = [
  {
    sid: "LookAtGuardedKeys",
    side: "vault",
    why: "the key's guard is held against what was deployed",
    resources: keys,
    actions: { backfill: READS_KEY, verify: READS_KEY },
  },
  {
    sid: "UseVaultKeys",
    side: "vault",
    why: "the promise's copy is encrypted under the vault's key",
    resources: keys,
    actions: { up: ["kms:GenerateDataKey", "kms:Decrypt"], verify: ["kms:Decrypt"] },
  },
];

/** Rights for monitoring, in the accounts of sources. */
export const MONITORING_ROWS: readonly OperatorRow[] = [
  {
    sid: "Topics",
    side: "source",
    why: "who is told is told by topics",
    resources: topics,
    actions: {
      preview: [
        "sns:GetSubscriptionAttributes",
        "sns:GetTopicAttributes",
        "sns:ListTagsForResource",
      ],
      up: [
        "sns:CreateTopic",
        "sns:GetSubscriptionAttributes",
        "sns:GetTopicAttributes",
        "sns:ListTagsForResource",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
        "sns:TagResource",
        "sns:Unsubscribe",
      ],
      destroy: [
        "sns:DeleteTopic",
        "sns:GetTopicAttributes",
        "sns:SetTopicAttributes",
        "sns:Unsubscribe",
      ],
    },
  },
  {
    sid: "Alarms",
    side: "source",
    why: "alarms tell of late and failed replication; one that is looked for is found in the list of all",
    resources: alarms,
    actions: {
      preview: ["cloudwatch:DescribeAlarms", "cloudwatch:ListTagsForResource"],
      up: [
        "cloudwatch:DescribeAlarms",
        "cloudwatch:ListTagsForResource",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource",
      ],
      destroy: ["cloudwatch:DeleteAlarms"],
    },
  },
  {
    sid: "Dashboards",
    side: "source",
    why: "a dashboard shows them",
    resources: dashboards,
    actions: {
      preview: ["cloudwatch:GetDashboard"],
      up: ["cloudwatch:GetDashboard", "cloudwatch:PutDashboard"],
      destroy: ["cloudwatch:DeleteDashboards"],
    },
  },
  {
    sid: "RemoveTopicKeys",
    side: "source",
    why: "the keys of the topics go with them; those of data stay",
    resources: monitored(({ arnOf }) => [arnOf("kms", "key/*", "*")]),
    actions: { destroy: ["kms:ScheduleKeyDeletion"] },
  },
  {
    sid: "JobEvents",
    side: "source",
    why: "events of batch jobs reach the topics",
    resources: eventRules,
    actions: {
      preview: ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"],
      up: [
        "events:DescribeRule",
        "events:ListTagsForResource",
        "events:ListTargetsByRule",
        "events:PutRule",
        "events:PutTargets",
        "events:TagResource",
      ],
      destroy: ["events:DeleteRule", "events:RemoveTargets"],
    },
  },
];
