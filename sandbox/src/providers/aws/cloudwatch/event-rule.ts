import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  ListTagsForResourceCommand,
  PutRuleCommand,
  TagResourceCommand,
  UntagResourceCommand,
  type RuleState,
} from "@aws-sdk/client-eventbridge";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import type { Clients } from "../clients";
import type { AwsType } from "../resource";
import { tagChanges, taggedInputs, tagMap, tagSet, tagSetIfAny } from "../tags";

const inputs = z.strictObject({
  name: z.string(),
  description: z.string().optional(),
  eventBusName: z.literal("default").optional(),
  eventPattern: z.string().optional(),
  scheduleExpression: z.string().optional(),
  roleArn: z.string().optional(),
  state: z.string().optional(),
  isEnabled: z.boolean().optional(),
  forceDestroy: z.boolean().optional(),
  region: z.string().optional(),
  ...taggedInputs,
});

type Inputs = z.infer<typeof inputs>;

/** `aws.cloudwatch.EventRule`, on the default bus. The id is the rule's name. */
export const eventRule: AwsType<Inputs> = {
  token: "aws:cloudwatch/eventRule:EventRule",
  noun: "EventBridge Rule",
  inputs,
  identity: ["name"],
  replaceOn: ["name", "eventBusName", "region"],
  documents: ["eventPattern"],
  inputOnly: ["forceDestroy"],
  defaults: { description: "", eventBusName: "default", roleArn: "", scheduleExpression: "" },
  keptInputs: ["state", "isEnabled"],
  computed: ["arn", "tagsAll"],
  autoNamed: { property: "name", maxLength: 64 },
  isRegional: true,
  isTagged: true,

  async create(rule, clients) {
    await put(rule, clients, tagSetIfAny(rule.tagsAll));
    return rule.name;
  },

  async read(name, clients, region) {
    const events = await clients.eventbridge(region);
    const found = await unlessAbsent(
      send(events, new DescribeRuleCommand({ Name: name })),
      "ResourceNotFoundException",
    );
    if (found === undefined) return undefined;
    const { Tags: tags } = await send(
      events,
      new ListTagsForResourceCommand({ ResourceARN: found.Arn }),
    );
    return {
      name,
      arn: found.Arn,
      description: found.Description,
      eventBusName: "default",
      eventPattern: found.EventPattern,
      scheduleExpression: found.ScheduleExpression,
      roleArn: found.RoleArn,
      state: found.State,
      isEnabled: found.State !== "DISABLED",
      tags: tagMap(tags),
    };
  },

  async update(name, news, olds, clients) {
    await put(news, clients);
    const { gone, changed } = tagChanges(news.tagsAll, olds.tagsAll);
    if (gone.length === 0 && Object.keys(changed).length === 0) return;
    const events = await clients.eventbridge(news.region);
    const { Arn: ResourceARN } = await send(events, new DescribeRuleCommand({ Name: name }));
    if (gone.length > 0) {
      await send(events, new UntagResourceCommand({ ResourceARN, TagKeys: gone }));
    }
    if (Object.keys(changed).length > 0) {
      await send(events, new TagResourceCommand({ ResourceARN, Tags: tagSet(changed) }));
    }
  },

  async delete(name, { region, forceDestroy }, clients) {
    await unlessAbsent(
      send(
        await clients.eventbridge(region),
        new DeleteRuleCommand({ Name: name, Force: forceDestroy }),
      ),
      "ResourceNotFoundException",
    );
  },
};

async function put(
  rule: Inputs,
  clients: Clients,
  tags?: { Key: string; Value: string }[],
): Promise<void> {
  await send(
    await clients.eventbridge(rule.region),
    new PutRuleCommand({
      Name: rule.name,
      Description: rule.description,
      EventPattern: rule.eventPattern,
      ScheduleExpression: rule.scheduleExpression,
      RoleArn: rule.roleArn,
      State: stateOf(rule),
      Tags: tags,
    }),
  );
}

/** Undefined leaves it to EventBridge, which enables. `isEnabled` is the older way to say it. */
function stateOf({ state, isEnabled }: Inputs): RuleState | undefined {
  if (state !== undefined) return state as RuleState;
  if (isEnabled === undefined) return undefined;
  return isEnabled ? "ENABLED" : "DISABLED";
}
