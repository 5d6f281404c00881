/**
 * Reads a role with the credentials of its account. Nothing is changed. IAM gives policy documents URL-encoded.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
 */

import {
  GetRoleCommand,
  GetRolePolicyCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  type IAMClient,
} from "@aws-sdk/client-iam";
import { parseRoleArn } from "../../components/config/values";
import { ask, orElse } from "./ask";
import type { Fact, RoleFacts, RolePolicyFacts } from "./facts";
import { statementsOf } from "./statement";

/** The codes for "there is none"; the second is the name that the SDK gives to the error. */
const ABSENT = ["NoSuchEntity", "NoSuchEntityException"];

/** @throws what is no answer about the role: no network, an aborted signal, a server's fault */
export async function readRole(
  roleArn: string,
  iam: IAMClient,
  signal: AbortSignal,
): Promise<RoleFacts> {
  const RoleName = parseRoleArn(roleArn)?.name ?? roleArn;
  const options = { abortSignal: signal };
  const role = await ask("iam:GetRole", ABSENT, async () => {
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }), options);
    return {
      arn: Role?.Arn,
      trust: statementsOf(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "{}")),
      boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
    };
  });
  if (!("unreadable" in role) && role.value === undefined) return GONE;
  const pages = { client: iam, stopOnSameToken: true };
  const names = await ask("iam:ListRolePolicies", ABSENT, async () => {
    const found: string[] = [];
    for await (const { PolicyNames } of paginateListRolePolicies(pages, { RoleName }, options)) {
      found.push(...(PolicyNames ?? []));
    }
    return found;
  });
  const attached = await ask("iam:ListAttachedRolePolicies", ABSENT, async () => {
    const found: string[] = [];
    const listed = paginateListAttachedRolePolicies(pages, { RoleName }, options);
    for await (const { AttachedPolicies = [] } of listed) {
      found.push(...AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []));
    }
    return found;
  });
  return {
    role: "there",
    ...("value" in role && role.value?.arn !== undefined ? { arn: role.value.arn } : {}),
    trust: "unreadable" in role ? role : { value: role.value?.trust ?? [] },
    boundary: "unreadable" in role ? role : { value: role.value?.boundary },
    policies: await readPolicies(RoleName, orElse(names, []), iam, signal),
    attached: orElse(attached, []),
  };
}

async function readPolicies(
  RoleName: string,
  names: Fact<readonly string[]>,
  iam: IAMClient,
  abortSignal: AbortSignal,
): Promise<Fact<readonly RolePolicyFacts[]>> {
  if ("unreadable" in names) return names;
  const policies: RolePolicyFacts[] = [];
  for (const name of names.value) {
    const read = await ask("iam:GetRolePolicy", ABSENT, async () => {
      const command = new GetRolePolicyCommand({ RoleName, PolicyName: name });
      const { PolicyDocument } = await iam.send(command, { abortSignal });
      return statementsOf(decodeURIComponent(PolicyDocument ?? "{}"));
    });
    if ("unreadable" in read) return read;
    // Taken away since it was listed.
    if (read.value !== undefined) policies.push({ name, statements: read.value });
  }
  return { value: policies };
}

const GONE: RoleFacts = {
  role: "gone",
  trust: { value: [] },
  boundary: { value: undefined },
  policies: { value: [] },
  attached: { value: [] },
};
