import type {
  GetKeyPolicyRequest,
  GetKeyPolicyResponse,
  ListKeyPoliciesRequest,
  ListKeyPoliciesResponse,
  PutKeyPolicyRequest,
} from "@aws-sdk/client-kms";
import { compilePolicy, MalformedPolicy } from "../../authorization/compile";
import type { CompiledPolicy } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { findKeyById, needOf, placeOf } from "./access";
import * as errors from "./errors";

const POLICY_BYTES = 32_768;

export const putKeyPolicy: Operation<PutKeyPolicyRequest, void> = {
  access: (input, context) => [
    needOf(context, findKeyById(context, input.KeyId), {
      own: true,
      conditionKeys: {
        "kms:bypasspolicylockoutsafetycheck": String(input.BypassPolicyLockoutSafetyCheck ?? false),
      },
    }),
  ],
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    checkPolicyName(input.PolicyName);
    if (key.deletionEpochMs !== undefined) throw errors.pendingDeletion(key.arn);
    const policy = compileKeyPolicy(input.Policy, context);
    if (input.BypassPolicyLockoutSafetyCheck !== true) refuseLockout(policy, key.arn, context);
    key.policy = policy;
  },
};

export const getKeyPolicy: Operation<GetKeyPolicyRequest, GetKeyPolicyResponse> = {
  access: (input, context) => [needOf(context, findKeyById(context, input.KeyId), { own: true })],
  handle(input, context) {
    const key = findKeyById(context, input.KeyId);
    const PolicyName = checkPolicyName(input.PolicyName);
    return { Policy: context.world.iam.policyText(key.policy), PolicyName };
  },
};

/** A key has one policy, named `default`. */
export const listKeyPolicies: Operation<ListKeyPoliciesRequest, ListKeyPoliciesResponse> = {
  access: (input, context) => [needOf(context, findKeyById(context, input.KeyId), { own: true })],
  handle(input, context) {
    findKeyById(context, input.KeyId);
    return { PolicyNames: ["default"], Truncated: false };
  },
};

function checkPolicyName(name = "default"): string {
  if (name !== "default") throw errors.noSuchPolicy(name);
  return name;
}

/** @throws AwsError MalformedPolicyDocumentException, LimitExceededException */
export function compileKeyPolicy(
  text: string | undefined,
  context: RequestContext,
): CompiledPolicy {
  if (text === undefined) throw errors.required("policy");
  if (Buffer.byteLength(text) > POLICY_BYTES) {
    throw errors.limitExceeded(`The key policy is larger than ${POLICY_BYTES} bytes.`);
  }
  try {
    return context.world.iam.bindPolicy(compilePolicy(text, "resource"));
  } catch (error) {
    if (!(error instanceof MalformedPolicy)) throw error;
    throw error.problem === "invalid-principal"
      ? errors.invalidPrincipals()
      : errors.malformedPolicy(error.message);
  }
}

/**
 * KMS's safety check: the caller must be able to change the policy again under the new one.
 * @throws AwsError MalformedPolicyDocumentException
 */
export function refuseLockout(
  policy: CompiledPolicy,
  keyArn: string,
  context: RequestContext,
): void {
  const canChange = context.allows({
    action: "kms:PutKeyPolicy",
    resource: keyArn,
    resourceAccountId: placeOf(context).accountId,
    resourcePolicy: policy,
    resourcePolicyMode: "required",
    conditionKeys: {
      "kms:calleraccount": context.principal.accountId,
      "kms:bypasspolicylockoutsafetycheck": "false",
    },
  });
  if (!canChange) throw errors.lockout();
}
