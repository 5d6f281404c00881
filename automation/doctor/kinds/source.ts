/** What may be wrong with a source bucket, its rules and the operations bucket beside it. */

import { kinds } from "./kind";

export const SOURCE_KINDS = kinds({
  "source-versioning": {
    severity: "error",
    title: "versioning of the source is not enabled",
    why: "S3 refuses replication rules (InvalidRequest: versioning must be enabled), and nothing is replicated",
    up: "yes",
  },
  "source-lock-weaker": {
    severity: "warning",
    title: "the source's default retention is weaker than a vault's",
    why: "a replica keeps the retention it comes with: `verify` names it failed/lock-weaker, and a vault with minimumRetention refuses it (DstPutObjectNotPermitted)",
    up: "no",
  },
  "source-kms-not-taken": {
    severity: "error",
    title: "the source encrypts with SSE-KMS, and a rule does not take such versions",
    why: "S3 leaves these versions out without a status or a message; the job's manifest does not have them",
    up: "no",
  },
  "source-inventory": {
    severity: "warning",
    title: "the source's inventory is not as deployed",
    why: "S3 delivers no list of the source, or one that tells less, and nothing can be held against it",
    up: "yes",
  },
  "source-key": {
    severity: "error",
    title: "a key of the source cannot be used",
    why: "versions under it fail with SrcKmsKeyInvalidState or SrcGetObjectNotPermitted",
    up: "no",
  },
  "source-archived": {
    severity: "info",
    title: "versions of the source are archived",
    why: "neither replication nor a job can read them (SrcObjectNotEligible); `verify` names them unprotected/archived",
    up: "no",
  },
  "source-archive-tiers": {
    severity: "warning",
    title: "Intelligent-Tiering archives objects of the source",
    why: "neither replication nor a job can read them before they are restored (SrcObjectNotEligible), and their storage class does not tell it",
    up: "no",
  },
  "lifecycle-race": {
    severity: "warning",
    title: "a lifecycle rule of the source takes versions away while a job runs",
    why: "what expires or is archived between manifest and task fails (SrcVersionNotFound, SrcObjectNotEligible), and a delete marker may arrive before its versions",
    up: "no",
  },
  "rules-missing": {
    severity: "error",
    title: "the source has no replication configuration",
    why: "nothing is replicated, and a job fails at 0 % (SrcBucketReplicationConfigMissing)",
    up: "yes",
  },
  "rules-role": {
    severity: "error",
    title: "the rules work under another role than deployed",
    why: "the vault's policy names the deployed role alone: DstPutObjectNotPermitted",
    up: "yes",
  },
  "rule-missing": {
    severity: "error",
    title: "a promised rule is not there",
    why: "its versions are not replicated, and a job finds no keys or leaves them out",
    up: "yes",
  },
  "rule-disabled": {
    severity: "error",
    title: "a promised rule is Disabled",
    why: 'its versions are not replicated; a job says "Manifest generation found no keys matching the filter criteria"',
    up: "yes",
  },
  "rule-off": {
    severity: "warning",
    title: "a rule is deployed as Disabled",
    why: "its versions are not replicated; where no rule is enabled, backfill ends with RulesDisabled",
    up: "no",
  },
  "rule-drift": {
    severity: "error",
    title: "a rule is not as deployed",
    why: "versions go elsewhere, under another key or class, or not at all; backfill ends with RulesDrifted",
    up: "yes",
  },
  "rule-replica-key": {
    severity: "error",
    title: "a rule names another key for its replicas than deployed",
    why: "S3 takes any key at the PUT; with aws/s3, or a key of another Region or of nobody, each replica fails with DstPutObjectNotPermitted or DstKmsKeyNotFound",
    up: "yes",
  },
  "rule-of-others": {
    severity: "error",
    title: "a rule that is not deployed sends to a vault",
    why: "with a higher priority it decides key, class and owner of the replicas; backfill ends with RulesDrifted",
    up: "no",
  },
  "rule-prefix-slash": {
    severity: "error",
    title: "a rule's prefix begins with a slash and no key does",
    why: 'a job says "Manifest generation found no keys matching the filter criteria", and nothing is replicated',
    up: "no",
  },
  "rule-matches-nothing": {
    severity: "warning",
    title: "no object of the source begins with a rule's prefix",
    why: 'a job says "Manifest generation found no keys matching the filter criteria"',
    up: "no",
  },
  "rule-overlap": {
    severity: "info",
    title: "two rules to one vault match the same keys",
    why: "of each version the rule with the larger priority decides alone",
    up: "no",
  },
  "operations-bucket": {
    severity: "error",
    title: "the operations bucket is not there",
    why: "a job fails: neither its manifest nor its report can be written (NoSuchBucket)",
    up: "yes",
  },
  "report-bucket-retention": {
    severity: "error",
    title: "the operations bucket has a default retention",
    why: 'AWS delivers no report into such a bucket: the job fails with "The job report could not be written to your report bucket"',
    up: "no",
  },
});
