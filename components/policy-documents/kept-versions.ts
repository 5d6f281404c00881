import { denyOnObjects, type StatementTable } from "./policy-document";
import { exceptBreakGlass, exceptRoles } from "./role-principal";

/** What a bucket that keeps its versions is known by. */
export interface KeepingBucket {
  readonly bucketArn: string;
  /** A pilot's versions may go. */
  readonly isPilot: boolean;
  /** The one role that may delete what no lock holds any more. */
  readonly breakGlassRoleArn?: string | undefined;
  /** The role that extends locks. */
  readonly relock?: { readonly roleArn: string; readonly mayBypass: boolean } | undefined;
}

/** What keeps versions in a vault, and in the operations bucket beside it, where Object Lock leaves something open. By Sid. */
export const KEEP_VERSIONS = {
  // Attack: a delete marker on every key, so that the bucket looks empty. Object Lock does not stop markers. A replicated
  // marker comes as s3:ReplicateDelete, a delete by version id as s3:DeleteObjectVersion: neither is meant here.
  DenyHidingVersions: ({ bucketArn }) => denyOnObjects(bucketArn, "s3:DeleteObject"),
  // Attack: an administrator deletes or shortens GOVERNANCE versions with the bypass header, which the console sends
  // unasked. Not even the break-glass role may: it has to change this policy first, which leaves a trace.
  // The relock role may where GOVERNANCE locks are to become COMPLIANCE; what else it would do with it is refused to it.
  DenyGovernanceBypass: ({ bucketArn, relock }) =>
    denyOnObjects(
      bucketArn,
      "s3:BypassGovernanceRetention",
      relock?.mayBypass === true ? exceptRoles([relock.roleArn]) : undefined,
    ),
  // Attack: waiting for the retention to end, then emptying the bucket. A pilot is cleaned up that way.
  DenyVersionDeletion: ({ breakGlassRoleArn, bucketArn, isPilot }) =>
    isPilot && breakGlassRoleArn === undefined
      ? undefined
      : denyOnObjects(bucketArn, "s3:DeleteObjectVersion", exceptBreakGlass(breakGlassRoleArn)),
  // Attack: a legal hold taken off a version that a court wants to see, to delete it when its retention ends. Be it here,
  // or at the source by whoever took that over: replication does not carry it over either.
  DenyLegalHoldRemoval: ({ breakGlassRoleArn, bucketArn }) =>
    denyOnObjects(bucketArn, "s3:PutObjectLegalHold", {
      ...exceptBreakGlass(breakGlassRoleArn),
      StringEquals: { "s3:object-lock-legal-hold": "OFF" },
    }),
} as const satisfies StatementTable<KeepingBucket>;
