import type * as Sns from "@aws-sdk/client-sns";
import type { OperationTable } from "../../world/operation";
import type { OperationsOf } from "../../world/operations-of";
import { publish, publishBatch } from "./publish";
import { getSubscriptionAttributes, setSubscriptionAttributes } from "./subscription-attributes";
import {
  confirmSubscription,
  listSubscriptions,
  listSubscriptionsByTopic,
  subscribe,
  unsubscribe,
} from "./subscriptions";
import { getTopicAttributes, setTopicAttributes } from "./topic-attributes";
import { listTagsForResource, tagResource, untagResource } from "./topic-tags";
import { createTopic, deleteTopic, listTopics } from "./topics";

/** The operations of SNS. What is not here answers `NotImplemented` by name. */
export const operations: OperationTable = {
  CreateTopic: createTopic,
  DeleteTopic: deleteTopic,
  ListTopics: listTopics,
  GetTopicAttributes: getTopicAttributes,
  SetTopicAttributes: setTopicAttributes,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
  Subscribe: subscribe,
  ConfirmSubscription: confirmSubscription,
  Unsubscribe: unsubscribe,
  ListSubscriptions: listSubscriptions,
  ListSubscriptionsByTopic: listSubscriptionsByTopic,
  GetSubscriptionAttributes: getSubscriptionAttributes,
  SetSubscriptionAttributes: setSubscriptionAttributes,
  Publish: publish,
  PublishBatch: publishBatch,
} satisfies OperationsOf<typeof Sns>;
