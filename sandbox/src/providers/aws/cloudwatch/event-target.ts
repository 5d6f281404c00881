import {
  ListTargetsByRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  type EventBridgeClient,
  type ListTargetsByRuleCommandOutput,
  type Target,
} from "@aws-sdk/client-eventbridge";
import { z } from "zod";
import { hasCode, send, unlessAbsent } from "../../send";
import type { Properties } from "../../values";
import type { Clients } from "../clients";
import type { AwsType } from "../resource";

const inputs = z.strictObject({
  rule: z.string(),
  arn: z.string(),
  targetId: z.string(),
  eventBusName: z.literal("default").optional(),
  roleArn: z.string().optional(),
  input: z.string().optional(),
  inputPath: z.string().optional(),
  inputTransformer: z
    .strictObject({
      inputPaths: z.record(z.string(), z.string()).optional(),
      inputTemplate: z.string(),
    })
    .optional(),
  deadLetterConfig: z.strictObject({ arn: z.string().optional() }).optional(),
  retryPolicy: z
    .strictObject({
      maximumEventAgeInSeconds: z.number().int().optional(),
      maximumRetryAttempts: z.number().int().optional(),
    })
    .optional(),
  forceDestroy: z.boolean().optional(),
  region: z.string().optional(),
});

type Inputs = z.infer<typeof inputs>;

/**
 * `aws.cloudwatch.EventTarget`, on the default bus. The id is `rule/targetId`, which is the provider's form for imports; its
 * own ids have a dash there, which does not say where the rule's name ends.
 */
export const eventTarget: AwsType<Inputs> = {
  token: "aws:cloudwatch/eventTarget:EventTarget",
  noun: "EventBridge Target",
  inputs,
  identity: ["rule", "targetId"],
  replaceOn: ["rule", "targetId", "eventBusName", "region"],
  documents: ["input"],
  inputOnly: ["forceDestroy"],
  defaults: {
    deadLetterConfig: undefined,
    eventBusName: "default",
    input: "",
    inputPath: "",
    inputTransformer: undefined,
    retryPolicy: undefined,
    roleArn: "",
  },
  computed: [],
  autoNamed: { property: "targetId", maxLength: 64 },
  isRegional: true,

  async create(target, clients) {
    await put(target, clients);
    return `${target.rule}/${target.targetId}`;
  },

  async read(id, clients, region) {
    const { rule, targetId } = partsOf(id);
    const found = await find(rule, targetId, await clients.eventbridge(region));
    return found === undefined ? undefined : { rule, ...fromEventBridge(found) };
  },

  update: (_id, news, _olds, clients) => put(news, clients),

  async delete(id, { region, forceDestroy }, clients) {
    const { rule, targetId } = partsOf(id);
    const answer = await unlessAbsent(
      send(
        await clients.eventbridge(region),
        new RemoveTargetsCommand({ Rule: rule, Ids: [targetId], Force: forceDestroy }),
      ),
      "ResourceNotFoundException",
    );
    requireNoFailure(answer?.FailedEntries);
  },
};

async function put(target: Inputs, clients: Clients): Promise<void> {
  const { FailedEntries: failed } = await send(
    await clients.eventbridge(target.region),
    new PutTargetsCommand({ Rule: target.rule, Targets: [toEventBridge(target)] }),
  );
  requireNoFailure(failed);
}

function requireNoFailure(
  failed: readonly { ErrorCode?: string; ErrorMessage?: string }[] | undefined,
): void {
  const first = failed?.[0];
  if (first !== undefined) throw new Error(`${first.ErrorCode}: ${first.ErrorMessage}`);
}

async function find(
  rule: string,
  targetId: string,
  events: EventBridgeClient,
): Promise<Target | undefined> {
  let token: string | undefined;
  try {
    do {
      const page: ListTargetsByRuleCommandOutput = await send(
        events,
        new ListTargetsByRuleCommand({ Rule: rule, NextToken: token }),
      );
      const found = page.Targets?.find((each) => each.Id === targetId);
      if (found !== undefined) return found;
      token = page.NextToken;
    } while (token !== undefined);
    return undefined;
  } catch (error) {
    if (hasCode(error, "ResourceNotFoundException")) return undefined;
    throw error;
  }
}

function toEventBridge(target: Inputs): Target {
  const { inputTransformer: transformer, retryPolicy: retry, deadLetterConfig: dead } = target;
  return {
    Id: target.targetId,
    Arn: target.arn,
    RoleArn: target.roleArn,
    Input: target.input,
    InputPath: target.inputPath,
    InputTransformer:
      transformer === undefined
        ? undefined
        : { InputPathsMap: transformer.inputPaths, InputTemplate: transformer.inputTemplate },
    DeadLetterConfig: dead === undefined ? undefined : { Arn: dead.arn },
    RetryPolicy:
      retry === undefined
        ? undefined
        : {
            MaximumEventAgeInSeconds: retry.maximumEventAgeInSeconds,
            MaximumRetryAttempts: retry.maximumRetryAttempts,
          },
  };
}

function fromEventBridge(found: Target): Properties {
  const { InputTransformer: transformer, RetryPolicy: retry, DeadLetterConfig: dead } = found;
  return {
    targetId: found.Id,
    arn: found.Arn,
    eventBusName: "default",
    roleArn: found.RoleArn,
    input: found.Input,
    inputPath: found.InputPath,
    inputTransformer:
      transformer === undefined
        ? undefined
        : { inputPaths: transformer.InputPathsMap, inputTemplate: transformer.InputTemplate },
    deadLetterConfig: dead === undefined ? undefined : { arn: dead.Arn },
    retryPolicy:
      retry === undefined
        ? undefined
        : {
            maximumEventAgeInSeconds: retry.MaximumEventAgeInSeconds,
            maximumRetryAttempts: retry.MaximumRetryAttempts,
          },
  };
}

/** @throws Error when the id is not of the form `rule/targetId`, as an import may give it */
function partsOf(id: string): { rule: string; targetId: string } {
  const [rule, targetId] = id.split("/");
  if (!rule || !targetId) throw new Error(`unexpected id "${id}": expected RULE/TARGETID`);
  return { rule, targetId };
}
