/**
 * Each command with exactly the rights of `docs/operator-permissions.md`: it is refused nothing, needs each statement, and asks for
 * each action.
 */

import { PutObjectLegalHoldCommand } from "@aws-sdk/client-s3";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { OPERATOR_ROWS } from "../../automation/permissions/operator-policies";
import type { Report } from "../../automation/report/fields";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { makeBoundary } from "./operator-before";
import { STACK, toldToOthers, twoAccounts } from "./operator-layouts";
import { isNeeded, Operator } from "./operator-permissions";
import { spoil } from "./operator-provoked";
import { statementsOf, type TakenAway } from "./operator-tried";

const RECORDS = { account: "source", bucket: "operated-records" } as const;
const VAULT = { account: "vault", bucket: "operated-vault" } as const;

/** Actions that these runs do not ask for, beside those that AWS's own providers alone do, and why. */
const UNSEEN: Partial<Record<OperatorCommand, Readonly<Record<string, string>>>> = {
  preview: {
    "source LookAtSourceBuckets s3:ListBucketVersions": "where a bucket would be taken away",
  },
  up: {
    "source LookAtSourceBuckets s3:ListBucketVersions": "where a bucket would be taken away",
    "vault KeepPromise s3:GetObjectRetention":
      "a pilot's copies are not locked: see operator-layout-given.test.ts",
    "vault KeepPromise s3:PutObjectRetention": "the same",
  },
};

const LAYOUT = twoAccounts()[STACK] ?? {};
const TESTED = ["preview", "up", "backfill", "verify", "doctor", "destroy"] as const;

describe("an operator with the least rights", function () {
  this.timeout(300_000);
  let operator: Operator;

  before(async () => {
    operator = await Operator.start(twoAccounts());
  });
  after(() => operator?.close());

  async function runs(command: OperatorCommand): Promise<void> {
    const run = await operator.run(command);
    expect(run.exitCode, `${command}: ${run.stdout}${run.stderr}`).to.equal(0);
    expect(operator.refused).to.deep.equal([]);
    const idle = operator.idle(command).filter(isNeeded);
    expect(idle, "statements that allow nothing by themselves").to.deep.equal([]);
  }

  it("deploys a first time", () => runs("up"));

  it("puts back what others changed, changes it, and takes away what the config has no more", async () => {
    await spoil(operator.road);
    await operator.write(toldToOthers(await makeBoundary(operator.road)));
    // What goes is looked at and goes with the rights of the config before.
    const also = (["up", "destroy"] as const).flatMap((command) => statementsOf(command, LAYOUT));
    const run = await operator.run("up", { also });
    expect(operator.refused, run.stdout).to.deep.equal([]);
    expect(run.exitCode, run.stdout).to.equal(0);
    expect(run.stdout).not.to.contain("NotRestored");
  });

  it("changes it back", async () => {
    await operator.write(twoAccounts());
    const run = await operator.run("up");
    expect(operator.refused, run.stdout).to.deep.equal([]);
    expect(run.exitCode, run.stdout).to.equal(0);
  });

  it("previews", () => runs("preview"));

  it("brings along what was there before", async () => {
    const { road } = operator;
    await road.withoutReplication(RECORDS, async () => {
      await road.put(RECORDS, "old", "team=records");
      const LegalHold = { Status: "ON" } as const;
      const input = { Bucket: RECORDS.bucket, Key: "old", LegalHold };
      await road.project.s3("source").send(new PutObjectLegalHoldCommand(input));
    });
    await road.put(RECORDS, "new");
    await road.arrived(VAULT, "new");
    await runs("backfill");
  });

  it("verifies", () => runs("verify"));

  const reportOf = async (without?: TakenAway) => {
    const run = await operator.run("verify", {
      instead: "report",
      args: ["--out", "report.json"],
      ...(without === undefined ? {} : { without }),
    });
    expect(run.exitCode, run.stdout + run.stderr).to.equal(0);
    const text = await readFile(join(operator.road.project.folder, "report.json"), "utf8");
    return { run, live: (JSON.parse(text) as Report).sources[0]?.live[0] };
  };

  it("reports how far live replication is behind, as CloudWatch has it in the vault's Region", async () => {
    const { road } = operator;
    await road.put(RECORDS, "measured");
    await road.arrived(VAULT, "measured");
    // S3 publishes a minute when it is over.
    road.project.sandbox.world.clock.advance(2 * 60_000);
    const { live, run } = await reportOf();
    expect(operator.refused, run.stdout).to.deep.equal([]);
    expect(live).to.include({ rule: "all", vault: "primary" }).and.not.to.have.property("unknown");
    expect(live?.points).not.to.deep.equal([]);
    for (const { at, seconds } of live?.points ?? []) {
      expect(at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d[05]:00\.000Z$/);
      expect(seconds).to.be.within(0, 60);
    }
  });

  it("reports that this is not known, and by which right it would be", async () => {
    const { live, run } = await reportOf({ account: "source", sid: "ReadReplicationMetrics" });
    expect(live?.points).to.deep.equal([]);
    expect(live?.unknown).to.contain("cloudwatch:GetMetricData");
    const warnings = run.events.filter(({ code }) => code === "MetricsUnread");
    expect(warnings).to.have.length(1);
    expect(warnings[0]?.["message"]).to.contain("cloudwatch:GetMetricData").and.contain("all");
  });

  it("looks for what is wrong, and finds that it may not backfill", async () => {
    const run = await operator.run("doctor");
    const found = run.events.filter(
      ({ severity, type }) => type === "finding" && severity !== "info",
    );
    expect(new Set(found.map(({ id }) => id)), run.stdout).to.deep.equal(
      new Set(["caller-pass-role", "caller-right"]),
    );
    expect(run.stdout).not.to.contain("not-checked");
    expect(operator.refused).to.deep.equal([]);
    expect(operator.idle("doctor")).to.deep.equal([]);
  });

  it("takes down", () => runs("destroy"));

  for (const command of TESTED) {
    it(`has asked for all that ${command} may, but for what is listed`, () => {
      const sids = statementsOf(command, LAYOUT).map(({ statement }) => statement.Sid);
      const ofProviders = OPERATOR_ROWS.filter(({ sid }) => sids.includes(sid)).flatMap(
        ({ ofProviders: of, sid, side }) =>
          (of?.[command] ?? []).map((action) => `${side} ${sid} ${action}`),
      );
      const unused = operator.unused(command);
      const unseen = unused.filter((one) => !ofProviders.includes(one));
      expect(unseen).to.have.members(Object.keys(UNSEEN[command] ?? {}));
      const seen = ofProviders.filter((one) => !unused.includes(one));
      expect(seen, "asked for here, too").to.deep.equal([]);
    });
  }
});
