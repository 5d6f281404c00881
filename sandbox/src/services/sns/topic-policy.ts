import { compilePolicy, MalformedPolicy } from "../../authorization/compile";
import type { CompiledPolicy } from "../../authorization/model";
import type { World } from "../../world/world";
import { invalidParameter } from "./errors";

/** SNS Developer Guide, quotas. */
const POLICY_LIMIT_BYTES = 30_720;

/** The policy of a topic that was given none: whoever acts for the owner's account. */
export function defaultTopicPolicy(topicArn: string, accountId: string): object {
  return {
    Version: "2008-10-17",
    Id: "__default_policy_ID",
    Statement: [
      {
        Sid: "__default_statement_ID",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "SNS:GetTopicAttributes",
          "SNS:SetTopicAttributes",
          "SNS:AddPermission",
          "SNS:RemovePermission",
          "SNS:DeleteTopic",
          "SNS:Subscribe",
          "SNS:ListSubscriptionsByTopic",
          "SNS:Publish",
        ],
        Resource: topicArn,
        Condition: { StringEquals: { "AWS:SourceOwner": accountId } },
      },
    ],
  };
}

/** @throws AwsError InvalidParameter */
export function compileTopicPolicy(world: World, document: string | object): CompiledPolicy {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  if (Buffer.byteLength(text) > POLICY_LIMIT_BYTES) {
    throw invalidParameter("Policy Reason: Policy is too long");
  }
  try {
    const policy = compilePolicy(text, "resource");
    for (const action of actionsOf(policy.document)) {
      // `*` and `SNS:*` are refused as well: a topic's policy names operations on topics (assumed for other wildcards).
      if (!/^sns:[a-z]/i.test(action)) {
        throw invalidParameter("Policy statement action out of service scope!");
      }
    }
    return world.iam.bindPolicy(policy);
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    throw invalidParameter(`Policy Error: ${error.message}`);
  }
}

function actionsOf(document: unknown): readonly string[] {
  const { Statement } = document as { Statement: unknown };
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as readonly {
    Action?: string | readonly string[];
    NotAction?: string | readonly string[];
  }[];
  return statements.flatMap(({ Action, NotAction }) => [Action ?? NotAction ?? []].flat());
}
