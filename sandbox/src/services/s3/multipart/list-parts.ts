import type { ListPartsOutput, ListPartsRequest, StorageClass } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { abortMembers } from "../lifecycle/headers";
import { uploadOf } from "./multipart";
import { objectOwnerId, ownerOf } from "../acl/acl";
import { pageSize, partNumberMarker, required } from "../object/object-request";
import { initiatorOf } from "./list-multipart-uploads";
import { uploadNeeds } from "./upload-part";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts: Operation<ListPartsRequest, ListPartsOutput> = {
  access: (input, context) => uploadNeeds(input, context, "s3:ListMultipartUploadParts"),

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const upload = uploadOf(bucket, required(input.Key), input.UploadId);
    const maxParts = pageSize("max-parts", input.MaxParts);
    const marker = partNumberMarker(input.PartNumberMarker);
    const rest = [...upload.parts.values()]
      .filter((part) => part.partNumber > marker)
      .sort((left, right) => left.partNumber - right.partNumber);
    const page = rest.slice(0, maxParts);
    const hasChecksums = upload.checksumAlgorithm !== undefined;
    return {
      Bucket: bucket.name,
      Key: upload.key,
      UploadId: upload.uploadId,
      ...abortMembers(bucket, upload),
      PartNumberMarker: String(marker),
      NextPartNumberMarker: String(page[page.length - 1]?.partNumber ?? 0),
      MaxParts: maxParts,
      IsTruncated: rest.length > page.length,
      Parts: page.map((part) => ({
        PartNumber: part.partNumber,
        LastModified: new Date(part.lastModifiedEpochMs),
        ETag: `"${part.etag}"`,
        Size: part.body.length,
        ...(hasChecksums ? part.checksums : {}),
      })),
      Initiator: initiatorOf(upload.initiator, context.world),
      Owner: ownerOf(context.world, objectOwnerId(bucket, upload.attributes)),
      StorageClass: upload.attributes.storageClass as StorageClass,
      ChecksumAlgorithm: upload.checksumAlgorithm,
      ChecksumType: upload.checksumType,
    };
  },
};
