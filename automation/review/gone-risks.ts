import type { PlannedChange } from "../stack/planned-changes";
import type { FoundRisk, RiskId } from "./risk";

/** What it means that a resource of a type goes: deleted at AWS, or left there and forgotten. */
interface Going {
  readonly deleted?: RiskId;
  readonly left?: RiskId;
  readonly noun: string;
  /** True: another in its place does not make up for it. */
  readonly isUnlikeOthers?: true;
}

const BUCKET: Going = {
  deleted: "BucketDeleted",
  left: "BucketLeftBehind",
  noun: "the bucket",
  isUnlikeOthers: true,
};
const KEY: Going = {
  deleted: "KeyRemoved",
  left: "KeyLeftBehind",
  noun: "the KMS key",
  isUnlikeOthers: true,
};
const POLICY: Going = { deleted: "DenyRemoved", noun: "its whole policy" };
const VERSIONING: Going = { deleted: "VersioningSuspended", noun: "its versioning" };
const LOCK: Going = { deleted: "RetentionRemoved", noun: "its default retention" };

const GOING: Readonly<Record<string, Going>> = {
  "aws-native:s3:Bucket": BUCKET,
  "aws:s3/bucket:Bucket": BUCKET,
  "aws-native:kms:Key": KEY,
  "aws:kms/key:Key": KEY,
  "aws-native:s3:BucketPolicy": POLICY,
  "aws:s3/bucketPolicy:BucketPolicy": POLICY,
  "aws:kms/keyPolicy:KeyPolicy": POLICY,
  "aws:iam/rolePolicy:RolePolicy": { deleted: "AllowRemoved", noun: "its policy" },
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig": {
    deleted: "RuleRemoved",
    noun: "each of its replication rules",
  },
  "aws:s3/bucketVersioning:BucketVersioning": VERSIONING,
  "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": LOCK,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    deleted: "PublicAccessOpens",
    noun: "its public access block",
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    deleted: "LifecycleChanges",
    noun: "its whole lifecycle configuration",
  },
};

/** Resource types of buckets, which may hold data. */
const BUCKET_TYPES: ReadonlySet<string> = new Set(
  Object.keys(GOING).filter((type) => GOING[type] === BUCKET),
);

/** Whether resources of a type may hold data. */
export function isBucket(resourceType: string): boolean {
  return BUCKET_TYPES.has(resourceType);
}

/** Whether a bucket is deleted, alone or because another takes its place. */
export function deletesBucket({ action, resourceType }: PlannedChange): boolean {
  return isBucket(resourceType) && DELETING.has(action);
}

/** Pulumi's words for what takes a resource away, a replaced one included. */
const DELETING: ReadonlySet<string> = new Set(["delete", "delete-replaced"]);

/** What it costs that a resource goes. Pure. */
export function goneRisks({ action, resourceType }: PlannedChange): readonly FoundRisk[] {
  const going = GOING[resourceType];
  if (going === undefined) return [];
  const isReplaced = action === "delete-replaced" && going.isUnlikeOthers !== true;
  if (DELETING.has(action) && !isReplaced && going.deleted !== undefined) {
    return [{ id: going.deleted, words: `${going.noun} is deleted` }];
  }
  if (action === "keep" && going.left !== undefined) {
    return [{ id: going.left, words: `${going.noun} is left behind: no longer in this stack` }];
  }
  return [];
}
