import type { ListObjectsOutput, ListObjectsRequest } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import {
  encoded,
  entryOf,
  entryOwner,
  listNeeds,
  prefixesOf,
  tellBucketRegion,
  unlessEmpty,
} from "./list-entries";
import { listPage } from "./listing";
import { keyEncoder, pageSize, required } from "../object/object-request";

/**
 * The first version of the listing. `NextMarker` comes only with a delimiter, as on AWS: without one the last key is it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
 */
export const listObjects: Operation<ListObjectsRequest, ListObjectsOutput> = {
  access: (input, context) => listNeeds(input, context, "s3:ListBucket"),

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    tellBucketRegion(context, bucket);
    const encode = keyEncoder(input.EncodingType);
    const maxKeys = pageSize("maxKeys", input.MaxKeys);
    const delimiter = input.Delimiter ?? "";
    const marker = input.Marker ?? "";
    const page = listPage(
      bucket.objects,
      {
        prefix: input.Prefix ?? "",
        delimiter,
        maxEntries: maxKeys,
        afterKey: marker === "" ? undefined : marker,
      },
      "current",
    );
    return {
      IsTruncated: page.last !== undefined,
      Marker: encode(marker),
      NextMarker: delimiter === "" ? undefined : encoded(page.last?.key, encode),
      Contents: page.versions.map(({ version }) =>
        entryOf(version, encode, entryOwner(context, bucket, version)),
      ),
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ""),
      Delimiter: encoded(unlessEmpty(input.Delimiter), encode),
      MaxKeys: maxKeys,
      CommonPrefixes: prefixesOf(page.commonPrefixes, encode),
      EncodingType: input.EncodingType,
    };
  },
};
