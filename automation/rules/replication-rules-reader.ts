import type * as S3 from "@aws-sdk/client-s3";
import type { DiscoverOptions } from "../../components/program/discover";
import type * as AwsClients from "../aws/aws-clients";
import type { AwsEnvironment } from "../aws/aws-clients";
import { awsFailure } from "../errors";

/**
 * Reads a source's replication rules with the AWS SDK, for the program: what a rule of others says that `@pulumi/aws` has no
 * property for must not be lost when the configuration is written again.
 */
export function replicationRulesReader(
  environment: AwsEnvironment = {},
): NonNullable<DiscoverOptions["readRules"]> {
  return async (source) => {
    // Only a bucket with rules of others pays for loading the SDK. `import()` would go past the loader.
    /* eslint-disable @typescript-eslint/no-require-imports */
    const { accountClients } = require("../aws/aws-clients") as typeof AwsClients;
    const { GetBucketReplicationCommand } = require("@aws-sdk/client-s3") as typeof S3;
    /* eslint-enable @typescript-eslint/no-require-imports */
    const clients = await accountClients(source, environment);
    try {
      const answer: S3.GetBucketReplicationCommandOutput = await clients.s3.send(
        new GetBucketReplicationCommand({
          Bucket: source.bucket.name,
          ExpectedBucketOwner: source.accountId,
        }),
      );
      return answer.ReplicationConfiguration?.Rules;
    } catch (error) {
      if (awsFailure(error)?.code === "ReplicationConfigurationNotFoundError") return undefined;
      throw error;
    } finally {
      clients.destroy();
    }
  };
}
