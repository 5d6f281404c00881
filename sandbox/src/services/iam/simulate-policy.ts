import type {
  ContextEntry,
  EvaluationResult,
  SimulateCustomPolicyRequest,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
} from "@aws-sdk/client-iam";
import { contextKeyNames } from "../../authorization/context-keys";
import { decideWith } from "../../authorization/decide";
import type { CallerPolicies } from "../../authorization/decide";
import type {
  AccessNeed,
  CompiledPolicy,
  ConditionKeys,
  Principal,
} from "../../authorization/model";
import { requestKeys } from "../../authorization/request-keys";
import type { Operation, RequestContext } from "../../world/operation";
import { accountNeed, accountOf } from "./access";
import * as errors from "./errors";
import { compileDocument, page, present } from "./input-rules";
import type { Role, User } from "./model";

/**
 * SimulatePrincipalPolicy and SimulateCustomPolicy, answered by the evaluation that every request goes through, so the
 * two cannot disagree. The account's service control policies count for a principal; resource control policies do not
 * (IAM User Guide, "How the IAM policy simulator works").
 */
export const simulatePrincipalPolicy: Operation<
  SimulatePrincipalPolicyRequest,
  SimulatePolicyResponse
> = {
  access: (input, context) =>
    accountNeed(context, present(input.PolicySourceArn, "policySourceArn")),
  handle(input, context) {
    const { principal, policies: own } = simulationSource(input.PolicySourceArn, context);
    const controls = context.world.organization.controlsOf(principal.accountId);
    const policies: CallerPolicies = {
      ...own,
      serviceControl: controls?.serviceControl,
      identity: [...own.identity, ...compileAll(input.PolicyInputList)],
      boundary: boundaryOf(input.PermissionsBoundaryPolicyInputList) ?? own.boundary,
    };
    return simulate(input, context, principal, policies);
  },
};

/** The user or role that a simulation is about. @throws AwsError NoSuchEntity */
export function simulationSource(
  sourceArn: string | undefined,
  context: RequestContext,
): { readonly principal: Principal; readonly policies: CallerPolicies } {
  const arn = present(sourceArn, "policySourceArn");
  const identity = context.world.iam.identityByArn(arn);
  if (identity === undefined || identity.accountId !== accountOf(context)) {
    throw errors.noSuchSimulationSource(arn);
  }
  const principal = asCaller(identity);
  return { principal, policies: context.world.iam.policiesOf(principal) };
}

export const simulateCustomPolicy: Operation<SimulateCustomPolicyRequest, SimulatePolicyResponse> =
  {
    access: (_input, context) => accountNeed(context),
    handle(input, context) {
      const accountId = accountOf(context);
      const callerArn = input.CallerArn ?? `arn:aws:iam::${accountId}:user/simulated`;
      const principal: Principal = {
        kind: "user",
        accountId: callerArn.split(":")[4] ?? accountId,
        arn: callerArn,
        principalArn: callerArn,
        userId: "AIDASIMULATED",
      };
      return simulate(input, context, principal, {
        identity: compileAll(present(input.PolicyInputList, "policyInputList")),
        boundary: boundaryOf(input.PermissionsBoundaryPolicyInputList),
      });
    },
  };

type Simulation = SimulateCustomPolicyRequest | SimulatePrincipalPolicyRequest;

function simulate(
  input: Simulation,
  context: RequestContext,
  principal: Principal,
  policies: CallerPolicies,
): SimulatePolicyResponse {
  // The option chooses among scenarios of ec2:RunInstances, and means nothing for other actions.
  if (input.ResourceHandlingOption !== undefined && hasEc2Action(input)) {
    throw errors.notImplemented("ResourceHandlingOption of a policy simulation");
  }
  const conditionKeys = contextKeys(input.ContextEntries);
  const resourcePolicy =
    input.ResourcePolicy === undefined
      ? undefined
      : compileDocument(input.ResourcePolicy, "resource", "resourcePolicy");
  const results: EvaluationResult[] = [];
  for (const action of present(input.ActionNames, "actionNames")) {
    for (const resource of input.ResourceArns ?? ["*"]) {
      const need: AccessNeed = {
        action,
        resource,
        resourceAccountId: ownerOf(input, resource) ?? principal.accountId,
        resourcePolicy,
        conditionKeys,
      };
      results.push(describe(context, principal, policies, need));
    }
  }
  const { items, ...rest } = page(results, input);
  return { EvaluationResults: items, ...rest };
}

function describe(
  context: RequestContext,
  principal: Principal,
  policies: CallerPolicies,
  need: AccessNeed,
): EvaluationResult {
  const decision = decideWith(context.world, policies, principal, need);
  const missing = missingKeys(context, policies, principal, need);
  const denied = decision.denial === "explicit" ? "explicitDeny" : "implicitDeny";
  return {
    EvalActionName: need.action,
    EvalResourceName: need.resource,
    EvalDecision: decision.allowed ? "allowed" : denied,
    MatchedStatements:
      decision.statement === undefined ? [] : [{ SourcePolicyId: decision.statement }],
    MissingContextValues: [...missing],
    OrganizationsDecisionDetail: {
      AllowedByOrganizations: decision.policyType !== "service control policy",
    },
    PermissionsBoundaryDecisionDetail:
      policies.boundary === undefined
        ? undefined
        : { AllowedByPermissionsBoundary: decision.policyType !== "permissions boundary" },
  };
}

/** Keys that the policies ask for, and that neither the request of the simulation nor its principal gives. */
function missingKeys(
  context: RequestContext,
  policies: CallerPolicies,
  principal: Principal,
  need: AccessNeed,
): readonly string[] {
  const all = [
    ...policies.identity,
    ...(policies.boundary === undefined ? [] : [policies.boundary]),
    ...(need.resourcePolicy === undefined ? [] : [need.resourcePolicy]),
  ];
  const keys = requestKeys({
    principal,
    need,
    resourceAccountId: need.resourceAccountId,
    identityTags: policies.tags,
    world: context.world,
  });
  return contextKeyNames(all).filter((name) => keys.get(name.toLowerCase()) === undefined);
}

function hasEc2Action(input: Simulation): boolean {
  return (input.ActionNames ?? []).some((action) => /^(ec2:|\*)/i.test(action));
}

function compileAll(documents: readonly string[] | undefined): readonly CompiledPolicy[] {
  return (documents ?? []).map((text) => compileDocument(text, "identity", "policyInputList"));
}

function boundaryOf(documents: readonly string[] | undefined): CompiledPolicy | undefined {
  return compileAll(documents)[0];
}

function contextKeys(entries: readonly ContextEntry[] | undefined): ConditionKeys {
  const keys: Record<string, string | readonly string[]> = {};
  for (const { ContextKeyName, ContextKeyValues, ContextKeyType } of entries ?? []) {
    const values = ContextKeyValues ?? [];
    const isList = ContextKeyType?.endsWith("List") === true;
    const [first] = values;
    if (ContextKeyName === undefined || first === undefined) continue;
    keys[ContextKeyName.toLowerCase()] = isList ? values : first;
  }
  return keys;
}

function ownerOf(input: Simulation, resource: string): string | undefined {
  const owner = input.ResourceOwner?.split(":")[4] ?? input.ResourceOwner;
  const named = resource.split(":")[4];
  return owner ?? (named !== undefined && /^\d{12}$/.test(named) ? named : undefined);
}

/** A role is simulated as a session of it would be decided. */
function asCaller(identity: Role | User): Principal {
  return {
    kind: identity.kind === "role" ? "role-session" : "user",
    accountId: identity.accountId,
    arn: identity.arn,
    principalArn: identity.arn,
    userId: identity.id,
  };
}
