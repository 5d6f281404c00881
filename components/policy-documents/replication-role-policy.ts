/** What live replication may do: read versions at the source, write replicas in the vaults, nothing else. */

import { bucketArn, partitionOf, s3ViaService } from "../config/values";
import {
  type OneOrMore,
  policyDocument,
  type PolicyDocument,
  type PolicyStatement,
} from "./policy-document";

/** A vault as the replication role sees it. */
export interface ReplicationTarget {
  /** Name of the vault's bucket. */
  bucketName: string;
  /** Of the vault's bucket. */
  region: string;
  /** Keys of the replicas: the vault's, and those that single rules name. Empty when there are only S3's own. */
  kmsKeyArns: readonly string[];
  /** Whether any rule to this vault replicates delete markers. */
  deleteMarkers: boolean;
  /** Whether any rule to this vault hands the replicas' ownership over. */
  ownerOverride: boolean;
}

/** What `replicationRolePolicy` is made of. */
export interface ReplicationRolePolicyArgs {
  /** Where the role reads. */
  source: {
    /** As S3 has it. */
    bucketName: string;
    /** Of the bucket. */
    region: string;
    /** Twelve digits. Owner of the bucket and of the role. */
    accountId: string;
    /** Whether any rule takes versions under SSE-KMS. */
    sseKmsEncryptedObjects: boolean;
    /** Keys that versions are under. Empty: any key of the account, through S3 and for this bucket. */
    kmsKeyArns: readonly string[];
  };
  /** Where the role writes: a vault each. */
  targets: readonly ReplicationTarget[];
}

/**
 * Identity policy of the replication role.
 *
 * Left out on purpose: `s3:GetObjectVersion` (cannot replicate versions under KMS, the `ForReplication` action can), and
 * everything that deletes or overwrites at the vault.
 * The two lock reads are always there: without them a source that gets Object Lock later stops replicating.
 * `s3:ReplicateTags` is covered by `s3:ReplicateObject` as AWS describes that one today. It stays, in this policy and in the
 * vault's, since AWS's own setup pages list it, and losing tags would be silent.
 * Annotations need a right of their own to be read at the source; at the vault `s3:ReplicateObject` covers them, since AWS says
 * that a Deny of `s3:ReplicateObjectAnnotation` is what keeps them away.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html#annotations-replication
 */
export function replicationRolePolicy(args: ReplicationRolePolicyArgs): PolicyDocument {
  const { source, targets } = args;
  const sourceArn = bucketArn(partitionOf(source.region), source.bucketName);
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
        "s3:GetObjectVersionAnnotationForReplication",
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
    forSome(targets, "deleteMarkers", "WriteDeleteMarkers", "s3:ReplicateDelete"),
    forSome(targets, "ownerOverride", "HandOverOwnership", "s3:ObjectOwnerOverrideToBucketOwner"),
    source.sseKmsEncryptedObjects ? readSourceKeys(source) : undefined,
    ...targets.map(writeUnderKeys),
  );
}

function forSome(
  targets: readonly ReplicationTarget[],
  option: "deleteMarkers" | "ownerOverride",
  sid: string,
  action: string,
): PolicyStatement | undefined {
  const concerned = targets.filter((target) => target[option]);
  if (concerned.length === 0) return undefined;
  return { Sid: sid, Effect: "Allow", Action: action, Resource: concerned.map(objectsOf) };
}

function objectsOf(target: ReplicationTarget): string {
  return `${bucketArn(partitionOf(target.region), target.bucketName)}/*`;
}

/** What reading a version under a key of KMS takes of it. */
export const SOURCE_KEY_ACTION = "kms:Decrypt";

/** What writing a replica under a key of KMS takes of it. */
export const REPLICA_KEY_ACTIONS = ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"] as const;

/** Every key of an account in a Region. */
export function anyKeyOf({
  accountId,
  region,
}: {
  readonly accountId: string;
  readonly region: string;
}): string {
  return `arn:${partitionOf(region)}:kms:${region}:${accountId}:key/*`;
}

/**
 * Versions of one bucket may be under several keys, old ones included. Where the config does not list them, no single key is
 * named, and what bounds the statement is its condition: only through S3 in the source's Region, and only for this
 * bucket's data.
 */
function readSourceKeys(source: ReplicationRolePolicyArgs["source"]): PolicyStatement {
  const partition = partitionOf(source.region);
  return {
    Sid: "ReadSourceKeys",
    Effect: "Allow",
    Action: SOURCE_KEY_ACTION,
    Resource: source.kmsKeyArns.length > 0 ? [...source.kmsKeyArns] : anyKeyOf(source),
    Condition: throughS3(source.region, bucketArn(partition, source.bucketName)),
  };
}

/**
 * `kms:Decrypt` is for vaults with S3 Bucket Keys: S3 asks for it before it uses the bucket's data key. AWS's examples have it
 * in the key's policy alone, which is enough within one account. It opens no replica, since the role may not get any.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html#bk-replication
 */
function writeUnderKeys(target: ReplicationTarget, index: number): PolicyStatement | undefined {
  if (target.kmsKeyArns.length === 0) return undefined;
  return {
    Sid: `WriteUnderVaultKey${index}`,
    Effect: "Allow",
    Action: [...REPLICA_KEY_ACTIONS],
    Resource: target.kmsKeyArns.length === 1 ? target.kmsKeyArns[0] : [...target.kmsKeyArns],
    Condition: throughS3(target.region, bucketArn(partitionOf(target.region), target.bucketName)),
  };
}

/**
 * Limits a key's use to S3 and to one bucket. With S3 Bucket Keys the encryption context is the bucket's ARN, without them
 * the object's, and one bucket holds both kinds over time: both forms are allowed.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
export function throughS3(
  region: string,
  arn: string,
): Record<string, Record<string, OneOrMore<string>>> {
  return {
    StringLike: {
      "kms:ViaService": s3ViaService(region),
      "kms:EncryptionContext:aws:s3:arn": [arn, `${arn}/*`],
    },
  };
}
