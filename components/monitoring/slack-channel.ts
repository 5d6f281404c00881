import * as chatbot from "@pulumi/aws/chatbot";
import type { Provider } from "@pulumi/aws/provider";
import * as pulumi from "@pulumi/pulumi";
import { type AccountOptions, childOptions } from "../component-options";
import type { SlackChannelConfig } from "../config/types";
import { makeServiceRole, type RoleSettings, tagsOf } from "../source/service-role";
import { partitionOf } from "../config/values";
import { policyDocument } from "../policy-documents";

export interface SlackChannelArgs extends SlackChannelConfig, RoleSettings {
  region: string;
  /** Unique in the account. Changing it makes another configuration. */
  configurationName: pulumi.Input<string>;
  topicArns: pulumi.Input<string>[];
}

/**
 * A Slack channel that gets what the topics get, through Amazon Q Developer in chat applications (AWS Chatbot). The Slack
 * workspace has to be authorised once, on the AWS console page of that service.
 *
 * The channel's role has no rights and a guardrail that allows none: the channel is told, and cannot ask for anything.
 * @see https://docs.aws.amazon.com/chatbot/latest/adminguide/slack-setup.html
 */
export class SlackChannel extends pulumi.ComponentResource {
  static readonly pulumiType = "lockstep:index:SlackChannel";

  constructor(name: string, args: SlackChannelArgs, opts: AccountOptions<Provider>) {
    super(SlackChannel.pulumiType, name, {}, opts);
    const child = childOptions(this, opts);
    const { role } = makeServiceRole(
      `${name}-role`,
      {
        description: "Lockstep: messages to Slack",
        trust: policyDocument({
          Sid: "AssumedByChatbot",
          Effect: "Allow",
          Principal: { Service: "chatbot.amazonaws.com" },
          Action: "sts:AssumeRole",
        }),
        roles: args.roles,
        tags: args.tags,
      },
      child,
    );
    new chatbot.SlackChannelConfiguration(
      `${name}-channel`,
      {
        configurationName: args.configurationName,
        iamRoleArn: role.arn,
        slackTeamId: args.workspaceId,
        slackChannelId: args.channelId,
        snsTopicArns: args.topicArns,
        guardrailPolicyArns: [`arn:${partitionOf(args.region)}:iam::aws:policy/AWSDenyAll`],
        ...tagsOf(args.tags),
      },
      // A channel may have one configuration in an account: under another name, the old one has to go first (assumed).
      { ...child, deleteBeforeReplace: true },
    );
    this.registerOutputs({});
  }
}
