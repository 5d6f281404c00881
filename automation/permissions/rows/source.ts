import type { OperatorRow } from "../operator-row";
import {
  PROVIDER_READS_BUCKET,
  GUARD_READS_BUCKET,
  CONFIGURES_BUCKET,
  READS_VERSIONS,
  READS_ROLE,
  SIMULATES,
  REMOVES_ROLE,
} from "./actions";
import { both } from "./resources";

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
