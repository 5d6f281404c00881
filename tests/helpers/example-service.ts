/** `examples/service/`, as its README starts it: in a clone, after `npm ci` in its folder. */

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { testTool } from "./test-tool";

const ROOT = join(__dirname, "..", "..");
const SERVICE = join("examples", "service");

/** A clone with the packages of the example, which it shares with this one. */
export class ServiceClone {
  private constructor(
    readonly folder: string,
    /** Has the example's `node_modules`. */
    readonly packages: string,
  ) {}

  static async make(): Promise<ServiceClone> {
    const packages = dirname(dirname(dirname(await testTool("example-service"))));
    const folder = await mkdtemp(join(tmpdir(), "lockstep-service-"));
    for (const name of await readdir(ROOT)) {
      if (name !== "examples" && !name.startsWith(".")) {
        await symlink(join(ROOT, name), join(folder, name));
      }
    }
    const service = join(folder, SERVICE);
    await mkdir(service, { recursive: true });
    for (const name of await readdir(join(ROOT, SERVICE))) {
      if (name !== "node_modules") await cp(join(ROOT, SERVICE, name), join(service, name));
    }
    await symlink(join(packages, "node_modules"), join(service, "node_modules"));
    return new ServiceClone(folder, packages);
  }

  /** Starts the service on a free port. */
  async start(
    folder: string,
    stack: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<RunningService> {
    const file = join(SERVICE, "server.ts");
    const child = spawn(
      process.execPath,
      ["-r", "./scripts/typescript.cjs", file, folder, stack, "0"],
      { cwd: this.folder, env: { ...process.env, ...environment } },
    );
    const service = new RunningService(child);
    await service.isReady();
    return service;
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The process of a service. */
export class RunningService {
  /** All that it wrote to standard error. */
  log = "";
  /** What it said when it was ready. */
  greeting = "";
  readonly #ended: Promise<unknown>;

  constructor(private readonly child: ChildProcess) {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.log += text));
    this.#ended = once(child, "close");
  }

  /** `http://127.0.0.1:PORT` */
  get origin(): string {
    const [url = ""] = this.greeting.split(" ");
    return new URL(url).origin;
  }

  /** @throws Error with what it wrote, where it ended instead */
  async isReady(): Promise<void> {
    const { stdout } = this.child;
    if (stdout === null) throw new Error("The service has no standard output.");
    const first = once(stdout, "data").then(([line]) => String(line).trim());
    const greeting = await Promise.race([first, this.#ended.then(() => undefined)]);
    if (greeting === undefined) throw new Error(`The service ended: ${this.log}`);
    this.greeting = greeting;
  }

  /** Sends a signal and waits for the end. */
  async end(signal: "SIGINT" | "SIGTERM"): Promise<number | null> {
    this.child.kill(signal);
    await this.#ended;
    return this.child.exitCode;
  }

  /** For the end of tests: whatever it is at. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.#ended;
  }
}
