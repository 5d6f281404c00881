/** A YAML program and the plain `pulumi` command line, as a user without Node's language host has them. */

import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parse } from "yaml";
import { pulumiCommand } from "./engine";
import { PermissiveProvider } from "./permissive-provider";

/** What a command of the engine came to. */
export interface PulumiRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class YamlProgram {
  private constructor(
    readonly folder: string,
    readonly environment: Readonly<Record<string, string>>,
    private readonly command: string,
    private readonly providers: readonly PermissiveProvider[],
  ) {}

  /**
   * A project of one stack, `dev`. Without an `environment` its resources are taken by providers that make nothing.
   * @param languageHost the executable of `pulumi-language-yaml`
   */
  static async start(
    text: string,
    languageHost: string,
    environment?: Readonly<Record<string, string>>,
  ): Promise<YamlProgram> {
    const folder = await mkdtemp(join(tmpdir(), "lockstep-yaml-"));
    await writeFile(join(folder, "Pulumi.yaml"), text);
    await writePolicyLauncher(folder);
    const providers = environment === undefined ? await providersOf(text) : {};
    const { command } = await pulumiCommand();
    const program = new YamlProgram(
      folder,
      {
        PULUMI_HOME: join(folder, "home"),
        PULUMI_BACKEND_URL: pathToFileURL(folder).href,
        PULUMI_CONFIG_PASSPHRASE: "",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DEBUG_PROVIDERS: Object.entries(providers)
          .map(([name, { port }]) => `${name}:${port}`)
          .join(","),
        ...environment,
        PATH: [
          folder,
          dirname(languageHost),
          environment?.["PATH"] ?? "",
          process.env["PATH"] ?? "",
        ].join(delimiter),
      },
      command,
      Object.values(providers),
    );
    await program.succeed("stack", "init", "dev");
    return program;
  }

  /** `pulumi <args>`, asking nothing. */
  run(...args: readonly string[]): Promise<PulumiRun> {
    return new Promise((done) => {
      execFile(
        this.command,
        [...args, "--non-interactive", "--color", "never"],
        {
          cwd: this.folder,
          env: { ...process.env, ...this.environment },
          maxBuffer: 2 ** 26,
        },
        (error, stdout, stderr) => {
          const exitCode = typeof error?.code === "number" ? error.code : error === null ? 0 : 1;
          done({ exitCode, stdout, stderr });
        },
      );
    });
  }

  /** As `run`, for a command that has to succeed. @returns what it printed */
  async succeed(...args: readonly string[]): Promise<string> {
    const { exitCode, stderr, stdout } = await this.run(...args);
    if (exitCode === 0) return stdout;
    throw new Error(`pulumi ${args.join(" ")} ended with ${exitCode}:\n${stdout}${stderr}`);
  }

  async close(): Promise<void> {
    for (const provider of this.providers) provider.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** What starts a policy pack, by the Pulumi that the pack's folder finds: from there the engine runs it. */
const LAUNCHER = `#!${process.execPath}
const fromPack = require("node:module").createRequire(process.cwd() + "/pack.js");
fromPack("@pulumi/pulumi/cmd/run-policy-pack");
`;

/**
 * Writes what starts policy packs where there is no language host of Node's: the engine looks for it on `PATH`, and Pulumi's own
 * installation brings one.
 */
async function writePolicyLauncher(folder: string): Promise<void> {
  const launcher = join(folder, "pulumi-analyzer-policy-nodejs");
  await writeFile(launcher, LAUNCHER);
  await chmod(launcher, 0o755);
}

interface YamlResource {
  readonly type: string;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** One for each package of the program; YAML's host asks each for the types that it has. */
async function providersOf(text: string): Promise<Record<string, PermissiveProvider>> {
  const { resources } = parse(text) as { resources: Readonly<Record<string, YamlResource>> };
  const byPackage = new Map<string, YamlResource[]>();
  for (const resource of Object.values(resources)) {
    const name = packageOf(resource);
    byPackage.set(name, [...(byPackage.get(name) ?? []), resource]);
  }
  const providers: Record<string, PermissiveProvider> = {};
  for (const [name, members] of byPackage) {
    providers[name] = await PermissiveProvider.start(schemaOf(name, members));
  }
  return providers;
}

const PROVIDER = "pulumi:providers:";

function packageOf({ type }: YamlResource): string {
  return type.startsWith(PROVIDER) ? type.slice(PROVIDER.length) : (type.split(":")[0] ?? "");
}

/** Each input may be anything, and is an output too. */
function schemaOf(name: string, members: readonly YamlResource[]): object {
  const anything = (names: readonly string[]) =>
    Object.fromEntries(names.map((one) => [one, { $ref: "pulumi.json#/Any" }]));
  const inputsOf = (type: string): readonly string[] =>
    members.filter((one) => one.type === type).flatMap((one) => Object.keys(one.properties ?? {}));
  const types = new Set(members.map(({ type }) => type));
  return {
    name,
    version: "7.48.0",
    provider: { inputProperties: anything(inputsOf(`${PROVIDER}${name}`)) },
    resources: Object.fromEntries(
      [...types]
        .filter((type) => !type.startsWith(PROVIDER))
        .map((type) => [
          type,
          {
            inputProperties: anything(inputsOf(type)),
            properties: anything([...inputsOf(type), "arn"]),
          },
        ]),
    ),
  };
}
