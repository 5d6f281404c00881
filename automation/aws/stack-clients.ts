import type { S3Client } from "@aws-sdk/client-s3";
import type { S3ControlClient } from "@aws-sdk/client-s3-control";
import type { ReplicationConfig } from "../../components/config/types";
import type { LockstepOutputs, VaultOutputs } from "../../components/promise/outputs";
import { accountClients, type AccountClients, type AwsEnvironment } from "./aws-clients";
import { LockstepError } from "../errors";

/** One vault, and how to look into it. */
export interface VaultAccess {
  /** What its stack tells of it. */
  readonly outputs: VaultOutputs;
  /** Under the vault account's credentials. */
  readonly s3: S3Client;
}

/** One vault, and how to run batch jobs in its account. */
export interface VaultClients extends VaultAccess {
  /** Loaded when it is asked for. */
  readonly s3control: S3ControlClient;
  /** The same. */
  readonly sts: AccountClients["sts"];
  /** The same. */
  readonly athena: AccountClients["athena"];
}

/** The clients of all accounts that one source of a deployed stack has to do with. */
export interface StackClients {
  /** Of the source's account. */
  readonly source: AccountClients;
  /** By the vault's name, in the order of the config. */
  readonly vaults: ReadonlyMap<string, VaultClients>;
  /** Ends the connections of every client. */
  destroy(): void;
}

/**
 * Makes the clients: who to be comes from the config, which buckets to look at from the stack's outputs.
 * @throws LockstepError `StackNotDeployed` when the config has a vault that was never deployed
 */
export async function stackClients(
  config: ReplicationConfig,
  outputs: LockstepOutputs,
  environment: AwsEnvironment,
): Promise<StackClients> {
  const made: AccountClients[] = [];
  const make = async (
    access: ReplicationConfig["source"] | ReplicationConfig["vaults"][number],
  ) => {
    const clients = await accountClients(access, environment);
    made.push(clients);
    return clients;
  };
  const source = await make(config.source);
  const vaults = new Map<string, VaultClients>();
  for (const vault of config.vaults) {
    const deployed = outputs.vaults.find(({ name }) => name === vault.name);
    if (deployed === undefined) {
      throw new LockstepError("StackNotDeployed", `The vault ${vault.name} is not deployed.`, {
        hint: "Run `lockstep up` first.",
      });
    }
    const clients = await make(vault);
    vaults.set(vault.name, {
      outputs: deployed,
      s3: clients.s3,
      get s3control() {
        return clients.s3control;
      },
      get sts() {
        return clients.sts;
      },
      get athena() {
        return clients.athena;
      },
    });
  }
  return {
    source,
    vaults,
    destroy: () => {
      for (const clients of made) clients.destroy();
    },
  };
}
