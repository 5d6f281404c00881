import type {
  DeleteRuleRequest,
  DescribeRuleRequest,
  DescribeRuleResponse,
  DisableRuleRequest,
  EnableRuleRequest,
  ListRulesRequest,
  ListRulesResponse,
  PutRuleRequest,
  PutRuleResponse,
  TestEventPatternRequest,
  TestEventPatternResponse,
} from "@aws-sdk/client-eventbridge";
import { requestTagKeys } from "../../authorization/request-tags";
import type { Operation } from "../../world/operation";
import { accountOf, findRule, page, requireDefaultBus, ruleArn, ruleNeed } from "./access";
import * as errors from "./errors";
import { compileEventPattern } from "./event-pattern";
import type { Rule } from "./state";
import { putTags } from "./tags";

/** Replaces a rule of the name, whose targets and tags stay. */
export const putRule: Operation<PutRuleRequest, PutRuleResponse> = {
  access: (input, context) => [ruleNeed(context, input.Name, requestTagKeys(input.Tags))],
  handle(input, context) {
    requireDefaultBus(context, input.EventBusName);
    if (input.ScheduleExpression !== undefined && input.ScheduleExpression !== "") {
      throw errors.notImplemented("ScheduleExpression of PutRule");
    }
    if (input.EventPattern === undefined || input.EventPattern === "") {
      throw errors.validation("Parameter(s) EventPattern or ScheduleExpression must be specified.");
    }
    const arn = ruleArn(context, input.Name);
    const pattern = compileEventPattern(input.EventPattern);
    const existing = context.world.eventBridge.rule(arn);
    const tags = new Map(existing?.tags);
    if (existing === undefined) putTags(tags, input.Tags);
    context.world.eventBridge.addRule({
      arn,
      name: input.Name ?? "",
      accountId: accountOf(context),
      region: context.region,
      pattern,
      description: input.Description,
      roleArn: input.RoleArn,
      isEnabled: input.State !== "DISABLED",
      tags,
      targets: existing?.targets ?? new Map(),
    });
    return { RuleArn: arn };
  },
};

export const describeRule: Operation<DescribeRuleRequest, DescribeRuleResponse> = {
  access: (input, context) => [ruleNeed(context, input.Name)],
  handle(input, context) {
    const rule = findRule(context, input.Name, input.EventBusName);
    return { ...shown(rule), CreatedBy: rule.accountId };
  },
};

export const listRules: Operation<ListRulesRequest, ListRulesResponse> = {
  access: (_input, context) => [
    { action: "events:ListRules", resource: ruleArn(context, "any").replace(/any$/, "*") },
  ],
  handle(input, context) {
    requireDefaultBus(context, input.EventBusName);
    const rules = context.world.eventBridge
      .rulesOf(accountOf(context), context.region)
      .filter((rule) => rule.name.startsWith(input.NamePrefix ?? ""));
    const { items, NextToken } = page(rules, input);
    return { Rules: items.map(shown), NextToken };
  },
};

/** Answers also when there is none. */
export const deleteRule: Operation<DeleteRuleRequest, void> = {
  access: (input, context) => [ruleNeed(context, input.Name)],
  handle(input, context) {
    requireDefaultBus(context, input.EventBusName);
    const rule = context.world.eventBridge.rule(ruleArn(context, input.Name));
    if (rule === undefined) return;
    if (rule.targets.size > 0) {
      throw errors.validation("Rule can't be deleted since it has targets.");
    }
    context.world.eventBridge.removeRule(rule.arn);
  },
};

export const enableRule: Operation<EnableRuleRequest, void> = {
  access: (input, context) => [ruleNeed(context, input.Name)],
  handle(input, context) {
    findRule(context, input.Name, input.EventBusName).isEnabled = true;
  },
};

export const disableRule: Operation<DisableRuleRequest, void> = {
  access: (input, context) => [ruleNeed(context, input.Name)],
  handle(input, context) {
    findRule(context, input.Name, input.EventBusName).isEnabled = false;
  },
};

export const testEventPattern: Operation<TestEventPatternRequest, TestEventPatternResponse> = {
  access: () => [{ action: "events:TestEventPattern", resource: "*" }],
  handle(input) {
    const pattern = compileEventPattern(input.EventPattern ?? "");
    let event: unknown;
    try {
      event = JSON.parse(input.Event ?? "");
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      throw errors.validation("Parameter Event is not valid. Reason: Event is not valid JSON.");
    }
    const isEvent = typeof event === "object" && event !== null;
    const missing = ["id", "detail-type", "source", "account", "time", "region", "resources"].find(
      (name) => !isEvent || !Object.hasOwn(event as object, name),
    );
    if (missing !== undefined) {
      throw errors.validation(`Parameter Event is not valid. Reason: ${missing} is missing.`);
    }
    return { Result: pattern.matches(event as object) };
  },
};

function shown(rule: Rule): DescribeRuleResponse {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.pattern.text,
    State: rule.isEnabled ? "ENABLED" : "DISABLED",
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: "default",
  };
}
