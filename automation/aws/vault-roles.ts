import type { LockstepConfig, VaultConfig } from "../../components/config/types";
import { parseRoleArn } from "../../components/config/values";
import { LockstepError, type Problem } from "../errors";

/**
 * The config with which the vaults of the roles' accounts are reached as these roles. The vault's profile, or else the
 * environment, assumes the role; a role that the config names is taken the place of: whoever may break the glass is not
 * whoever deploys every day. Pure.
 * @throws LockstepError `ConfigInvalid` when a role is none, or is in the account of no vault
 */
export function withVaultRoles(
  config: LockstepConfig,
  roleArns: readonly string[],
): LockstepConfig {
  if (roleArns.length === 0) return config;
  const problems = roleArns.flatMap((arn) => problemsOf(arn, config));
  if (problems.length > 0) {
    throw new LockstepError("ConfigInvalid", "--vault-role does not fit the config.", {
      problems,
      hint: "Name the vault's breakGlassRoleArn, or leave the flag out; nothing was made or changed.",
    });
  }
  return {
    ...config,
    vaults: config.vaults.map((vault) => {
      const assumeRoleArn = roleFor(vault, roleArns);
      return assumeRoleArn === undefined ? vault : { ...vault, assumeRoleArn };
    }),
  };
}

/** The vault's own break-glass role, where it is among them; else one of its account. */
function roleFor(vault: VaultConfig, roleArns: readonly string[]): string | undefined {
  return (
    roleArns.find((arn) => arn === vault.breakGlassRoleArn) ??
    roleArns.find((arn) => parseRoleArn(arn)?.accountId === vault.accountId)
  );
}

function problemsOf(arn: string, { vaults }: LockstepConfig): readonly Problem[] {
  const path = "--vault-role";
  const role = parseRoleArn(arn);
  if (role === undefined) return [{ path, message: `expected the ARN of a role, got "${arn}"` }];
  if (vaults.some(({ accountId }) => accountId === role.accountId)) return [];
  const accounts = [...new Set(vaults.map(({ accountId }) => accountId))].join(", ");
  const message = `expected a role of a vault's account (${accounts}), got one of account ${role.accountId}`;
  return [{ path, message }];
}
