import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListTagsForResourceCommand,
  SetTopicAttributesCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-sns";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import type { AwsType } from "../resource";
import { tagChanges, taggedInputs, tagMap, tagSet, tagSetIfAny } from "../tags";

const inputs = z.strictObject({
  name: z.string(),
  displayName: z.string().optional(),
  kmsMasterKeyId: z.string().optional(),
  policy: z.string().optional(),
  signatureVersion: z.number().int().optional(),
  tracingConfig: z.string().optional(),
  region: z.string().optional(),
  ...taggedInputs,
});

type Inputs = z.infer<typeof inputs>;

/** `aws.sns.Topic`. The id is the topic's ARN. */
export const topic: AwsType<Inputs> = {
  token: "aws:sns/topic:Topic",
  noun: "SNS Topic",
  inputs,
  identity: ["name"],
  replaceOn: ["name", "region"],
  documents: ["policy"],
  defaults: { displayName: "", kmsMasterKeyId: "" },
  keptInputs: ["policy", "signatureVersion", "tracingConfig"],
  computed: ["arn", "owner", "policy", "signatureVersion", "tracingConfig", "tagsAll"],
  autoNamed: { property: "name", maxLength: 256 },
  isRegional: true,
  isTagged: true,

  async create(topic, clients) {
    const { TopicArn: arn } = await send(
      await clients.sns(topic.region),
      new CreateTopicCommand({
        Name: topic.name,
        Attributes: attributesOf(topic),
        Tags: tagSetIfAny(topic.tagsAll),
      }),
    );
    return arn ?? "";
  },

  async read(arn, clients, region) {
    const sns = await clients.sns(region);
    const answer = await unlessAbsent(
      send(sns, new GetTopicAttributesCommand({ TopicArn: arn })),
      "NotFoundException",
    );
    const found = answer?.Attributes;
    if (found === undefined) return undefined;
    const { Tags: tags } = await send(sns, new ListTagsForResourceCommand({ ResourceArn: arn }));
    return {
      arn,
      name: arn.split(":").at(-1),
      owner: found["Owner"],
      policy: found["Policy"],
      displayName: found["DisplayName"],
      kmsMasterKeyId: found["KmsMasterKeyId"],
      signatureVersion: Number(found["SignatureVersion"] ?? 0),
      tracingConfig: found["TracingConfig"] ?? "",
      tags: tagMap(tags),
    };
  },

  async update(arn, news, olds, clients) {
    const sns = await clients.sns(news.region);
    const before = attributesOf(olds);
    const after = attributesOf(news);
    // An empty value takes these two away; the others stay as they are.
    for (const name of ["DisplayName", "KmsMasterKeyId"]) {
      if (before[name] !== undefined) after[name] ??= "";
    }
    for (const [AttributeName, AttributeValue] of Object.entries(after)) {
      if (before[AttributeName] === AttributeValue) continue;
      await send(
        sns,
        new SetTopicAttributesCommand({ TopicArn: arn, AttributeName, AttributeValue }),
      );
    }
    const { gone, changed } = tagChanges(news.tagsAll, olds.tagsAll);
    if (gone.length > 0) {
      await send(sns, new UntagResourceCommand({ ResourceArn: arn, TagKeys: gone }));
    }
    if (Object.keys(changed).length > 0) {
      await send(sns, new TagResourceCommand({ ResourceArn: arn, Tags: tagSet(changed) }));
    }
  },

  async delete(arn, { region }, clients) {
    await unlessAbsent(
      send(await clients.sns(region), new DeleteTopicCommand({ TopicArn: arn })),
      "NotFoundException",
    );
  },
};

/** The inputs as attributes of SNS; what is not given is left out. */
function attributesOf(topic: Inputs): Record<string, string> {
  const attributes = {
    DisplayName: topic.displayName,
    KmsMasterKeyId: topic.kmsMasterKeyId,
    Policy: topic.policy,
    SignatureVersion: topic.signatureVersion?.toString(),
    TracingConfig: topic.tracingConfig,
  };
  const given = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Record<string, string>;
}
