import { HeadBucketCommand, type HeadBucketCommandOutput } from "@aws-sdk/client-s3";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { hasCode, send } from "../send";
import type { Properties } from "../values";
import { namesOf } from "./bucket";
import type { Clients } from "./clients";

interface AwsFunction {
  /** Arguments that it acts on; every other one is refused by name. */
  readonly args: readonly string[];
  invoke(args: Properties, clients: Clients): Promise<Properties>;
}

/** The functions (data sources) by token. */
export const functions: Readonly<Record<string, AwsFunction>> = {
  "aws:s3/getBucket:getBucket": {
    args: ["bucket", "region"],
    async invoke(args, clients) {
      const bucket = String(args["bucket"]);
      const region = typeof args["region"] === "string" ? args["region"] : clients.region;
      const { BucketRegion: bucketRegion = region } = await headBucket(bucket, region, clients);
      return { id: bucket, region, ...namesOf(bucket, bucketRegion) };
    },
  },

  "aws:index/getCallerIdentity:getCallerIdentity": {
    args: [],
    async invoke(_args, clients) {
      const identity = await send(await clients.sts(), new GetCallerIdentityCommand({}));
      return {
        id: identity.Account,
        accountId: identity.Account,
        arn: identity.Arn,
        userId: identity.UserId,
      };
    },
  },
};

async function headBucket(
  bucket: string,
  region: string,
  clients: Clients,
): Promise<HeadBucketCommandOutput> {
  try {
    return await send(await clients.s3(region), new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    const isAbsent = hasCode(error, "NotFound", "NoSuchBucket");
    const reason = isAbsent ? "couldn't find resource" : messageOf(error);
    throw new Error(`reading S3 Bucket (${bucket}): ${reason}`, { cause: error });
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
