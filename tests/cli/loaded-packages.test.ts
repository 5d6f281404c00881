/** What a command loads decides how soon it answers. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runCli } from "../helpers/cli";

/** The loader of a clone; an installed package has none. */
const LOADER = ["esbuild", "tsx"];

/** Commands that stop where nobody can be asked, before they look at the config. */
const ASKING: readonly string[] = ["up", "backfill", "destroy"];

describe("the command line loads", function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-loaded-"));
    await writeFile(join(folder, "Pulumi.bad.yaml"), "config: { lockstep:rules: [] }\n");
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function packagesOf(args: readonly string[], exitCode: number): Promise<string[]> {
    const file = join(folder, "modules.json");
    const list = join(__dirname, "..", "helpers", "list-modules.cjs");
    const result = await runCli([...args, "-C", folder], {
      environment: { NODE_OPTIONS: `--require "${list}"`, LOCKSTEP_TEST_MODULES: file },
    });
    expect(result.exitCode, result.stderr).to.equal(exitCode);
    return (JSON.parse(await readFile(file, "utf8")) as string[]).filter(
      (name) => !LOADER.includes(name),
    );
  }

  it("its parser alone for --help and --version", async () => {
    for (const flag of ["--help", "--version"]) {
      expect(await packagesOf([flag], 0), flag).to.deep.equal(["commander"]);
    }
  });

  it("what reads a config, for a mistake in it", async () => {
    for (const command of [
      "preview",
      "up",
      "backfill",
      "verify",
      "doctor",
      "destroy",
      "policies",
    ]) {
      const agreed = ASKING.includes(command) ? ["--yes"] : [];
      const packages = await packagesOf([command, "--stack", "bad", ...agreed], 2);
      expect(packages, command).to.deep.equal(["commander", "yaml", "zod"]);
    }
  });
});
