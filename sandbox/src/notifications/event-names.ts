import type { VersionChange } from "../services/s3/store/changes";

/** By the operation that made a version. */
const CREATED_BY: Readonly<Record<string, string>> = {
  CopyObject: "Copy",
  PostObject: "Post",
  CompleteMultipartUpload: "CompleteMultipartUpload",
};

/**
 * The event of a change, without the `s3:` before it; undefined for changes that S3 tells nobody of. A replica and its
 * delete marker are told of as if they were put (assumed: no page says how).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html
 */
export function eventName(change: VersionChange): string | undefined {
  const operation = change.request?.operation;
  switch (change.kind) {
    case "created":
      return `ObjectCreated:${CREATED_BY[operation ?? ""] ?? "Put"}`;
    case "delete-marker":
      return change.cause === "lifecycle"
        ? "LifecycleExpiration:DeleteMarkerCreated"
        : "ObjectRemoved:DeleteMarkerCreated";
    case "removed":
      return change.cause === "lifecycle" ? "LifecycleExpiration:Delete" : "ObjectRemoved:Delete";
    case "tagging":
      return operation === "DeleteObjectTagging" ? "ObjectTagging:Delete" : "ObjectTagging:Put";
    case "acl":
      return "ObjectAcl:Put";
    // `s3:ObjectAnnotation:*` is refused when it is asked for.
    case "annotation":
    case "retention":
    case "legal-hold":
      return undefined;
  }
}
