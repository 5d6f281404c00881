import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketTaggingCommand,
  GetBucketTaggingCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  PutBucketTaggingCommand,
  type BucketLocationConstraint,
  type S3Client,
} from "@aws-sdk/client-s3";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { hasCode, send, unlessAbsent } from "../../send";
import type { Properties } from "../../values";
import { emptyBucket } from "./empty-bucket";
import { CreatedButFailed, type AwsType } from "../resource";
import { taggedInputs, tagMap, tagSet } from "../tags";

const inputs = z.strictObject({
  bucket: z.string(),
  bucketNamespace: z.enum(["account-regional", "global"]).optional(),
  forceDestroy: z.boolean().optional(),
  objectLockEnabled: z.boolean().optional(),
  ...taggedInputs,
  region: z.string().optional(),
});

type Inputs = z.infer<typeof inputs>;

/** `aws.s3.Bucket`: the bucket itself; its configurations are resources of their own. */
export const bucket: AwsType<Inputs> = {
  token: "aws:s3/bucket:Bucket",
  noun: "S3 Bucket",
  inputs,
  identity: ["bucket"],
  replaceOn: ["bucket", "bucketNamespace", "objectLockEnabled", "region"],
  inputOnly: ["forceDestroy"],
  keptInputs: ["bucketNamespace", "objectLockEnabled"],
  computed: [
    "arn",
    "bucketDomainName",
    "bucketNamespace",
    "bucketRegion",
    "bucketRegionalDomainName",
    "objectLockEnabled",
    "tagsAll",
  ],
  autoNamed: { property: "bucket", maxLength: 63, isLowerCase: true },
  isTagged: true,
  isRegional: true,

  async create({ bucket: name, bucketNamespace, objectLockEnabled, tagsAll, region }, clients) {
    const s3 = await clients.s3(region);
    await send(
      s3,
      new CreateBucketCommand({
        Bucket: name,
        BucketNamespace: bucketNamespace,
        ObjectLockEnabledForBucket: objectLockEnabled,
        CreateBucketConfiguration: locationOf(region ?? clients.region),
      }),
    );
    try {
      if (tagsAll !== undefined) await putTags(name, tagsAll, s3);
    } catch (error) {
      throw new CreatedButFailed(name, error);
    }
    return name;
  },

  async read(name, clients, region) {
    const s3 = await clients.s3(region);
    const head = await unlessAbsent(
      send(s3, new HeadBucketCommand({ Bucket: name })),
      "NotFound",
      "NoSuchBucket",
    );
    if (head === undefined) return undefined;
    return { ...namesOf(name, head.BucketRegion ?? region), ...(await details(name, s3)) };
  },

  async update(name, news, olds, clients) {
    if (isDeepStrictEqual(news.tagsAll ?? {}, olds.tagsAll ?? {})) return;
    await putTags(name, news.tagsAll ?? {}, await clients.s3(news.region));
  },

  async delete(name, { forceDestroy, region }, clients) {
    const s3 = await clients.s3(region);
    const remove = (): Promise<unknown> => send(s3, new DeleteBucketCommand({ Bucket: name }));
    try {
      await remove();
    } catch (error) {
      if (hasCode(error, "NoSuchBucket")) return;
      if (!hasCode(error, "BucketNotEmpty") || forceDestroy !== true) throw error;
      await emptyBucket(name, s3);
      await remove();
    }
  },
};

/** us-east-1 is the one Region that S3 refuses as a constraint. */
function locationOf(region: string): { LocationConstraint: BucketLocationConstraint } | undefined {
  return region === "us-east-1"
    ? undefined
    : { LocationConstraint: region as BucketLocationConstraint };
}

/** What follows from a bucket's name and Region alone. */
export function namesOf(name: string, region: string): Properties {
  return {
    bucket: name,
    arn: `arn:aws:s3:::${name}`,
    bucketDomainName: `${name}.s3.amazonaws.com`,
    bucketRegion: region,
    bucketRegionalDomainName: `${name}.s3.${region}.amazonaws.com`,
  };
}

async function details(name: string, s3: S3Client): Promise<Properties> {
  const lock = await unlessAbsent(
    send(s3, new GetObjectLockConfigurationCommand({ Bucket: name })),
    "ObjectLockConfigurationNotFoundError",
  );
  const tagging = await unlessAbsent(
    send(s3, new GetBucketTaggingCommand({ Bucket: name })),
    "NoSuchTagSet",
  );
  return {
    bucketNamespace: name.endsWith("-an") ? "account-regional" : "global",
    objectLockEnabled: lock?.ObjectLockConfiguration?.ObjectLockEnabled === "Enabled",
    tags: tagMap(tagging?.TagSet),
  };
}

async function putTags(
  name: string,
  tags: Readonly<Record<string, string>>,
  s3: S3Client,
): Promise<void> {
  if (Object.keys(tags).length > 0) {
    await send(
      s3,
      new PutBucketTaggingCommand({ Bucket: name, Tagging: { TagSet: tagSet(tags) } }),
    );
  } else {
    await unlessAbsent(send(s3, new DeleteBucketTaggingCommand({ Bucket: name })), "NoSuchTagSet");
  }
}
