import type { ListObjectsV2Output, ListObjectsV2Request } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { invalidArgument } from "../errors";
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

/** Marks our continuation tokens, so that other text is refused. */
const TOKEN_PREFIX = "1";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: Operation<ListObjectsV2Request, ListObjectsV2Output> = {
  access: (input, context) => listNeeds(input, context, "s3:ListBucket"),

  handle(input, context) {
    const bucket = context.world.s3.bucket(required(input.Bucket));
    const encode = keyEncoder(input.EncodingType);
    const maxKeys = pageSize("maxKeys", input.MaxKeys);
    const startAfter = unlessEmpty(input.StartAfter);
    tellBucketRegion(context, bucket);
    const page = listPage(
      bucket.objects,
      {
        prefix: input.Prefix ?? "",
        delimiter: input.Delimiter ?? "",
        maxEntries: maxKeys,
        // A token goes before StartAfter, which only says where the first page begins.
        afterKey:
          input.ContinuationToken === undefined ? startAfter : keyOfToken(input.ContinuationToken),
      },
      "current",
    );
    return {
      IsTruncated: page.last !== undefined,
      Contents: page.versions.map(({ version }) =>
        entryOf(
          version,
          encode,
          input.FetchOwner === true ? entryOwner(context, bucket, version) : undefined,
        ),
      ),
      Name: bucket.name,
      Prefix: encode(input.Prefix ?? ""),
      Delimiter: encoded(unlessEmpty(input.Delimiter), encode),
      MaxKeys: maxKeys,
      CommonPrefixes: prefixesOf(page.commonPrefixes, encode),
      EncodingType: input.EncodingType,
      KeyCount: page.versions.length + page.commonPrefixes.length,
      ContinuationToken: input.ContinuationToken,
      NextContinuationToken: page.last === undefined ? undefined : tokenOf(page.last.key),
      // Where the first page began is of no interest once a token is there (recorded).
      StartAfter: input.ContinuationToken === undefined ? encoded(startAfter, encode) : undefined,
    };
  },
};

function tokenOf(key: string): string {
  return TOKEN_PREFIX + Buffer.from(key).toString("base64");
}

/** @throws AwsError InvalidArgument for a token that no answer gave */
function keyOfToken(token: string): string {
  const key = Buffer.from(token.slice(TOKEN_PREFIX.length), "base64").toString("utf8");
  if (key === "" || tokenOf(key) !== token) {
    throw invalidArgument(
      "continuation-token",
      token,
      "The continuation token provided is incorrect",
    );
  }
  return key;
}
