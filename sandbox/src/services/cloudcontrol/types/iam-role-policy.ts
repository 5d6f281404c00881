import type { GetRolePolicyResponse, ListRolePoliciesResponse } from "@aws-sdk/client-iam";
import { isAwsError } from "../../../world/aws-error";
import {
  alreadyExists,
  HandlerError,
  notFound,
  whenPresent,
  type HandlerContext,
  type ResourceModel,
  type ResourceType,
} from "../resource-type";
import { documentText } from "./policy-document";

const TYPE = "AWS::IAM::RolePolicy";

/** `AWS::IAM::RolePolicy`: one inline policy of a role. The identifier is `PolicyName|RoleName`. */
export const iamRolePolicy: ResourceType = {
  actsOn: ["PolicyName", "RoleName", "PolicyDocument"],

  identifierOf: (model) => `${model["PolicyName"] as string}|${model["RoleName"] as string}`,

  create(model, context) {
    const identifier = `${model["PolicyName"] as string}|${model["RoleName"] as string}`;
    if (find(identifier, context) !== undefined) throw alreadyExists(TYPE, identifier);
    put(model, context);
    return identifier;
  },

  read(identifier, context) {
    const document = find(identifier, context);
    if (document === undefined) throw notFound(TYPE, identifier);
    return { ...namesOf(identifier), PolicyDocument: JSON.parse(document) as unknown };
  },

  update(identifier, _current, desired, context) {
    put({ ...desired, ...namesOf(identifier) }, context);
  },

  delete(identifier, context) {
    context.call("iam", "DeleteRolePolicy", namesOf(identifier));
  },

  list(filter, context) {
    const roleName = filter["RoleName"];
    if (typeof roleName !== "string") {
      throw new HandlerError(
        "InvalidRequest",
        // In AWS's words, as recorded for AWS::Lambda::Permission.
        `Missing or invalid ResourceModel property in ${TYPE} list handler request input. Required property:  (#: required key [RoleName] not found)`,
      );
    }
    const { PolicyNames } = context.call<ListRolePoliciesResponse>("iam", "ListRolePolicies", {
      RoleName: roleName,
    });
    return (PolicyNames ?? []).map((policyName) => `${policyName}|${roleName}`);
  },
};

function namesOf(identifier: string): { PolicyName: string; RoleName: string } {
  const [policyName, roleName] = identifier.split("|");
  if (!policyName || !roleName) throw notFound(TYPE, identifier);
  return { PolicyName: policyName, RoleName: roleName };
}

function find(identifier: string, context: HandlerContext): string | undefined {
  const answer = whenPresent(
    () => context.call<GetRolePolicyResponse>("iam", "GetRolePolicy", namesOf(identifier)),
    (error) => isAwsError(error, "NoSuchEntity"),
  );
  // IAM answers policy documents percent-encoded.
  return answer?.PolicyDocument === undefined
    ? undefined
    : decodeURIComponent(answer.PolicyDocument);
}

function put(model: ResourceModel, context: HandlerContext): void {
  context.call("iam", "PutRolePolicy", {
    PolicyName: model["PolicyName"],
    RoleName: model["RoleName"],
    PolicyDocument: documentText(model["PolicyDocument"] ?? {}),
  });
}
