import { hash } from "node:crypto";
import type { ReplicationStatus } from "@aws-sdk/client-s3";
import {
  annotationLimitExceeded,
  annotationNameTooLong,
  annotationNotUtf8,
  entityTooLarge,
  invalidAnnotationName,
  invalidRequest,
} from "../errors";
import type { ObjectAnnotation, ObjectVersion } from "../store/model";
import { wholeSecond } from "../store/whole-second";

/**
 * What annotations may be, and how they are kept. Pure.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/annotations-overview.html (limits, naming rules, versioning)
 */
const MAXIMUM_COUNT = 1000;
const MAXIMUM_NAME_BYTES = 512;
const MAXIMUM_PAYLOAD_BYTES = 2 ** 20;
/** "letters (any language), digits (0-9), underscore, period, and hyphen" */
const NAME = /^[\p{L}\p{M}0-9_.-]+$/u;
const RESERVED = /^(aws|s3)/i;

/** @throws AwsError AnnotationNameTooLong, InvalidAnnotationName */
export function checkedAnnotationName(name: string): string {
  if (Buffer.byteLength(name) > MAXIMUM_NAME_BYTES) throw annotationNameTooLong();
  if (!NAME.test(name) || RESERVED.test(name)) throw invalidAnnotationName(name);
  return name;
}

/** The answer to an empty payload is assumed. @throws AwsError EntityTooLarge, InvalidRequest, UnsupportedMediaType */
export function checkedPayload(payload: Buffer): Buffer {
  if (payload.length > MAXIMUM_PAYLOAD_BYTES) {
    throw entityTooLarge(MAXIMUM_PAYLOAD_BYTES, payload.length);
  }
  if (payload.length === 0) {
    throw invalidRequest("The annotation payload must be between 1 byte and 1 MiB in size.");
  }
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(payload);
  } catch {
    throw annotationNotUtf8();
  }
  return payload;
}

/** An annotation as it is written. Its ETag is the payload's MD5 (assumed). */
export function newAnnotation(
  name: string,
  payload: Buffer,
  checksums: Readonly<Record<string, string>>,
  nowEpochMs: number,
): ObjectAnnotation {
  // The request's buffer goes when its request does.
  const kept = Buffer.from(payload);
  const etag = hash("md5", kept, "hex");
  return { name, payload: kept, lastModifiedEpochMs: wholeSecond(nowEpochMs), etag, checksums };
}

/** Adds or replaces one. @throws AwsError AnnotationLimitExceeded */
export function setAnnotation(version: ObjectVersion, annotation: ObjectAnnotation): void {
  if (!hasRoomFor(version, annotation.name)) throw annotationLimitExceeded();
  version.annotations = new Map(version.annotations).set(annotation.name, annotation);
}

/** Whether a version can take one of that name. */
export function hasRoomFor({ annotations }: ObjectVersion, name: string): boolean {
  return annotations === undefined || annotations.has(name) || annotations.size < MAXIMUM_COUNT;
}

/** Takes one away. */
export function removeAnnotation(version: ObjectVersion, name: string): void {
  const left = new Map(version.annotations);
  left.delete(name);
  version.annotations = left.size === 0 ? undefined : left;
}

/** What an answer says of its replication: as of an object, per destination made one. */
export function annotationStatus(annotation: ObjectAnnotation): ReplicationStatus | undefined {
  if (annotation.isReplica === true) return "REPLICA";
  const statuses = [...(annotation.replicationByDestination?.values() ?? [])];
  if (statuses.length === 0) return undefined;
  if (statuses.includes("PENDING")) return "PENDING";
  return statuses.includes("FAILED") ? "FAILED" : "COMPLETED";
}
