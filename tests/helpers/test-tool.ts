/** Public packages that only tests run, each pinned by the files of its folder and made once per machine. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "mocha";
import { systemClock } from "../../automation/clock";
import { cacheFolder } from "../../automation/engine/cache-folder";
import { runChild } from "../../automation/engine/child-process";
import { withFolderLock } from "../../automation/engine/folder-lock";

const ROOT = join(__dirname, "..", "..");

/**
 * Of a Go module the package to build; of npm packages the command. They are pinned in `tests/tools/`, but for what an example or a
 * bench pins itself.
 */
const KINDS = {
  actionlint: { goPackage: "github.com/rhysd/actionlint/cmd/actionlint" },
  "example-service": { command: "playwright-core", folder: join("examples", "service") },
  "gitlab-ci-local": { command: "gitlab-ci-local" },
  "pulumi-language-yaml": { goPackage: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml" },
  versitygw: {
    goPackage: "github.com/versity/versitygw/cmd/versitygw",
    folder: join("bench", "peers"),
  },
} as const;

export type TestTool = keyof typeof KINDS;

export const TEST_TOOLS = Object.keys(KINDS) as TestTool[];

/** What a machine without the maker of a tool says. */
export class MakerMissing extends Error {}

/**
 * The executable of a tool, made where it is not there yet: minutes for a big Go module.
 * @throws Error with what its maker said
 */
export async function testTool(name: TestTool): Promise<string> {
  const kind = KINDS[name];
  const folder = folderOf(name);
  const path =
    "goPackage" in kind ? join(folder, name) : join(folder, "node_modules", ".bin", kind.command);
  if (existsSync(path)) return path;
  await mkdir(dirname(folder), { recursive: true });
  await withFolderLock(`${folder}.lock`, { clock: systemClock }, async () => {
    if (existsSync(path)) return;
    const unfinished = `${folder}.tmp`;
    await rm(unfinished, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
    for (const file of filesOf(name)) await cp(join(pinnedAt(name), file), join(unfinished, file));
    if ("goPackage" in kind) await build(unfinished, name, kind.goPackage);
    else
      await make(unfinished, "npm", [
        "ci",
        "--include=dev",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
      ]);
    await rename(unfinished, folder);
  });
  return path;
}

/** As `testTool`; skips the tests, by their names, where Go is not installed. In CI it has to be. */
export async function testToolOrSkip(context: Context, name: TestTool): Promise<string> {
  try {
    return await testTool(name);
  } catch (error) {
    if (!(error instanceof MakerMissing) || process.env["CI"] === "true") throw error;
    return context.skip();
  }
}

function pinnedAt(name: TestTool): string {
  const kind = KINDS[name];
  return join(ROOT, "folder" in kind ? kind.folder : join("tests", "tools", name));
}

function filesOf(name: TestTool): readonly string[] {
  return "goPackage" in KINDS[name] ? ["go.mod", "go.sum"] : ["package.json", "package-lock.json"];
}

/** By what is pinned (a lock file has all of its `package.json` that counts), so that checkouts of different age do not disturb each other. */
function folderOf(name: TestTool): string {
  const hash = createHash("sha256");
  for (const file of filesOf(name)) {
    if (file !== "package.json") hash.update(readFileSync(join(pinnedAt(name), file)));
  }
  const platform = `${process.platform}-${process.arch}`;
  return join(
    cacheFolder(),
    "test-tools",
    `${name}-${platform}-${hash.digest("hex").slice(0, 12)}`,
  );
}

async function build(folder: string, name: string, goPackage: string): Promise<void> {
  const flags = ["-mod=readonly", "-trimpath", "-ldflags", "-s -w", "-o", name];
  await make(folder, "go", ["build", ...flags, goPackage]);
}

async function make(folder: string, command: string, args: readonly string[]): Promise<void> {
  const { exitCode, startError, stderr } = await runChild(command, [...args], {
    cwd: folder,
    environment: { CGO_ENABLED: "0", GOWORK: "off", GOFLAGS: "" },
  });
  if (startError !== undefined) throw new MakerMissing(`${command} is not installed`);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
}
