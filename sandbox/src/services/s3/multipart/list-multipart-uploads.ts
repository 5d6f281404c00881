import type {
  Initiator,
  ListMultipartUploadsOutput,
  ListMultipartUploadsRequest,
  StorageClass,
} from "@aws-sdk/client-s3";
import type { Principal } from "../../../authorization/model";
import type { Operation } from "../../../world/operation";
import type { World } from "../../../world/world";
import { invalidArgument } from "../errors";
import { encoded, listNeeds, prefixesOf, unlessEmpty } from "../listing/list-entries";
import { commonPrefixOf } from "../listing/listing";
import type { MultipartUpload } from "./multipart";
import { isUploadId, uploadsOf } from "./multipart";
import { objectOwnerId, ownerOf } from "../acl/acl";
import { keyEncoder, pageSize, required } from "../object/object-request";
import { compareUtf8 } from "../listing/utf8-order";

/**
 * By key, then by start. Uploads in progress are few beside objects, so they are sorted for each page.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 */
export const listMultipartUploads: Operation<
  ListMultipartUploadsRequest,
  ListMultipartUploadsOutput
> = {
  access: ({ Bucket, Prefix, Delimiter }, context) =>
    listNeeds({ Bucket, Prefix, Delimiter }, context, "s3:ListBucketMultipartUploads"),

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const encode = keyEncoder(input.EncodingType);
    const maxUploads = pageSize("max-uploads", input.MaxUploads);
    const prefix = input.Prefix ?? "";
    const delimiter = input.Delimiter ?? "";
    const uploads: MultipartUpload[] = [];
    const commonPrefixes = new Set<string>();
    // A marker inside a common prefix, or that is one, stands for all the uploads under it (recorded).
    const passed = commonPrefixOf(input.KeyMarker ?? "", prefix, delimiter);
    // Only an upload makes a next marker: after a page of common prefixes alone it is empty (recorded).
    let last: MultipartUpload | undefined;
    let isTruncated = false;
    for (const upload of sortedUploads([...uploadsOf(bucket).values()], input)) {
      if (!upload.key.startsWith(prefix)) continue;
      const rolledUp = commonPrefixOf(upload.key, prefix, delimiter);
      if (rolledUp !== undefined && (commonPrefixes.has(rolledUp) || rolledUp === passed)) continue;
      if (uploads.length + commonPrefixes.size >= maxUploads) {
        isTruncated = maxUploads > 0;
        break;
      }
      if (rolledUp === undefined) {
        uploads.push(upload);
        last = upload;
      } else {
        commonPrefixes.add(rolledUp);
      }
    }
    return {
      Bucket: bucket.name,
      KeyMarker: encode(input.KeyMarker ?? ""),
      // It counts, and is echoed, beside a key marker only.
      UploadIdMarker:
        unlessEmpty(input.KeyMarker) === undefined ? "" : (input.UploadIdMarker ?? ""),
      NextKeyMarker: encoded(last?.key, encode) ?? "",
      NextUploadIdMarker: last?.uploadId ?? "",
      Prefix: encoded(unlessEmpty(input.Prefix), encode),
      Delimiter: encoded(unlessEmpty(input.Delimiter), encode),
      MaxUploads: maxUploads,
      IsTruncated: isTruncated,
      EncodingType: input.EncodingType,
      CommonPrefixes: prefixesOf([...commonPrefixes], encode),
      Uploads: uploads.map((upload) => ({
        UploadId: upload.uploadId,
        Key: encode(upload.key),
        Initiated: new Date(upload.initiatedEpochMs),
        StorageClass: upload.attributes.storageClass as StorageClass,
        Owner: ownerOf(context.world, objectOwnerId(bucket, upload.attributes)),
        Initiator: initiatorOf(upload.initiator, context.world),
        ChecksumAlgorithm: upload.checksumAlgorithm,
        ChecksumType: upload.checksumType,
      })),
    };
  },
};

/** The uploads after the markers. An upload-id marker counts only beside a key marker. */
function sortedUploads(
  uploads: readonly MultipartUpload[],
  markers: { KeyMarker?: string; UploadIdMarker?: string },
): readonly MultipartUpload[] {
  const sorted = [...uploads].sort(
    (left, right) => compareUtf8(left.key, right.key) || left.sequence - right.sequence,
  );
  const { KeyMarker: keyMarker, UploadIdMarker: uploadIdMarker } = markers;
  if (keyMarker === undefined || keyMarker === "") return sorted;
  const place = sorted.findIndex((upload) => upload.uploadId === uploadIdMarker);
  if (place >= 0 && sorted[place]?.key === keyMarker) return sorted.slice(place + 1);
  const isOfAnotherKey = place >= 0;
  if (
    uploadIdMarker !== undefined &&
    uploadIdMarker !== "" &&
    (isOfAnotherKey || !isUploadId(uploadIdMarker))
  ) {
    throw invalidArgument("upload-id-marker", uploadIdMarker, "Invalid uploadId marker");
  }
  return sorted.filter((upload) => compareUtf8(upload.key, keyMarker) > 0);
}

/**
 * Who started an upload: the account's canonical id and name for its root, else the ARN and the name at its end. An initiator
 * kept its display name when owners lost theirs.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Initiator.html
 */
export function initiatorOf(principal: Principal, world: World): Initiator {
  const { accountId, arn, kind } = principal;
  if (kind === "root" && accountId !== undefined) {
    return { ...ownerOf(world, accountId), DisplayName: world.accounts.get(accountId)?.name };
  }
  return { ID: arn, DisplayName: arn.slice(arn.lastIndexOf("/") + 1) };
}
