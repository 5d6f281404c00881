import { notes, type ServiceCoverage } from "../../coverage/coverage-model";

export const coverage: ServiceCoverage = {
  operations: {
    PutRule: {
      state: "partial",
      note: "event patterns on the default bus; schedules are refused by name, other buses do not exist",
      evidence: "API",
    },
    ...notes(
      ["DescribeRule", "ListRules", "DeleteRule", "EnableRule", "DisableRule", "TestEventPattern"],
      { state: "done", evidence: "API; texts of bad patterns assumed" },
    ),
    PutTargets: {
      state: "partial",
      note: "SNS topics get the event; for other targets it is kept only; dead letters and retries are refused by name",
      evidence: "API",
    },
    ...notes(["RemoveTargets", "ListTargetsByRule"], { state: "done", evidence: "API" }),
    PutEvents: {
      state: "partial",
      note: "to the default bus; global endpoints are refused by name",
      evidence: "API",
    },
    ...notes(["TagResource", "UntagResource", "ListTagsForResource"], {
      state: "partial",
      note: "rules only",
      evidence: "API",
    }),
  },
  rules: [
    {
      rule: "Patterns: exact, prefix, suffix, anything-but, numeric, exists, wildcard, equals-ignore-case, $or; `cidr` is refused by name",
      state: "partial",
      evidence: "UG eb-create-pattern-operators",
    },
    {
      rule: "Input, InputPath, InputTransformer; a variable without a value is null outside quotes",
      state: "done",
      evidence: "UG eb-transform-target-input; the note is assumed",
    },
    {
      rule: "Delivery to a topic under its policy, as `events.amazonaws.com`, with `aws:SourceArn` and `aws:SourceAccount`",
      state: "done",
      evidence: "UG eb-use-resource-based; the two keys assumed",
    },
    {
      rule: "Events of batch jobs, in the form of CloudTrail; a trail with management events is taken for granted",
      state: "partial",
      evidence: "UG batch-ops-examples-event-bridge-cloud-trail",
    },
  ],
};
