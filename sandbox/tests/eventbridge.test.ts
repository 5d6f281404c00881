import { expect } from "chai";
import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { failureOf } from "./helpers/aws-failure";
import { useSandboxWithManualClock } from "./helpers/sandbox";

const HOME = "111111111111";

describe("EventBridge", () => {
  const sandbox = useSandboxWithManualClock();
  const events = () => sandbox().eventbridge();
  const rule = (Name: string, pattern: object = { source: ["app"] }) =>
    events().send(new PutRuleCommand({ Name, EventPattern: JSON.stringify(pattern) }));

  async function topic(name: string, isOpen = true): Promise<string> {
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: isOpen ? "Allow" : "Deny",
        Principal: { Service: "events.amazonaws.com" },
        Action: "SNS:Publish",
        Resource: "*",
      },
    });
    const command = new CreateTopicCommand({ Name: name, Attributes: { Policy } });
    return (await sandbox().sns().send(command)).TopicArn ?? "";
  }

  async function send(Detail: object, Source = "app") {
    const answer = await events().send(
      new PutEventsCommand({
        Entries: [{ Source, DetailType: "Thing", Detail: JSON.stringify(Detail) }],
      }),
    );
    sandbox().clock.advance(1000);
    return answer;
  }

  it("leaves the tags as they were when a request has one too many or a bad one", async () => {
    const { RuleArn: ResourceARN } = await rule("tagged");
    const tag = (Tags: { Key: string; Value: string }[]) =>
      failureOf(events().send(new TagResourceCommand({ ResourceARN, Tags })));
    const many = Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: "" }));
    expect(await tag(many)).to.include({ code: "LimitExceededException", status: 400 });
    expect(
      await tag([
        { Key: "good", Value: "" },
        { Key: "aws:bad", Value: "" },
      ]),
    ).to.include({ code: "ValidationException", status: 400 });
    const { Tags } = await events().send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(Tags).to.deep.equal([]);
    await events().send(new DeleteRuleCommand({ Name: "tagged" }));
  });

  it("keeps rules, and deletes one only after its targets", async () => {
    const { RuleArn } = await rule("kept");
    expect(RuleArn).to.equal(`arn:aws:events:eu-west-1:${HOME}:rule/kept`);
    const Tags = [{ Key: "a", Value: "b" }];
    await events().send(new TagResourceCommand({ ResourceARN: RuleArn, Tags }));
    const listed = await events().send(new ListTagsForResourceCommand({ ResourceARN: RuleArn }));
    expect(listed.Tags).to.deep.equal(Tags);
    await events().send(new DisableRuleCommand({ Name: "kept" }));
    const shown = await events().send(new DescribeRuleCommand({ Name: "kept" }));
    expect(shown).to.include({ State: "DISABLED", EventPattern: '{"source":["app"]}' });
    const rules = await events().send(new ListRulesCommand({ NamePrefix: "ke" }));
    expect(rules.Rules?.map(({ Name }) => Name)).to.deep.equal(["kept"]);
    await events().send(
      new PutTargetsCommand({ Rule: "kept", Targets: [{ Id: "t", Arn: await topic("kept") }] }),
    );
    const refused = await failureOf(events().send(new DeleteRuleCommand({ Name: "kept" })));
    expect(refused.message).to.equal("Rule can't be deleted since it has targets.");
    await events().send(new RemoveTargetsCommand({ Rule: "kept", Ids: ["t"] }));
    const targets = await events().send(new ListTargetsByRuleCommand({ Rule: "kept" }));
    expect(targets.Targets).to.deep.equal([]);
    await events().send(new DeleteRuleCommand({ Name: "kept" }));
    const gone = await failureOf(events().send(new DescribeRuleCommand({ Name: "kept" })));
    expect(gone.code).to.equal("ResourceNotFoundException");
  });

  it("delivers to topics under their policy, with the input that the target asks for", async () => {
    await rule("inputs", { source: ["app"], detail: { kind: ["input"] } });
    const arn = await topic("inputs");
    const closed = await topic("closed", false);
    const lambda = `arn:aws:lambda:eu-west-1:${HOME}:function:f`;
    await events().send(
      new PutTargetsCommand({
        Rule: "inputs",
        Targets: [
          { Id: "constant", Arn: arn, Input: '{"constant":1}' },
          { Id: "path", Arn: arn, InputPath: "$.detail.list[1]" },
          {
            Id: "template",
            Arn: arn,
            InputTransformer: {
              InputPathsMap: { name: "$.detail.name", count: "$.detail.count" },
              InputTemplate: '{"text": "<name> by <aws.events.rule-name>", "count": <count>}',
            },
          },
          { Id: "closed", Arn: closed },
          { Id: "lambda", Arn: lambda },
        ],
      }),
    );
    await send({ kind: "input", name: 'a "b"', count: 2, list: ["one", "two"] });
    const messages = sandbox().world.sns.messages(arn);
    expect(messages.map(({ message }) => JSON.parse(message) as unknown)).to.deep.equal([
      { constant: 1 },
      "two",
      { text: 'a "b" by inputs', count: 2 },
    ]);
    expect(sandbox().world.sns.messages(closed)).to.deep.equal([]);
    const outcomes = sandbox().world.eventBridge.deliveries.slice(-2);
    expect(outcomes.map(({ targetId, outcome }) => [targetId, outcome])).to.deep.equal([
      ["closed", "refused"],
      ["lambda", "recorded"],
    ]);
  });

  it("gives nothing to a disabled rule", async () => {
    await rule("paused", { source: ["paused"] });
    const arn = await topic("paused");
    await events().send(
      new PutTargetsCommand({ Rule: "paused", Targets: [{ Id: "t", Arn: arn }] }),
    );
    await events().send(new DisableRuleCommand({ Name: "paused" }));
    await send({}, "paused");
    await events().send(new EnableRuleCommand({ Name: "paused" }));
    await send({}, "paused");
    expect(sandbox().world.sns.messages(arn)).to.have.length(1);
  });

  it("refuses events of AWS's own sources and broken ones, each by itself", async () => {
    const answer = await events().send(
      new PutEventsCommand({
        Entries: [
          { Source: "aws.s3", DetailType: "Thing", Detail: "{}" },
          { Source: "app", DetailType: "Thing", Detail: "no json" },
          { Source: "app", DetailType: "Thing", Detail: "{}" },
        ],
      }),
    );
    expect(answer.FailedEntryCount).to.equal(2);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).to.deep.equal([
      "NotAuthorizedForSourceException",
      "MalformedDetail",
      undefined,
    ]);
  });

  const detail = { name: "Lock.txt", size: 5, list: ["a", "b"], nothing: null };
  for (const [what, pattern, expected] of [
    ["exact", { name: ["Lock.txt"] }, true],
    ["one of a list", { list: ["b", "z"] }, true],
    ["null", { nothing: [null] }, true],
    ["prefix", { name: [{ prefix: "Lock" }] }, true],
    ["suffix", { name: [{ suffix: ".csv" }] }, false],
    ["prefix without case", { name: [{ prefix: { "equals-ignore-case": "LOCK" } }] }, true],
    ["equals-ignore-case", { name: [{ "equals-ignore-case": "lock.TXT" }] }, true],
    ["anything-but", { name: [{ "anything-but": ["Lock.txt"] }] }, false],
    ["anything-but prefix", { name: [{ "anything-but": { prefix: "Key" } }] }, true],
    ["anything-but of what is not there", { other: [{ "anything-but": "x" }] }, false],
    ["numeric", { size: [{ numeric: [">", 1, "<=", 5] }] }, true],
    ["numeric out of range", { size: [{ numeric: [">", 5] }] }, false],
    ["exists", { name: [{ exists: true }] }, true],
    ["exists false", { other: [{ exists: false }] }, true],
    ["wildcard", { name: [{ wildcard: "L*k.t*" }] }, true],
    ["$or", { $or: [{ name: ["x"] }, { size: [5] }] }, true],
    ["$or with a sibling", { list: ["z"], $or: [{ name: ["x"] }, { size: [5] }] }, false],
  ] as const) {
    it(`matches a pattern: ${what}`, async () => {
      const Event = JSON.stringify({
        id: "1",
        "detail-type": "Thing",
        source: "app",
        account: HOME,
        time: "2026-01-01T00:00:00Z",
        region: "eu-west-1",
        resources: [],
        detail,
      });
      const EventPattern = JSON.stringify({ detail: pattern });
      const { Result } = await events().send(new TestEventPatternCommand({ Event, EventPattern }));
      expect(Result).to.equal(expected);
    });
  }

  for (const [what, pattern] of [
    ["no JSON", "{"],
    ["a value without a list", '{"source":"app"}'],
    ["an empty list", '{"source":[]}'],
    ["an unknown operator", '{"source":[{"sounds-like":"app"}]}'],
    ["a comparison with text", '{"detail":{"size":[{"numeric":[">","1"]}]}}'],
  ] as const) {
    it(`refuses a pattern with ${what}`, async () => {
      const put = events().send(new PutRuleCommand({ Name: "bad", EventPattern: pattern }));
      expect((await failureOf(put)).code).to.equal("InvalidEventPatternException");
    });
  }

  it("refuses schedules by name and buses that are not there", async () => {
    const schedule = events().send(
      new PutRuleCommand({ Name: "nightly", ScheduleExpression: "rate(1 day)" }),
    );
    expect((await failureOf(schedule)).code).to.equal("NotImplemented");
    const bus = events().send(
      new PutRuleCommand({ Name: "other", EventPattern: "{}", EventBusName: "orders" }),
    );
    expect((await failureOf(bus)).message).to.equal("Event bus orders does not exist.");
  });
});
