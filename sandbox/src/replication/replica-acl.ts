import { hasAcls, objectOwnerId } from "../services/s3/acl/acl";
import type { Bucket, ObjectVersion } from "../services/s3/store/model";
import type { Copy } from "./copy";

/**
 * Who owns a replica and which ACL it has: its source's, unless the rule or the ownership of the destination makes it the
 * destination's.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-change-owner.html
 */
export function replicaAcl(
  destination: Bucket,
  copy: Pick<Copy, "source" | "version" | "prepared">,
): Pick<ObjectVersion, "ownerAccountId" | "acl"> {
  const { source, version } = copy;
  if (!keepsOwner(destination, copy)) {
    return { ownerAccountId: destination.accountId, acl: undefined };
  }
  return {
    ownerAccountId: objectOwnerId(source, version),
    acl: hasAcls(source) ? version.acl : undefined,
  };
}

/** True where the replica stays its source's owner's, and takes its ACL along. */
export function keepsOwner(destination: Bucket, { prepared }: Pick<Copy, "prepared">): boolean {
  const overridesOwner = prepared.destination.AccessControlTranslation?.Owner === "Destination";
  return !overridesOwner && hasAcls(destination);
}
