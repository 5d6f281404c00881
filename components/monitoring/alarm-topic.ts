import * as pulumi from "@pulumi/pulumi";
import * as kms from "@pulumi/aws/kms";
import type { Provider } from "@pulumi/aws/provider";
import * as sns from "@pulumi/aws/sns";
import { type AccountOptions, childOptions } from "../component-options";
import { tagsOf } from "../source/service-role";
import { alarmTopicKeyPolicy, alarmTopicPolicy } from "../policy-documents";

export interface AlarmTopicArgs {
  accountId: string;
  /** An alarm reaches topics of its own Region only. */
  region: string;
  /** Each gets a message with a link to confirm. */
  emails: readonly string[];
  /** HTTPS endpoints, which have to confirm too. Kept secret in the state. */
  webhooks: readonly pulumi.Input<string>[];
  tags?: Record<string, string> | undefined;
}

/** An encrypted topic of one account and Region, with those who are told. */
export class AlarmTopic extends pulumi.ComponentResource {
  static readonly pulumiType = "lockstep:index:AlarmTopic";

  /** Once everybody who publishes may do so. */
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: AlarmTopicArgs, opts: AccountOptions<Provider>) {
    super(AlarmTopic.pulumiType, name, {}, opts);
    const child = childOptions(this, opts);
    const { accountId, region } = args;
    const tags = tagsOf(args.tags);
    const key = new kms.Key(
      `${name}-key`,
      {
        region,
        description: "Lockstep: messages about replication",
        enableKeyRotation: true,
        policy: JSON.stringify(alarmTopicKeyPolicy({ accountId, region })),
        ...tags,
      },
      child,
    );
    const topic = new sns.Topic(
      `${name}-topic`,
      { region, kmsMasterKeyId: key.arn, ...tags },
      child,
    );
    const policy = new sns.TopicPolicy(
      `${name}-policy`,
      {
        region,
        arn: topic.arn,
        policy: topic.arn.apply((topicArn) =>
          JSON.stringify(alarmTopicPolicy({ accountId, region, topicArn })),
        ),
      },
      child,
    );
    args.emails.forEach((endpoint, index) => {
      new sns.TopicSubscription(
        `${name}-email-${index}`,
        { region, topic: topic.arn, protocol: "email", endpoint },
        child,
      );
    });
    args.webhooks.forEach((endpoint, index) => {
      new sns.TopicSubscription(
        `${name}-webhook-${index}`,
        { region, topic: topic.arn, protocol: "https", endpoint: pulumi.secret(endpoint) },
        child,
      );
    });
    this.topicArn = pulumi.all([topic.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
