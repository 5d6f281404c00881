/** A project folder as a user has it, beside a sandbox: stack files, and the command line as a process of its own. */

import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import type { SandboxOptions } from "lockstep-sandbox";
import { type CliResult, events, runCli } from "./cli";
import { pulumiCommand } from "./engine";
import { EngineProject } from "./engine-project";

/** The sections of a stack file, without their namespace. */
export type Sections = Readonly<Record<string, unknown>>;

export class CliProject {
  private constructor(
    readonly engine: EngineProject,
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** @param variables for every command, such as `AWS_PROFILE` */
  static async start(
    options: SandboxOptions = {},
    variables: Record<string, string> = {},
  ): Promise<CliProject> {
    const engine = await EngineProject.start(options);
    const project = new CliProject(engine, { ...engine.environment, ...variables });
    const file = join(project.folder, "Pulumi.yaml");
    await writeFile(file, stringify({ name: "lockstep", runtime: "nodejs" }));
    return project;
  }

  get folder(): string {
    return this.engine.folder;
  }

  /** Writes `Pulumi.<stack>.yaml`. @param others keys of other namespaces, and what Pulumi itself keeps in the file */
  async write(sections: Sections, stack = "test", others: object = {}): Promise<void> {
    const config = Object.fromEntries(
      Object.entries(sections).map(([name, value]) => [`lockstep:${name}`, value]),
    );
    await this.writeText(stringify({ ...others, config }), stack);
  }

  async writeText(yaml: string, stack = "test"): Promise<void> {
    await writeFile(join(this.folder, `Pulumi.${stack}.yaml`), yaml);
  }

  /** `lockstep <args> --stack test`, in the folder of the project. */
  run(args: readonly string[], stack = "test"): Promise<CliResult> {
    return runCli([...args, "--stack", stack], {
      cwd: this.folder,
      environment: { ...this.environment },
    });
  }

  /** As `run`, for a command that has to succeed. @returns the events that it told */
  async succeed(
    args: readonly string[],
    stack?: string,
  ): Promise<readonly Record<string, unknown>[]> {
    const result = await this.run([...args, "--json"], stack);
    if (result.exitCode === 0) return events(result);
    throw new Error(`lockstep ${args.join(" ")} ended with ${result.exitCode}:\n${result.stdout}`);
  }

  /** Runs the engine by itself, as `pulumi <args>`, with the project's state. */
  async pulumi(args: readonly string[]): Promise<string> {
    const { command } = await pulumiCommand();
    const { stdout } = await promisify(execFile)(command, [...args, "--non-interactive"], {
      cwd: this.folder,
      env: { ...process.env, ...this.environment },
    });
    return stdout;
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}

/** What the last step of an operation changed, by kind: `{ same: 12 }`. */
export function changesOf(told: readonly Record<string, unknown>[]): Record<string, number> {
  const summary = told.filter(({ type }) => type === "stack-summary").at(-1);
  return { ...(summary?.["changes"] as Record<string, number> | undefined) };
}
