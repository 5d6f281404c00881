import type { S3Client } from "@aws-sdk/client-s3";
import type { z } from "zod";
import type { Properties } from "../../values";
import type { AwsType } from "../resource";

/** A configuration of a bucket that is a resource of its own: its id is the bucket's name. */
export interface BucketConfiguration<Inputs extends BucketConfigurationInputs> {
  readonly token: string;
  readonly noun: string;
  readonly inputs: z.ZodType<Inputs>;
  readonly documents?: readonly string[];
  readonly inputOnly?: readonly string[];
  readonly computed?: readonly string[];
  readonly replaceOn?: readonly string[];
  readonly defaults?: Properties;
  readonly keptInputs?: readonly string[];
  isUnordered?(path: readonly (string | number)[]): boolean;
  put(inputs: Inputs, s3: S3Client): Promise<unknown>;
  read(bucket: string, s3: S3Client): Promise<Properties | undefined>;
  remove(inputs: Inputs, s3: S3Client): Promise<unknown>;
}

export interface BucketConfigurationInputs {
  readonly bucket: string;
  readonly region?: string;
}

/** The resource type of a bucket's configuration: created and updated by the same call. */
export function bucketConfiguration<Inputs extends BucketConfigurationInputs>(
  configuration: BucketConfiguration<Inputs>,
): AwsType<Inputs> {
  return {
    token: configuration.token,
    noun: configuration.noun,
    inputs: configuration.inputs,
    identity: ["bucket"],
    replaceOn: ["bucket", "region", ...(configuration.replaceOn ?? [])],
    defaults: configuration.defaults,
    keptInputs: configuration.keptInputs,
    isUnordered: (path) => configuration.isUnordered?.(path) ?? false,
    documents: configuration.documents,
    inputOnly: configuration.inputOnly,
    computed: configuration.computed ?? [],
    isRegional: true,
    async create(inputs, clients) {
      await configuration.put(inputs, await clients.s3(inputs.region));
      return inputs.bucket;
    },
    async read(bucket, clients, region) {
      const found = await configuration.read(bucket, await clients.s3(region));
      return found === undefined ? undefined : { bucket, ...found };
    },
    async update(_bucket, news, _olds, clients) {
      await configuration.put(news, await clients.s3(news.region));
    },
    async delete(_bucket, inputs, clients) {
      await configuration.remove(inputs, await clients.s3(inputs.region));
    },
  };
}
