/** Places beside vaults where bundles of evidence lie, as far as keeping asks. */

import { CreateBucketCommand, type BucketLocationConstraint } from "@aws-sdk/client-s3";
import { startSandbox, type Sandbox, type SandboxOptions } from "lockstep-sandbox";
import { accountClients, type AccountClients } from "../../automation/aws/aws-clients";
import { systemClock } from "../../automation/clock";
import type { LockstepEvent } from "../../automation/events";
import type { KeptPlace } from "../../automation/prove/kept-places";
import type { LockstepConfig } from "../../components/config/types";
import type { VaultOutputs } from "../../components/promise/outputs";
import { BundleFolder } from "./evidence-bundles";

export const ACCESS = { accountId: "222222222222", region: "eu-central-1", profile: "vault" };

/** A vault of that account. */
export function vaultOf(bucketName: string, parts: object = {}): VaultOutputs {
  return {
    ...{ name: bucketName, accountId: ACCESS.accountId, region: ACCESS.region, bucketName },
    operationsBucketName: `${bucketName}-ops`,
    lock: { mode: "GOVERNANCE", retentionDays: 30 },
    guard: { stage: "governance", operationsPolicyStatements: [] },
    ...parts,
  } as unknown as VaultOutputs;
}

/** A config of such vaults. */
export function configOf(...vaults: readonly VaultOutputs[]): LockstepConfig {
  return {
    vaults: vaults.map(({ accountId, bucketName, name }) => ({
      ...ACCESS,
      ...{ accountId, name, bucket: { name: bucketName } },
    })),
  } as unknown as LockstepConfig;
}

/** Makes the bucket beside a vault of that name. */
export async function makePlace(
  name: string,
  { s3 }: Pick<AccountClients, "s3">,
): Promise<KeptPlace> {
  const vault = vaultOf(name);
  await s3.send(
    new CreateBucketCommand({
      Bucket: vault.operationsBucketName,
      CreateBucketConfiguration: {
        LocationConstraint: ACCESS.region as BucketLocationConstraint,
      },
      ObjectLockEnabledForBucket: true,
    }),
  );
  return {
    vault,
    bucket: `${name}-ops`,
    access: { ...ACCESS } as unknown as KeptPlace["access"],
  };
}

/** A sandbox with that account, and a folder of bundles. */
export interface KeptWorld {
  readonly folder: BundleFolder;
  readonly sandbox: Sandbox;
  readonly clients: AccountClients;
  readonly aws: { configFile: string; variables: Record<string, string> };
}

/** Starts one, which `closeWorld` ends. */
export async function startWorld(options: SandboxOptions = {}): Promise<KeptWorld> {
  const folder = new BundleFolder();
  const sandbox = await startSandbox(options);
  const { configFile } = await sandbox.writeAwsConfig(folder.path);
  const aws = { configFile, variables: {} };
  return { folder, sandbox, aws, clients: await accountClients(ACCESS, aws) };
}

export async function closeWorld({ clients, folder, sandbox }: KeptWorld): Promise<void> {
  clients.destroy();
  await sandbox.close();
  folder.remove();
}

/** A session, and what is heard in it. */
export function listening() {
  const events: LockstepEvent[] = [];
  const session = {
    clock: systemClock,
    emit: (event: LockstepEvent): void => void events.push(event),
    signal: new AbortController().signal,
  };
  return { events, session };
}
