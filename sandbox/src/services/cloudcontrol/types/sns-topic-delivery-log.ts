/** `DeliveryStatusLogging` of a topic. SNS has an attribute for each protocol and each of its three members. */
export interface CfnDeliveryLog {
  Protocol: keyof typeof PREFIXES;
  SuccessFeedbackRoleArn?: string;
  SuccessFeedbackSampleRate?: string;
  FailureFeedbackRoleArn?: string;
}

const PREFIXES = {
  "http/s": "HTTP",
  sqs: "SQS",
  lambda: "Lambda",
  firehose: "Firehose",
  application: "Application",
} as const;

const MEMBERS = [
  "SuccessFeedbackRoleArn",
  "SuccessFeedbackSampleRate",
  "FailureFeedbackRoleArn",
] as const;

export function deliveryLogToSns(topic: {
  DeliveryStatusLogging?: readonly CfnDeliveryLog[];
}): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const log of topic.DeliveryStatusLogging ?? []) {
    for (const member of MEMBERS) {
      const value = log[member];
      if (value !== undefined) attributes[`${PREFIXES[log.Protocol]}${member}`] = value;
    }
  }
  return attributes;
}

export function deliveryLogFromSns(attributes: Readonly<Record<string, string>>): {
  DeliveryStatusLogging?: CfnDeliveryLog[];
} {
  const logs = (Object.keys(PREFIXES) as CfnDeliveryLog["Protocol"][]).flatMap((Protocol) => {
    const members = MEMBERS.flatMap((member) => {
      const value = attributes[`${PREFIXES[Protocol]}${member}`];
      return value === undefined ? [] : [[member, value] as const];
    });
    return members.length === 0 ? [] : [{ Protocol, ...Object.fromEntries(members) }];
  });
  return logs.length === 0 ? {} : { DeliveryStatusLogging: logs };
}
