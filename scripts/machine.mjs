// What has to be there before anything else can run. Plain JavaScript without dependencies, since there may be none yet.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** How both programs start; it knows too which Node is supported. */
export const launch = createRequire(import.meta.url)("../bin/launch.js");

/** As in automation/cli/exit-codes.ts. */
const EXIT_INTERRUPTED = 130;

/** How long npm may tidy up after an interrupt. */
const NPM_GRACE_MS = 1_000;

/** True when every package of the lock file that this platform needs is installed in that very version. */
export function dependenciesMatch(lockText, installedText) {
  const wanted = JSON.parse(lockText).packages;
  const installed = JSON.parse(installedText).packages;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "" || entry.optional || entry.devOptional) return true;
    // A package of this repository: there as a link, its own entry says only what it depends on.
    if (entry.link) return installed[path]?.resolved === entry.resolved;
    if (!path.includes("node_modules/")) return true;
    return (
      installed[path]?.version === entry.version && installed[path]?.integrity === entry.integrity
    );
  });
}

/** Installs the dependencies of the lock file unless they are there. */
export async function ensureDependencies() {
  const lockFile = join(root, "package-lock.json");
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (
    existsSync(installedFile) &&
    dependenciesMatch(readFileSync(lockFile, "utf8"), readFileSync(installedFile, "utf8"))
  ) {
    return;
  }
  const startMs = Date.now();
  const tell = () => {
    const seconds = Math.round((Date.now() - startMs) / 1000);
    process.stderr.write(`Installing dependencies from the lock file (npm ci), ${seconds} s\n`);
  };
  tell();
  const timer = setInterval(tell, 10_000);
  const code = await runNpm(
    ["ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"],
    {
      stdio: ["ignore", 2, 2],
      // Interrupted, npm takes away all that it has unpacked, which may take a minute; the next run does that anyway.
      graceMs: NPM_GRACE_MS,
    },
  );
  clearInterval(timer);
  if (code === EXIT_INTERRUPTED) {
    process.stderr.write("Stopped on request. Run the same command again to carry on.\n");
    process.exit(EXIT_INTERRUPTED);
  }
  if (code !== 0) {
    process.stderr.write(
      "The dependencies could not be installed; npm's message is above. Check the registry that npm uses and try again.\n",
    );
    process.exit(1);
  }
}

/** Runs npm of this Node and answers its exit code. */
export function runNpm(args, options) {
  const script = process.env.npm_execpath;
  return script?.endsWith(".js")
    ? runProgram(process.execPath, [script, ...args], options)
    : runProgram(process.platform === "win32" ? "npm.cmd" : "npm", args, {
        ...options,
        shell: process.platform === "win32",
      });
}

/**
 * Runs a program in the project's folder; an interrupt is passed on, and its exit code waited for. With `graceMs`, it and
 * all that it has started are ended by force that long after an interrupt.
 */
export function runProgram(command, args, options) {
  return new Promise((resolve) => {
    const { graceMs, onStdout, ...spawnOptions } = options ?? {};
    const child = spawn(command, args, {
      cwd: root,
      stdio: "inherit",
      // A group of its own, to be ended as a whole.
      detached: graceMs !== undefined && process.platform !== "win32",
      ...spawnOptions,
    });
    if (onStdout !== undefined) child.stdout.setEncoding("utf8").on("data", onStdout);
    let interrupted = false;
    let forced;
    const passOn = (signal) => {
      if (interrupted && graceMs !== undefined) endByForce(child);
      interrupted = true;
      child.kill(signal);
      if (graceMs !== undefined) forced ??= setTimeout(() => endByForce(child), graceMs);
    };
    const signals = ["SIGINT", "SIGTERM"];
    for (const signal of signals) process.on(signal, passOn);
    const finish = (code) => {
      clearTimeout(forced);
      for (const signal of signals) process.off(signal, passOn);
      resolve(interrupted ? EXIT_INTERRUPTED : code);
    };
    child.once("error", (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      finish(1);
    });
    child.once("close", (code) => finish(code ?? 1));
  });
}

/** Ends a child that leads a process group, with its whole group. */
export function endByForce(child) {
  try {
    if (process.platform === "win32") child.kill("SIGKILL");
    else process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    // It may have ended meanwhile.
    if (error.code !== "ESRCH") throw error;
  }
}
