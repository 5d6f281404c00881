import {
  DeleteBucketInventoryConfigurationCommand,
  GetBucketInventoryConfigurationCommand,
  PutBucketInventoryConfigurationCommand,
  type InventoryConfiguration,
  type InventoryFrequency,
  type InventoryIncludedObjectVersions,
  type InventoryOptionalField,
  type InventoryS3BucketDestination,
} from "@aws-sdk/client-s3";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import type { AwsType } from "../resource";

const destination = z.strictObject({
  bucketArn: z.string(),
  format: z.enum(["CSV", "ORC", "Parquet"]),
  accountId: z.string().optional(),
  prefix: z.string().optional(),
  encryption: z
    .strictObject({
      sseKms: z.strictObject({ keyId: z.string() }).optional(),
      sseS3: z.strictObject({}).optional(),
    })
    .optional(),
});

const inputs = z.strictObject({
  bucket: z.string(),
  name: z.string(),
  region: z.string().optional(),
  enabled: z.boolean().optional(),
  includedObjectVersions: z.enum(["All", "Current"]),
  optionalFields: z.array(z.string()).optional(),
  filter: z.strictObject({ prefix: z.string().optional() }).optional(),
  schedule: z.strictObject({ frequency: z.enum(["Daily", "Weekly"]) }),
  destination: z.strictObject({ bucket: destination }),
});

type Inputs = z.infer<typeof inputs>;

/** What a bucket or configuration that is not there is answered with. */
const ABSENT = ["NoSuchBucket", "NoSuchConfiguration"] as const;

/**
 * `aws.s3.Inventory`: one of the inventory configurations of a bucket, by its id `bucket:name`.
 * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/s3/bucket_inventory.go
 */
export const inventory: AwsType<Inputs> = {
  token: "aws:s3/inventory:Inventory",
  noun: "S3 Bucket Inventory",
  inputs,
  identity: ["bucket", "name"],
  replaceOn: ["bucket", "name", "region"],
  autoNamed: { property: "name", maxLength: 64 },
  defaults: { enabled: true },
  computed: [],
  isRegional: true,
  isUnordered: (path) => path.at(-1) === "optionalFields",

  async create(wanted, clients) {
    await send(await clients.s3(wanted.region), putCommand(wanted));
    return `${wanted.bucket}:${wanted.name}`;
  },
  async read(id, clients, region) {
    const [bucket = "", name = ""] = id.split(":");
    const answer = await unlessAbsent(
      send(
        await clients.s3(region),
        new GetBucketInventoryConfigurationCommand({ Bucket: bucket, Id: name }),
      ),
      ...ABSENT,
    );
    const found = answer?.InventoryConfiguration;
    return found === undefined ? undefined : { bucket, name, ...fromS3(found) };
  },
  async update(_id, wanted, _olds, clients) {
    await send(await clients.s3(wanted.region), putCommand(wanted));
  },
  async delete(_id, { bucket, name, region }, clients) {
    await unlessAbsent(
      send(
        await clients.s3(region),
        new DeleteBucketInventoryConfigurationCommand({ Bucket: bucket, Id: name }),
      ),
      ...ABSENT,
    );
  },
};

function putCommand(wanted: Inputs): PutBucketInventoryConfigurationCommand {
  return new PutBucketInventoryConfigurationCommand({
    Bucket: wanted.bucket,
    Id: wanted.name,
    InventoryConfiguration: {
      Id: wanted.name,
      IsEnabled: wanted.enabled ?? true,
      IncludedObjectVersions: wanted.includedObjectVersions,
      OptionalFields: wanted.optionalFields as InventoryOptionalField[] | undefined,
      Filter: wanted.filter === undefined ? undefined : { Prefix: wanted.filter.prefix ?? "" },
      Schedule: { Frequency: wanted.schedule.frequency },
      Destination: { S3BucketDestination: destinationToS3(wanted.destination.bucket) },
    },
  });
}

function destinationToS3({
  accountId,
  bucketArn,
  encryption,
  format,
  prefix,
}: z.infer<typeof destination>): InventoryS3BucketDestination {
  return {
    Bucket: bucketArn,
    Format: format,
    AccountId: accountId,
    Prefix: prefix,
    Encryption:
      encryption === undefined
        ? undefined
        : {
            SSEKMS:
              encryption.sseKms === undefined ? undefined : { KeyId: encryption.sseKms.keyId },
            SSES3: encryption.sseS3,
          },
  };
}

function fromS3(found: InventoryConfiguration): object {
  const to = found.Destination?.S3BucketDestination;
  const { SSEKMS, SSES3 } = to?.Encryption ?? {};
  return {
    enabled: found.IsEnabled,
    includedObjectVersions: found.IncludedObjectVersions satisfies
      InventoryIncludedObjectVersions | undefined,
    optionalFields: found.OptionalFields,
    filter: found.Filter === undefined ? undefined : { prefix: found.Filter.Prefix },
    schedule: { frequency: found.Schedule?.Frequency satisfies InventoryFrequency | undefined },
    destination: {
      bucket: {
        bucketArn: to?.Bucket,
        format: to?.Format,
        accountId: to?.AccountId,
        prefix: to?.Prefix,
        encryption:
          to?.Encryption === undefined
            ? undefined
            : {
                sseKms: SSEKMS === undefined ? undefined : { keyId: SSEKMS.KeyId },
                sseS3: SSES3 === undefined ? undefined : {},
              },
      },
    },
  };
}
