import type { AccessNeed, ConditionKeys, Principal } from "../../authorization/model";
import type { Topic } from "./model";

/** The permission for an operation on a topic; its policy may grant it. */
export function topicNeed(
  action: string,
  topic: Topic,
  principal: Principal,
  conditionKeys: ConditionKeys = {},
): AccessNeed {
  const keys: Record<string, string | readonly string[] | undefined> = {
    // Of the account behind a service's call. The default policy asks for it, and users and roles of the account whose own
    // policies say nothing are denied all the same (AWS's answer in the thread aws-ia/terraform-aws-control_tower_account_factory#151).
    "aws:sourceowner": principal.kind === "root" ? principal.accountId : undefined,
    ...conditionKeys,
  };
  for (const [name, value] of topic.tags) keys[`aws:resourcetag/${name.toLowerCase()}`] = value;
  return {
    action,
    resource: topic.arn,
    resourceAccountId: topic.accountId,
    resourcePolicy: topic.policy,
    conditionKeys: keys,
  };
}
