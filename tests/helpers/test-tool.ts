/** Public packages that only tests run, each pinned by the files of its folder and made once per machine. */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Suite } from "mocha";
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
  const path = pathOf(name);
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

/** As mocha's `describe`, of tests that run a tool. Where its maker is not installed they are named, and none is run. In CI it has to be. */
export function describeWithTool(
  name: TestTool,
  title: string,
  tests: (this: Suite) => void,
): void {
  if (canBeHad(name, title)) describe(title, tests);
}

/** As mocha's `it`, of a test that is given the tool's executable. The same. */
export function itWithTool(
  name: TestTool,
  title: string,
  test: (program: string) => Promise<void>,
): void {
  if (canBeHad(name, title)) it(title, async () => test(await testTool(name)));
}

/** Names what is not run. */
function canBeHad(name: TestTool, what: string): boolean {
  const why = whyLeftOut(name, process.env);
  if (why !== undefined) process.stderr.write(`not run: ${what}: ${why}\n`);
  return why === undefined;
}

/** Why the tests of a tool are left out on a machine; undefined where they are not. */
export function whyLeftOut(
  name: TestTool,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (environment["CI"] === "true" || existsSync(pathOf(name))) return undefined;
  const maker = "goPackage" in KINDS[name] ? "go" : "npm";
  // Only whether it starts: a tool that cannot be made with it is a failure.
  const { error } = spawnSync(maker, ["version"], { env: { ...environment } });
  return error === undefined ? undefined : notInstalled(maker);
}

function notInstalled(maker: string): string {
  return `${maker} is not installed`;
}

function pathOf(name: TestTool): string {
  const kind = KINDS[name];
  const folder = folderOf(name);
  return "goPackage" in kind
    ? join(folder, name)
    : join(folder, "node_modules", ".bin", kind.command);
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
  if (startError !== undefined) throw new MakerMissing(notInstalled(command));
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
}
