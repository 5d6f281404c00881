/** A clone, wherever it lies: with the packages of this one, and files of its own. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect } from "chai";
import { startCli } from "../helpers/cli";

const ROOT = join(__dirname, "..", "..");

describe("a clone on a path with spaces and letters beyond ASCII", function () {
  this.timeout(120_000);
  let folder: string;
  let clone: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-clone-"));
    clone = join(folder, "lock step – prüfung");
    await mkdir(clone);
    for (const name of await readdir(ROOT)) {
      if (name.startsWith(".")) continue;
      await cp(join(ROOT, name), join(clone, name), { recursive: true, filter: isSource });
    }
    await symlink(join(ROOT, "node_modules"), join(clone, "node_modules"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("serves the sandbox with providers that start, and writes nothing into itself", async () => {
    const before = await filesOf(clone);
    const home = await pulumiHomeOf(clone);
    expect(await filesOf(clone)).to.deep.equal(before);
    const [plugin = ""] = await readdir(join(home, "plugins"));
    const launcher = join(home, "plugins", plugin, plugin.replace(/^(.*)-v.*$/, "pulumi-$1"));
    // Of the sources: what was built of them, at whatever time, is not asked.
    expect(await readFile(launcher, "utf8")).to.include(join(home, "lockstep-providers"));
    const provider = spawn(launcher, ["127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
    const [port] = (await once(provider.stdout, "data")) as [Buffer];
    expect(Number(port.toString())).to.be.greaterThan(0);
    const ended = once(provider, "close");
    provider.stdin.end();
    await ended;
  });

  it("has a Pulumi home apart from another installation's on the same machine", async () => {
    expect(await pulumiHomeOf(clone)).not.to.equal(await pulumiHomeOf(ROOT));
  });

  /** Serves once, with a cache and a working folder of the test. */
  async function pulumiHomeOf(installation: string): Promise<string> {
    const run = startCli(["sandbox", "--json"], {
      cwd: folder,
      environment: { XDG_CACHE_HOME: join(folder, "cache") },
      installation,
    });
    const output = await run.waitFor("Clock, faults");
    run.child.kill("SIGTERM");
    const { exitCode, stderr } = await run.ended;
    expect(exitCode, stderr).to.equal(0);
    return /export PULUMI_HOME='(.*)'/.exec(output)?.[1] ?? "";
  }
});

function isSource(path: string): boolean {
  return !["node_modules", "dist"].includes(basename(path));
}

/** Every file with its size and time. */
async function filesOf(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder, { recursive: true });
  const lines = files
    .filter((file) => !file.startsWith("node_modules"))
    .map(async (file) => {
      const { mtimeMs, size } = await stat(join(folder, file));
      return `${file} ${size} ${mtimeMs}`;
    });
  return (await Promise.all(lines)).sort();
}
