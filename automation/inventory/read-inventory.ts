import {
  GetBucketInventoryConfigurationCommand,
  type InventoryConfiguration,
  type S3Client,
} from "@aws-sdk/client-s3";
import { ask } from "../guard/ask";
import type { Fact } from "../guard/facts";

/** What has to be allowed for it. */
export const READS_INVENTORY = "s3:GetInventoryConfiguration";

/** The bucket that is listed, and what the configuration is called on it. */
export interface InventoryName {
  readonly bucket: string;
  readonly accountId: string;
  readonly id: string;
}

/** An inventory's configuration; undefined where there is none of this name. */
export function readInventory(
  { accountId, bucket, id }: InventoryName,
  s3: S3Client,
  signal?: AbortSignal,
): Promise<Fact<InventoryConfiguration | undefined>> {
  return ask(READS_INVENTORY, ["NoSuchConfiguration"], async () => {
    const command = new GetBucketInventoryConfigurationCommand({
      Bucket: bucket,
      Id: id,
      ExpectedBucketOwner: accountId,
    });
    return (await s3.send(command, { abortSignal: signal })).InventoryConfiguration;
  });
}
