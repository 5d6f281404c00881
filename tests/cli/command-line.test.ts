import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { events, runCli } from "../helpers/cli";

const packageVersion = (
  JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as {
    version: string;
  }
).version;

describe("command line", function () {
  this.timeout(60_000);
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-cli-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("shows every command without loading Pulumi or an AWS SDK", async () => {
    const result = await runCli(["--help"], { environment: { NODE_DEBUG: "module" } });
    expect(result.exitCode).to.equal(0);
    for (const command of [
      "demo",
      "preview",
      "up",
      "backfill",
      "verify",
      "doctor",
      "destroy",
      "policies",
      "policy",
      "sandbox",
    ]) {
      expect(result.stdout).to.match(new RegExp(`^  ${command} `, "m"));
    }
    expect(result.stderr, "modules are listed").to.match(/node_modules\/commander\//);
    expect(result.stderr).not.to.match(/node_modules\/@(pulumi|aws-sdk)\//);
  });

  it("ends with 2 and a hint for a command or an option that there is not", async () => {
    for (const args of [["replicate"], ["up", "--force"], ["sandbox", "--port", "70000"]]) {
      const result = await runCli(args, { cwd: folder });
      expect(result.exitCode, args.join(" ")).to.equal(2);
      expect(result.stdout).to.equal("");
      expect(result.stderr).to.include("error:");
    }
  });

  it("tells where a review cannot be written, before anything is looked at", async () => {
    await writeFile(
      join(folder, "Pulumi.good.yaml"),
      [
        "config:",
        "  lockstep:source: { accountId: '111111111111', region: eu-west-1, bucket: { name: records } }",
        "  lockstep:vaults:",
        "    - { name: primary, accountId: '222222222222', region: eu-central-1, bucket: { name: records-vault },",
        "        lock: { stage: pilot } }",
        "  lockstep:rules: [{ name: all, vault: primary }]",
        "",
      ].join("\n"),
    );
    const preview = ["preview", "--stack", "good"];
    for (const [args, paths] of [
      [["--markdown", "-", "--sarif", "-"], ["--sarif"]],
      [["--json", "--sarif", "-"], ["--sarif"]],
      [
        ["--markdown", "none/a.md", "--sarif", "."],
        ["--markdown", "--sarif"],
      ],
    ] as const) {
      const result = await runCli([...preview, ...args], { cwd: folder });
      expect(result.exitCode, args.join(" ")).to.equal(2);
      const said = result.stdout + result.stderr;
      expect(said).to.include("The review cannot be written as asked.");
      for (const path of paths) expect(said).to.match(new RegExp(`${path}(: |","message)`));
    }
  });

  it("says its version", async () => {
    const result = await runCli(["--version"]);
    expect(result).to.include({ exitCode: 0, stdout: `${packageVersion}\n`, stderr: "" });
  });

  it("wants --yes where nobody can be asked, before anything is done", async () => {
    for (const command of ["up", "destroy"]) {
      const result = await runCli([command, "--stack", "dev"], { cwd: folder });
      expect(result.exitCode).to.equal(2);
      expect(result.stderr).to.include("ConfirmationNeeded").and.to.include("--yes");
    }
  });

  it("names every mistake of a config with its path", async () => {
    await writeFile(
      join(folder, "Pulumi.bad.yaml"),
      [
        "config:",
        "  lockstep:source: { accountId: '1', region: eu-west-1, bucket: { name: same, existing: true } }",
        "  lockstep:vaults:",
        "    - { name: primary, accountId: '222222222222', region: eu-central-1, bucket: { name: same },",
        "        lock: { stage: governance, retention: 30 days } }",
        "  lockstep:rules:",
        "    - { name: all, status: Enabled, priority: 1, vault: elsewhere }",
        "",
      ].join("\n"),
    );
    const result = await runCli(["preview", "--stack", "bad", "--json"], { cwd: folder });
    expect(result.exitCode).to.equal(2);
    const [error] = events(result);
    expect(error).to.include({ type: "error", code: "ConfigInvalid", source: "user" });
    const paths = (error?.["problems"] as { path: string }[]).map(({ path }) => path);
    expect(paths).to.include("source.accountId").and.to.include("rules[0].vault");
  });

  it("takes the folder before or after the command's name", async () => {
    for (const args of [
      ["-C", folder, "preview", "--stack", "none"],
      ["preview", "--stack", "none", "-C", folder],
    ]) {
      const result = await runCli(args);
      expect(result.exitCode).to.equal(2);
      expect(result.stderr).to.include(`no Pulumi.none.yaml in ${folder}`);
    }
  });

  it("says which file is missing", async () => {
    const result = await runCli(["preview", "--stack", "none"], { cwd: folder });
    expect(result.exitCode).to.equal(2);
    expect(result.stderr).to.include("Pulumi.none.yaml");
    expect(result.stderr).not.to.include("    at ");
  });

  it("shows a stack trace with --debug only", async () => {
    const result = await runCli(["preview", "--stack", "none", "--debug"], { cwd: folder });
    expect(result.stderr).to.include("    at ");
  });
});
