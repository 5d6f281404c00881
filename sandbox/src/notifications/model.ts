import type { ReplicationEventData } from "../services/s3/store/changes";
import type { Bucket, ObjectVersion } from "../services/s3/store/model";

/** Something that a bucket tells of, at the moment it happens. */
export interface S3Event {
  /** `ObjectCreated:Put`, without `s3:`. */
  readonly name: string;
  readonly bucket: Bucket;
  readonly version: ObjectVersion;
  readonly atEpochMs: number;
  /** Rises from event to event, so that those of a key can be put in order: a removal comes after what it removes. */
  readonly sequence: number;
  /** `AWS:AIDA...`, or the name of the service. */
  readonly principalId: string;
  /** Account id of the caller, or the name of the service. */
  readonly requester: string;
  /** The AWS operation; undefined when no request made it. */
  readonly operation?: string;
  readonly requestId: string;
  readonly sourceIpAddress: string;
  readonly replication?: ReplicationEventData;
  readonly restore?: { readonly expiresEpochMs: number; readonly storageClass: string };
}
