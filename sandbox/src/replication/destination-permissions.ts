import { isAwsError } from "../world/aws-error";
import type { ConditionKeys } from "../authorization/model";
import { hasAcls } from "../services/s3/acl/acl";
import { remainingRetentionDays, retentionInForce } from "../services/s3/lock/object-lock";
import { blocksCustomerKeys } from "../services/s3/object/object-encryption";
import type { Bucket, ObjectEncryption, ObjectVersion } from "../services/s3/store/model";
import type { Copy } from "./copy";
import type { FailureCode } from "../services/s3/replication/failure-codes";
import { replicaAcl } from "./replica-acl";
import type { ServiceSession } from "../services/s3/access/service-session";
import { encryptionContext } from "./source-permissions";

/**
 * What the replication role needs at the destination: its own policy and, in another account, the bucket's as well.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html
 */

/**
 * A version that was uploaded in parts is replicated in parts (assumed): in three requests one after the other, each of
 * which is authorised. Any other one takes the first phase only.
 */
export type CopyPhase = "initiate" | "upload" | "complete";

/** Whether a version is replicated in parts. */
export function isInParts(version: ObjectVersion): boolean {
  return version.parts !== undefined;
}

/** To write a replica. `replica` says how it will be encrypted. */
export function replicaFailure(
  session: ServiceSession,
  destination: Bucket,
  copy: Copy,
  replica: ObjectEncryption,
  phase: CopyPhase,
): FailureCode | undefined {
  const { version, prepared } = copy;
  const { key } = version;
  const ownKeys = replicaConditionKeys(session, version, replica);
  const conditionKeys = session.requestKeys(destination, ownKeys);
  const right = (action: string) => ({ action, bucket: destination, key, conditionKeys });
  if (!session.allows(right("s3:ReplicateObject"))) return refusal(version, phase);
  // "the replication will fail with an HTTP 403 AccessDenied error" (S3 User Guide, blocking-unblocking-s3-c-encryption-gpb).
  if (replica.algorithm === "SSE-C" && blocksCustomerKeys(destination)) {
    return refusal(version, phase);
  }
  // Owner, tags, lock and ACL come with the first request.
  if (phase !== "initiate") return undefined;
  const overridesOwner = prepared.destination.AccessControlTranslation?.Owner === "Destination";
  if (
    overridesOwner &&
    hasAcls(destination) &&
    !session.allows(right("s3:ObjectOwnerOverrideToBucketOwner"))
  ) {
    return "DstPutObjectNotPermitted";
  }
  // ReplicateObject covers tags and locks, so that only a Deny stands against them (for locks and ACLs assumed).
  if (version.tags !== undefined && session.denies(right("s3:ReplicateTags"))) {
    return "DstPutTaggingNotPermitted";
  }
  if (version.retention !== undefined && session.denies(right("s3:PutObjectRetention"))) {
    return "DstPutRetentionNotPermitted";
  }
  if (version.legalHold !== undefined && session.denies(right("s3:PutObjectLegalHold"))) {
    return "DstPutLegalHoldNotPermitted";
  }
  const takesAcl = replicaAcl(destination, copy).acl !== undefined;
  if (takesAcl && session.denies(right("s3:PutObjectAcl"))) {
    return "DstPutAclNotPermitted";
  }
  return undefined;
}

/**
 * To bring annotations to a replica. AWS asks for one right more than replication has, at the source; a Deny of
 * `s3:ReplicateObjectAnnotation` keeps them away, so that `s3:ReplicateObject` has to cover them, as it does tags.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html#annotations-replication
 */
export function mayReplicateAnnotations(
  session: ServiceSession,
  destination: Bucket,
  key: string,
): boolean {
  const right = (action: string) => ({ action, bucket: destination, key });
  if (session.allows(right("s3:ReplicateObjectAnnotation"))) return true;
  return (
    session.allows(right("s3:ReplicateObject")) &&
    !session.denies(right("s3:ReplicateObjectAnnotation"))
  );
}

/** To bring later changes of tags to a replica. */
export function replicaTagsFailure(
  session: ServiceSession,
  destination: Bucket,
  key: string,
): FailureCode | undefined {
  const right = (action: string) => ({ action, bucket: destination, key });
  const mayWrite =
    session.allows(right("s3:ReplicateTags")) ||
    (session.allows(right("s3:ReplicateObject")) && !session.denies(right("s3:ReplicateTags")));
  return mayWrite ? undefined : "DstPutTaggingNotPermitted";
}

/** Where the replica's key is taken from and whether the role may use it. */
export type ReplicaKey = { readonly kmsKeyArn: string } | { readonly failureCode: FailureCode };

/**
 * Uses the replica's key as S3 would; of a replica in parts from the first part on (assumed). Needs `kms:Encrypt`. Where the
 * destination has a Bucket Key also `kms:GenerateDataKey`, as a new one has to be made for it (assumed), and `kms:Decrypt`,
 * which "verifies the integrity of the S3 Bucket Key before using it".
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html#bk-replication
 */
export function useReplicaKey(
  session: ServiceSession,
  destination: Bucket,
  version: ObjectVersion,
  replica: { readonly keyId: string; readonly bucketKeyEnabled: boolean },
  phase: CopyPhase,
): ReplicaKey {
  const { keyId, bucketKeyEnabled } = replica;
  const actions = bucketKeyEnabled
    ? (["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"] as const)
    : (["kms:Encrypt"] as const);
  try {
    let kmsKeyArn = keyId;
    for (const action of actions) {
      const used = session.world.kms.useKey({
        principal: session.principal,
        keyId,
        region: destination.region,
        accountId: destination.accountId,
        action,
        encryptionContext: encryptionContext(destination, version.key, bucketKeyEnabled),
        viaService: `s3.${destination.region}.amazonaws.com`,
      });
      kmsKeyArn = used.keyArn;
    }
    return { kmsKeyArn };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    return { failureCode: replicaKeyFailure(error.code, version, phase) };
  }
}

function replicaKeyFailure(
  errorCode: string,
  version: ObjectVersion,
  phase: CopyPhase,
): FailureCode {
  if (/AccessDenied/.test(errorCode)) return refusal(version, phase);
  if (/NotFound/.test(errorCode)) return "DstKmsKeyNotFound";
  return "DstKmsKeyInvalidState";
}

function refusal(version: ObjectVersion, phase: CopyPhase): FailureCode {
  return isInParts(version) ? REFUSED_PHASES[phase] : "DstPutObjectNotPermitted";
}

const REFUSED_PHASES = {
  initiate: "DstMultipartInitNotPermitted",
  upload: "DstMultipartUploadNotPermitted",
  complete: "DstMultipartCompleteNotPermitted",
} as const satisfies Record<CopyPhase, FailureCode>;

/**
 * The condition keys of `s3:ReplicateObject`. A limit on the retention of replicas is set on this action (S3 User Guide,
 * object-lock-managing); the default retention of the destination is not part of the request.
 */
function replicaConditionKeys(
  session: ServiceSession,
  version: ObjectVersion,
  replica: ObjectEncryption,
): ConditionKeys {
  const keys: Record<string, string | undefined> = { ...retentionKeys(session, version) };
  if (replica.algorithm === "SSE-C") {
    keys["s3:x-amz-server-side-encryption-customer-algorithm"] = "AES256";
  } else {
    keys["s3:x-amz-server-side-encryption"] = replica.algorithm;
  }
  keys["s3:x-amz-server-side-encryption-aws-kms-key-id"] = replica.kmsKeyArn;
  if (version.legalHold !== undefined) {
    keys["s3:object-lock-legal-hold"] = version.legalHold ? "ON" : "OFF";
  }
  return keys;
}

/**
 * The keys of Object Lock of a version that is or was replicated. Absent without retention. A retention that has run out is none, as
 * it is for the replica itself (assumed): a lower limit does not refuse what gets the destination's default.
 */
export function retentionKeys(
  session: ServiceSession,
  version: ObjectVersion,
): Record<string, string> {
  const nowEpochMs = session.world.clock.nowEpochMs();
  const retention = retentionInForce(version.retention, nowEpochMs);
  if (retention === undefined) return {};
  const { mode, retainUntilEpochMs } = retention;
  return {
    "s3:object-lock-mode": mode,
    "s3:object-lock-retain-until-date": new Date(retainUntilEpochMs).toISOString(),
    "s3:object-lock-remaining-retention-days": String(
      remainingRetentionDays(retainUntilEpochMs, nowEpochMs),
    ),
  };
}
