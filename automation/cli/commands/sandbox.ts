import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ADMIN_PREFIX, startSandbox, type SandboxOptions } from "lockstep-sandbox";
import { installLocalProviders } from "lockstep-sandbox/providers";
import { sandboxPulumiHome } from "../../engine/cache-folder";
import { LockstepError, messageOf } from "../../errors";
import { noteSandboxRun, variablesBeside } from "../../sandbox-run";
import type { CommandContext, CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { projectFolder, runName } from "../project-folder";
import { claimSandboxFolder } from "../sandbox-folder";
import { sandboxOptions } from "./sandbox-options";

/** `lockstep sandbox`: serves until SIGINT or SIGTERM. */
export const sandbox: CommandHandler = async (context) => {
  const { configDir } = context.flags;
  const folder =
    configDir === undefined
      ? projectFolder(context.folder, "sandbox")
      : resolve(context.folder, configDir);
  const options = sandboxOptions(context.flags, context.folder);
  const leaveFolder = await claimSandboxFolder(folder);
  try {
    await serve(context, folder, options);
  } finally {
    await leaveFolder();
  }
  return EXIT.ok;
};

async function serve(
  context: CommandContext,
  folder: string,
  options: SandboxOptions,
): Promise<void> {
  const { json } = context.flags;
  const running = await startSandbox(options).catch(portError);
  let forget: (() => Promise<void>) | undefined;
  try {
    const { environment } = await running.writeAwsConfig(folder, { looksUpNames: true });
    const { endpoint } = running;
    const pulumiHome = sandboxPulumiHome();
    await installLocalProviders(pulumiHome);
    // A new sandbox is empty, so what an earlier one's stacks were said to have is not there any more.
    const stateFolder = join(folder, "state", runName(context));
    await mkdir(stateFolder, { recursive: true });
    const pulumiVariables = {
      PULUMI_HOME: pulumiHome,
      PULUMI_BACKEND_URL: pathToFileURL(stateFolder).href,
      PULUMI_CONFIG_PASSPHRASE: "",
    };
    forget = await noteSandboxRun(endpoint, pulumiVariables);
    const accounts = running.accounts.map(
      ({ name, accountId, region, accessKeyId, secretAccessKey }) => ({
        name,
        accountId,
        region,
        accessKeyId,
        secretAccessKey,
      }),
    );
    if (json === true) {
      process.stdout.write(`${JSON.stringify({ endpoint, environment, accounts })}\n`);
    } else {
      const words = accounts.map(
        (account) =>
          `${account.name} ${account.accountId} ${account.region} ${account.accessKeyId} ${account.secretAccessKey}`,
      );
      context.print([endpoint, ...words].join("  "));
    }
    const profiles = accounts.map(({ name }) => name);
    tellEnvironment(endpoint, profiles, {
      ...environment,
      // A shell of its own has its own home and state; only the passphrase may be settled by a file that it names.
      ...variablesBeside(pulumiVariables, {
        PULUMI_CONFIG_PASSPHRASE_FILE: process.env["PULUMI_CONFIG_PASSPHRASE_FILE"],
      }),
    });
    await stopped(context.signal);
  } finally {
    await forget?.();
    await running.close();
  }
}

/** A port that is taken or not ours to take is the caller's to change; anything else is our mistake. */
function portError(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
  throw new LockstepError("ConfigInvalid", `The sandbox cannot listen: ${messageOf(error)}`, {
    hint: "Take another --port, or leave it out for a free one.",
    cause: error,
  });
}

/** On stderr: how other tools are pointed at this sandbox. The other commands need the file alone. */
function tellEnvironment(
  endpoint: string,
  profiles: readonly string[],
  variables: Readonly<Record<string, string>>,
): void {
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`);
  process.stderr.write(
    `Serving until Ctrl-C. For a shell that works against it:\n${lines.join("\n")}\n` +
      `Whose keys are used says AWS_PROFILE: ${profiles.join(", ")}\n` +
      `Clock, faults and requests: ${endpoint}${ADMIN_PREFIX}\n`,
  );
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve_) => {
    if (signal.aborted) resolve_();
    // A listener alone does not keep the process alive, the open server does.
    else signal.addEventListener("abort", () => resolve_(), { once: true });
  });
}
