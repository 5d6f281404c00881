/** Reads the guard of each vault of a stack and names what is not as deployed. */

import type { AccountAccess, LockstepConfig } from "../../components/config/types";
import type { VaultOutputs } from "../../components/promise/outputs";
import { accountClients, callerIdentity, type AwsEnvironment } from "../aws/aws-clients";
import { sessionRoleArn } from "../aws/session-role";
import type { GuardFields, Session } from "../events";
import type { GuardLoss } from "../judge/outcome";
import { compareGuard } from "./compare-guard";
import type { GuardFacts } from "./facts";
import type { GuardedVault } from "./guarded-vault";
import { readGuard } from "./read-guard";

/** Is given the protections of a vault, by its name, as AWS told them to whoever asked. */
export type OnGuardRead = (
  vault: string,
  read: {
    /** ARN of whoever asked. */
    readonly readAs: string;
    readonly found: GuardFacts;
  },
) => void;

/**
 * Looks at the guard of the vaults, each with its own account's credentials.
 * @param vaults as the stack's outputs tell them: what was deployed
 * @param config how the vaults' accounts are reached; a vault that it does not have any more is not looked at
 * @param onRead is given what AWS told of each
 */
export async function checkGuard(
  vaults: readonly VaultOutputs[],
  config: Pick<LockstepConfig, "vaults">,
  environment: AwsEnvironment,
  session: Session,
  onRead?: OnGuardRead,
): Promise<GuardFields> {
  const checked: string[] = [];
  const unknown: string[] = [];
  const losses: GuardLoss[] = [];
  for (const vault of vaults) {
    const access = config.vaults.find(({ name }) => name === vault.name);
    // A config that means another place reaches another bucket: what is left behind is asked about on its own.
    if (!isGuarded(vault) || access === undefined || !isSamePlace(vault, access)) {
      unknown.push(vault.name);
      continue;
    }
    checked.push(vault.name);
    losses.push(...(await lossesOf(vault, access, environment, session, onRead)));
  }
  return { checked, unknown, losses };
}

/** The losses alone, for a verdict. */
export async function readGuardLosses(
  ...args: Parameters<typeof checkGuard>
): Promise<readonly GuardLoss[]> {
  return (await checkGuard(...args)).losses;
}

function isSamePlace(
  vault: VaultOutputs,
  { accountId, bucket, region }: LockstepConfig["vaults"][number],
): boolean {
  return (
    vault.accountId === accountId && vault.region === region && vault.bucketName === bucket.name
  );
}

function isGuarded(vault: VaultOutputs): vault is GuardedVault {
  return vault.guard !== undefined;
}

async function lossesOf(
  vault: GuardedVault,
  access: AccountAccess,
  environment: AwsEnvironment,
  session: Session,
  onRead: OnGuardRead | undefined,
): Promise<readonly GuardLoss[]> {
  const clients = await accountClients(access, environment);
  try {
    const facts = await readGuard(vault, clients, session.signal);
    const caller = await callerIdentity(clients, session.signal);
    onRead?.(vault.name, { readAs: caller.arn, found: facts });
    return compareGuard(vault, facts, sessionRoleArn(caller.arn));
  } finally {
    clients.destroy();
  }
}
