import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

const SANDBOX = join(__dirname, "..");
const PROVIDERS = ["aws", "aws-native"] as const;
/** In each launcher, so that a plugin of Pulumi's own is never overwritten. */
const MARK = "# Lockstep's local provider for its AWS sandbox.";

/**
 * Puts the local `aws` and `aws-native` providers into a Pulumi home as plugins of the versions of the installed SDKs,
 * so that the engine starts them instead of looking for the real ones. The sources are compiled once per content: a
 * plugin is started for every provider of every command, and then loads no compiler.
 * @throws Error when the home has a real plugin in that place
 */
export async function installLocalProviders(pulumiHome: string): Promise<void> {
  const sources = await sourceFiles();
  const compiled = join(pulumiHome, "lockstep-providers", await digest(sources));
  if (!existsSync(compiled)) await compile(sources, compiled);
  for (const name of PROVIDERS) await installPlugin(name, pulumiHome, compiled);
}

/** What the providers are made of, relative to the folder of the sandbox. */
async function sourceFiles(): Promise<string[]> {
  const files = await readdir(join(SANDBOX, "providers"), { recursive: true });
  const data = await readdir(join(SANDBOX, "cfn"));
  return [
    "clock.ts",
    ...files
      .filter(
        (file) => /\.[jt]s$/.test(file) && !file.endsWith(".d.ts") && !file.startsWith("install."),
      )
      .map((file) => join("providers", file)),
    ...data.map((file) => join("cfn", file)),
  ].sort();
}

async function digest(files: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(await readFile(join(SANDBOX, file)));
  return hash.digest("hex").slice(0, 16);
}

async function compile(files: readonly string[], target: string): Promise<void> {
  const { default: typescript } = await import("typescript");
  // Made beside and renamed, so that no engine meets half of it.
  const unfinished = `${target}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  for (const file of files) {
    const output = join(unfinished, file.replace(/\.ts$/, ".js"));
    await mkdir(dirname(output), { recursive: true });
    if (!file.endsWith(".ts")) {
      await copyFile(join(SANDBOX, file), output);
      continue;
    }
    const { outputText } = typescript.transpileModule(await readFile(join(SANDBOX, file), "utf8"), {
      fileName: file,
      compilerOptions: {
        target: typescript.ScriptTarget.ES2022,
        module: typescript.ModuleKind.CommonJS,
        esModuleInterop: true,
      },
    });
    await writeFile(output, outputText);
  }
  try {
    await rename(unfinished, target);
  } catch (error) {
    // Another process may have finished the same content meanwhile.
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
}

async function installPlugin(
  name: (typeof PROVIDERS)[number],
  pulumiHome: string,
  compiled: string,
): Promise<void> {
  const version = await sdkVersion(name);
  const folder = join(pulumiHome, "plugins", `resource-${name}-v${version}`);
  const launcher = join(folder, `pulumi-resource-${name}`);
  if (existsSync(launcher) && !(await readFile(launcher, "utf8")).includes(MARK)) {
    throw new Error(
      `${folder} has a real Pulumi plugin. The local providers of the sandbox need a Pulumi home of their own: set PULUMI_HOME to another folder.`,
    );
  }
  await mkdir(folder, { recursive: true });
  const main = join(compiled, "providers", name, "main.js");
  // `exec` makes the plugin the engine's own child; warnings about the version of Node are not for Pulumi's users.
  const script = [
    "#!/bin/sh",
    MARK,
    // Node 22 and later keep compiled code there; 20 takes no notice.
    `export NODE_COMPILE_CACHE=${quoted(join(pulumiHome, "lockstep-providers", "compile-cache"))}`,
    `NODE_PATH=${quoted(nodeModules())} LOCKSTEP_PLUGIN_VERSION=${version} exec ${quoted(process.execPath)} --no-warnings ${quoted(main)}`,
    "",
  ].join("\n");
  const unfinished = `${launcher}.${process.pid}`;
  await writeFile(unfinished, script);
  await chmod(unfinished, 0o755);
  await rename(unfinished, launcher);
}

async function sdkVersion(name: string): Promise<string> {
  const file = createRequire(__filename).resolve(`@pulumi/${name}/package.json`);
  return (JSON.parse(await readFile(file, "utf8")) as { version: string }).version;
}

/** The folder in which the project's packages are installed. */
function nodeModules(): string {
  const file = createRequire(__filename).resolve("@pulumi/pulumi/package.json");
  return join(dirname(file), relative(join("@pulumi", "pulumi"), "."));
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
