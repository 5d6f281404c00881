import type { Bucket, ObjectEncryption, ObjectVersion } from "../services/s3/store/model";
import type { Copy } from "./copy";
import { findDestination } from "./destination-bucket";
import { isInParts, replicaFailure, useReplicaKey } from "./destination-permissions";
import type { CopyPhase } from "./destination-permissions";
import { isKmsEncrypted } from "../services/s3/replication/eligibility";
import type { FailureCode } from "../services/s3/replication/failure-codes";
import type { PreparedRule } from "../services/s3/replication/rules";
import type { ServiceSession } from "../services/s3/access/service-session";
import { mayReadTags, sourceBucketFailure, sourceObjectFailure } from "./source-permissions";

/** A copy that nothing stands against: where it goes and how it will look there. */
export interface CopyPlan {
  readonly destination: Bucket;
  readonly encryption: ObjectEncryption;
  /** Absent or false when there are none, or the role may not read them: the object then goes without. */
  readonly withTags?: boolean;
}

/** A plan, or the first thing that stands against it. */
export type Planned = { readonly plan: CopyPlan } | { readonly failureCode: FailureCode };

/**
 * Checks all that a copy needs, in the order in which S3 comes upon it: role (undefined: it could not be assumed),
 * source, destination. Nothing is written.
 * @param phase of a version in parts: what is asked for now; the others have the first only
 */
export function planCopy(
  session: ServiceSession | undefined,
  copy: Copy,
  phase: CopyPhase,
): Planned {
  if (session === undefined) return { failureCode: "AssumeRoleNotPermitted" };
  const { source, version } = copy;
  const bucketFailure = sourceBucketFailure(session, source);
  if (bucketFailure !== undefined) return { failureCode: bucketFailure };
  if (!version.isDeleteMarker) {
    const objectFailure = sourceObjectFailure(session, source, version);
    if (objectFailure !== undefined) return { failureCode: objectFailure };
  }
  const found = findDestination(session.world, copy);
  if ("failureCode" in found) return found;
  return version.isDeleteMarker
    ? planDeleteMarker(session, found.destination, version)
    : planObject(session, found.destination, copy, phase);
}

function planDeleteMarker(
  session: ServiceSession,
  destination: Bucket,
  version: ObjectVersion,
): Planned {
  const right = { action: "s3:ReplicateDelete", bucket: destination, key: version.key };
  if (!session.allows(right)) return { failureCode: "DstDelObjNotPermitted" };
  return { plan: { destination, encryption: version.encryption } };
}

function planObject(
  session: ServiceSession,
  destination: Bucket,
  copy: Copy,
  phase: CopyPhase,
): Planned {
  const { source, version, prepared } = copy;
  const encryption = replicaEncryption(destination, version, prepared);
  const failureCode = replicaFailure(session, destination, copy, encryption, phase);
  if (failureCode !== undefined) return { failureCode };
  const withTags = version.tags !== undefined && mayReadTags(session, source, version);
  const needsKey = !isInParts(version) || phase !== "initiate";
  if (encryption.kmsKeyArn === undefined || !needsKey) {
    return { plan: { destination, encryption, withTags } };
  }
  const used = useReplicaKey(
    session,
    destination,
    version,
    { keyId: encryption.kmsKeyArn, bucketKeyEnabled: encryption.bucketKeyEnabled === true },
    phase,
  );
  if ("failureCode" in used) return used;
  // The rule may name an alias; the replica shows the key.
  const { kmsKeyArn } = used;
  return { plan: { destination, encryption: { ...encryption, kmsKeyArn }, withTags } };
}

/**
 * A replica keeps its source's type of encryption; a KMS key is the rule's, as keys do not leave their Region. The
 * destination's default encryption is for unencrypted sources, which the sandbox has none of.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html
 */
function replicaEncryption(
  destination: Bucket,
  version: ObjectVersion,
  prepared: PreparedRule,
): ObjectEncryption {
  if (!isKmsEncrypted(version)) return version.encryption;
  const { algorithm, encryptionContext } = version.encryption;
  const kmsKeyArn = prepared.destination.EncryptionConfiguration?.ReplicaKmsKeyID;
  // DSSE-KMS has no Bucket Keys.
  const bucketKeyEnabled = algorithm === "aws:kms" && hasBucketKey(destination);
  return { algorithm, kmsKeyArn, bucketKeyEnabled, encryptionContext };
}

function hasBucketKey(destination: Bucket): boolean {
  return destination.encryption.some((rule) => rule.BucketKeyEnabled === true);
}
