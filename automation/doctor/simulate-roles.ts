/**
 * What the organization's service control policies and the roles' boundaries refuse to the roles that S3 works with, as IAM's
 * policy simulator says it. It does not know resource control policies, nor everything that a request will carry, so that what it
 * finds is a warning.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
 */

import {
  type EvaluationResult,
  type IAMClient,
  paginateSimulatePrincipalPolicy,
} from "@aws-sdk/client-iam";
import type { ReplicationConfig } from "../../components/config/types";
import { awsFailure } from "../errors";
import type { RoleNeed } from "./deny";
import { needsOf } from "./role-needs";

/** Who refuses, and what. */
export interface RefusedBySimulation {
  readonly by: "organization" | "boundary";
  readonly action: string;
  readonly resource: string;
}

/** What the simulator says of one role; why it could not be asked, where it could not. */
interface RefusedRole {
  readonly roleArn: string;
  readonly refused: readonly RefusedBySimulation[] | string;
}

/** Asks for each role of a source. */
export async function refusedRoles(
  replication: ReplicationConfig,
  client: IAMClient,
  signal: AbortSignal,
): Promise<readonly RefusedRole[]> {
  const needs = needsOf(replication);
  const roles: RefusedRole[] = [];
  for (const roleArn of new Set(needs.map((need) => need.roleArn))) {
    const ofRole = needs.filter((need) => need.roleArn === roleArn);
    const results = await simulated(client, roleArn, ofRole, signal);
    roles.push({ roleArn, refused: typeof results === "string" ? results : refusedBy(results) });
  }
  return roles;
}

/** @returns why it could not be asked, where it could not */
async function simulated(
  client: IAMClient,
  roleArn: string,
  needs: readonly RoleNeed[],
  abortSignal: AbortSignal,
): Promise<readonly EvaluationResult[] | string> {
  const found: EvaluationResult[] = [];
  try {
    for (const resource of new Set(needs.map((need) => need.resource))) {
      const there = needs.filter((need) => need.resource === resource);
      const pages = paginateSimulatePrincipalPolicy(
        { client },
        {
          PolicySourceArn: roleArn,
          ActionNames: there.map(({ action }) => action),
          ResourceArns: [resource],
          ContextEntries: simulationContext(there[0]?.region ?? "", resource),
        },
        { abortSignal },
      );
      for await (const { EvaluationResults = [] } of pages) found.push(...EvaluationResults);
    }
    return found;
  } catch (error) {
    const failure = awsFailure(error);
    // Before the first `up`.
    if (failure?.code === "NoSuchEntityException" || failure?.code === "NoSuchEntity") return [];
    if (failure?.httpStatus === 403) return "iam:SimulatePrincipalPolicy is refused";
    throw error;
  }
}

/** What the simulator cannot know by itself. Without it a Deny of other Regions would look as if it hit. */
export function simulationContext(region: string, resource: string) {
  const isKey = resource.includes(":kms:");
  const values = {
    "aws:RequestedRegion": region,
    "aws:SecureTransport": "true",
    "aws:ViaAWSService": String(isKey),
    "aws:PrincipalIsAWSService": "false",
  };
  return Object.entries(values).map(([ContextKeyName, value]) => ({
    ContextKeyName,
    ContextKeyValues: [value],
    ContextKeyType: /^(true|false)$/.test(value) ? ("boolean" as const) : ("string" as const),
  }));
}

/**
 * The refusals by organization and boundary. That the role's own policies allow too little is not asked here: they are ours, and
 * held against the promise.
 */
export function refusedBy(results: readonly EvaluationResult[]): readonly RefusedBySimulation[] {
  return results.flatMap((result): RefusedBySimulation[] => {
    const { EvalActionName: action = "", EvalDecision, EvalResourceName: resource = "" } = result;
    if (EvalDecision === "allowed") return [];
    if (result.OrganizationsDecisionDetail?.AllowedByOrganizations === false) {
      return [{ by: "organization", action, resource }];
    }
    const { AllowedByPermissionsBoundary } = result.PermissionsBoundaryDecisionDetail ?? {};
    return AllowedByPermissionsBoundary === false ? [{ by: "boundary", action, resource }] : [];
  });
}

const WORDS: Readonly<Record<RefusedBySimulation["by"], string>> = {
  organization: "the organization's service control policies refuse",
  boundary: "its permissions boundary does not allow",
};

/** One text for each who refuses. */
export function refusalTexts(
  roleArn: string,
  refused: readonly RefusedBySimulation[],
): readonly string[] {
  return [...new Set(refused.map(({ by }) => by))].map((by) => {
    const those = refused.filter((one) => one.by === by);
    const actions = [...new Set(those.map(({ action }) => action))].join(", ");
    const resources = [...new Set(those.map(({ resource }) => resource))].join(", ");
    return `${roleArn}: ${WORDS[by]} ${actions} on ${resources}, says IAM's policy simulator: a job would be made and paid for, and fail. Except the role from it.`;
  });
}
