import type { S3Event } from "./model";
import { sequencer } from "./record";

/** What S3 tells EventBridge: other names, other members, the key as it is. */
export interface BridgedEvent {
  readonly detailType: string;
  readonly detail: object;
}

/**
 * Undefined for events that EventBridge does not get, which are those of replication.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 */
export function bridgedEvent(event: S3Event): BridgedEvent | undefined {
  const kind = kindOf(event);
  if (kind === undefined) return undefined;
  const { bucket, version } = event;
  const { detailType, ...particulars } = kind;
  const isGone = detailType === "Object Deleted";
  return {
    detailType,
    detail: {
      version: "0",
      bucket: { name: bucket.name },
      object: {
        key: version.key,
        ...(isGone || NO_SIZE.has(detailType) ? {} : { size: version.sizeBytes }),
        ...etagOf(event, isGone),
        ...(bucket.versioning === undefined ? {} : { "version-id": version.versionId }),
        ...(isGone || detailType === "Object Created"
          ? { sequencer: sequencer(event.sequence) }
          : {}),
      },
      "request-id": event.requestId,
      requester: event.requester,
      ...(event.operation === undefined ? {} : { "source-ip-address": event.sourceIpAddress }),
      ...particulars,
    },
  };
}

/** Recorded of ACLs; of tags the examples of the User Guide show none. */
const NO_SIZE: ReadonlySet<string> = new Set([
  "Object ACL Updated",
  "Object Tags Added",
  "Object Tags Deleted",
]);

/** A delete marker has that of no content, what is deleted for good has none (recorded). */
function etagOf({ version }: S3Event, isGone: boolean): { etag?: string } {
  if (version.isDeleteMarker) return { etag: ETAG_OF_NOTHING };
  return isGone ? {} : { etag: version.etag };
}

const ETAG_OF_NOTHING = "d41d8cd98f00b204e9800998ecf8427e";

type Kind = { readonly detailType: string } & Readonly<Record<string, unknown>>;

function kindOf(event: S3Event): Kind | undefined {
  const { name, version, restore } = event;
  if (name.startsWith("ObjectCreated:")) {
    return { detailType: "Object Created", reason: event.operation ?? "PutObject" };
  }
  if (/^(ObjectRemoved|LifecycleExpiration):/.test(name)) {
    return {
      detailType: "Object Deleted",
      reason: name.startsWith("Lifecycle") ? "Lifecycle Expiration" : "DeleteObject",
      "deletion-type": name.endsWith(":Delete") ? "Permanently Deleted" : "Delete Marker Created",
    };
  }
  switch (name) {
    case "ObjectTagging:Put":
      return { detailType: "Object Tags Added" };
    case "ObjectTagging:Delete":
      return { detailType: "Object Tags Deleted" };
    case "ObjectAcl:Put":
      return { detailType: "Object ACL Updated" };
    case "LifecycleTransition":
      return {
        detailType: "Object Storage Class Changed",
        "destination-storage-class": version.storageClass,
      };
    case "ObjectRestore:Post":
      return {
        detailType: "Object Restore Initiated",
        "source-storage-class": version.storageClass,
      };
    case "ObjectRestore:Completed":
      return {
        detailType: "Object Restore Completed",
        "source-storage-class": version.storageClass,
        "restore-expiry-time": new Date(restore?.expiresEpochMs ?? 0).toISOString(),
      };
    case "ObjectRestore:Delete":
      return { detailType: "Object Restore Expired" };
    default:
      return undefined;
  }
}
