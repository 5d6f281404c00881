import { DescribeKeyCommand, type MultiRegionConfiguration } from "@aws-sdk/client-kms";
import { send } from "../../send";
import { regionOf, rfc3339, told, type AwsFunction } from "../function";

/** The function that looks up a key. */
export const keyFunctions: Readonly<Record<string, AwsFunction>> = {
  // Without a key: `reading KMS Key (KEY ID): couldn't find resource`.
  "aws:kms/getKey:getKey": {
    args: ["keyId", "grantTokens", "region"],
    async invoke(args, clients) {
      const keyId = String(args["keyId"]);
      const grantTokens = args["grantTokens"] as string[] | undefined;
      const region = regionOf(args, clients);
      const { KeyMetadata: key } = await told(
        send(
          await clients.kms(region),
          new DescribeKeyCommand({ KeyId: keyId, GrantTokens: grantTokens }),
        ),
        (reason) => `reading KMS Key (${keyId}): ${reason}`,
        "NotFoundException",
      );
      return {
        id: key?.KeyId,
        arn: key?.Arn,
        awsAccountId: key?.AWSAccountId,
        cloudHsmClusterId: key?.CloudHsmClusterId ?? "",
        creationDate: rfc3339(key?.CreationDate),
        customKeyStoreId: key?.CustomKeyStoreId ?? "",
        customerMasterKeySpec: key?.CustomerMasterKeySpec,
        deletionDate: rfc3339(key?.DeletionDate) ?? "",
        description: key?.Description ?? "",
        enabled: key?.Enabled,
        expirationModel: key?.ExpirationModel ?? "",
        grantTokens,
        keyId,
        keyManager: key?.KeyManager,
        keySpec: key?.KeySpec,
        keyState: key?.KeyState,
        keyUsage: key?.KeyUsage,
        multiRegion: key?.MultiRegion ?? false,
        multiRegionConfigurations: multiRegion(key?.MultiRegionConfiguration),
        origin: key?.Origin,
        pendingDeletionWindowInDays: key?.PendingDeletionWindowInDays ?? 0,
        region,
        validTo: rfc3339(key?.ValidTo) ?? "",
        xksKeyConfigurations:
          key?.XksKeyConfiguration === undefined ? [] : [{ id: key.XksKeyConfiguration.Id }],
      };
    },
  },
};

function multiRegion(configuration: MultiRegionConfiguration | undefined): object[] {
  if (configuration === undefined) return [];
  const {
    MultiRegionKeyType: multiRegionKeyType,
    PrimaryKey: primary,
    ReplicaKeys,
  } = configuration;
  return [
    {
      multiRegionKeyType,
      primaryKeys: primary === undefined ? [] : [{ arn: primary.Arn, region: primary.Region }],
      replicaKeys: (ReplicaKeys ?? []).map(({ Arn: arn, Region: region }) => ({ arn, region })),
    },
  ];
}
