/**
 * Which Pulumi home and state belong to a sandbox that runs on this machine. Its commands are told from those for AWS by
 * endpoint and profile alone; what Pulumi needs beside them is noted by `lockstep sandbox` and looked up here.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { cacheFolder } from "./engine/cache-folder";

const runSchema = z.object({
  endpoint: z.string(),
  processId: z.number().int(),
  /** `PULUMI_HOME`, `PULUMI_BACKEND_URL`, `PULUMI_CONFIG_PASSPHRASE`. */
  environment: z.record(z.string(), z.string()),
});

/** Notes a running sandbox; the function that is returned takes the note away. */
export async function noteSandboxRun(
  endpoint: string,
  environment: Readonly<Record<string, string>>,
  cache: string = cacheFolder(),
): Promise<() => Promise<void>> {
  const file = noteFile(endpoint, cache);
  await mkdir(join(cache, NOTES_FOLDER), { recursive: true });
  const note: z.infer<typeof runSchema> = {
    endpoint,
    processId: process.pid,
    environment: { ...environment },
  };
  await writeFile(file, JSON.stringify(note), { mode: 0o600 });
  return () => rm(file, { force: true });
}

/**
 * The variables for an endpoint, without those that are set already. None for AWS itself, for a server that is no sandbox of
 * ours, and for a sandbox that is gone.
 */
export async function sandboxVariables(
  endpoint: string | undefined,
  present: Readonly<Record<string, string | undefined>> = process.env,
  cache: string = cacheFolder(),
): Promise<Readonly<Record<string, string>>> {
  if (endpoint === undefined || !isLoopback(endpoint)) return {};
  let text: string;
  try {
    text = await readFile(noteFile(endpoint, cache), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  const note = runSchema.parse(JSON.parse(text));
  if (!isAlive(note.processId)) return {};
  return variablesBeside(note.environment, present);
}

/**
 * Of the variables of a sandbox those that are not settled already, by themselves or by another way to say the same: an empty
 * passphrase would go before the file that the user names.
 * @see https://www.pulumi.com/docs/iac/cli/environment-variables/
 */
export function variablesBeside(
  variables: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  const isSettled = (name: string): boolean =>
    present[name] !== undefined ||
    (name === "PULUMI_CONFIG_PASSPHRASE" && (present[`${name}_FILE`] ?? "") !== "");
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !isSettled(name)));
}

const NOTES_FOLDER = "sandbox-runs";

/** By port: `localhost` and `127.0.0.1` are the same sandbox. */
function noteFile(endpoint: string, cache: string): string {
  return join(cache, NOTES_FOLDER, `${new URL(endpoint).port}.json`);
}

function isLoopback(endpoint: string): boolean {
  return URL.canParse(endpoint) && /^(localhost|127\..*|\[::1\])$/.test(new URL(endpoint).hostname);
}

/** Whether a process of this machine runs, whoever it belongs to. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and another user's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
