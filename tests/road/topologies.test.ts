/** Every example is driven, its files unchanged: up, live replication, backfill, verify, a tampering that shows, destroy. */

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { EXAMPLES, Road, verdictsOf, type RoadRun } from "../helpers/road";
import { loseReplica, ROADS, type ExampleRoad } from "./example-roads";

/** The folders that a user would deploy from. */
function exampleFolders(): readonly string[] {
  return readdirSync(EXAMPLES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .filter((name) => readdirSync(join(EXAMPLES, name)).some((file) => /^Pulumi\./.test(file)));
}

describe("examples, from up to destroy", () => {
  it("have a road each", () => {
    expect(Object.keys(ROADS)).to.have.members(exampleFolders());
  });

  for (const [name, road] of Object.entries(ROADS)) describe(name, () => driveExample(name, road));
});

function driveExample(name: string, example: ExampleRoad): void {
  const { journeys, looksFrom, loses, prepare, sourceNames, stacks } = example;
  let road: Road;
  before(async function () {
    this.timeout(120_000);
    road = await Road.start();
    await road.takeExample(name);
    await prepare?.(road);
  });
  after(() => road?.close());

  it("deploys, and a second preview changes nothing", async function () {
    this.timeout(600_000);
    for (const stack of stacks) await road.runOk("up", stack, "--yes");
    for (const stack of new Set(stacks)) {
      const preview = await road.runOk("preview", stack);
      const summary = preview.events.find(({ type }) => type === "stack-summary");
      expect(Object.keys(summary?.["changes"] as object)).to.deep.equal(["same"]);
    }
  });

  it("replicates what is written", async function () {
    this.timeout(60_000);
    for (const { from, key, tagging, to } of journeys) {
      await road.put(from, key, tagging);
      for (const place of to) {
        const head = await road.arrived(place, key);
        expect(head.ReplicationStatus).to.match(/REPLICA|COMPLETED/);
        expect(head.ObjectLockMode).to.equal("GOVERNANCE");
      }
    }
  });

  it("brings along what live replication never saw", async function () {
    this.timeout(300_000);
    for (const { from, key, tagging } of journeys) {
      await road.withoutReplication(from, () => road.put(from, `${key}-before`, tagging));
    }
    const run = await road.runOk("backfill", looksFrom, "--yes");
    for (const { key, thenTo = [], to } of journeys) {
      for (const place of [...to, ...thenTo]) await road.arrived(place, `${key}-before`);
    }
    expectVerdicts(run, true);
  });

  it("is proven", async function () {
    this.timeout(120_000);
    expectVerdicts(await road.runOk("verify", looksFrom), true);
  });

  it("shows what was tampered with", async function () {
    this.timeout(120_000);
    await loseReplica(road, loses);
    const run = await road.run("verify", looksFrom);
    expect(run.exitCode, run.stdout + run.stderr).to.equal(1);
    expectVerdicts(run, false);
    expect(JSON.stringify(run.events.at(-1)?.["failures"])).to.include(`"key":"${loses.key}"`);
  });

  it("is taken down but for what holds data", async function () {
    this.timeout(600_000);
    const kept: unknown[] = [];
    for (const stack of new Set(stacks)) {
      const run = await road.runOk("destroy", stack, "--yes");
      kept.push(...run.events.flatMap(({ resource, type }) => (type === "kept" ? resource : [])));
    }
    const places = journeys.flatMap(({ from, thenTo = [], to }) => [from, ...to, ...thenTo]);
    expect(kept).to.include.members(places.map(({ bucket }) => bucket));
  });

  /** One verdict of each source, by its name; over several, one more that closes the output. */
  function expectVerdicts(run: RoadRun, isClean: boolean): void {
    const verdicts = verdictsOf(run);
    const last = run.events.at(-1);
    expect(verdicts.flatMap(({ source }) => source ?? [])).to.deep.equal(sourceNames);
    expect(last).to.include({ type: "verdict", clean: isClean });
    expect(last?.["proven"]).to.be.greaterThan(0);
    if (sourceNames.length === 1) return;
    expect(last?.["sources"]).to.deep.equal(sourceNames);
    expect(verdicts).to.have.length(sourceNames.length + 1);
  }
}
