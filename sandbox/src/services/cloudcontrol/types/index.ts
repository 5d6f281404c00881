import type { ResourceType } from "../resource-type";
import { TypeSchema, type TypeDefinition } from "../type-schema";
import * as errors from "../errors";
import { eventsRule } from "./events-rule";
import { cloudWatchAlarm } from "./cloudwatch-alarm";
import { cloudWatchDashboard } from "./cloudwatch-dashboard";
import { iamManagedPolicy } from "./iam-managed-policy";
import { iamRole } from "./iam-role";
import { iamRolePolicy } from "./iam-role-policy";
import { kmsAlias } from "./kms-alias";
import { kmsKey } from "./kms-key";
import { s3Bucket } from "./s3-bucket";
import { s3BucketPolicy } from "./s3-bucket-policy";
import { snsTopic } from "./sns-topic";
import { snsTopicPolicy } from "./sns-topic-policy";
import eventsRuleDefinition from "../../../cfn/AWS-Events-Rule.json";
import topicDefinition from "../../../cfn/AWS-SNS-Topic.json";
import topicPolicyDefinition from "../../../cfn/AWS-SNS-TopicPolicy.json";
import alarmDefinition from "../../../cfn/AWS-CloudWatch-Alarm.json";
import dashboardDefinition from "../../../cfn/AWS-CloudWatch-Dashboard.json";
import bucketDefinition from "../../../cfn/AWS-S3-Bucket.json";
import bucketPolicyDefinition from "../../../cfn/AWS-S3-BucketPolicy.json";
import keyDefinition from "../../../cfn/AWS-KMS-Key.json";
import aliasDefinition from "../../../cfn/AWS-KMS-Alias.json";
import roleDefinition from "../../../cfn/AWS-IAM-Role.json";
import rolePolicyDefinition from "../../../cfn/AWS-IAM-RolePolicy.json";
import managedPolicyDefinition from "../../../cfn/AWS-IAM-ManagedPolicy.json";

export interface RegisteredType {
  readonly schema: TypeSchema;
  readonly handler: ResourceType;
}

const registered = new Map<string, RegisteredType>();
for (const [definition, handler] of [
  [bucketDefinition, s3Bucket],
  [bucketPolicyDefinition, s3BucketPolicy],
  [keyDefinition, kmsKey],
  [aliasDefinition, kmsAlias],
  [roleDefinition, iamRole],
  [rolePolicyDefinition, iamRolePolicy],
  [managedPolicyDefinition, iamManagedPolicy],
  [alarmDefinition, cloudWatchAlarm],
  [dashboardDefinition, cloudWatchDashboard],
  [topicDefinition, snsTopic],
  [topicPolicyDefinition, snsTopicPolicy],
  [eventsRuleDefinition, eventsRule],
] as readonly (readonly [TypeDefinition, ResourceType])[]) {
  registered.set(definition.typeName, { schema: new TypeSchema(definition), handler });
}

/** Types that AWS has and the sandbox has no handler for are not told from types that do not exist, but for these. */
const KNOWN_ELSEWHERE = /^AWS::[A-Za-z0-9]+::[A-Za-z0-9]+$/;

/**
 * The type of that name.
 * @throws UnsupportedActionException for a type of AWS without a handler here, TypeNotFoundException for another name
 */
export function resourceType(typeName: string, action: string): RegisteredType {
  const type = registered.get(typeName);
  if (type !== undefined) return type;
  throw KNOWN_ELSEWHERE.test(typeName)
    ? errors.unsupportedAction(typeName, action)
    : errors.typeNotFound(typeName);
}
