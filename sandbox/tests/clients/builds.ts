/** Programs in other languages for the tests, built once per machine and kept in the cache. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { systemClock } from "../../../automation/clock";
import { cacheFolder } from "../../../automation/engine/cache-folder";
import { killAllChildren, runChild } from "../../../automation/engine/child-process";
import { withFolderLock } from "../../../automation/engine/folder-lock";

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

export interface Build {
  readonly name: string;
  /** What the machine must have, by its name: the command that tells its version, and fails without it. */
  readonly tools: Readonly<Record<string, Command>>;
  /** The files that it is made of, lock files included. */
  readonly sources: readonly string[];
  /** What takes from registries, before all else. */
  fetch?(folder: string): readonly Command[];
  /** What makes it, in this order. After a failure they are run in the same folder again. */
  commands(folder: string): readonly Command[];
}

export interface BuildOptions {
  /** Default: beside the engine of the driver. */
  readonly cache?: string;
  /** For each command; all that it has started is ended then. Default: what an SDK takes on a machine that does much else. */
  readonly timeoutMs?: number;
  readonly tell?: (text: string) => void;
}

const TIMEOUT_MS = 30 * 60_000;
const TELL_EVERY_MS = 20_000;
/** A registry may fail once; what is there already is not made again. */
const TRIES = 2;
/** As many as the machines of CI have cores. */
const AT_ONCE = 2;

/** The tools of a build that this machine does not have. */
export function missingTools({ tools }: Build): readonly string[] {
  return Object.entries(tools)
    .filter(([, command]) => versionOf(command) === undefined)
    .map(([name]) => name);
}

/**
 * Begins builds, two at once, and answers each one's folder. Those whose tools are missing are left out.
 *
 * The promises reject with what the commands said where a build fails or takes too long, with `NotFetched` where it is its
 * registry that does not answer.
 */
export function startBuilds(
  builds: readonly Build[],
  options: BuildOptions = {},
): ReadonlyMap<Build, Promise<string>> {
  endChildrenWithUs();
  const inTurn = turns(AT_ONCE);
  const folders = new Map<Build, Promise<string>>();
  for (const build of builds) {
    if (missingTools(build).length > 0) continue;
    const folder = inTurn(() => built(build, options));
    // Told where it is awaited, which may be later.
    folder.catch(() => undefined);
    folders.set(build, folder);
  }
  return folders;
}

/** Of a build by what it is made of and with, so that checkouts of different age do not disturb each other. */
function folderOf(build: Build, { cache }: BuildOptions): string {
  return join(cache ?? join(cacheFolder(), "clients"), `${build.name}-${digestOf(build)}`);
}

/** Why a build was not to be had here when it was tried last; undefined where it was, or was never tried. */
export function whyNotFetched(build: Build, options: BuildOptions = {}): string | undefined {
  const file = notFetchedFile(folderOf(build, options));
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Whether what needs a build can be run here. Names what is not, for want of a tool or of what its registry has. */
export function canBeHad(build: Build, what: string): boolean {
  const missing = missingTools(build);
  const why = missing.length > 0 ? `for want of ${missing.join(" and ")}` : whyNotFetched(build);
  if (why !== undefined) process.stderr.write(`not run: ${what}: ${why}\n`);
  return why === undefined;
}

const notFetchedFile = (folder: string): string => `${folder}.not-fetched`;

async function built(build: Build, options: BuildOptions): Promise<string> {
  const { tell = () => undefined } = options;
  const folder = folderOf(build, options);
  const ready = join(folder, "ready");
  if (existsSync(ready)) return folder;
  await mkdir(folder, { recursive: true });
  await withFolderLock(`${folder}.lock`, { clock: systemClock }, async () => {
    if (existsSync(ready)) return;
    const startMs = Date.now();
    const seconds = (): string => `${Math.round((Date.now() - startMs) / 1000)} s`;
    tell(`building ${build.name}`);
    const timer = setInterval(() => tell(`building ${build.name}, ${seconds()}`), TELL_EVERY_MS);
    try {
      await fetched(build, folder, options);
      for (const command of build.commands(folder)) await made(command, options);
    } finally {
      clearInterval(timer);
    }
    await writeFile(ready, "");
    tell(`built ${build.name} in ${seconds()}`);
  });
  return folder;
}

/** A machine may reach one registry and not another, which says nothing of a client. */
export class NotFetched extends Error {}

async function fetched(build: Build, folder: string, options: BuildOptions): Promise<void> {
  try {
    for (const command of build.fetch?.(folder) ?? []) await made(command, options);
    await rm(notFetchedFile(folder), { force: true });
  } catch (cause) {
    const message = `${build.name}: left out, it is not to be had here: ${String(cause)}`;
    await writeFile(notFetchedFile(folder), message);
    throw new NotFetched(message, { cause });
  }
}

async function made(command: Command, options: BuildOptions, triesLeft = TRIES - 1): Promise<void> {
  try {
    await output(command, { timeoutMs: options.timeoutMs ?? TIMEOUT_MS });
  } catch (error) {
    if (triesLeft === 0 || error instanceof TimedOut) throw error;
    options.tell?.(`again, after ${String(error)}`);
    await made(command, options, triesLeft - 1);
  }
}

class TimedOut extends Error {}

/**
 * What a command writes, with nothing of AWS from this process's environment.
 * @throws Error with all that it wrote when it fails, or is ended with all that it has started after `timeoutMs`
 */
export async function output(
  command: Command,
  options: { readonly environment?: Readonly<Record<string, string>>; readonly timeoutMs: number },
): Promise<string> {
  const [program, ...args] = command;
  const ofAws = Object.keys(process.env).filter((name) => name.startsWith("AWS_"));
  const { exitCode, startError, stderr, stdout, timedOut } = await runChild(program, args, {
    environment: {
      ...Object.fromEntries(ofAws.map((name) => [name, undefined])),
      ...options.environment,
    },
    timeoutMs: options.timeoutMs,
  });
  const said = `${command.join(" ")}:\n${stdout}${stderr}`;
  if (timedOut) throw new TimedOut(`ended after ${options.timeoutMs / 1000} s: ${said}`);
  if (startError !== undefined) throw startError;
  if (exitCode !== 0) throw new Error(`ended with ${exitCode}: ${said}`);
  return stdout;
}

const ROOT = join(__dirname, "..", "..", "..");

/** The same wherever a checkout lies. */
function digestOf(build: Build): string {
  const { sources, tools } = build;
  const hash = createHash("sha256");
  const versions = Object.values(tools).map(versionOf);
  const commands = [...(build.fetch?.("") ?? []), ...build.commands("")].map((command) =>
    command.map((word) => word.replace(__dirname, "").replace(ROOT, "")),
  );
  hash.update(JSON.stringify([process.platform, process.arch, versions, commands]));
  for (const source of sources) hash.update(readFileSync(source));
  return hash.digest("hex").slice(0, 12);
}

function versionOf([program, ...args]: Command): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? stdout : undefined;
}

/** At most so many at the same time, in the order in which they come. */
function turns(count: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let free = count;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}

let endsThem = false;

/** Compilers lead process groups of their own, which a Ctrl-C of the terminal does not reach. */
function endChildrenWithUs(): void {
  if (endsThem) return;
  endsThem = true;
  process.once("exit", killAllChildren);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      killAllChildren();
      process.kill(process.pid, signal);
    });
  }
}
