import type {
  JobManifestGeneratorFilter,
  ObjectEncryptionFilter,
} from "@aws-sdk/client-s3-control";
import type { ReplicationConfiguration } from "@aws-sdk/client-s3";
import { carryingRules } from "../s3/replication/eligibility";
import type { ObjectEncryption, ObjectVersion } from "../s3/store/model";

/**
 * Whether the manifest generator lists a version. Pure. Members narrow each other, values in one list widen (inferred
 * from AWS's wording). Delete markers are not listed (assumed).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_JobManifestGeneratorFilter.html
 */
export function passesFilter(
  version: ObjectVersion,
  filter: JobManifestGeneratorFilter,
  configuration: ReplicationConfiguration | undefined,
  nowEpochMs: number,
): boolean {
  if (version.isDeleteMarker) return false;
  if (!passesKey(version.key, filter)) return false;
  if (!passesDates(version.lastModifiedEpochMs, filter)) return false;
  if (!passesSize(version.sizeBytes, filter)) return false;
  const statuses: readonly string[] | undefined = filter.ObjectReplicationStatuses;
  // There is no value for PENDING: such a version is listed only when no status is asked for.
  if (isGiven(statuses) && !statuses.includes(version.replicationStatus ?? "NONE")) return false;
  const classes: readonly string[] | undefined = filter.MatchAnyStorageClass;
  if (isGiven(classes) && !classes.includes(version.storageClass)) return false;
  const encryptions = filter.MatchAnyObjectEncryption;
  if (isGiven(encryptions) && !encryptions.some((wanted) => passes(version.encryption, wanted))) {
    return false;
  }
  if (filter.EligibleForReplication !== true) return true;
  if (configuration === undefined) return false;
  return carryingRules(configuration, version, "batch", nowEpochMs).length > 0;
}

function passesKey(key: string, { KeyNameConstraint: constraint }: JobManifestGeneratorFilter) {
  const passesAny = (
    texts: readonly string[] | undefined,
    test: (text: string) => boolean,
  ): boolean => !isGiven(texts) || texts.some(test);
  return (
    passesAny(constraint?.MatchAnyPrefix, (text) => key.startsWith(text)) &&
    passesAny(constraint?.MatchAnySuffix, (text) => key.endsWith(text)) &&
    passesAny(constraint?.MatchAnySubstring, (text) => key.includes(text))
  );
}

function passesDates(epochMs: number, filter: JobManifestGeneratorFilter): boolean {
  const { CreatedAfter: after, CreatedBefore: before } = filter;
  if (after !== undefined && epochMs <= after.getTime()) return false;
  return before === undefined || epochMs < before.getTime();
}

function passesSize(sizeBytes: number, filter: JobManifestGeneratorFilter): boolean {
  const greaterThan = filter.ObjectSizeGreaterThanBytes;
  const lessThan = filter.ObjectSizeLessThanBytes;
  if (greaterThan !== undefined && sizeBytes <= greaterThan) return false;
  return lessThan === undefined || sizeBytes < lessThan;
}

function passes(encryption: ObjectEncryption, wanted: ObjectEncryptionFilter): boolean {
  const { algorithm, kmsKeyArn, bucketKeyEnabled } = encryption;
  if (wanted.SSES3 !== undefined) return algorithm === "AES256";
  if (wanted.SSEC !== undefined) return algorithm === "SSE-C";
  if (wanted.SSEKMS !== undefined) {
    const { KmsKeyArn, BucketKeyEnabled } = wanted.SSEKMS;
    return (
      algorithm === "aws:kms" &&
      (KmsKeyArn === undefined || KmsKeyArn === kmsKeyArn) &&
      (BucketKeyEnabled === undefined || BucketKeyEnabled === (bucketKeyEnabled === true))
    );
  }
  if (wanted.DSSEKMS !== undefined) {
    const { KmsKeyArn } = wanted.DSSEKMS;
    return algorithm === "aws:kms:dsse" && (KmsKeyArn === undefined || KmsKeyArn === kmsKeyArn);
  }
  // NOTSSE: objects from before S3 encrypted everything, which the sandbox has none of.
  return false;
}

/** An empty list asks for nothing, as one that is absent. */
function isGiven<Value>(values: readonly Value[] | undefined): values is readonly Value[] {
  return values !== undefined && values.length > 0;
}
