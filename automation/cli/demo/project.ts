import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { stringify } from "yaml";
import type { StackAddress } from "../../stack/workspace";

/** Names that the demo uses; they are in no real account. */
export const DEMO = {
  stack: "demo",
  sourceBucket: "lockstep-demo-source",
  vaultBucket: "lockstep-demo-vault",
} as const;

/** An account of the sandbox with its profile. */
export interface DemoAccount {
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
}

export interface DemoProject {
  /** Folder of this run; the project, its state and its reports are in it. */
  readonly folder: string;
  readonly source: DemoAccount;
  readonly vault: DemoAccount;
  readonly awsConfigFile: string;
  readonly endpoint: string;
  readonly pulumiHome: string;
}

/** Writes a project as a user would have it: `Pulumi.yaml`, a stack file with the config, and a state folder. */
export async function writeDemoProject(project: DemoProject): Promise<StackAddress> {
  const { awsConfigFile, endpoint, folder, pulumiHome, source, vault } = project;
  const stateFolder = join(folder, "state");
  await mkdir(stateFolder, { recursive: true });
  await writeFile(
    join(folder, "Pulumi.yaml"),
    stringify({ name: "lockstep", runtime: "nodejs", description: "The demo's stack" }),
  );
  const access = ({ accountId, name, region }: DemoAccount) => ({
    accountId,
    region,
    profile: name,
  });
  const config = {
    "lockstep:source": { ...access(source), bucket: { name: DEMO.sourceBucket, existing: true } },
    "lockstep:vaults": [
      {
        name: "primary",
        ...access(vault),
        bucket: { name: DEMO.vaultBucket },
        lock: { stage: "governance", retention: "30 days" },
      },
    ],
    "lockstep:rules": [{ name: "everything", status: "Enabled", priority: 10, vault: "primary" }],
    "lockstep:backfill": { budgetUsd: 50, report: "all-tasks", priority: 10 },
  };
  await writeFile(join(folder, `Pulumi.${DEMO.stack}.yaml`), stringify({ config }));
  return {
    folder,
    stack: DEMO.stack,
    environment: {
      PULUMI_HOME: pulumiHome,
      PULUMI_BACKEND_URL: pathToFileURL(stateFolder).href,
      // The state holds no secret: every credential in it is the sandbox's own and ends with it.
      PULUMI_CONFIG_PASSPHRASE: "",
      AWS_CONFIG_FILE: awsConfigFile,
      AWS_SHARED_CREDENTIALS_FILE: awsConfigFile,
      AWS_ENDPOINT_URL: endpoint,
    },
  };
}
