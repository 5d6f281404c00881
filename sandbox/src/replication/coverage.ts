import type { RuleNote } from "../coverage/coverage-model";

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
    rule: "Rights of the replication role and the vault's policy, KMS keys on both sides; every failure code, each for its reason",
    state: "done",
    evidence:
      "UG replication-metrics-events; which right gives which code is assumed where the page does not say: `DstPutAclNotPermitted` is for a Deny of `s3:PutObjectAcl`, a missing `s3:ListBucket` gives `SrcHeadObjectNotPermitted`",
  },
  {
    rule: "A vault with a Bucket Key: `kms:Encrypt`, `kms:GenerateDataKey` and `kms:Decrypt` on the key of the replicas",
    state: "done",
    evidence:
      "`kms:Decrypt` verifies the Bucket Key: UG replication-config-for-kms-objects; `kms:GenerateDataKey` is assumed. Without a Bucket Key `kms:Encrypt` is enough (seen on AWS: awslabs/landing-zone-accelerator-on-aws#1144)",
  },
  {
    rule: "A hold that is taken off at the source is taken off the replica, unless a policy denies `s3:PutObjectLegalHold` with `s3:object-lock-legal-hold` OFF",
    state: "done",
    evidence: "assumed: the hold that stays loses no data",
  },
  {
    rule: "Annotations, with their version and later, by `s3:GetObjectVersionAnnotationForReplication` at the source; refused ones are FAILED and the version arrives all the same",
    state: "done",
    evidence:
      "UG annotations-overview, replication-what-is-isnot-replicated; assumed: a deletion at the source is not carried over, a locked replica's annotation is not replaced, a job's copy brings what is missing, `s3:ReplicateObject` covers what no Deny of `s3:ReplicateObjectAnnotation` stands against",
  },
  {
    rule: "A version uploaded in parts is copied in parts: initiate, upload, complete, each authorised anew; the key is used from the upload on",
    state: "done",
    evidence: "the codes of UG replication-metrics-events; where parts begin and end is assumed",
  },
  {
    rule: "`SrcReplicationNotPending`: a task initiates a version whose copy is under way, and that copy is there first. Told of as a failure; the version stays COMPLETED",
    state: "done",
    evidence:
      "the code's meaning: UG replication-metrics-events; the cause and that no status changes are assumed",
  },
  {
    rule: "A version that is deleted while it is on its way is told of as `SrcVersionNotFound` or `SrcKeyNotFound`",
    state: "done",
    evidence: "UG replication-metrics-events",
  },
  {
    rule: "`DstBucketInvalidRegion`: for jobs, when the vault is in another Region than at the configuration's first copy; live replication goes on",
    state: "done",
    evidence:
      "UG replication-metrics-events calls it specific to Batch Replication; the rest is assumed",
  },
  {
    rule: "A source version without retention takes the vault's default, counted from the replica's creation",
    state: "done",
    evidence: "assumed: the later date loses no data",
  },
  {
    rule: "A vault's policy limits the retention that replicas bring by `s3:object-lock-remaining-retention-days`, with `s3:object-lock-mode` and `s3:object-lock-retain-until-date` beside it, on `s3:ReplicateObject`; also when the retention changes later; without retention the keys are absent",
    state: "done",
    evidence:
      "UG object-lock-managing; the failure's code (`DstPutObjectNotPermitted`, later `DstPutRetentionNotPermitted`), the keys' absence for a retention that has run out, and that a day that has begun counts as a whole one are assumed; event holds are refused by name",
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
    rule: "Replication Time Control: `OperationMissedThreshold` at 15 minutes, `OperationReplicatedAfterThreshold` at a later arrival; not for jobs and delete markers",
    state: "done",
    evidence:
      "UG replication-time-control, replication-metrics-events; `threshold` and `replicationTime` are members of the SDK for Java's event, their forms (minutes, ISO 8601) assumed",
  },
  {
    rule: "`OperationNotTracked`, for rules with metrics: the rule or its metrics were taken away before a live step was carried out",
    state: "done",
    evidence: "UG replication-metrics-events; the causes are assumed",
  },
  {
    rule: "Metrics of rules with metrics or Replication Time Control, in CloudWatch, minute by minute",
    state: "done",
    evidence:
      "UG repl-metrics; that the source's account has them, that they start at once and end with a minute of zeros is assumed",
  },
];
