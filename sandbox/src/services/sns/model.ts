import type { CompiledPolicy } from "../../authorization/model";

/** A topic. What is derived (counts, the delivery policy) is made when it is asked for. */
export interface Topic {
  readonly arn: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  policy: CompiledPolicy;
  /** `DisplayName`, `KmsMasterKeyId`, `SignatureVersion`, `TracingConfig`, where they were set. */
  readonly attributes: Map<string, string>;
  /** Insertion order is kept. */
  readonly tags: Map<string, string>;
  /** The latest messages, oldest first. */
  messages: TopicMessage[];
}

export interface Subscription {
  readonly arn: string;
  readonly topicArn: string;
  readonly accountId: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** What AWS mails or posts to the endpoint; whoever has it may confirm. */
  readonly token: string;
  isConfirmed: boolean;
  readonly attributes: Map<string, string>;
}

/** One message that a topic took, as its subscribers got it. There is no inbox in the sandbox: this is what it keeps. */
export interface TopicMessage {
  readonly messageId: string;
  readonly topicArn: string;
  readonly publishedEpochMs: number;
  /** ARN of the caller, or the name of the AWS service. */
  readonly publisher: string;
  readonly subject?: string;
  readonly message: string;
  /** Confirmed subscriptions at that moment; those that wait for confirmation get nothing. */
  readonly deliveries: readonly MessageDelivery[];
}

export interface MessageDelivery {
  readonly subscriptionArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** The text for this protocol. */
  readonly body: string;
}
