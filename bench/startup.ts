/*
 * How soon the command line answers: the median wall time over several starts of each program, in turn, as a ratio
 * to a bare Node. From the sources of this clone, and from what `npm run build` makes, as an installed package runs; beside the
 * AWS CLI and the Pulumi engine where there are such. The sandbox is started to its line with the endpoint.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { printTable } from "./table";

const RUNS_COUNT = Number(process.env["BENCH_RUNS"] ?? 7);
const ROOT = resolve(__dirname, "..");
const BUILT_MAIN = join(ROOT, "dist", "automation", "cli", "main.js");

interface Case {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Stopped as soon as it has written a line. */
  readonly serves?: boolean;
}

async function main(): Promise<void> {
  if (!existsSync(BUILT_MAIN)) throw new Error("There is no dist: run `npm run build` first.");
  const folder = mkdtempSync(join(tmpdir(), "lockstep-bench-startup-"));
  try {
    writeFileSync(join(folder, "Pulumi.bad.yaml"), "config: { lockstep:rules: [] }\n");
    const cases = casesIn(folder);
    const timesMs = new Map(cases.map(({ name }) => [name, [] as number[]]));
    for (let run = 0; run < RUNS_COUNT; run++) {
      for (const one of cases) timesMs.get(one.name)?.push(await measure(one, folder));
    }
    printTable(rowsOf(timesMs));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function casesIn(folder: string): readonly Case[] {
  const programs = {
    clone: [join(ROOT, "scripts", "lockstep.mjs")],
    built: ["-e", `require(${JSON.stringify(BUILT_MAIN)}).main(process.argv.slice(1))`, "--"],
  };
  const lockstep = Object.entries(programs).flatMap(([from, program]): Case[] => {
    const made = (title: string, args: readonly string[], serves = false): Case => ({
      name: `${title} (${from})`,
      command: process.execPath,
      args: [...program, ...args],
      serves,
    });
    return [
      made("--help", ["--help"]),
      made("config mistake", ["preview", "--stack", "bad", "--cwd", folder]),
      made("sandbox", ["sandbox", "--json", "--cwd", folder], true),
    ];
  });
  const pulumi = process.env["LOCKSTEP_PULUMI"] ?? "pulumi";
  const others: Case[] = [
    { name: "aws --version", command: "aws", args: ["--version"] },
    { name: "pulumi version", command: pulumi, args: ["version"] },
  ];
  return [
    { name: "node -e 0", command: process.execPath, args: ["-e", "0"] },
    ...lockstep,
    ...others.filter(({ command, args }) => spawnSync(command, args).status === 0),
  ];
}

/** Wall time to the end, or to the first line of what serves. */
async function measure({ command, args, serves }: Case, folder: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, XDG_CACHE_HOME: join(folder, "cache") },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const closed = once(child, "close");
  // Read also where nothing is made of it, so that the program can end.
  child.stdout.resume();
  await (serves === true ? once(child.stdout, "data") : closed);
  const elapsedMs = performance.now() - startedAt;
  child.kill("SIGTERM");
  await closed;
  return elapsedMs;
}

function rowsOf(
  timesMs: ReadonlyMap<string, readonly number[]>,
): [string, Record<string, number>][] {
  const medians = [...timesMs].map(([name, times]): [string, number] => [name, median(times)]);
  const [, bareMs = NaN] = medians[0] ?? [];
  return medians.map(([name, ms]) => [name, { milliseconds: ms, "times node": ms / bareMs }]);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

void main();
