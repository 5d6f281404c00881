/** Our own environments under the plain `pulumi` command line with the pack, and in the files that both command lines write. */

import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { type CliResult, events, runCli } from "../helpers/cli";
import { CliProject } from "../helpers/cli-project";
import { ACCOUNTS, EngineProject } from "../helpers/engine-project";
import { describeWithTool, testTool } from "../helpers/test-tool";
import { YamlProgram } from "../helpers/yaml-program";

const ROOT = join(__dirname, "..", "..");
const PACK = join(ROOT, "policy-pack");

/** The errors of a check, in words; it has to end as they say. */
function errorsOf(result: CliResult): readonly string[] {
  const told = events(result);
  expect(told.at(-1), result.stderr).to.include({ type: "policies-checked" });
  expect(told.at(-1)?.["resourcesCount"]).to.be.greaterThan(10);
  const errors = told.filter(({ severity }) => severity === "error");
  expect(result.exitCode).to.equal(errors.length === 0 ? 0 : 1);
  return errors.map(({ message, resourceName, ruleId }) =>
    [ruleId, resourceName, message].join(" "),
  );
}

describeWithTool("pulumi-language-yaml", "examples/yaml and the pack", function () {
  this.timeout(600_000);
  let sandbox: EngineProject;
  let program: YamlProgram;

  before(async () => {
    const host = await testTool("pulumi-language-yaml");
    sandbox = await EngineProject.start();
    const text = await readFile(join(ROOT, "examples", "yaml", "Pulumi.yaml"), "utf8");
    program = await YamlProgram.start(text, host, {
      ...sandbox.environment,
      PATH: join(ROOT, "bin"),
    });
  });
  after(async () => {
    await program?.close();
    await sandbox?.close();
  });

  const check = (file: string) =>
    runCli(["policy", "check", file, "--json"], { cwd: program.folder });

  it("are previewed and deployed by `pulumi --policy-pack` without a mandatory violation", async () => {
    await writeFile(
      join(program.folder, "preview.json"),
      await program.succeed("preview", "--json"),
    );
    expect(errorsOf(await check("preview.json"))).to.deep.equal([]);
    const stdout = await program.succeed("up", "--yes", "--policy-pack", PACK);
    expect(stdout)
      .to.match(/lockstep@v\S+ \(local: /)
      .and.not.include("[mandatory]");
    await writeFile(join(program.folder, "state.json"), await program.succeed("stack", "export"));
    expect(errorsOf(await check("state.json"))).to.deep.equal([]);
  });
});

describe("the files of a stack of ours", function () {
  this.timeout(600_000);
  let project: CliProject;

  before(async () => {
    project = await CliProject.start();
    await project.write({
      source: { ...ACCOUNTS.source, bucket: { name: "files-records" } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: "files-vault" },
          lock: { stage: "governance", retention: "30 days" },
          encryption: { kms: "create" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
    await project.succeed(["up", "--yes"]);
  });
  after(() => project?.close());

  it("keep the pack as `pulumi stack export` writes them, in a file and on standard input", async () => {
    const text = await project.pulumi(["stack", "export", "--stack", "test"]);
    await writeFile(join(project.folder, "state.json"), text);
    const ofFile = await runCli(["policy", "check", "state.json", "--json"], {
      cwd: project.folder,
    });
    expect(errorsOf(ofFile)).to.deep.equal([]);
    const ofInput = await piped(text, ["policy", "check", "-", "--json"]);
    expect(ofInput.stdout).to.equal(ofFile.stdout);
    expect(ofInput.exitCode).to.equal(0);
  });

  it("are not those of `lockstep preview --json`, which is said in one error", async () => {
    const { stdout } = await project.run(["preview", "--json"]);
    await writeFile(join(project.folder, "events.json"), stdout);
    const { exitCode, stderr } = await runCli(["policy", "check", "events.json"], {
      cwd: project.folder,
    });
    expect(exitCode).to.equal(2);
    expect(stderr).to.match(/events\.json: expected what Pulumi's own command line writes/);
    expect(stderr).to.include("pulumi preview --json > FILE");
    expect(stderr).not.to.match(/^\s+at /m);
  });
});

/** A command that is given its standard input. */
function piped(
  input: string,
  args: readonly string[],
): Promise<Pick<CliResult, "exitCode" | "stdout">> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [join(ROOT, "scripts", "lockstep.mjs"), ...args]);
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.once("error", fail);
    child.once("close", (exitCode) => done({ exitCode, stdout }));
    child.stdin.end(input);
  });
}
