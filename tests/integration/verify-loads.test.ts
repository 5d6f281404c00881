import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { runCli } from "../helpers/cli";
import { CliProject } from "../helpers/cli-project";
import { ACCOUNTS } from "../helpers/engine-project";

describe("verify of a deployed stack", function () {
  this.timeout(180_000);

  it("reads it by the engine alone, and loads the AWS clients that it calls alone", async () => {
    const project = await CliProject.start();
    try {
      await project.write({
        source: { ...ACCOUNTS.source, bucket: { name: "light-records" } },
        vaults: [{ name: "near", ...ACCOUNTS.vault, bucket: { name: "light-vault" } }],
        rules: [{ name: "all", vault: "near" }],
      });
      const run = (command: string, variables: Record<string, string>, ...flags: string[]) =>
        runCli([command, "--stack", "test", ...flags], {
          cwd: project.folder,
          environment: { ...project.environment, ...variables },
        });
      const deployed = await run("up", {}, "--yes");
      expect(deployed.exitCode, deployed.stderr).to.equal(0);
      const file = join(project.folder, "modules.json");
      const list = join(__dirname, "..", "helpers", "list-modules.cjs");
      const verified = await run("verify", {
        NODE_OPTIONS: `--require "${list}"`,
        LOCKSTEP_TEST_MODULES: file,
      });
      expect(verified.exitCode, verified.stdout + verified.stderr).to.equal(0);
      const packages = JSON.parse(await readFile(file, "utf8")) as string[];
      expect(packages.filter((name) => name.startsWith("@pulumi/"))).to.deep.equal([]);
      // The vault has no key, and no job is asked for.
      expect(packages.filter((name) => name.startsWith("@aws-sdk/client-"))).to.deep.equal([
        "@aws-sdk/client-iam",
        "@aws-sdk/client-s3",
        "@aws-sdk/client-sts",
      ]);
    } finally {
      await project.close();
    }
  });
});
