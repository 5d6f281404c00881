/** What live replication may do: read versions at the source, write replicas in the vaults, nothing else. */

import { bucketArn, partitionOf, s3ViaService } from "../config/values";
import { policyDocument, type PolicyDocument, type PolicyStatement } from "./policy-document";

/** A vault as the replication role sees it. */
export interface ReplicationTarget {
  bucketName: string;
  region: string;
  /** Key of the replicas; absent when the vault uses S3's own keys. */
  kmsKeyArn?: string;
  /** Whether any rule to this vault replicates delete markers. */
  deleteMarkers: boolean;
}

export interface ReplicationRolePolicyArgs {
  source: { bucketName: string; region: string; accountId: string };
  targets: readonly ReplicationTarget[];
}

/**
 * Identity policy of the replication role.
 *
 * Left out on purpose: `s3:GetObjectVersion` (cannot replicate versions under KMS, the `ForReplication` action can),
 * everything that deletes or overwrites at the vault, and the owner override (a vault enforces its own ownership).
 * The two lock reads are always there: without them a source that gets Object Lock later stops replicating.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */
export function replicationRolePolicy(args: ReplicationRolePolicyArgs): PolicyDocument {
  const { source, targets } = args;
  const sourceArn = bucketArn(partitionOf(source.region), source.bucketName);
  const marked = targets.filter(({ deleteMarkers }) => deleteMarkers);
  return policyDocument(
    {
      Sid: "ReadSourceConfiguration",
      Effect: "Allow",
      Action: ["s3:GetReplicationConfiguration", "s3:ListBucket"],
      Resource: sourceArn,
    },
    {
      Sid: "ReadSourceVersions",
      Effect: "Allow",
      Action: [
        "s3:GetObjectVersionForReplication",
        "s3:GetObjectVersionAcl",
        "s3:GetObjectVersionTagging",
        "s3:GetObjectRetention",
        "s3:GetObjectLegalHold",
      ],
      Resource: `${sourceArn}/*`,
    },
    {
      Sid: "WriteReplicas",
      Effect: "Allow",
      Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
      Resource: targets.map(objectsOf),
    },
    marked.length === 0
      ? undefined
      : {
          Sid: "WriteDeleteMarkers",
          Effect: "Allow",
          Action: "s3:ReplicateDelete",
          Resource: marked.map(objectsOf),
        },
    targets.some(({ kmsKeyArn }) => kmsKeyArn !== undefined) ? readSourceKeys(source) : undefined,
    ...targets.map(writeUnderKey),
  );
}

function objectsOf(target: ReplicationTarget): string {
  return `${bucketArn(partitionOf(target.region), target.bucketName)}/*`;
}

/**
 * Versions of one bucket may be under several keys, old ones included, so no single key is named. What bounds the
 * statement is its condition: only through S3 in the source's Region, and only for this bucket's data.
 */
function readSourceKeys(source: ReplicationRolePolicyArgs["source"]): PolicyStatement {
  const partition = partitionOf(source.region);
  return {
    Sid: "ReadSourceKeys",
    Effect: "Allow",
    Action: "kms:Decrypt",
    Resource: `arn:${partition}:kms:${source.region}:${source.accountId}:key/*`,
    Condition: throughS3(source.region, bucketArn(partition, source.bucketName)),
  };
}

function writeUnderKey(target: ReplicationTarget, index: number): PolicyStatement | undefined {
  if (target.kmsKeyArn === undefined) return undefined;
  return {
    Sid: `WriteUnderVaultKey${index}`,
    Effect: "Allow",
    Action: ["kms:Encrypt", "kms:GenerateDataKey"],
    Resource: target.kmsKeyArn,
    Condition: throughS3(target.region, bucketArn(partitionOf(target.region), target.bucketName)),
  };
}

/**
 * Limits a key's use to S3 and to one bucket. With S3 Bucket Keys the encryption context is the bucket's ARN, without them
 * the object's, and one bucket holds both kinds over time: both forms are allowed.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
function throughS3(region: string, arn: string): PolicyStatement["Condition"] {
  return {
    StringLike: {
      "kms:ViaService": s3ViaService(region),
      "kms:EncryptionContext:aws:s3:arn": [arn, `${arn}/*`],
    },
  };
}
