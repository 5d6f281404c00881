/** Who tries: the vault's own credentials, and the stronger principal that the config may name. */

import type { VaultConfig } from "../../components/config/types";
import type { VaultOutputs } from "../../components/promise/outputs";
import { accountClients, type AccountClients, callerIdentity } from "../aws/aws-clients";
import type { AwsEnvironment } from "../aws/configured-endpoint";
import { awsFailure } from "../errors";

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

/** Somebody who cannot be had, or who is of another account. */
export interface NoCaller {
  /** ARN of the role, or of whoever it is instead; empty where nobody knows. */
  readonly arn: string;
  readonly clients: undefined;
  /** Why, in a sentence. */
  readonly why: string;
  /** AWS's. */
  readonly code?: string;
  readonly message?: string;
}

/** @throws the SDK's error where the vault's own credentials cannot be had */
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
    const callers: (Caller | NoCaller)[] = [
      accountId === outputs.accountId
        ? { arn, clients: own }
        : { arn, clients: undefined, why: ofAnother(accountId, outputs) },
    ];
    const { refusalsRoleArn } = config;
    if (refusalsRoleArn !== undefined) {
      const clients = await accountClients(
        { ...config, thenAssumeRoleArn: refusalsRoleArn },
        environment,
      );
      made.push(clients);
      callers.push(await asRole(refusalsRoleArn, clients, outputs, signal));
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

async function asRole(
  roleArn: string,
  clients: AccountClients,
  outputs: VaultOutputs,
  signal: AbortSignal,
): Promise<Caller | NoCaller> {
  try {
    const { accountId, arn } = await callerIdentity(clients, signal);
    if (accountId === outputs.accountId) return { arn, clients };
    clients.destroy();
    return { arn, clients: undefined, why: ofAnother(accountId, outputs) };
  } catch (error) {
    const failure = awsFailure(error);
    if (failure?.httpStatus === undefined) throw error;
    clients.destroy();
    const { code, message } = failure;
    const why = `The role ${roleArn} could not be assumed.`;
    return { arn: roleArn, clients: undefined, why, code, message };
  }
}

function ofAnother(accountId: string, outputs: VaultOutputs): string {
  return `It is of account ${accountId}, and the vault of ${outputs.accountId}.`;
}
