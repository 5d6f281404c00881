/** Who tries: the vault's own credentials, and the stronger principal that the config may name. */

import type { VaultConfig } from "../../components/config/types";
import type { VaultOutputs } from "../../components/promise/outputs";
import { accountClients, type AccountClients, callerIdentity } from "../aws/aws-clients";
import type { AwsEnvironment } from "../aws/configured-endpoint";
import { awsFailure, LockstepError } from "../errors";

/** A vault, and the clients of whoever runs the command. */
export interface TriedVault {
  readonly config: VaultConfig;
  /** What its stack tells of it. */
  readonly outputs: VaultOutputs;
  /** Of the vault's own credentials: they read, note and undo, whoever tries. */
  readonly own: AccountClients;
  /** Those who try, the vault's own credentials first. */
  readonly callers: readonly (Caller | NoCaller)[];
  /** AWS's time when they were asked who they are. */
  readonly nowEpochMs: number | undefined;
}

/** Somebody who tries. */
export interface Caller {
  /** ARN, as STS tells it. */
  readonly arn: string;
  readonly clients: AccountClients;
}

/** A role that cannot be assumed. */
export interface NoCaller {
  /** Of the role. */
  readonly arn: string;
  readonly clients: undefined;
  /** AWS's. */
  readonly code: string;
  readonly message: string;
}

/** @throws LockstepError `PreflightFailed` where whoever reaches the vault is of another account */
export async function openVault(
  config: VaultConfig,
  outputs: VaultOutputs,
  environment: AwsEnvironment,
  signal: AbortSignal,
): Promise<TriedVault> {
  const own = await accountClients(config, environment);
  const made = [own];
  try {
    const { accountId, arn, answeredEpochMs } = await callerIdentity(own, signal);
    if (accountId !== outputs.accountId) throw ofAnother(accountId, outputs);
    const callers: (Caller | NoCaller)[] = [{ arn, clients: own }];
    const { refusalsRoleArn } = config;
    if (refusalsRoleArn !== undefined) {
      const clients = await accountClients(
        { ...config, thenAssumeRoleArn: refusalsRoleArn },
        environment,
      );
      made.push(clients);
      callers.push(await asRole(refusalsRoleArn, clients, signal));
    }
    return { config, outputs, own, callers, nowEpochMs: answeredEpochMs };
  } catch (error) {
    for (const clients of made) clients.destroy();
    throw error;
  }
}

/** Ends the connections. */
export function closeVault({ callers, own }: TriedVault): void {
  own.destroy();
  for (const { clients } of callers) clients?.destroy();
}

/** The config's check says that the role is of the vault's account. */
async function asRole(
  roleArn: string,
  clients: AccountClients,
  signal: AbortSignal,
): Promise<Caller | NoCaller> {
  try {
    return { arn: (await callerIdentity(clients, signal)).arn, clients };
  } catch (error) {
    const failure = awsFailure(error);
    if (failure?.httpStatus === undefined) throw error;
    clients.destroy();
    const { code, message } = failure;
    return { arn: roleArn, clients: undefined, code, message };
  }
}

function ofAnother(accountId: string, { accountId: wanted, name }: VaultOutputs): LockstepError {
  return new LockstepError(
    "PreflightFailed",
    `Whoever reaches the vault ${name} is of account ${accountId}, and the vault of ${wanted}.`,
  );
}
