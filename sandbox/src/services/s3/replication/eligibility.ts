import type { ObjectVersion } from "../store/model";
import { carriesDeleteMarkers, matchingRules } from "./rules";
import type { PreparedRule } from "./rules";
import type { ReplicationConfiguration } from "@aws-sdk/client-s3";

/**
 * What may be replicated at all, before any permission is asked for. Pure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-what-is-isnot-replicated.html
 */

/** `live`: as the version is made. `batch`: by a job of S3 Batch Operations. */
export type Road = "live" | "batch";

/** Why a rule that matches a version does not carry it. */
export type Ineligibility = "replica" | "archived" | "kms-not-opted-in" | "delete-marker";

/** Must be restored before they can be read. Intelligent-Tiering's archive tiers are not modelled. */
const ARCHIVED_CLASSES: ReadonlySet<string> = new Set(["GLACIER", "DEEP_ARCHIVE"]);

type EligibilityFacts = Pick<
  ObjectVersion,
  "isDeleteMarker" | "storageClass" | "encryption" | "replicationStatus" | "restore"
>;

/** Undefined when the rule carries the version on this road. SSE-C travels on both roads. */
export function ineligibility(
  version: EligibilityFacts,
  prepared: PreparedRule,
  road: Road,
  nowEpochMs: number,
): Ineligibility | undefined {
  // Replicas are not passed on live: no chains but by a job.
  if (road === "live" && version.replicationStatus === "REPLICA") return "replica";
  if (version.isDeleteMarker) return carriesDeleteMarkers(prepared) ? undefined : "delete-marker";
  if (isArchived(version, nowEpochMs)) return "archived";
  if (isKmsEncrypted(version) && !isKmsOptedIn(prepared)) return "kms-not-opted-in";
  return undefined;
}

/** The rules that carry a version on a road, one per destination at most. */
export function carryingRules(
  configuration: ReplicationConfiguration,
  version: ObjectVersion,
  road: Road,
  nowEpochMs: number,
): readonly PreparedRule[] {
  return matchingRules(configuration, version).filter(
    (prepared) => ineligibility(version, prepared, road, nowEpochMs) === undefined,
  );
}

/** True without a restored copy that can be read now. */
function isArchived(version: EligibilityFacts, nowEpochMs: number): boolean {
  if (!ARCHIVED_CLASSES.has(version.storageClass)) return false;
  const { restore } = version;
  return (
    restore === undefined ||
    nowEpochMs < restore.readyEpochMs ||
    nowEpochMs >= restore.expiresEpochMs
  );
}

/** SSE-KMS and DSSE-KMS. */
export function isKmsEncrypted(version: Pick<ObjectVersion, "encryption">): boolean {
  const { algorithm } = version.encryption;
  return algorithm === "aws:kms" || algorithm === "aws:kms:dsse";
}

function isKmsOptedIn({ destination, rule }: PreparedRule): boolean {
  return (
    rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === "Enabled" &&
    destination.EncryptionConfiguration?.ReplicaKmsKeyID !== undefined
  );
}
