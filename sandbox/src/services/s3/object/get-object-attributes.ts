import type { GetObjectAttributesOutput, GetObjectAttributesRequest } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { invalidArgument, invalidRequest } from "../errors";
import type { ObjectVersion } from "../store/model";
import { versionNeed } from "../access/object-access";
import { checkCustomerKeyOf } from "./object-encryption";
import {
  checkedVersionId,
  pageSize,
  partNumberMarker,
  refuseEncryptionHeader,
  required,
} from "./object-request";
import { findReadable } from "../store/read-version";
import { shownVersionId } from "../store/store-version";

const ATTRIBUTES = new Set(["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]);

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html */
export const getObjectAttributes: Operation<GetObjectAttributesRequest, GetObjectAttributesOutput> =
  {
    access(input, context) {
      const bucket = context.world.s3.bucket(required(input.Bucket));
      const target = { key: required(input.Key), versionId: checkedVersionId(input.VersionId) };
      return [
        versionNeed(context, bucket, target, ["s3:GetObject", "s3:GetObjectVersion"]),
        versionNeed(context, bucket, target, [
          "s3:GetObjectAttributes",
          "s3:GetObjectVersionAttributes",
        ]),
      ];
    },

    handle(input, context) {
      refuseEncryptionHeader(context.http);
      const asked = checkedAttributes(input);
      const { bucket, version } = findReadable(input, context);
      checkCustomerKeyOf(context, version, input);
      return {
        LastModified: new Date(version.lastModifiedEpochMs),
        VersionId: shownVersionId(bucket, version),
        // Without quotes here, unlike everywhere else.
        ETag: asked.has("ETag") ? version.etag : undefined,
        Checksum:
          asked.has("Checksum") && version.checksumType !== undefined
            ? { ...valuesAlone(version.checksums), ChecksumType: version.checksumType }
            : undefined,
        ObjectParts: asked.has("ObjectParts") ? partsOf(version, input) : undefined,
        StorageClass: asked.has("StorageClass")
          ? (version.storageClass as GetObjectAttributesOutput["StorageClass"])
          : undefined,
        ObjectSize: asked.has("ObjectSize") ? version.sizeBytes : undefined,
      };
    },
  };

/** @throws AwsError InvalidRequest, InvalidArgument */
function checkedAttributes(input: GetObjectAttributesRequest): Set<string> {
  const asked = new Set<string>(
    (input.ObjectAttributes ?? []).filter((name) => name !== ("" as string)),
  );
  if (asked.size === 0) {
    throw invalidRequest(
      "The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty",
    );
  }
  for (const attribute of asked) {
    if (!ATTRIBUTES.has(attribute)) {
      throw invalidArgument(
        "x-amz-object-attributes",
        attribute,
        "Invalid attribute name specified.",
      );
    }
  }
  return asked;
}

/** A composite checksum without the `-` and the number of parts that it ends with everywhere else (recorded). */
function valuesAlone(checksums: ObjectVersion["checksums"]): ObjectVersion["checksums"] {
  return Object.fromEntries(
    Object.entries(checksums).map(([name, value]) => [name, value.replace(/-\d+$/, "")]),
  );
}

function partsOf(
  version: ObjectVersion,
  input: GetObjectAttributesRequest,
): GetObjectAttributesOutput["ObjectParts"] {
  const { parts } = version;
  if (parts === undefined) return undefined;
  if (version.checksumType === "FULL_OBJECT") return { TotalPartsCount: parts.length };
  // Parts are listed one by one only when they have checksums of their own.
  const listed = parts.filter((part) => Object.keys(part.checksums).length > 0);
  if (listed.length === 0) return { TotalPartsCount: parts.length };
  const maxParts = pageSize("max-parts", input.MaxParts);
  const marker = partNumberMarker(input.PartNumberMarker);
  const rest = listed.filter((part) => part.partNumber > marker);
  const page = rest.slice(0, maxParts);
  return {
    TotalPartsCount: parts.length,
    PartNumberMarker: String(marker),
    NextPartNumberMarker: String(page[page.length - 1]?.partNumber ?? 0),
    MaxParts: maxParts,
    IsTruncated: rest.length > page.length,
    Parts: page.map((part) => ({
      PartNumber: part.partNumber,
      Size: part.sizeBytes,
      ...part.checksums,
    })),
  };
}
