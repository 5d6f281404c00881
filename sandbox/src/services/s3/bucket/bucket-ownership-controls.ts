import type {
  DeleteBucketOwnershipControlsRequest,
  GetBucketOwnershipControlsOutput,
  GetBucketOwnershipControlsRequest,
  PutBucketOwnershipControlsRequest,
} from "@aws-sdk/client-s3";
import type { RequestContext } from "../../../world/operation";
import { bucketGrants, canonicalUserId } from "../acl/acl";
import { bucketOperation } from "./bucket-operation";
import {
  invalidBucketAclWithObjectOwnership,
  malformedXml,
  ownershipControlsNotFound,
} from "../errors";
import type { Bucket } from "../store/model";

const OWNERSHIPS: readonly string[] = [
  "BucketOwnerEnforced",
  "BucketOwnerPreferred",
  "ObjectWriter",
];

export function isObjectOwnership(value: string): value is Bucket["objectOwnership"] {
  return OWNERSHIPS.includes(value);
}

export const getBucketOwnershipControls = bucketOperation<
  GetBucketOwnershipControlsRequest,
  GetBucketOwnershipControlsOutput
>({
  action: "s3:GetBucketOwnershipControls",
  handle(bucket) {
    if (bucket.ownershipControlsDeleted === true) throw ownershipControlsNotFound(bucket.name);
    return { OwnershipControls: { Rules: [{ ObjectOwnership: bucket.objectOwnership }] } };
  },
});

export const putBucketOwnershipControls = bucketOperation<
  PutBucketOwnershipControlsRequest,
  object
>({
  action: "s3:PutBucketOwnershipControls",
  handle(bucket, input, context) {
    const rules = input.OwnershipControls?.Rules ?? [];
    const ownership: string | undefined = rules[0]?.ObjectOwnership;
    if (rules.length !== 1 || ownership === undefined || !isObjectOwnership(ownership)) {
      throw malformedXml();
    }
    // What is granted must be taken back first. Source: S3 User Guide, "Prerequisites for disabling ACLs".
    if (ownership === "BucketOwnerEnforced" && grantsToOthers(bucket, context)) {
      throw invalidBucketAclWithObjectOwnership();
    }
    bucket.objectOwnership = ownership;
    delete bucket.ownershipControlsDeleted;
    return {};
  },
});

function grantsToOthers(bucket: Bucket, { world }: RequestContext): boolean {
  const ownerId = canonicalUserId(world, bucket.accountId);
  return bucketGrants(world, bucket).some(({ grantee }) => grantee !== ownerId);
}

/** DeleteBucketOwnershipControls goes back to what buckets were before the setting existed: the writer owns. */
export const deleteBucketOwnershipControls = bucketOperation<
  DeleteBucketOwnershipControlsRequest,
  object
>({
  action: "s3:PutBucketOwnershipControls",
  handle(bucket) {
    bucket.objectOwnership = "ObjectWriter";
    bucket.ownershipControlsDeleted = true;
    return {};
  },
});
