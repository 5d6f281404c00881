import type {
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse,
  PutTargetsRequest,
  PutTargetsResponse,
  RemoveTargetsRequest,
  RemoveTargetsResponse,
} from "@aws-sdk/client-eventbridge";
import type { Operation } from "../../world/operation";
import { findRule, page, ruleNeed } from "./access";
import * as errors from "./errors";
import { checkTargetInput } from "./target-input";

/** EventBridge User Guide, quotas. */
const TARGETS_QUOTA = 5;

/** Adds targets, or replaces those of the same id. */
export const putTargets: Operation<PutTargetsRequest, PutTargetsResponse> = {
  access: (input, context) => [
    ruleNeed(context, input.Rule, {
      "events:targetarn": (input.Targets ?? []).map(({ Arn }) => Arn ?? ""),
    }),
  ],
  handle(input, context) {
    const rule = findRule(context, input.Rule, input.EventBusName);
    const targets = input.Targets ?? [];
    for (const target of targets) {
      if (!/^arn:aws[\w-]*:\w[\w-]*:[\w-]*:\d{0,12}:\S+$/.test(target.Arn ?? "")) {
        throw errors.validation(
          `Parameter ${target.Arn} is not valid. Reason: Provided Arn is not in correct format.`,
        );
      }
      checkTargetInput(target);
      if (target.DeadLetterConfig !== undefined || target.RetryPolicy !== undefined) {
        throw errors.notImplemented("DeadLetterConfig and RetryPolicy of a target");
      }
    }
    const ids = new Set([...rule.targets.keys(), ...targets.map(({ Id }) => Id ?? "")]);
    if (ids.size > TARGETS_QUOTA) {
      throw errors.limitExceeded("The requested resource exceeds the maximum number allowed.");
    }
    for (const target of targets) rule.targets.set(target.Id ?? "", target);
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
};

/** An id that is not there is no mistake. */
export const removeTargets: Operation<RemoveTargetsRequest, RemoveTargetsResponse> = {
  access: (input, context) => [ruleNeed(context, input.Rule)],
  handle(input, context) {
    const rule = findRule(context, input.Rule, input.EventBusName);
    for (const id of input.Ids ?? []) rule.targets.delete(id);
    return { FailedEntryCount: 0, FailedEntries: [] };
  },
};

export const listTargetsByRule: Operation<ListTargetsByRuleRequest, ListTargetsByRuleResponse> = {
  access: (input, context) => [ruleNeed(context, input.Rule)],
  handle(input, context) {
    const rule = findRule(context, input.Rule, input.EventBusName);
    const { items, NextToken } = page([...rule.targets.values()], input);
    return { Targets: [...items], NextToken };
  },
};
