import type {
  ReplicationConfiguration,
  ReplicationRule,
  ReplicationRuleFilter,
} from "@aws-sdk/client-s3";
import type { CfnBucket, CfnReplicationRule, CfnTag } from "./s3-bucket-shapes";

type CfnReplication = NonNullable<CfnBucket["ReplicationConfiguration"]>;

/** CloudFormation's replication configuration as S3's: names differ in `Id`, tags and KMS key only. */
export function replicationToS3(replication: CfnReplication): ReplicationConfiguration {
  return {
    Role: replication.Role,
    Rules: replication.Rules.map((rule) => {
      const { Id, Filter, Destination, ...same } = rule;
      return {
        ...same,
        ID: Id,
        Filter: Filter === undefined ? undefined : filterToS3(Filter),
        Destination: {
          ...Destination,
          StorageClass: Destination.StorageClass as ReplicationDestinationClass,
          EncryptionConfiguration:
            Destination.EncryptionConfiguration === undefined
              ? undefined
              : { ReplicaKmsKeyID: Destination.EncryptionConfiguration.ReplicaKmsKeyID },
        },
      };
    }),
  };
}

type ReplicationDestinationClass = NonNullable<ReplicationRule["Destination"]>["StorageClass"];

function filterToS3(filter: NonNullable<CfnReplicationRule["Filter"]>): ReplicationRuleFilter {
  return {
    Prefix: filter.Prefix,
    Tag: filter.TagFilter,
    And:
      filter.And === undefined
        ? undefined
        : { Prefix: filter.And.Prefix, Tags: filter.And.TagFilters },
  };
}

/** S3's replication configuration as CloudFormation's. */
export function replicationFromS3(replication: ReplicationConfiguration): CfnReplication {
  return { Role: replication.Role ?? "", Rules: (replication.Rules ?? []).map(ruleFromS3) };
}

function ruleFromS3(rule: ReplicationRule): CfnReplicationRule {
  const { ID, Filter, Destination, Prefix, ...same } = rule;
  // Every member that S3 gives back is in CloudFormation's type under the same name, but those taken apart here; a
  // rule of the first version has a prefix beside, which is write-only.
  return {
    ...(same as Pick<CfnReplicationRule, "Status" | "Priority">),
    Id: ID,
    Filter: Filter === undefined ? undefined : filterFromS3(Filter),
    Prefix: Filter === undefined ? Prefix : undefined,
    Destination: Destination as CfnReplicationRule["Destination"],
  };
}

function filterFromS3(filter: ReplicationRuleFilter): NonNullable<CfnReplicationRule["Filter"]> {
  const tag = filter.Tag === undefined ? undefined : tagFromS3(filter.Tag);
  return {
    Prefix: filter.Prefix,
    TagFilter: tag,
    And:
      filter.And === undefined
        ? undefined
        : { Prefix: filter.And.Prefix, TagFilters: filter.And.Tags?.map(tagFromS3) },
  };
}

const tagFromS3 = (tag: { Key?: string; Value?: string }): CfnTag => ({
  Key: tag.Key ?? "",
  Value: tag.Value ?? "",
});
