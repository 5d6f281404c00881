import type {
  DescribeRuleResponse,
  ListRulesResponse,
  ListTagsForResourceResponse,
  ListTargetsByRuleResponse,
  PutRuleResponse,
  Rule,
  Target,
} from "@aws-sdk/client-eventbridge";
import { alreadyExists, notFound, type HandlerContext, type ResourceType } from "../resource-type";
import { allPages } from "./all-pages";
import { documentText } from "./policy-document";
import type { CfnTag } from "./s3-bucket-shapes";

const TYPE = "AWS::Events::Rule";
const NAME_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

interface CfnRule {
  Name?: string;
  Description?: string;
  EventBusName?: string;
  EventPattern?: object | string;
  ScheduleExpression?: string;
  State?: string;
  RoleArn?: string;
  Targets?: Target[];
  Tags?: CfnTag[];
}

/** `AWS::Events::Rule` over EventBridge's own operations. The identifier is the ARN. */
export const eventsRule: ResourceType = {
  actsOn: [
    "Name",
    "Description",
    "EventBusName",
    "EventPattern",
    "ScheduleExpression",
    "State",
    "RoleArn",
    "Targets",
    "Tags",
  ],

  identifierOf: () => undefined,

  create(model, context) {
    const desired = model as CfnRule;
    // CloudFormation gives a name where none is given.
    const Name = desired.Name ?? `rule-${context.world.random.string(12, NAME_ALPHABET)}`;
    const arn = `arn:aws:events:${context.region}:${context.accountId}:rule/${Name}`;
    // PutRule would replace the rule that is there.
    if (context.world.eventBridge.rule(arn) !== undefined) throw alreadyExists(TYPE, arn);
    const { RuleArn = arn } = putRule({ ...desired, Name }, context);
    try {
      if ((desired.Targets ?? []).length > 0) {
        context.call("eventbridge", "PutTargets", { Rule: Name, Targets: desired.Targets });
      }
    } catch (error) {
      // A failed create leaves nothing behind.
      context.call("eventbridge", "DeleteRule", { Name });
      throw error;
    }
    return RuleArn;
  },

  read(arn, context) {
    const Name = nameOf(arn);
    const rule = context.call<DescribeRuleResponse>("eventbridge", "DescribeRule", { Name });
    const { Tags } = context.call<ListTagsForResourceResponse>(
      "eventbridge",
      "ListTagsForResource",
      { ResourceARN: arn },
    );
    const { Description, RoleArn, State } = rule;
    return {
      Arn: arn,
      Name,
      EventBusName: "default",
      EventPattern: JSON.parse(rule.EventPattern ?? "{}") as unknown,
      State,
      ...(Description === undefined ? {} : { Description }),
      ...(RoleArn === undefined ? {} : { RoleArn }),
      Targets: targetsOf(Name, context),
      Tags: Tags ?? [],
    };
  },

  update(arn, current, desired, context) {
    const before = current as CfnRule;
    const after = desired as CfnRule;
    const Name = nameOf(arn);
    putRule({ ...after, Name, Tags: undefined }, context);
    const gone = targetsOf(Name, context).filter(
      ({ Id }) => !(after.Targets ?? []).some((one) => one.Id === Id),
    );
    if (gone.length > 0) {
      const Ids = gone.map(({ Id }) => Id);
      context.call("eventbridge", "RemoveTargets", { Rule: Name, Ids });
    }
    if ((after.Targets ?? []).length > 0) {
      context.call("eventbridge", "PutTargets", { Rule: Name, Targets: after.Targets });
    }
    const goneTags = (before.Tags ?? []).filter(
      ({ Key }) => !(after.Tags ?? []).some((other) => other.Key === Key),
    );
    if (goneTags.length > 0) {
      const TagKeys = goneTags.map(({ Key }) => Key);
      context.call("eventbridge", "UntagResource", { ResourceARN: arn, TagKeys });
    }
    if ((after.Tags ?? []).length > 0) {
      context.call("eventbridge", "TagResource", { ResourceARN: arn, Tags: after.Tags });
    }
  },

  delete(arn, context) {
    const Name = nameOf(arn);
    // DeleteRule does not mind a missing rule; listing its targets does.
    const Ids = targetsOf(Name, context).map(({ Id }) => Id);
    if (Ids.length > 0) context.call("eventbridge", "RemoveTargets", { Rule: Name, Ids });
    context.call("eventbridge", "DeleteRule", { Name });
  },

  list: (_filter, context) =>
    allPages<ListRulesResponse, Rule>(
      (NextToken) => context.call("eventbridge", "ListRules", { NextToken }),
      (page) => ({ items: page.Rules, next: page.NextToken }),
    ).map(({ Arn }) => Arn ?? ""),
};

function putRule(rule: CfnRule, context: HandlerContext): PutRuleResponse {
  const { Name, Description, EventBusName, ScheduleExpression, State, RoleArn, Tags } = rule;
  return context.call<PutRuleResponse>("eventbridge", "PutRule", {
    Name,
    Description,
    EventBusName,
    ScheduleExpression,
    State,
    RoleArn,
    Tags,
    EventPattern: rule.EventPattern === undefined ? undefined : documentText(rule.EventPattern),
  });
}

function targetsOf(Name: string, context: HandlerContext): Target[] {
  return allPages<ListTargetsByRuleResponse, Target>(
    (NextToken) => context.call("eventbridge", "ListTargetsByRule", { Rule: Name, NextToken }),
    (page) => ({ items: page.Targets, next: page.NextToken }),
  );
}

/** @throws HandlerError NotFound for what is no rule of the default bus */
function nameOf(arn: string): string {
  const name = /^arn:aws[\w-]*:events:[\w-]+:\d{12}:rule\/([\w.-]+)$/.exec(arn)?.[1];
  if (name === undefined) throw notFound(TYPE, arn);
  return name;
}
