import type { ConditionKeys, Principal } from "../../authorization/model";
import { servicePrincipal } from "../../authorization/service-principal";
import { AwsError } from "../../world/aws-error";
import type { Foundation } from "../../world/foundation";
import type { KmsState } from "../kms/state";
import { topicNeed } from "./topic-need";
import * as errors from "./errors";
import { useTopicKey } from "./topic-key";
import type { Subscription, Topic, TopicMessage } from "./model";

/** Messages kept of each topic; a bucket that fails a million times must not fill the memory. */
const KEPT_MESSAGES_COUNT = 1000;

/** A message that a service of AWS publishes by itself. */
export interface ServiceMessage {
  /** `s3.amazonaws.com` */
  readonly service: string;
  readonly topicArn: string;
  /** The Region of what publishes; topics of another are not found. */
  readonly region: string;
  readonly subject?: string;
  readonly message: string;
  /** `aws:sourcearn`, `aws:sourceaccount`: for whom the service works. */
  readonly conditionKeys: ConditionKeys;
}

/** Topics and subscriptions of all accounts and Regions. */
export class SnsState {
  /** By ARN. */
  private readonly topics = new Map<string, Topic>();
  private readonly subscriptions = new Map<string, Subscription>();

  constructor(private readonly world: Foundation & { readonly kms: KmsState }) {}

  findTopic(arn: string): Topic | undefined {
    return this.topics.get(arn);
  }

  /** Topics of an account in a Region, by ARN. */
  topicsOf(accountId: string, region: string): readonly Topic[] {
    return [...this.topics.values()]
      .filter((topic) => topic.accountId === accountId && topic.region === region)
      .sort((left, right) => (left.arn < right.arn ? -1 : 1));
  }

  addTopic(topic: Topic): void {
    this.topics.set(topic.arn, topic);
  }

  /** Its subscriptions go with it (AWS keeps them as orphans for a while; assumed not to matter). */
  removeTopic(arn: string): void {
    this.topics.delete(arn);
    for (const subscription of this.subscriptionsOf(arn)) {
      this.subscriptions.delete(subscription.arn);
    }
  }

  findSubscription(arn: string): Subscription | undefined {
    return this.subscriptions.get(arn);
  }

  subscriptionsOf(topicArn: string): readonly Subscription[] {
    return [...this.subscriptions.values()].filter((one) => one.topicArn === topicArn);
  }

  /** Subscriptions that an account made in a Region. */
  subscriptionsIn(accountId: string, region: string): readonly Subscription[] {
    return [...this.subscriptions.values()].filter(
      (one) => one.accountId === accountId && one.topicArn.split(":")[3] === region,
    );
  }

  addSubscription(subscription: Subscription): void {
    this.subscriptions.set(subscription.arn, subscription);
  }

  removeSubscription(arn: string): void {
    this.subscriptions.delete(arn);
  }

  /** The latest messages of a topic, oldest first; empty for a topic that is not there. */
  messages(topicArn: string): readonly TopicMessage[] {
    return this.topics.get(topicArn)?.messages ?? [];
  }

  /** Everything that topics took and who waits for confirmation, as the admin endpoint shows it. */
  overview(topicArn?: string): object {
    const topics = [...this.topics.values()].filter(
      ({ arn }) => topicArn === undefined || arn === topicArn,
    );
    return {
      messages: topics.flatMap((topic) => topic.messages),
      pendingConfirmations: topics.flatMap((topic) =>
        this.subscriptionsOf(topic.arn)
          .filter((one) => !one.isConfirmed)
          .map(({ protocol, endpoint, token }) => ({
            topicArn: topic.arn,
            protocol,
            endpoint,
            token,
          })),
      ),
    };
  }

  /**
   * Takes a message for a topic; the caller was asked for `SNS:Publish` already.
   * @param bodyOf the text for a protocol
   * @throws AwsError KMSAccessDenied and its like, of an encrypted topic
   */
  publish(
    topic: Topic,
    publication: {
      readonly principal: Principal;
      readonly subject?: string;
      readonly message: string;
      readonly bodyOf?: (protocol: string) => string;
      readonly conditionKeys?: ConditionKeys;
    },
  ): TopicMessage {
    const { principal, subject, message, bodyOf } = publication;
    useTopicKey(this.world.kms, topic, principal, publication.conditionKeys);
    const taken: TopicMessage = {
      messageId: this.world.random.uuid(),
      topicArn: topic.arn,
      publishedEpochMs: this.world.clock.nowEpochMs(),
      publisher: principal.arn,
      subject,
      message,
      deliveries: this.subscriptionsOf(topic.arn)
        .filter((one) => one.isConfirmed)
        .map(({ arn, protocol, endpoint }) => ({
          subscriptionArn: arn,
          protocol,
          endpoint,
          body: bodyOf?.(protocol) ?? message,
        })),
    };
    topic.messages.push(taken);
    if (topic.messages.length > 2 * KEPT_MESSAGES_COUNT) {
      topic.messages = topic.messages.slice(-KEPT_MESSAGES_COUNT);
    }
    return taken;
  }

  /**
   * Publishes as a service of AWS, which only the topic's and its key's policies can let in.
   * @throws AwsError NotFound, AuthorizationError, KMSAccessDenied and its like
   */
  publishAsService(message: ServiceMessage): TopicMessage {
    const topic = this.topics.get(message.topicArn);
    if (topic === undefined || topic.region !== message.region) throw errors.noSuchTopic();
    const principal = servicePrincipal(message.service);
    const { conditionKeys } = message;
    const need = topicNeed("SNS:Publish", topic, principal, conditionKeys);
    const decision = this.world.decide(principal, need);
    if (!decision.allowed) throw errors.accessDenied({ principal }, need, decision);
    return this.publish(topic, { ...message, principal });
  }

  /** The same; a refusal is answered and not thrown, for services that go on without being heard. */
  tryPublishAsService(message: ServiceMessage): AwsError | undefined {
    try {
      this.publishAsService(message);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  }
}
