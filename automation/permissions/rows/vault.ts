import type { OperatorRow } from "../operator-row";
import { RELOCK_ROWS } from "./relock";
import {
  CLOUD_CONTROL_READS_BUCKET,
  LATER_CLOUD_CONTROL_READS_BUCKET,
  TAGS_BUCKET,
  GUARD_READS_BUCKET,
  CONFIGURES_BUCKET,
  PLANS_VERSIONS,
  READS_VERSIONS,
  SIMULATES_ONESELF,
} from "./actions";
import { both, principals, whenBothSidesAreSeen } from "./resources";

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
      relock: [...GUARD_READS_BUCKET, "s3:ListBucketVersions"],
      approve: ["s3:GetBucketAcl", "s3:ListBucket", "s3:ListBucketVersions"],
      doctor: GUARD_READS_BUCKET,
    },
    ofProviders: {
      preview: LATER_CLOUD_CONTROL_READS_BUCKET,
      up: LATER_CLOUD_CONTROL_READS_BUCKET,
    },
  },
  {
    sid: "FindLockedVersions",
    side: "vault",
    why: "what stays is named with the date until which it is locked",
    resources: whenBothSidesAreSeen(({ bucketArn }) => [bucketArn]),
    actions: { destroy: ["s3:ListBucketVersions"] },
  },
  {
    sid: "LookAtReplicas",
    side: "vault",
    why: "each replica is looked at, and the promise's copy",
    resources: whenBothSidesAreSeen(({ bucketArn, operationsArn }) => [
      `${bucketArn}/*`,
      `${operationsArn}/promise/*`,
    ]),
    actions: {
      backfill: READS_VERSIONS,
      verify: READS_VERSIONS,
      relock: READS_VERSIONS,
      approve: PLANS_VERSIONS,
      destroy: READS_VERSIONS,
    },
  },
  {
    sid: "LookAtOneselfAtVault",
    side: "vault",
    why: "what a first `up` does is simulated for the caller; name the one role or user instead of all where it is known",
    goesOn: ["up"],
    resources: principals,
    actions: { up: SIMULATES_ONESELF },
  },
  {
    sid: "LookAtBreakGlass",
    side: "vault",
    why: "a break-glass role that the vault's own account may become is told",
    goesOn: ["preview", "up"],
    resources: ({ breakGlassRoleArns }) => breakGlassRoleArns,
    actions: { preview: ["iam:GetRole"], up: ["iam:GetRole"], doctor: ["iam:GetRole"] },
  },
  {
    sid: "AskCloudControl",
    side: "vault",
    why: "what a vault is comes from Cloud Control, also of one that is to be adopted; its resources have no ARN",
    resources: ({ arnOf }) => [arnOf("cloudformation", "resource/*")],
    actions: { preview: ["cloudformation:GetResource"], up: ["cloudformation:GetResource"] },
  },
  {
    sid: "LookAtAdoptedVaults",
    side: "vault",
    why: "what our part is taken out of on a source that was there before is declared again, and so is a vault that was",
    resources: (facts) =>
      facts.isReadByDestroy ? [...both(facts), facts.arnOf("cloudformation", "resource/*")] : [],
    actions: { destroy: ["cloudformation:GetResource", ...CLOUD_CONTROL_READS_BUCKET] },
    ofProviders: { destroy: LATER_CLOUD_CONTROL_READS_BUCKET },
  },
  {
    sid: "MakeByCloudControl",
    side: "vault",
    why: "the engine's provider of a vault that is made speaks to Cloud Control",
    resources: ({ arnOf, makesBucket }) =>
      makesBucket ? [arnOf("cloudformation", "resource/*")] : [],
    actions: {
      up: [
        "cloudformation:CreateResource",
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
    ofProviders: { up: TAGS_BUCKET },
  },
  {
    sid: "RestoreVaults",
    side: "vault",
    why: "what no resource says of a vault is put back by calls: its ACL, who pays, rules that send from it",
    isRestoring: true,
    resources: both,
    actions: {
      up: ["s3:PutBucketAcl", "s3:PutBucketRequestPayment", "s3:PutReplicationConfiguration"],
    },
  },
  ...RELOCK_ROWS,
  {
    sid: "KeepPromise",
    side: "vault",
    why: "the promise's copy is written beside the vault, locked",
    warnings: { up: "PromiseNotKept" },
    resources: whenBothSidesAreSeen(({ operationsArn }) => [`${operationsArn}/promise/*`]),
    actions: {
      up: ["s3:GetObjectVersion", "s3:GetObjectRetention", "s3:PutObject", "s3:PutObjectRetention"],
    },
  },
];
