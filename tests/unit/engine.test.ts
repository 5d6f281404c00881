import { existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { systemClock } from "../../automation/clock";
import { cacheFolder } from "../../automation/engine/cache-folder";
import { runChild } from "../../automation/engine/child-process";
import { findEngine, type Obtainer } from "../../automation/engine/find-engine";
import { withFolderLock } from "../../automation/engine/folder-lock";
import { builtPath, installedPath } from "../../automation/engine/obtain";
import {
  neededVersion,
  parseVersion,
  pinnedVersion,
  satisfies,
} from "../../automation/engine/version";
import type { LockstepError } from "../../automation/errors";

const needed = neededVersion();

async function putEngine(path: string, version: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho v${version}\n`);
  await chmod(path, 0o755);
  return path;
}

describe("finding the engine", () => {
  let folder: string;
  let bin: string;
  let cache: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-engine-"));
    bin = join(folder, "bin");
    cache = join(folder, "cache");
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const find = (
    options: { environment?: Record<string, string>; obtain?: readonly Obtainer[] } = {},
  ) =>
    findEngine({
      emit: () => undefined,
      signal: new AbortController().signal,
      clock: systemClock,
      cache,
      environment: { PATH: `${bin}:/usr/bin:/bin`, LOCKSTEP_PULUMI: "", ...options.environment },
      obtain: options.obtain ?? [],
    });

  it("takes the one on PATH before those in the cache", async () => {
    await putEngine(join(bin, "pulumi"), needed);
    await putEngine(installedPath(cache, needed), needed);
    expect(await find()).to.include({ origin: "path", version: needed });
  });

  it("passes over one on PATH that is too old", async () => {
    await putEngine(join(bin, "pulumi"), "3.0.0");
    await putEngine(builtPath(cache), needed);
    expect(await find()).to.include({ origin: "built" });
  });

  it("takes an installed one before a built one", async () => {
    await putEngine(installedPath(cache, needed), needed);
    await putEngine(builtPath(cache), needed);
    expect(await find()).to.include({ origin: "installed" });
  });

  it("takes the named one before all others, and no other when that one is not good", async () => {
    await putEngine(join(bin, "pulumi"), needed);
    const named = await putEngine(join(folder, "mine"), needed);
    expect(await find({ environment: { LOCKSTEP_PULUMI: named } })).to.include({
      origin: "env",
      path: named,
    });
    const error = await find({ environment: { LOCKSTEP_PULUMI: join(folder, "none") } }).catch(
      (e: unknown) => e,
    );
    expect(error).to.have.property("code", "EngineUnavailable");
  });

  it("tries one way after the other and takes the first engine that works", async () => {
    const tried: string[] = [];
    const refused: Obtainer = {
      origin: "installed",
      obtain: () => {
        tried.push("installed");
        return Promise.resolve({ reason: "download: refused" });
      },
    };
    const built: Obtainer = {
      origin: "built",
      obtain: async () => {
        tried.push("built");
        return { path: await putEngine(builtPath(cache), needed) };
      },
    };
    expect(await find({ obtain: [refused, built] })).to.include({ origin: "built" });
    expect(await find({ obtain: [refused, built] })).to.include({ origin: "built" });
    expect(tried).to.deep.equal(["installed", "built"]);
  });

  it("names every way in one error when there is none", async () => {
    const refuse = (origin: "installed" | "built"): Obtainer => ({
      origin,
      obtain: () => Promise.resolve({ reason: `${origin}: no` }),
    });
    const error = await find({ obtain: [refuse("installed"), refuse("built")] }).catch(
      (e: unknown) => e,
    );
    expect(error).to.have.property("code", "EngineUnavailable");
    expect((error as LockstepError).message).to.match(/PATH.*installed: no.*built: no/);
    expect((error as LockstepError).hint).to.be.a("string");
  });
});

describe("engine versions", () => {
  it("are compared by number, within a major version", () => {
    expect(satisfies([3, 10, 0], [3, 9, 9])).to.equal(true);
    expect(satisfies([3, 9, 8], [3, 9, 9])).to.equal(false);
    expect(satisfies([4, 0, 0], [3, 9, 9])).to.equal(false);
    expect(parseVersion("v3.256.0-dev.1\n")).to.deep.equal([3, 256, 0]);
    expect(parseVersion("command not found")).to.equal(undefined);
  });

  it("are pinned in go.mod at one that our SDK takes", () => {
    const goMod = "require (\n\tgithub.com/pulumi/pulumi/pkg/v3 v3.256.0\n)\n";
    expect(pinnedVersion(goMod)).to.equal("3.256.0");
    const pinned = parseVersion(builtPath("/c").split("built-")[1] ?? "");
    expect(pinned !== undefined && satisfies(pinned, parseVersion(needed) ?? [0, 0, 0])).to.equal(
      true,
    );
  });
});

describe("cacheFolder", () => {
  const machine = { environment: {}, homeFolder: "/home/me" };
  it("follows the habits of each platform", () => {
    expect(cacheFolder({ ...machine, platform: "linux" })).to.equal("/home/me/.cache/lockstep");
    expect(cacheFolder({ ...machine, platform: "darwin" })).to.equal(
      "/home/me/Library/Caches/lockstep",
    );
    const environment = { XDG_CACHE_HOME: "/var/cache/me" };
    expect(cacheFolder({ ...machine, environment, platform: "linux" })).to.equal(
      "/var/cache/me/lockstep",
    );
  });
});

describe("withFolderLock", () => {
  it("lets one in at a time and takes over a lock whose owner is gone", async () => {
    const folder = await mkdtemp(join(tmpdir(), "lockstep-lock-"));
    const lock = join(folder, "lock");
    const clock = {
      nowEpochMs: () => Date.now(),
      sleep: () => new Promise<void>((r) => setImmediate(r)),
    };
    try {
      const order: string[] = [];
      const work = (name: string) => async (): Promise<void> => {
        order.push(`${name} in`);
        await stat(lock);
        order.push(`${name} out`);
      };
      await mkdir(lock);
      await utimes(lock, 0, 0);
      await Promise.all([
        withFolderLock(lock, { clock }, work("a")),
        withFolderLock(lock, { clock }, work("b")),
      ]);
      expect([order[0], order[2]]).to.have.members(["a in", "b in"]);
      expect(order[1]?.split(" ")[0]).to.equal(order[0]?.split(" ")[0]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("runChild", () => {
  it("ends the child and everything it started when the signal is given", async () => {
    const controller = new AbortController();
    let grandchild = 0;
    const running = runChild("sh", ["-c", "sleep 100 & echo $!; wait"], {
      signal: controller.signal,
      onStdout: (text) => {
        grandchild = Number(text);
        controller.abort();
      },
    });
    const error = await running.catch((thrown: unknown) => thrown);
    expect(error).to.have.property("code", "Aborted");
    // In a container nobody may collect what has ended: a zombie (Z) has ended as well.
    const { stdout } = await runChild("ps", ["-o", "stat=", "-p", String(grandchild)]);
    expect(stdout.trim()).to.match(/^(Z.*)?$/);
  });

  it("lets a child that may outlive us end in order when we are killed", async function () {
    this.timeout(30_000);
    const folder = await mkdtemp(join(tmpdir(), "lockstep-outlive-"));
    const ended = join(folder, "ended");
    // The shell writes all the time: on a broken pipe it would be killed before it comes to its last line.
    const script = `for i in $(seq 20); do echo $i; sleep 0.05; done; touch '${ended}'`;
    const module = join(__dirname, "..", "..", "automation", "engine", "child-process");
    const parent =
      `const { runChild } = require(${JSON.stringify(module)});` +
      `runChild("sh", ["-c", ${JSON.stringify(script)}], { mayOutliveUs: true });` +
      `setTimeout(() => process.kill(process.pid, "SIGKILL"), 200);`;
    const hook = join(__dirname, "..", "..", "scripts", "typescript.cjs");
    const result = await runChild(process.execPath, ["-r", hook, "-e", parent], {
      cwd: join(__dirname, "..", ".."),
    });
    expect(result.exitCode, result.stderr).to.equal(null);
    while (!existsSync(ended)) await systemClock.sleep(50);
    await rm(folder, { recursive: true, force: true });
  });

  it("hands over what a child has written that may outlive us", async () => {
    const result = await runChild("sh", ["-c", "echo out; echo wörter >&2; exit 3"], {
      mayOutliveUs: true,
    });
    expect(result).to.include({ exitCode: 3, stdout: "out\n", stderr: "wörter\n" });
  });

  it("tells a program that is not there from one that failed", async () => {
    expect((await runChild("/nonexistent/program", [])).startError).to.be.instanceOf(Error);
    expect(await runChild("sh", ["-c", "exit 3"])).to.include({ exitCode: 3, timedOut: false });
  });
});
