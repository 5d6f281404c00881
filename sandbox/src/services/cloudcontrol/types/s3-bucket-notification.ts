import type { Event, NotificationConfiguration } from "@aws-sdk/client-s3";
import type { CfnEventTarget, CfnNotification } from "./s3-bucket-shapes";

/** CloudFormation's notification configuration (one event a target) as S3's (several). */
export function notificationToS3(notification: CfnNotification): NotificationConfiguration {
  return {
    TopicConfigurations: notification.TopicConfigurations?.map((target) => ({
      ...targetToS3(target),
      TopicArn: target.Topic,
    })),
    QueueConfigurations: notification.QueueConfigurations?.map((target) => ({
      ...targetToS3(target),
      QueueArn: target.Queue,
    })),
    LambdaFunctionConfigurations: notification.LambdaConfigurations?.map((target) => ({
      ...targetToS3(target),
      LambdaFunctionArn: target.Function,
    })),
    EventBridgeConfiguration: notification.EventBridgeConfiguration?.EventBridgeEnabled
      ? {}
      : undefined,
  };
}

/** S3's notification configuration as CloudFormation's; undefined when there is nothing in it. */
export function notificationFromS3(
  notification: NotificationConfiguration,
): CfnNotification | undefined {
  const result: CfnNotification = {
    TopicConfigurations: notification.TopicConfigurations?.flatMap((target) =>
      targetsFromS3(target).map((each) => ({ ...each, Topic: target.TopicArn ?? "" })),
    ),
    QueueConfigurations: notification.QueueConfigurations?.flatMap((target) =>
      targetsFromS3(target).map((each) => ({ ...each, Queue: target.QueueArn ?? "" })),
    ),
    LambdaConfigurations: notification.LambdaFunctionConfigurations?.flatMap((target) =>
      targetsFromS3(target).map((each) => ({ ...each, Function: target.LambdaFunctionArn ?? "" })),
    ),
    EventBridgeConfiguration:
      notification.EventBridgeConfiguration === undefined
        ? undefined
        : { EventBridgeEnabled: true },
  };
  const isEmpty = Object.values(result).every(
    (value) => value === undefined || length(value) === 0,
  );
  return isEmpty ? undefined : result;
}

const length = (value: object): number => (Array.isArray(value) ? value.length : 1);

interface S3Target {
  Events?: readonly Event[];
  Filter?: { Key?: { FilterRules?: { Name?: string; Value?: string }[] } };
}

function targetToS3(target: CfnEventTarget): {
  Events: Event[];
  Filter?: { Key: { FilterRules: { Name: "prefix" | "suffix"; Value: string }[] } };
} {
  return {
    Events: [target.Event as Event],
    Filter:
      target.Filter === undefined
        ? undefined
        : {
            Key: {
              FilterRules: target.Filter.S3Key.Rules.map((rule) => ({
                Name: rule.Name as "prefix" | "suffix",
                Value: rule.Value,
              })),
            },
          },
  };
}

function targetsFromS3(target: S3Target): CfnEventTarget[] {
  const rules = target.Filter?.Key?.FilterRules;
  const filter =
    rules === undefined || rules.length === 0
      ? undefined
      : {
          S3Key: {
            Rules: rules.map((rule) => ({ Name: rule.Name ?? "", Value: rule.Value ?? "" })),
          },
        };
  return (target.Events ?? []).map((event) => ({ Event: event, Filter: filter }));
}
