import { existsSync } from "node:fs";
import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { compiledProviders } from "./compile-sources";

/** The sandbox's folder: its sources in a clone, what was built of them where it is installed. */
const SANDBOX = join(__dirname, "..");
const isBuilt = __filename.endsWith(".js");
const PROVIDERS = ["aws", "aws-native"] as const;
/** In each launcher, so that a plugin of Pulumi's own is never overwritten. */
const MARK = "# Lockstep's local provider for its AWS sandbox.";

/**
 * Puts the local `aws` and `aws-native` providers into a Pulumi home as plugins of the versions of the installed SDKs,
 * so that the engine starts them instead of looking for the real ones.
 * @param compiledIn folder for what a clone's providers are compiled to, which several homes may share. Default: one in the home
 * @throws Error when the home has a real plugin in that place, or an SDK is not installed
 */
export async function installLocalProviders(
  pulumiHome: string,
  compiledIn = join(pulumiHome, "lockstep-providers"),
): Promise<void> {
  const compiled = isBuilt ? SANDBOX : await compiledProviders(SANDBOX, compiledIn);
  for (const name of PROVIDERS) await installPlugin(name, pulumiHome, compiled);
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
    // In a clone what is compiled lies apart from its packages.
    ...(isBuilt ? [] : [`export NODE_PATH=${quoted(nodeModules())}`]),
    `LOCKSTEP_PLUGIN_VERSION=${version} exec ${quoted(process.execPath)} --no-warnings ${quoted(main)}`,
    "",
  ].join("\n");
  const unfinished = `${launcher}.${process.pid}`;
  await writeFile(unfinished, script);
  await chmod(unfinished, 0o755);
  await rename(unfinished, launcher);
}

async function sdkVersion(name: string): Promise<string> {
  const file = packageFile(`@pulumi/${name}`);
  return (JSON.parse(await readFile(file, "utf8")) as { version: string }).version;
}

/** The folder in which the project's packages are installed. */
function nodeModules(): string {
  return join(dirname(packageFile("@pulumi/pulumi")), relative(join("@pulumi", "pulumi"), "."));
}

/** The package.json of a package that whoever runs Pulumi programs has; the sandbox alone does without. */
function packageFile(name: string): string {
  try {
    return createRequire(__filename).resolve(`${name}/package.json`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new Error(
      `The local providers stand in for those of ${name}, which is not installed. Add it: npm install ${name}`,
      { cause: error },
    );
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
