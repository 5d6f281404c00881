/** The legs of a road, each a test that goes on from the one before. */

import {
  GetBucketReplicationCommand,
  PutBucketReplicationCommand,
  type ReplicationRule,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { type Place, Road, verdictsOf, type RoadRun } from "../helpers/road";
import { loseReplica, type RoadRow } from "./roads";

/** Registers the tests of a road in the surrounding `describe`. */
export function drive(row: RoadRow): void {
  const { example, journeys, looksFrom, loses, prepare, sourceNames, stacks } = row;
  let road: Road;
  before(async function () {
    this.timeout(120_000);
    road = await Road.start();
    if (example !== undefined) await road.takeExample(example);
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

  if (looksFrom !== undefined) driveLooks(looksFrom);

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

  /** Backfill and verdict, and what shows in it. */
  function driveLooks(stack: string): void {
    it("brings along what live replication never saw", async function () {
      this.timeout(300_000);
      for (const { from, key, tagging } of journeys) {
        await road.withoutReplication(from, () => road.put(from, `${key}-before`, tagging));
      }
      const run = await road.runOk("backfill", stack, "--yes");
      for (const { key, thenTo = [], to } of journeys) {
        for (const place of [...to, ...thenTo]) await road.arrived(place, `${key}-before`);
      }
      expectVerdicts(run, true);
    });

    it("is proven", async function () {
      this.timeout(120_000);
      expectVerdicts(await road.runOk("verify", stack), true);
    });

    it("shows what was tampered with", async function () {
      this.timeout(120_000);
      const [first] = journeys;
      if (first !== undefined) await disableRules(road, first.from);
      await loseReplica(road, loses);
      const run = await road.run("verify", stack);
      expect(run.exitCode, run.stdout + run.stderr).to.equal(1);
      expectVerdicts(run, false);
      const { drift, failures } = run.events.at(-1) as Record<string, Record<string, unknown>[]>;
      expect(failures?.map(({ code, key }) => [code, key])).to.deep.include(["missing", loses.key]);
      expect(drift?.map(({ path }) => String(path)).join()).to.match(/rules.*status/);
    });
  }

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

/** The source's administrator stops replication, so that a look at the live rules would expect nothing any more. */
async function disableRules(road: Road, { account, bucket }: Place): Promise<void> {
  const s3 = road.project.s3(account);
  const { ReplicationConfiguration } = await s3.send(
    new GetBucketReplicationCommand({ Bucket: bucket }),
  );
  const disabled = (rule: ReplicationRule): ReplicationRule => ({ ...rule, Status: "Disabled" });
  await s3.send(
    new PutBucketReplicationCommand({
      Bucket: bucket,
      ReplicationConfiguration: {
        Role: ReplicationConfiguration?.Role,
        Rules: ReplicationConfiguration?.Rules?.map(disabled),
      },
    }),
  );
}
