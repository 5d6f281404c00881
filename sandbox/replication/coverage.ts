import type { RuleNote } from "../coverage-model";

/** What the replication engine does and does not. */
export const rules: readonly RuleNote[] = [
  {
    rule: "Matching: prefix, tag, And, empty filter, V1; highest priority per destination",
    state: "done",
    evidence: "UG replication-add-config",
  },
  {
    rule: "Eligibility, live and batch: archive classes, KMS opt-in, SSE-C, REPLICA, delete markers, tagged later",
    state: "done",
    evidence: "UG replication-what-is-isnot-replicated, s3-batch-replication-batch",
  },
  {
    rule: "Archive tiers of Intelligent-Tiering",
    state: "refused",
    evidence: "objects never move between tiers here",
  },
  {
    rule: "PENDING to COMPLETED or FAILED per destination, FAILED not retried, REPLICA; version id and dates kept",
    state: "done",
    evidence: "UG replication-status",
  },
  {
    rule: "Rights of the replication role and the vault's policy, KMS keys on both sides; failure codes",
    state: "done",
    evidence:
      "UG replication-metrics-events; which right gives which code is assumed where the page does not say: a large version is one uploaded in parts, whose key fails it with `DstMultipartUploadNotPermitted`; `DstPutAclNotPermitted` is for a Deny of `s3:PutObjectAcl`",
  },
  {
    rule: "`DstMultipartCompleteNotPermitted`, `SrcReplicationNotPending`",
    state: "refused",
    evidence:
      "have no cause in the sandbox and are never given: completing needs the right that initiating needs, asked for in the same turn, and a copy under way is never begun twice",
  },
  {
    rule: "A source version without retention takes the vault's default, counted from the replica's creation",
    state: "done",
    evidence: "assumed: the later date loses no data",
  },
  {
    rule: "Tags, retention and legal hold follow later changes; a COMPLIANCE replica is never weakened",
    state: "done",
    evidence:
      "UG replication-for-metadata-changes; weakening GOVERNANCE only with the bypass right, assumed",
  },
  {
    rule: "Owner and ACL of a replica are its source's, later changes follow; the vault's with owner override or where it enforces its ownership",
    state: "done",
    evidence:
      "UG replication-what-is-isnot-replicated, replication-change-owner; a public ACL travels also to a vault that blocks public ACLs, where it is ignored as the vault's settings say (assumed)",
  },
  {
    rule: "What another account owns is copied only when its ACL gives READ and READ_ACP to the source's owner: else `SrcGetObjectNotPermitted`, `SrcGetAclNotPermitted`",
    state: "done",
    evidence: "UG replication-requirements; which code is assumed",
  },
  {
    rule: "Replica modification sync; meanwhile the replica shows PENDING, or FAILED",
    state: "done",
    evidence: "UG replication-for-metadata-changes, replication-status; model",
  },
  {
    rule: "Delete markers by rule, deletes by version id never; `DstObjectHardDeleted`",
    state: "done",
    evidence: "UG replication-what-is-isnot-replicated, s3-batch-replication-batch",
  },
  {
    rule: "The encryption type of an encrypted source is kept",
    state: "done",
    evidence: "UG replication-config-for-kms-objects",
  },
  {
    rule: "`s3:Replication:OperationFailedReplication` to SNS, for rules with metrics or Replication Time Control",
    state: "done",
    evidence: "UG replication-metrics-events; `s3Operation` is always OBJECT_PUT, assumed",
  },
  {
    rule: "Replication Time Control: thresholds and their events (OperationMissedThreshold, OperationReplicatedAfterThreshold, OperationNotTracked)",
    state: "refused",
    evidence: "accepted in the configuration; only its metrics are measured",
  },
  {
    rule: "Metrics of rules with metrics or Replication Time Control, in CloudWatch, minute by minute",
    state: "done",
    evidence:
      "UG repl-metrics; that the source's account has them, that they start at once and end with a minute of zeros is assumed",
  },
];
