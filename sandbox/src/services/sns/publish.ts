import type {
  PublishBatchInput,
  PublishBatchResponse,
  PublishInput,
  PublishResponse,
} from "@aws-sdk/client-sns";
import { isAwsError } from "../../world/aws-error";
import type { Operation, RequestContext } from "../../world/operation";
import { findTopic, needOf } from "./access";
import { topicNeed } from "./topic-need";
import * as errors from "./errors";
import type { Topic } from "./model";

const MESSAGE_LIMIT_BYTES = 262_144;
const SUBJECT_LIMIT_CHARACTERS = 100;
const BATCH_LIMIT_COUNT = 10;

type Entry = Pick<
  PublishInput,
  "Subject" | "Message" | "MessageStructure" | "MessageDeduplicationId" | "MessageGroupId"
>;

export const publish: Operation<PublishInput, PublishResponse> = {
  access: (input, context) => [needOf(context, topicOf(input, context))],
  handle: (input, context) => publishEntry(topicOf(input, context), input, context),
};

export const publishBatch: Operation<PublishBatchInput, PublishBatchResponse> = {
  access: (input, context) => [
    topicNeed("SNS:Publish", findTopic(context, input.TopicArn), context.principal),
  ],
  handle(input, context) {
    const topic = findTopic(context, input.TopicArn);
    const entries = input.PublishBatchRequestEntries ?? [];
    if (entries.length === 0) throw errors.emptyBatch();
    if (entries.length > BATCH_LIMIT_COUNT) throw errors.tooManyEntries(BATCH_LIMIT_COUNT);
    if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
      throw errors.entryIdsNotDistinct();
    }
    const answer: Required<PublishBatchResponse> = { Successful: [], Failed: [] };
    for (const entry of entries) {
      try {
        const { MessageId } = publishEntry(topic, entry, context);
        answer.Successful.push({ Id: entry.Id, MessageId });
      } catch (error) {
        if (!isAwsError(error)) throw error;
        const { code, message, statusCode } = error;
        answer.Failed.push({
          Id: entry.Id,
          Code: code,
          Message: message,
          SenderFault: statusCode < 500,
        });
      }
    }
    return answer;
  },
};

/** @throws AwsError InvalidParameter, NotFound */
function topicOf(input: PublishInput, context: RequestContext): Topic {
  if (input.PhoneNumber !== undefined) throw errors.notImplemented("PhoneNumber of Publish");
  return findTopic(context, input.TopicArn ?? input.TargetArn);
}

function publishEntry(topic: Topic, entry: Entry, context: RequestContext): PublishResponse {
  if (entry.MessageDeduplicationId !== undefined) {
    throw errors.invalidParameter(
      "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type",
    );
  }
  const message = entry.Message ?? "";
  if (message === "") throw errors.invalidParameter("Empty message");
  if (Buffer.byteLength(message) > MESSAGE_LIMIT_BYTES) {
    throw errors.invalidParameter("Message too long");
  }
  checkSubject(entry.Subject);
  const { messageId } = context.world.sns.publish(topic, {
    principal: context.principal,
    subject: entry.Subject,
    message,
    bodyOf: bodies(entry.MessageStructure, message),
  });
  return { MessageId: messageId };
}

/** Printable ASCII in one line. */
function checkSubject(subject: string | undefined): void {
  if (subject === undefined) return;
  if (!/^[\x21-\x7e][\x20-\x7e]*$/.test(subject) || subject.length > SUBJECT_LIMIT_CHARACTERS) {
    throw errors.invalidParameter("Subject");
  }
}

/** With `MessageStructure` `json` the message holds a text for each protocol, and one for all others. */
function bodies(structure: string | undefined, message: string): (protocol: string) => string {
  if (structure === undefined) return () => message;
  if (structure !== "json") throw errors.invalidParameter("MessageStructure");
  let parsed: unknown;
  try {
    parsed = JSON.parse(message);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw errors.invalidParameter("Message Structure - JSON message body failed to parse");
  }
  const texts = parsed as Readonly<Record<string, unknown>> | null;
  const standard = texts?.["default"];
  if (typeof standard !== "string") {
    throw errors.invalidParameter("Message Structure - No default entry in JSON message body");
  }
  return (protocol) => {
    const own = texts?.[protocol];
    return typeof own === "string" ? own : standard;
  };
}
