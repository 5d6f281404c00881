/**
 * Who may become the break-glass role. A role that the vault's own account trusts is no glass: whoever takes over that account's
 * IAM becomes it, and with it passes the bucket's policy, the key's, and the organization's policies, which except it.
 */

import { GetRoleCommand } from "@aws-sdk/client-iam";
import type { VaultConfig } from "../../components/config/types";
import { parseRoleArn } from "../../components/config/values";
import { accountClients, type AwsEnvironment } from "../aws/aws-clients";
import { awsFailure } from "../errors";
import { trustedWithin, statementsOf } from "./statement";

/** What is wrong with who may become a vault's break-glass role, in words. */
export async function trustProblem(
  vault: VaultConfig,
  roleArn: string,
  environment: AwsEnvironment,
  signal: AbortSignal,
): Promise<string | undefined> {
  const trust = await readTrust(vault, parseRoleArn(roleArn)?.name ?? roleArn, environment, signal);
  if (trust === "absent") return "is not there: nobody could restore what only it may change.";
  if (trust === "unreadable") {
    return "cannot be looked at (iam:GetRole is refused): see to it that its trust policy names nobody of the vault's account.";
  }
  const within = trustedWithin(statementsOf(trust), vault.accountId);
  if (within.length === 0) return undefined;
  return (
    `trusts ${within.join(", ")} of the vault's own account: whoever takes over that account becomes it, and no service or ` +
    "resource control policy stops that. Let it trust an account apart."
  );
}

/** The text of a role's trust policy. */
async function readTrust(
  vault: VaultConfig,
  RoleName: string,
  environment: AwsEnvironment,
  abortSignal: AbortSignal,
): Promise<string> {
  const clients = await accountClients(vault, environment);
  try {
    const { Role } = await clients.iam.send(new GetRoleCommand({ RoleName }), { abortSignal });
    // IAM gives the document URL-encoded.
    return decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "%7B%7D");
  } catch (error) {
    const failure = awsFailure(error);
    if (failure?.code === "NoSuchEntityException" || failure?.code === "NoSuchEntity") {
      return "absent";
    }
    if (failure?.httpStatus === 403) return "unreadable";
    throw error;
  } finally {
    clients.destroy();
  }
}
