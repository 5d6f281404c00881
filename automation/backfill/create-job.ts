import type { CreateJobRequest } from "@aws-sdk/client-s3-control";
import { clientRequestToken, jobDescription, type JobIntent } from "./intent";
import { OWN_MANIFEST_FIELDS } from "./own-manifest";

/**
 * The CreateJob request of an intent. Members with a minimum length are left out rather than sent empty.
 * `ConfirmationRequired` is always sent: its default on the raw API is not documented.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html
 */
export function createJobRequest(intent: JobIntent): CreateJobRequest {
  return {
    AccountId: intent.accountId,
    ConfirmationRequired: true,
    Operation: operationOf(intent),
    ...manifestOf(intent),
    Report: {
      Enabled: true,
      Bucket: intent.operationsBucketArn,
      ExpectedBucketOwner: intent.accountId,
      Format: "Report_CSV_20180820",
      ...optionalPrefix("Prefix", intent.reportPrefix),
      ReportScope: intent.reportScope,
    },
    ClientRequestToken: clientRequestToken(intent),
    Description: jobDescription(intent),
    Priority: intent.priority,
    RoleArn: intent.roleArn,
  };
}

/**
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_S3SetObjectRetentionOperation.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_S3ComputeObjectChecksumOperation.html
 */
function operationOf({
  checksum,
  retention,
}: JobIntent): NonNullable<CreateJobRequest["Operation"]> {
  if (checksum !== undefined) {
    const { algorithm, type } = checksum;
    return { S3ComputeObjectChecksum: { ChecksumAlgorithm: algorithm, ChecksumType: type } };
  }
  if (retention === undefined) return { S3ReplicateObject: {} };
  const { bypassGovernance, mode, retainUntil } = retention;
  return {
    S3PutObjectRetention: {
      ...(bypassGovernance && { BypassGovernanceRetention: true }),
      Retention: { Mode: mode, RetainUntilDate: new Date(retainUntil) },
    },
  };
}

/** Our own manifest, or the order to S3 to make one. */
function manifestOf(intent: JobIntent): Pick<CreateJobRequest, "Manifest" | "ManifestGenerator"> {
  const { manifest } = intent;
  if (manifest !== undefined) {
    return {
      Manifest: {
        Spec: { Format: "S3BatchOperations_CSV_20180820", Fields: [...OWN_MANIFEST_FIELDS] },
        Location: {
          ObjectArn: `${intent.operationsBucketArn}/${manifest.key}`,
          ETag: manifest.etag,
        },
      },
    };
  }
  return {
    ManifestGenerator: {
      S3JobManifestGenerator: {
        ExpectedBucketOwner: intent.accountId,
        SourceBucket: intent.sourceBucketArn,
        EnableManifestOutput: true,
        ManifestOutputLocation: {
          ExpectedManifestBucketOwner: intent.accountId,
          Bucket: intent.operationsBucketArn,
          ...optionalPrefix("ManifestPrefix", intent.manifestPrefix),
          ManifestFormat: "S3InventoryReport_CSV_20211130",
          ManifestEncryption: { SSES3: {} },
        },
        Filter: {
          EligibleForReplication: true,
          ObjectReplicationStatuses: [...intent.replicationStatuses],
        },
      },
    },
  };
}

/** A prefix as a job has it. */
export function withoutSlash(prefix: string): string {
  return prefix.replace(/\/+$/, "");
}

/** AWS puts the `/` after a prefix itself. */
function optionalPrefix<Name extends string>(
  name: Name,
  prefix: string,
): Partial<Record<Name, string>> {
  const trimmed = withoutSlash(prefix);
  return trimmed === "" ? {} : ({ [name]: trimmed } as Partial<Record<Name, string>>);
}
