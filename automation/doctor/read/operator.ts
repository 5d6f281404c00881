/**
 * What of a first `up` its own credentials are refused, as IAM's policy simulator says it.
 *
 * It says so with confidence where it cannot know: service control policies with conditions are evaluated without what a request
 * carries, and what it lacks for them is not told. One that refuses everything of a service there is therefore no proof, and it is the
 * first step that would fail. One that refuses a single action among others of its service is: a later step would fail.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 * @see https://github.com/aws/aws-cli/issues/10525
 * @see https://github.com/aws/aws-toolkit-vscode/pull/3106
 */

import {
  type EvaluationResult,
  type IAMClient,
  paginateSimulatePrincipalPolicy,
} from "@aws-sdk/client-iam";
import { ask, orElse } from "../../guard/ask";
import type { Fact } from "../../guard/facts";
import { isSure, type OperatorNeed } from "../../permissions/first-up";
import { simulationContext } from "../simulate-roles";

/** Who refuses something to the operator. */
export type Refuser = "organization" | "boundary" | "statement" | "nobody-allows";

export interface OperatorRefusal {
  readonly by: Refuser;
  readonly action: string;
  readonly resource: string;
  /** It does not depend on what the simulator cannot know, and `up` does it for sure. */
  readonly isCertain: boolean;
  /** Statements that refuse it, as the simulator names their policies. */
  readonly policies: readonly string[];
}

export interface OperatorRequest {
  readonly principalArn: string;
  readonly needs: readonly OperatorNeed[];
  readonly region: string;
  /** Of the roles that are made. */
  readonly permissionsBoundary: string | undefined;
}

export async function readOperatorRefusals(
  { needs, permissionsBoundary, principalArn, region }: OperatorRequest,
  client: IAMClient,
  abortSignal: AbortSignal,
): Promise<Fact<readonly OperatorRefusal[]>> {
  const found = await ask("iam:SimulatePrincipalPolicy", undefined, async () => {
    const results: EvaluationResult[] = [];
    for (const { actions, resource } of needs) {
      const pages = paginateSimulatePrincipalPolicy(
        { client },
        {
          PolicySourceArn: principalArn,
          ActionNames: [...actions],
          ResourceArns: [resource],
          ContextEntries: [
            ...simulationContext(region, resource),
            text("aws:PrincipalArn", principalArn),
            ...(permissionsBoundary === undefined
              ? []
              : [text("iam:PermissionsBoundary", permissionsBoundary)]),
          ],
        },
        { abortSignal },
      );
      for await (const { EvaluationResults = [] } of pages) results.push(...EvaluationResults);
    }
    return operatorRefusals(results);
  });
  return orElse(found, []);
}

function text(ContextKeyName: string, value: string) {
  return { ContextKeyName, ContextKeyValues: [value], ContextKeyType: "string" as const };
}

/** The refusals among all that was asked in one account. Pure. */
export function operatorRefusals(results: readonly EvaluationResult[]): readonly OperatorRefusal[] {
  const isByOrganization = (result: EvaluationResult): boolean =>
    result.EvalDecision !== "allowed" &&
    result.OrganizationsDecisionDetail?.AllowedByOrganizations === false;
  const spared = new Set(
    results
      .filter((result) => !isByOrganization(result))
      .map(({ EvalActionName }) => serviceOf(EvalActionName)),
  );
  return results.flatMap((result): OperatorRefusal[] => {
    const { EvalActionName: action = "", EvalDecision, EvalResourceName: resource = "" } = result;
    if (EvalDecision === "allowed") return [];
    const refusal = (by: Refuser, isKnown: boolean): OperatorRefusal => ({
      by,
      action,
      resource,
      isCertain: isKnown && isSure(action),
      policies: (result.MatchedStatements ?? []).flatMap(
        ({ SourcePolicyId }) => SourcePolicyId ?? [],
      ),
    });
    if (isByOrganization(result)) return [refusal("organization", spared.has(serviceOf(action)))];
    const isKnown = missingKeys(result).length === 0;
    if (isByBoundary(result)) return [refusal("boundary", isKnown)];
    // That nothing allows it may be made good by a policy of the resource.
    return [
      EvalDecision === "explicitDeny"
        ? refusal("statement", isKnown)
        : refusal("nobody-allows", false),
    ];
  });
}

function serviceOf(action = ""): string {
  return action.slice(0, action.indexOf(":"));
}

/** Both are told of the resource where one is named. */
function missingKeys({
  MissingContextValues = [],
  ResourceSpecificResults = [],
}: EvaluationResult) {
  return [
    ...MissingContextValues,
    ...ResourceSpecificResults.flatMap((one) => one.MissingContextValues ?? []),
  ];
}

function isByBoundary({
  PermissionsBoundaryDecisionDetail,
  ResourceSpecificResults = [],
}: EvaluationResult): boolean {
  return [
    PermissionsBoundaryDecisionDetail,
    ...ResourceSpecificResults.map((one) => one.PermissionsBoundaryDecisionDetail),
  ].some((detail) => detail?.AllowedByPermissionsBoundary === false);
}
