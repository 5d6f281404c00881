import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { startCli } from "../helpers/cli";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road } from "../helpers/road";

describe("whoever read the output goes away during `up`", function () {
  this.timeout(180_000);
  let road: Road;
  before(async () => {
    road = await Road.start();
    await road.writeStack("dev", {
      source: { ...ACCOUNTS.source, bucket: { name: "unread-source" } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: "unread-vault" },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
    });
  });
  after(() => road?.close());

  for (const flags of [["--json"], ["--debug"]]) {
    it(`ends it in order, with ${flags.join(" ")}, though a library goes on to warn`, async () => {
      const warner = join(road.project.folder, "warner.cjs");
      await writeFile(warner, 'setInterval(() => process.stderr.write("warning\\n"), 50).unref();');
      const run = startCli(["up", "--stack", "dev", "--yes", ...flags], {
        cwd: road.project.folder,
        environment: { ...road.project.environment, NODE_OPTIONS: `--require=${warner}` },
      });
      await run.waitFor("lockstep-replication-role");
      run.child.stdout?.destroy();
      run.child.stderr?.destroy();
      expect((await run.ended).exitCode).to.equal(1);
    });
  }

  it("carries on", async () => {
    await road.runOk("up", "dev", "--yes");
    expect((await road.run("verify", "dev")).exitCode).to.equal(0);
  });
});
