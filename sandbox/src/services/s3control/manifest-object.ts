import type { GetObjectOutput } from "@aws-sdk/client-s3";
import { isAwsError } from "../../world/aws-error";
import type { ServiceSession } from "../s3/access/service-session";
import { JobFailed, jobFailures } from "./job-failures";

/** A file of a manifest, as S3 Batch Operations reads it. */
export interface ManifestObject {
  readonly body: Buffer;
  /** Without quotes. */
  readonly etag: string;
  /** SSE-KMS or DSSE-KMS. */
  readonly isKmsEncrypted: boolean;
}

/** Where an object lies. */
export interface ObjectPlace {
  readonly bucketName: string;
  readonly key: string;
  readonly versionId?: string;
}

/**
 * Reads a file of a manifest under the job's role, which needs `s3:GetObject` and `s3:GetObjectVersion` (S3 User Guide,
 * batch-ops-iam-role-policies), and `kms:Decrypt` where a KMS key encrypts it.
 * @throws JobFailed
 */
export function readManifestObject(session: ServiceSession, place: ObjectPlace): ManifestObject {
  const { world, principal } = session;
  const { bucketName, key, versionId } = place;
  const bucket = world.s3.findBucket(bucketName);
  if (bucket === undefined) throw new JobFailed(jobFailures.manifestNotFound);
  for (const action of ["s3:GetObject", "s3:GetObjectVersion"]) {
    if (!session.allows({ action, bucket, key })) {
      throw new JobFailed(jobFailures.manifestForbidden);
    }
  }
  try {
    const answer = world.invoke({
      service: "s3",
      operation: "GetObject",
      input: { Bucket: bucketName, Key: key, VersionId: versionId },
      principal,
      region: bucket.region,
    }) as Omit<GetObjectOutput, "Body"> & { readonly Body?: Buffer };
    return {
      body: answer.Body ?? Buffer.alloc(0),
      etag: (answer.ETag ?? "").replaceAll('"', ""),
      isKmsEncrypted: answer.ServerSideEncryption?.startsWith("aws:kms") === true,
    };
  } catch (error) {
    if (!isAwsError(error)) throw error;
    // Also under a customer's key, which S3 Batch Operations does not have, S3 refuses the reading.
    throw new JobFailed(
      error.statusCode === 404 ? jobFailures.manifestNotFound : jobFailures.manifestForbidden,
    );
  }
}
