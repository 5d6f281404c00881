import { join } from "node:path";
import { LocalWorkspace, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { putLocalProviders } from "./local-providers";
import { pulumiCommand } from "./engine";
import type { TestSandbox } from "../../sandbox/tests/helpers/sandbox";

/** Makes a stack of the real engine with the sandbox's local providers and the sandbox's credentials. */
export type MakeStack = (stackName: string, program: PulumiFn) => Promise<Stack>;

/**
 * Registers a mocha hook that installs the local providers into a Pulumi home of the test file's own; the returned
 * function makes stacks, each with a state of its own. Call it inside tests and hooks only.
 */
export function useLocalStacks(sandbox: () => TestSandbox): MakeStack {
  let home: string;
  let configFile: string;
  before(async function () {
    this.timeout(120_000);
    const folder = await sandbox().temporaryFolder();
    home = join(folder, "home");
    await putLocalProviders(home);
    ({ configFile } = await sandbox().writeAwsConfig(folder));
  });
  return async (stackName, program) =>
    LocalWorkspace.createOrSelectStack(
      { stackName, projectName: "providers", program },
      {
        pulumiCommand: await pulumiCommand(),
        pulumiHome: home,
        workDir: await sandbox().temporaryFolder(),
        projectSettings: {
          name: "providers",
          runtime: "nodejs",
          backend: { url: `file://${await sandbox().temporaryFolder()}` },
        },
        envVars: {
          PULUMI_CONFIG_PASSPHRASE: "",
          PULUMI_SKIP_UPDATE_CHECK: "true",
          AWS_CONFIG_FILE: configFile,
          AWS_SHARED_CREDENTIALS_FILE: join(home, "none"),
        },
      },
    );
}

/** The message of a failure with the problems that it lists. @throws Error when there is none */
export async function failureOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    const { problems = [] } = error as { problems?: readonly { path: string; message: string }[] };
    const lines = problems.map(({ path, message }) => `${path}: ${message}`);
    return [error instanceof Error ? error.message : String(error), ...lines].join("\n");
  }
  throw new Error("expected a failure");
}
