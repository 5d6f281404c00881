/** Written by `npm run docs:package-schema` from the shape of a rule in the config: change it there. */

import type { Input } from "@pulumi/pulumi";
import type { Integer, RuleStatus, StorageClass } from "./values";

/** A replication rule of S3. */
export interface Rule {
  /** The rule's ID in S3, 1 to 255 printable ASCII characters. */
  name: Input<string>;
  /** Whether the rule works. A backfill finds nothing while all rules are Disabled. Default: Enabled. */
  status?: Input<RuleStatus>;
  /** Larger wins among rules to the same vault; used once per source bucket. Default: the lowest free number, also beside rules of others; required as soon as two rules send to one vault. */
  priority?: Input<Integer>;
  /** What is replicated; prefix and tags must match, all of them. Default: all. */
  filter?: Input<RuleFilter>;
  /** Name of the source that the rule is for. Default: each source that is no vault. */
  source?: Input<string>;
  /** Name of the vault that the rule sends to. */
  vault: Input<string>;
  /** Class of this rule's replicas. Default: that of the vault, else that of the source version. */
  storageClass?: Input<StorageClass>;
  /** Whether versions under SSE-KMS are replicated. Default: as soon as there is a key for the replicas. */
  sseKmsEncryptedObjects?: Input<boolean>;
  /** ARN of the key of this rule's replicas, in the vault's account and Region. Default: the vault's key, if it has one. */
  replicaKmsKeyId?: Input<string>;
  /** Whether replicas are given to the destination's owner (AccessControlTranslation); across accounts only. A vault owns its replicas without it too. Default: false. */
  ownerOverride?: Input<boolean>;
  /** S3 Replication Time Control: 15 minutes, charged per GB. Needs metrics. Default: false. */
  replicationTimeControl?: Input<boolean>;
  /** Replication metrics and failure events, charged as CloudWatch custom metrics. Default: true with monitoring, else false. */
  metrics?: Input<boolean>;
  /** Whether delete markers are replicated; they never reach a version. Not together with tags. Default: false. */
  deleteMarkerReplication?: Input<boolean>;
  /** Whether changes of tags, retention and legal hold on a version that is a replica itself are replicated. Default: false. */
  replicaModifications?: Input<boolean>;
}

/** What a rule replicates. Prefix and tags must match, all of them. */
export interface RuleFilter {
  /** Start of the keys, which in S3 have no slash before them. Default: any. */
  prefix?: Input<string>;
  /** Tags that an object has to have, at most ten. Default: any. */
  tags?: Input<{ [key: string]: Input<string> }>;
}

/** A replication rule as it was deployed, its filter spread out. */
export interface DeployedRule {
  /** The rule's ID in S3, 1 to 255 printable ASCII characters. */
  name: string;
  /** Whether the rule works. A backfill finds nothing while all rules are Disabled. */
  status: string;
  /** Larger wins among rules to the same vault; used once per source bucket. */
  priority: Integer;
  /** Name of the vault that the rule sends to. */
  vault: string;
  /** Class of this rule's replicas. Absent: that of the vault, else that of the source version. */
  storageClass?: string;
  /** Whether versions under SSE-KMS are replicated. */
  sseKmsEncryptedObjects?: boolean;
  /** ARN of the key of this rule's replicas, in the vault's account and Region. Absent: the vault's key, if it has one. */
  replicaKmsKeyId?: string;
  /** Whether replicas are given to the destination's owner (AccessControlTranslation); across accounts only. A vault owns its replicas without it too. */
  ownerOverride?: boolean;
  /** S3 Replication Time Control: 15 minutes, charged per GB. Needs metrics. */
  replicationTimeControl?: boolean;
  /** Replication metrics and failure events, charged as CloudWatch custom metrics. */
  metrics?: boolean;
  /** Whether delete markers are replicated; they never reach a version. Not together with tags. */
  deleteMarkerReplication?: boolean;
  /** Whether changes of tags, retention and legal hold on a version that is a replica itself are replicated. */
  replicaModifications?: boolean;
  /** Start of the keys, which in S3 have no slash before them. Absent: any. */
  prefix?: string;
  /** Tags that an object has to have, at most ten. Absent: any. */
  tags?: { [key: string]: string };
}
