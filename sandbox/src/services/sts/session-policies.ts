import type { PolicyDescriptorType, Tag } from "@aws-sdk/client-sts";
import { compilePolicy, MalformedPolicy } from "../../authorization/compile";
import type { CompiledPolicy } from "../../authorization/model";
import type { RequestContext } from "../../world/operation";
import * as errors from "./errors";

/** Source: STS API reference, AssumeRole: the plain text of policy and policy ARNs. */
const PLAIN_CHARACTERS = 2048;
const POLICY_ARNS = 10;

/** AWS packs policies and tags into a form of its own, whose limit is not published: assumed to be this many characters. */
const PACKED_CHARACTERS = 4096;

interface LimitedRequest {
  readonly Policy?: string;
  readonly PolicyArns?: readonly PolicyDescriptorType[];
  readonly Tags?: readonly Tag[];
}

/**
 * What narrows a session. Undefined without any: the session then has all that the role has.
 * @throws AwsError MalformedPolicyDocument, PackedPolicyTooLarge
 */
export function sessionPolicies(
  input: LimitedRequest,
  context: RequestContext,
): readonly CompiledPolicy[] | undefined {
  const policies: CompiledPolicy[] = [];
  if (input.Policy !== undefined) {
    try {
      policies.push(compilePolicy(input.Policy, "identity"));
    } catch (error) {
      if (error instanceof MalformedPolicy) throw errors.malformedPolicyDocument(error.message);
      throw error;
    }
  }
  const arns = (input.PolicyArns ?? []).map(({ arn = "" }) => arn);
  if (arns.length > POLICY_ARNS) {
    throw errors.outOfBounds(
      "policyArns",
      `Member must have length less than or equal to ${POLICY_ARNS}`,
    );
  }
  for (const arn of arns) policies.push(managedPolicy(arn, context));
  return policies.length === 0 ? undefined : policies;
}

/** A policy of AWS or of the account itself. */
function managedPolicy(arn: string, context: RequestContext): CompiledPolicy {
  const policy = context.world.iam.managedPolicy(arn);
  const version = policy?.versions.find((one) => one.versionId === policy.defaultVersionId);
  if (version === undefined) {
    throw errors.malformedPolicyDocument(`The policy ${arn} does not exist or is not attachable.`);
  }
  return version.policy;
}

/**
 * `PackedPolicySize`: in percent, 1 to 100; undefined when the session has neither policies nor tags.
 * @throws AwsError PackedPolicyTooLarge
 */
export function packedPolicySize(input: LimitedRequest): number | undefined {
  const plain = [input.Policy ?? "", ...(input.PolicyArns ?? []).map(({ arn = "" }) => arn)];
  const plainCharacters = plain.join("").length;
  if (plainCharacters > PLAIN_CHARACTERS) throw errors.packedPolicyTooLarge();
  const tags = (input.Tags ?? []).map(({ Key = "", Value = "" }) => Key + Value);
  const percent = Math.ceil(((plainCharacters + tags.join("").length) / PACKED_CHARACTERS) * 100);
  if (percent > 100) throw errors.packedPolicyTooLarge(percent);
  return percent === 0 ? undefined : percent;
}
