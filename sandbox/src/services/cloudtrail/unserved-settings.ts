import type { CreateTrailRequest, UpdateTrailRequest } from "@aws-sdk/client-cloudtrail";
import { notImplemented } from "./errors";

/** Settings of a trail that the sandbox has nothing behind, each refused by name. @throws AwsError NotImplemented */
export function refuseUnserved(input: CreateTrailRequest | UpdateTrailRequest): void {
  if (input.SnsTopicName) throw notImplemented("SnsTopicName of a trail");
  if (input.CloudWatchLogsLogGroupArn) {
    throw notImplemented("CloudWatchLogsLogGroupArn of a trail");
  }
  if (input.CloudWatchLogsRoleArn) throw notImplemented("CloudWatchLogsRoleArn of a trail");
  if (input.IsOrganizationTrail === true) throw notImplemented("IsOrganizationTrail of a trail");
}
