import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect } from "chai";
import { stringify } from "yaml";
import { startCli } from "../helpers/cli";
import { pulumiCommand } from "../helpers/engine";
import { LocalWorkspace } from "@pulumi/pulumi/automation";

describe("a command without --stack", function () {
  this.timeout(60_000);
  let folder: string;
  let environment: Record<string, string>;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-selected-"));
    environment = {
      PULUMI_BACKEND_URL: pathToFileURL(folder).href,
      PULUMI_CONFIG_PASSPHRASE: "",
      PULUMI_HOME: join(folder, "home"),
    };
    await writeFile(
      join(folder, "Pulumi.yaml"),
      stringify({ name: "lockstep", runtime: "nodejs" }),
    );
    await writeFile(
      join(folder, "Pulumi.chosen.yaml"),
      stringify({
        config: {
          "lockstep:source": {
            accountId: "111111111111",
            region: "eu-west-1",
            bucket: { name: "some-records" },
          },
          "lockstep:vaults": [
            {
              name: "primary",
              accountId: "222222222222",
              region: "eu-central-1",
              bucket: { name: "some-vault" },
            },
          ],
          "lockstep:rules": [{ name: "all", vault: "primary" }],
        },
      }),
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const verify = () => startCli(["verify"], { cwd: folder, environment }).ended;

  it("says that none is named or selected", async () => {
    const { exitCode, stderr } = await verify();
    expect(exitCode).to.equal(2);
    expect(stderr).to.include("No stack is named, and none is selected.");
  });

  it("takes the one that `pulumi stack select` chose", async () => {
    const workspace = await LocalWorkspace.create({
      workDir: folder,
      envVars: environment,
      pulumiCommand: await pulumiCommand(),
    });
    await workspace.createStack("chosen");
    await workspace.selectStack("chosen");
    const { exitCode, stderr } = await verify();
    expect(stderr).to.include("The stack chosen is not deployed.");
    // The engine that was asked which one is chosen is the one that all else is asked of: it is told once.
    expect(stderr.match(/Pulumi engine/g)).to.have.length(1);
    expect(exitCode).to.equal(1);
  });
});
