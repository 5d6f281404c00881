import type {
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicyRequest,
} from "@aws-sdk/client-iam";
import { contextKeyNames } from "../../authorization/context-keys";
import type { Operation } from "../../world/operation";
import { accountNeed } from "./access";
import { compileDocument, present } from "./input-rules";
import { simulationSource } from "./simulate-policy";

/** The condition keys that the given policies ask for, to know what to simulate with. */
export const getContextKeysForCustomPolicy: Operation<
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse
> = {
  access: (_input, context) => accountNeed(context),
  handle: (input) => ({
    ContextKeyNames: [
      ...contextKeyNames(compileList(present(input.PolicyInputList, "policyInputList"))),
    ],
  }),
};

/** The same of a user's or role's own policies, with those given beside them. */
export const getContextKeysForPrincipalPolicy: Operation<
  GetContextKeysForPrincipalPolicyRequest,
  GetContextKeysForPolicyResponse
> = {
  access: (input, context) =>
    accountNeed(context, present(input.PolicySourceArn, "policySourceArn")),
  handle(input, context) {
    const { policies } = simulationSource(input.PolicySourceArn, context);
    const own = policies.boundary === undefined ? [] : [policies.boundary];
    const given = compileList(input.PolicyInputList ?? []);
    return { ContextKeyNames: [...contextKeyNames([...policies.identity, ...own, ...given])] };
  },
};

function compileList(documents: readonly string[]) {
  return documents.map((text) => compileDocument(text, "identity", "policyInputList"));
}
