import * as cloudwatch from "@pulumi/aws/cloudwatch";
import type { Provider } from "@pulumi/aws/provider";
import * as s3 from "@pulumi/aws/s3";
import * as pulumi from "@pulumi/pulumi";
import { type AccountOptions, childOptions, KEEP_ON_DESTROY } from "../component-options";
import {
  completeMonitoring,
  type MonitoringArgs,
  type WholeMonitoring,
} from "../config/complete-monitoring";
import { dashboardName, slackConfigurationName } from "../derived-names";
import { type RoleSettings, tagsOf } from "../source/service-role";
import { type ExistingNotifications, NOTIFICATION_ID_PREFIX } from "../source/existing-source";
import { AlarmTopic } from "./alarm-topic";
import { ruleAlarms, type WatchedRule } from "./alarms";
import { dashboardBody } from "./dashboard";
import { SlackChannel } from "./slack-channel";

/** A source bucket with its rules that have metrics. */
export interface WatchedSource {
  /** As S3 has it. */
  bucketName: pulumi.Input<string>;
  /** Part of resource names. */
  name: string;
  /** Those that have metrics, as CloudWatch knows them. */
  rules: {
    ruleId: string;
    destinationBucketName: pulumi.Input<string>;
    destinationRegion: string;
  }[];
  /** Notifications of others that the bucket has; they stay. S3 keeps one configuration per bucket. */
  otherNotifications?: ExistingNotifications;
}

/** What `ReplicationMonitoring` is given. */
export interface ReplicationMonitoringArgs extends MonitoringArgs, RoleSettings {
  /** Twelve digits. Owner of the sources, and of the topics. */
  accountId: string;
  /** Region of the sources. */
  region: string;
  /** Source buckets of this account and Region. At least one. */
  sources: WatchedSource[];
  /** Leaves only the notifications of others in place, before the stack is taken down. @default false */
  detached?: boolean;
}

/**
 * Who is told what about the replication of source buckets in one account and Region: alarms per rule, failed and late
 * replications as S3's events, states of batch jobs, and a dashboard.
 *
 * Metrics are looked for in the source's account (assumed: AWS does not say whose they are across accounts), each in the
 * Region that publishes it, with a topic there: an alarm reaches topics of its own Region only. Events of batch jobs need a
 * CloudTrail trail with management events in the Region.
 */
export class ReplicationMonitoring extends pulumi.ComponentResource {
  /** Type of the component in Pulumi's state. */
  static readonly pulumiType = "lockstep:index:ReplicationMonitoring";

  /** By Region. */
  readonly topicArns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, given: ReplicationMonitoringArgs, opts: AccountOptions<Provider>) {
    super(ReplicationMonitoring.pulumiType, name, {}, opts);
    const args = completeMonitoring(given);
    const { accountId, region, roles, sources, subscribers, tags } = args;
    const child = childOptions(this, opts);
    const regions = new Set([
      region,
      ...sources.flatMap(({ rules }) => rules.map(({ destinationRegion }) => destinationRegion)),
    ]);
    const topics = new Map(
      [...regions].map((place) => [
        place,
        new AlarmTopic(
          `${name}-${place}`,
          { accountId, region: place, tags, ...subscribers },
          { parent: this, provider: opts.provider },
        ).topicArn,
      ]),
    );
    this.topicArns = Object.fromEntries(topics);
    const here = topicOf(topics, region);
    watchJobs(name, region, here, tags, child);
    for (const source of sources) {
      notify(`${name}-${source.name}`, source, args.detached === true ? undefined : here, child);
      watchRules(`${name}-${source.name}`, args, source, topics, child);
    }
    subscribers.slack.forEach((channel, index) => {
      new SlackChannel(
        `${name}-slack-${index}`,
        {
          ...channel,
          configurationName: pulumi
            .output(sources[0]?.bucketName ?? name)
            .apply((bucketName) => slackConfigurationName(bucketName, channel.channelId)),
          topicArns: [...topics.values()],
          region,
          roles,
          tags,
        },
        { parent: this, provider: opts.provider },
      );
    });
    this.registerOutputs({ topicArns: this.topicArns });
  }
}

function topicOf(
  topics: ReadonlyMap<string, pulumi.Output<string>>,
  region: string,
): pulumi.Output<string> {
  const topic = topics.get(region);
  if (topic === undefined) throw new Error(`no topic was made in ${region}`);
  return topic;
}

/**
 * Events of batch jobs reach EventBridge through CloudTrail. They do not name a bucket: every job of the account and Region is
 * told.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-event-bridge-cloud-trail.html
 */
function watchJobs(
  name: string,
  region: string,
  topicArn: pulumi.Output<string>,
  tags: RoleSettings["tags"],
  opts: pulumi.CustomResourceOptions,
): void {
  const rule = new cloudwatch.EventRule(
    `${name}-jobs`,
    {
      region,
      description: "Lockstep: states of S3 Batch Operations jobs",
      ...tagsOf(tags),
      eventPattern: JSON.stringify({
        source: ["aws.s3"],
        "detail-type": ["AWS Service Event via CloudTrail"],
        detail: {
          eventSource: ["s3.amazonaws.com"],
          eventName: ["JobCreated", "JobStatusChanged"],
        },
      }),
    },
    opts,
  );
  new cloudwatch.EventTarget(
    `${name}-jobs-topic`,
    { region, rule: rule.name, arn: topicArn, targetId: "lockstep" },
    opts,
  );
}

/**
 * Failed and late replications, beside the notifications that the bucket has. Where it has some of others, the configuration
 * stays on destroy, since S3 could only remove all of it.
 */
function notify(
  name: string,
  source: WatchedSource,
  topicArn: pulumi.Output<string> | undefined,
  opts: pulumi.CustomResourceOptions,
): void {
  const { eventbridge, lambdaFunctions, queues, topics } =
    source.otherNotifications ?? NO_NOTIFICATIONS;
  const hasOthers =
    eventbridge || [lambdaFunctions, queues, topics].some(({ length }) => length > 0);
  new s3.BucketNotification(
    `${name}-events`,
    {
      bucket: source.bucketName,
      eventbridge,
      lambdaFunctions,
      queues,
      topics: [
        ...topics,
        ...(topicArn === undefined
          ? []
          : [
              {
                id: `${NOTIFICATION_ID_PREFIX}replication`,
                topicArn,
                events: ["s3:Replication:*"],
              },
            ]),
      ],
    },
    { ...opts, ...(hasOthers ? KEEP_ON_DESTROY : {}) },
  );
}

const NO_NOTIFICATIONS: ExistingNotifications = {
  eventbridge: false,
  topics: [],
  queues: [],
  lambdaFunctions: [],
};

function watchRules(
  name: string,
  args: ReplicationMonitoringArgs & WholeMonitoring,
  source: WatchedSource,
  topics: ReadonlyMap<string, pulumi.Output<string>>,
  opts: pulumi.CustomResourceOptions,
): void {
  const { region } = args;
  const watched = source.rules.map(({ destinationBucketName, destinationRegion, ruleId }) =>
    pulumi
      .all([source.bucketName, destinationBucketName])
      .apply(([sourceBucketName, bucketName]): WatchedRule => ({
        ruleId,
        sourceBucketName,
        sourceRegion: region,
        destinationBucketName: bucketName,
        destinationRegion,
      })),
  );
  source.rules.forEach(({ destinationRegion, ruleId }, index) => {
    // How many alarms there are, and where, is known before the buckets' names are.
    const shape = ruleAlarms(
      {
        ruleId,
        sourceBucketName: "",
        sourceRegion: region,
        destinationBucketName: "",
        destinationRegion,
      },
      args,
    );
    shape.forEach(({ dimensions: _unknownYet, name: alarmName, tellsSilence, ...alarm }, which) => {
      const topic = topicOf(topics, alarm.region);
      new cloudwatch.MetricAlarm(
        `${name}-${ruleId}-${alarmName}`,
        {
          ...alarm,
          ...tagsOf(args.tags),
          dimensions: pulumi
            .output(watched[index])
            .apply((rule) => (rule && ruleAlarms(rule, args)[which]?.dimensions) ?? {}),
          alarmActions: [topic],
          okActions: [topic],
          ...(tellsSilence === true ? { insufficientDataActions: [topic] } : {}),
        },
        opts,
      );
    });
  });
  if (!args.dashboard || source.rules.length === 0) return;
  new cloudwatch.Dashboard(
    `${name}-dashboard`,
    {
      region,
      // Dashboards are of the whole account: two stacks in it must not write over each other's.
      dashboardName: pulumi.output(source.bucketName).apply(dashboardName),
      dashboardBody: pulumi.all(watched).apply(dashboardBody),
    },
    opts,
  );
}
