import type { ListBucketsOutput, ListBucketsRequest } from "@aws-sdk/client-s3";
import type { Operation } from "../../../world/operation";
import { accountNeed } from "../access/access";
import { invalidArgument, plainAccessDenied } from "../errors";

const MAX_BUCKETS_LIMIT = 10_000;

/**
 * ListBuckets of the caller's account, by name. The Region of a bucket is told only to a request with parameters.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 */
export const listBuckets: Operation<ListBucketsRequest, ListBucketsOutput> = {
  access: () => [accountNeed("s3:ListAllMyBuckets")],

  handle(input, context) {
    const { accountId } = context.principal;
    if (accountId === undefined) throw plainAccessDenied();
    const maxBuckets = checkedMaxBuckets(input.MaxBuckets);
    const startAfter = startOf(input.ContinuationToken);
    const matching = context.world.s3
      .bucketsOf(accountId)
      .filter((bucket) => bucket.name.startsWith(input.Prefix ?? ""))
      .filter((bucket) => input.BucketRegion === undefined || bucket.region === input.BucketRegion)
      .filter((bucket) => startAfter === undefined || bucket.name > startAfter);
    const page = matching.slice(0, maxBuckets);
    const isTruncated = page.length < matching.length;
    const tellsRegion =
      [input.MaxBuckets, input.ContinuationToken, input.Prefix, input.BucketRegion].find(
        (parameter) => parameter !== undefined,
      ) !== undefined;
    return {
      Buckets: page.map((bucket) => ({
        Name: bucket.name,
        CreationDate: new Date(bucket.createdEpochMs),
        BucketArn: bucket.arn,
        ...(tellsRegion ? { BucketRegion: bucket.region } : {}),
      })),
      Owner: { ID: context.world.accounts.get(accountId)?.canonicalUserId },
      ...(isTruncated ? { ContinuationToken: tokenAfter(page.at(-1)?.name ?? "") } : {}),
      ...(input.Prefix === undefined ? {} : { Prefix: input.Prefix }),
    };
  },
};

function checkedMaxBuckets(maxBuckets: number | undefined): number {
  if (maxBuckets === undefined) return MAX_BUCKETS_LIMIT;
  if (!Number.isInteger(maxBuckets) || maxBuckets < 1 || maxBuckets > MAX_BUCKETS_LIMIT) {
    throw invalidArgument(
      "max-buckets",
      maxBuckets,
      `Argument max-buckets must be an integer between 1 and ${MAX_BUCKETS_LIMIT}`,
    );
  }
  return maxBuckets;
}

/** The token is opaque to callers; here it is the last name that was given, encoded. */
function tokenAfter(name: string): string {
  return Buffer.from(name, "utf8").toString("base64url");
}

function startOf(token: string | undefined): string | undefined {
  // An empty one is none (recorded).
  if (token === undefined || token === "") return undefined;
  const name = Buffer.from(token, "base64url").toString("utf8");
  if (tokenAfter(name) === token) return name;
  throw invalidArgument(
    "continuation-token",
    token,
    "The continuation token provided is incorrect",
  );
}
