import type {
  DeleteBucketReplicationRequest,
  Destination,
  GetBucketReplicationOutput,
  GetBucketReplicationRequest,
  PutBucketReplicationRequest,
} from "@aws-sdk/client-s3";
import type { AccessNeed } from "../../../authorization/model";
import type { RequestContext } from "../../../world/operation";
import { bucketOperation } from "./bucket-operation";
import {
  destinationAccountMismatch,
  destinationIsSource,
  destinationNotVersioned,
  replicationConfigurationNotFound,
  sourceNotVersioned,
} from "../errors";
import type { Bucket } from "../store/model";
import { checkedReplicationConfiguration } from "./replication-rule-checks";
import { newRuleId } from "./rule-id";

export const getBucketReplication = bucketOperation<
  GetBucketReplicationRequest,
  GetBucketReplicationOutput
>({
  action: "s3:GetReplicationConfiguration",
  handle(bucket) {
    if (bucket.replication === undefined) throw replicationConfigurationNotFound(bucket.name);
    return { ReplicationConfiguration: bucket.replication };
  },
});

/**
 * PutBucketReplication replaces all rules. Neither the role's rights nor the keys are looked at: what is wrong with
 * them shows when an object is to be replicated.
 */
export const putBucketReplication = bucketOperation<PutBucketReplicationRequest, object>({
  action: "s3:PutReplicationConfiguration",
  handle(bucket, input, context) {
    const configuration = checkedReplicationConfiguration(input.ReplicationConfiguration, () =>
      newRuleId(context.world.random),
    );
    if (bucket.versioning !== "Enabled") throw sourceNotVersioned();
    context.require(passRoleNeed(configuration.Role));
    for (const { Destination: destination } of configuration.Rules) {
      if (destination !== undefined) checkDestinationBucket(bucket, destination, context);
    }
    bucket.replication = configuration;
    context.world.s3.changes.publish({
      kind: "configuration-put",
      configuration: "replication",
      bucket,
      cause: "request",
    });
    return {};
  },
});

/** DeleteBucketReplication answers 204 also when there is none; it needs the right to put. */
export const deleteBucketReplication = bucketOperation<DeleteBucketReplicationRequest, object>({
  action: "s3:PutReplicationConfiguration",
  handle(bucket, _input, context) {
    delete bucket.replication;
    context.world.s3.changes.publish({
      kind: "configuration-removed",
      configuration: "replication",
      bucket,
      cause: "request",
    });
    return {};
  },
});

/** The caller hands the role to S3; the Service Authorization Reference lists the right to do so as a dependency. */
function passRoleNeed(roleArn: string): AccessNeed {
  return {
    action: "iam:PassRole",
    resource: roleArn,
    resourceAccountId: roleArn.split(":")[4],
    conditionKeys: { "iam:passedtoservice": "s3.amazonaws.com" },
  };
}

/** Holds for disabled rules too. A destination that is not there and one without versioning are answered alike. */
function checkDestinationBucket(
  source: Bucket,
  destination: Destination,
  context: RequestContext,
): void {
  const name = destination.Bucket?.split(":::")[1] ?? "";
  if (name === source.name) throw destinationIsSource();
  const bucket = context.world.s3.findBucket(name);
  if (bucket?.versioning !== "Enabled") throw destinationNotVersioned();
  if (destination.Account !== undefined && destination.Account !== bucket.accountId) {
    throw destinationAccountMismatch();
  }
}
