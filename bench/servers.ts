import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { pythonWith, run } from "./python";

/** The version that is installed when no `moto_server` is on PATH. */
const MOTO_VERSION = "5.2.1";

export interface BenchServer {
  readonly name: string;
  readonly port: number;
  readonly pid: number;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  stop(): void;
}

/** Starts `lockstep sandbox` as a process of its own, so that the client's work is not counted as the server's. */
export async function startSandboxProcess(): Promise<BenchServer> {
  const child = spawn(
    process.execPath,
    [resolve(__dirname, "../scripts/lockstep.mjs"), "sandbox", "--json"],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const line = await firstLine(child);
  const { endpoint, accounts } = JSON.parse(line) as {
    endpoint: string;
    accounts: { accessKeyId: string; secretAccessKey: string; region: string }[];
  };
  const account = accounts[0];
  if (account === undefined) throw new Error("The sandbox named no account.");
  return {
    ...account,
    name: "lockstep sandbox",
    port: Number(new URL(endpoint).port),
    pid: child.pid ?? 0,
    stop: () => child.kill("SIGTERM"),
  };
}

/** Starts `bare-server.ts`: what no server on Node can be faster than, whatever it leaves out. */
export async function startBareServer(): Promise<BenchServer> {
  const loader = resolve(__dirname, "../scripts/typescript.cjs");
  const child = spawn(
    process.execPath,
    ["--require", loader, resolve(__dirname, "bare-server.ts")],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  return {
    name: "bare node:http",
    port: Number(await firstLine(child)),
    pid: child.pid ?? 0,
    accessKeyId: "bench",
    secretAccessKey: "bench-secret",
    region: "us-east-1",
    stop: () => child.kill("SIGTERM"),
  };
}

/** Starts `moto_server` on a free port and waits until it answers. */
export async function startMoto(): Promise<BenchServer> {
  const port = await freePort();
  const child = spawn(findMoto(), ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  await answering("moto", port);
  return {
    name: "moto",
    port,
    pid: child.pid ?? 0,
    accessKeyId: "test",
    secretAccessKey: "test",
    region: "us-east-1",
    stop: () => child.kill("SIGTERM"),
  };
}

/**
 * Starts versitygw over a temporary folder, built from the module that `bench/peers/go.mod` pins. Undefined where there is
 * no Go.
 */
export async function startVersitygw(): Promise<BenchServer | undefined> {
  if (spawnSync("go", ["version"], { stdio: "ignore" }).status !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "lockstep-bench-versitygw-"));
  const program = join(folder, "versitygw");
  process.stderr.write("Building versitygw for the comparison ...\n");
  run("go", [
    "-C",
    resolve(__dirname, "peers"),
    "build",
    "-o",
    program,
    "github.com/versity/versitygw/cmd/versitygw",
  ]);
  const data = join(folder, "data");
  mkdirSync(data);
  const port = await freePort();
  const keys = { accessKeyId: "bench", secretAccessKey: "bench-secret" };
  const child = spawn(program, ["--port", `127.0.0.1:${port}`, "posix", data], {
    stdio: "ignore",
    env: {
      ...process.env,
      ROOT_ACCESS_KEY: keys.accessKeyId,
      ROOT_SECRET_KEY: keys.secretAccessKey,
    },
  });
  await answering("versitygw", port);
  return {
    ...keys,
    name: "versitygw",
    port,
    pid: child.pid ?? 0,
    region: "us-east-1",
    stop: () => {
      child.kill("SIGTERM");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answering(name: string, port: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return;
    } catch (error) {
      if (attempt > 200) throw new Error(`${name} did not start.`, { cause: error });
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

function findMoto(): string {
  if (spawnSync("moto_server", ["--help"], { stdio: "ignore" }).status === 0) return "moto_server";
  const folder = mkdtempSync(join(tmpdir(), "lockstep-bench-moto-"));
  const path = join(pythonWith(folder, `moto[server]==${MOTO_VERSION}`), "moto_server");
  if (!existsSync(path)) throw new Error("pip installed moto without its server.");
  return path;
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((done, fail) => {
    if (child.stdout === null) throw new Error("The process has no standard output.");
    createInterface({ input: child.stdout }).once("line", done);
    child.once("exit", (code) => fail(new Error(`The process ended with ${code}.`)));
  });
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
