/** Two teams, each with a stack of its own, and who may look into both: backfill and verify from a third, which declares nothing. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { failureOf } from "../helpers/local-stacks";
import { Road, verdictsOf } from "../helpers/road";

const RECORDS = { account: "source", bucket: "acme-teams-records" } as const;
const VAULT = { account: "vault", bucket: "acme-teams-vault" } as const;

describe("a stack that looks into those of two teams", function () {
  this.timeout(600_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await road.takeExample("two-teams");
  });
  after(() => road?.close());

  it("says which team's stack is not deployed", async () => {
    const first = await road.run("verify", "both");
    expect(first.exitCode, first.stdout).to.equal(1);
    expect(first.stdout).to.match(/StackNotDeployed.*organization\/lockstep\/source/);
    await road.runOk("up", "vaults", "--yes");
    const second = await road.run("verify", "both");
    expect(second.stdout).to.match(/StackNotDeployed.*organization\/lockstep\/source/);
    await road.runOk("up", "source", "--yes");
  });

  it("brings along what was there, and proves it", async () => {
    await road.withoutReplication(RECORDS, () => road.put(RECORDS, "before"));
    await road.put(RECORDS, "after");
    await road.arrived(VAULT, "after");
    const backfill = await road.runOk("backfill", "both", "--yes");
    await road.arrived(VAULT, "before");
    expect(verdictsOf(backfill).at(-1)).to.include({ clean: true, proven: 2 });
    const verify = await road.runOk("verify", "both");
    expect(verdictsOf(verify)).to.have.length(1);
    expect(verify.events.at(-1)).to.include({ type: "verdict", clean: true, proven: 2 });
  });

  it("deploys and takes down nothing, and says where that is done", async () => {
    for (const [command, ...flags] of [
      ["preview"],
      ["up", "--yes"],
      ["destroy", "--yes"],
    ] as const) {
      const { exitCode, stdout } = await road.run(command, "both", ...flags);
      expect(exitCode, stdout).to.equal(2);
      expect(stdout).to.include("This stack declares nothing");
      expect(stdout).to.include("organization/lockstep/vaults");
    }
    const stackFile = await readFile(join(road.project.folder, "Pulumi.both.yaml"), "utf8");
    const { config } = parse(stackFile) as { config: Record<string, unknown> };
    const raw = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.replace("lockstep:", ""), value]),
    );
    const plain = await failureOf(road.project.up(raw, "both"));
    expect(plain).to.include("sourceStack: this stack declares nothing");
  });
});
