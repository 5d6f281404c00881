import type * as EventBridge from "@aws-sdk/client-eventbridge";
import type { OperationTable } from "../../world/operation";
import type { OperationsOf } from "../../world/operations-of";
import { putEvents } from "./put-events";
import {
  deleteRule,
  describeRule,
  disableRule,
  enableRule,
  listRules,
  putRule,
  testEventPattern,
} from "./rules";
import { listTagsForResource, tagResource, untagResource } from "./tags";
import { listTargetsByRule, putTargets, removeTargets } from "./targets";

/** The operations of EventBridge. What is not here answers `NotImplemented` by name. */
export const operations: OperationTable = {
  PutRule: putRule,
  DescribeRule: describeRule,
  ListRules: listRules,
  DeleteRule: deleteRule,
  EnableRule: enableRule,
  DisableRule: disableRule,
  TestEventPattern: testEventPattern,
  PutTargets: putTargets,
  RemoveTargets: removeTargets,
  ListTargetsByRule: listTargetsByRule,
  PutEvents: putEvents,
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
} satisfies OperationsOf<typeof EventBridge>;
