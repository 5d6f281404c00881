/** Looks at the roles of each source of a stack, and takes away what somebody added to them. */

import {
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  type IAMClient,
} from "@aws-sdk/client-iam";
import type { LockstepConfig } from "../../components/config/types";
import { parseRoleArn } from "../../components/config/values";
import type { RoleOutputs, RolesOutputs, SourceOutputs } from "../../components/promise/outputs";
import { accountClients, type AwsEnvironment } from "../aws/aws-clients";
import { stackOutputs, type OutputsOfStack } from "../stack/deployed-sources";
import { awsFailure, messageOf } from "../errors";
import type { RolesFields, Session } from "../events";
import type { Drift } from "../judge/outcome";
import { compareRole, foreignPolicies } from "./compare-role";
import { readRole } from "./read-role";
import type { RoleKind } from "./role-words";

/** What differs in a source's roles; nothing where an earlier version did not write down how they were deployed. */
export async function readRolesDrift(
  roles: RolesOutputs | undefined,
  iam: IAMClient,
  signal: AbortSignal,
): Promise<readonly Drift[]> {
  const drift: Drift[] = [];
  for (const [kind, role] of kindsOf(roles)) {
    drift.push(...compareRole(kind, role, await readRole(role.roleArn, iam, signal)));
  }
  return drift;
}

/** Looks at the roles of all sources that are deployed. */
export async function checkRoles(
  stack: OutputsOfStack,
  config: Pick<LockstepConfig, "sources">,
  environment: AwsEnvironment,
  { signal }: Session,
): Promise<RolesFields> {
  const checked: string[] = [];
  const unknown: string[] = [];
  const drift: Drift[] = [];
  await forEachSource(stack, config, environment, async ({ iam, name, roles }) => {
    (roles === undefined ? unknown : checked).push(name);
    drift.push(...(await readRolesDrift(roles, iam, signal)));
  });
  return { checked, unknown, drift };
}

/**
 * Takes away the policies that somebody added to roles of ours: no resource of the stack says that they must not be there.
 * What IAM refuses is told as a warning; the look afterwards finds it again.
 */
export async function removeForeignPolicies(
  stack: OutputsOfStack,
  config: Pick<LockstepConfig, "sources">,
  environment: AwsEnvironment,
  session: Session,
): Promise<void> {
  await forEachSource(stack, config, environment, async ({ iam, roles }) => {
    for (const [, role] of kindsOf(roles)) await removeFrom(role, iam, session);
  });
}

async function removeFrom(
  role: RoleOutputs,
  iam: IAMClient,
  { emit, signal }: Session,
): Promise<void> {
  const facts = await readRole(role.roleArn, iam, signal);
  const { attachedArns, inlineNames } = foreignPolicies(role, facts);
  const RoleName = parseRoleArn(role.roleArn)?.name ?? role.roleArn;
  const options = { abortSignal: signal };
  const removals = [
    ...inlineNames.map((PolicyName) => ({
      name: PolicyName,
      remove: () => iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName }), options),
    })),
    ...attachedArns.map((PolicyArn) => ({
      name: PolicyArn,
      remove: () => iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }), options),
    })),
  ];
  for (const { name, remove } of removals) {
    try {
      await remove();
      emit({ type: "note", message: `the policy ${name} is taken from ${role.roleArn}` });
    } catch (error) {
      if (awsFailure(error)?.httpStatus === undefined) throw error;
      const message = `the policy ${name} is not taken from ${role.roleArn}: ${messageOf(error)}`;
      emit({ type: "warning", code: "NotRestored", message });
    }
  }
}

function kindsOf(roles: RolesOutputs | undefined): readonly (readonly [RoleKind, RoleOutputs])[] {
  if (roles === undefined) return [];
  return [
    ["replication", roles.replication],
    ["batch", roles.batch],
    ...(roles.checksum === undefined ? [] : ([["checksum", roles.checksum]] as const)),
  ];
}

interface RolesOfSource {
  readonly name: string;
  readonly roles: RolesOutputs | undefined;
  readonly iam: IAMClient;
}

/** Sources that are deployed where the config has them, each with the credentials of its account. */
async function forEachSource(
  stack: OutputsOfStack,
  config: Pick<LockstepConfig, "sources">,
  environment: AwsEnvironment,
  work: (source: RolesOfSource) => Promise<void>,
): Promise<void> {
  const outputs = await stackOutputs(stack);
  for (const access of config.sources) {
    const parts: { source?: SourceOutputs; roles?: RolesOutputs } | undefined =
      outputs.sources === undefined
        ? outputs
        : outputs.sources.find(({ name }) => name === access.name);
    if (parts?.source?.accountId !== access.accountId) continue;
    const clients = await accountClients(access, environment);
    try {
      await work({ name: access.name, roles: parts.roles, iam: clients.iam });
    } finally {
      clients.destroy();
    }
  }
}
