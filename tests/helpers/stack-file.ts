import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { runCli, type CliResult } from "./cli";
import type { EngineProject } from "./engine-project";

/** Writes `Pulumi.yaml` and a stack's file into a project's folder, as a user has them. */
export async function writeStackFile(
  project: EngineProject,
  raw: Readonly<Record<string, unknown>>,
  stack = "test",
): Promise<void> {
  const config = Object.fromEntries(
    Object.entries(raw).map(([key, value]) => [`lockstep:${key}`, value]),
  );
  await writeFile(
    join(project.folder, "Pulumi.yaml"),
    stringify({ name: "lockstep", runtime: "nodejs" }),
  );
  await writeFile(join(project.folder, `Pulumi.${stack}.yaml`), stringify({ config }));
}

/** Runs a command of the command line on a project's stack. */
export function lockstep(
  project: EngineProject,
  command: string,
  ...args: string[]
): Promise<CliResult> {
  return runCli([command, "--stack", "test", "--cwd", project.folder, ...args], {
    environment: { ...project.environment },
  });
}
