/** Buckets, keys and a replication role that were there before: each command with exactly the rights that the config makes. */

import { expect } from "chai";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { makeGiven } from "./operator-before";
import { given } from "./operator-layouts";
import { isNeeded, Operator } from "./operator-permissions";
import { expectNamed } from "./operator-statements";

const RECORDS = { account: "source", bucket: "given-records" } as const;

describe("an operator of buckets, keys and a role of others", function () {
  this.timeout(600_000);
  let operator: Operator;

  before(async () => {
    operator = await Operator.start();
    await operator.write(given(await makeGiven(operator.road)));
  });
  after(() => operator?.close());

  async function runs(command: OperatorCommand, expected: readonly string[] = []): Promise<void> {
    const run = await operator.run(command);
    expect(run.exitCode, `${command}: ${run.stdout}${run.stderr}`).to.equal(0);
    expect(operator.refused).to.deep.equal([]);
    const idle = operator.idle(command).filter(isNeeded);
    expect(idle, "statements that allow nothing by themselves").to.deep.equal(expected);
  }

  it("deploys", () => runs("up"));

  it("previews", () => runs("preview"));

  it("brings along what was there before", async () => {
    const { road } = operator;
    await road.withoutReplication(RECORDS, () => road.put(RECORDS, "old"));
    await runs("backfill");
  });

  // A key's policy is looked at where a version is missing.
  it("verifies", () => runs("verify", ["source LookAtGivenKeys"]));

  it("has nothing to change a second time, and finds the promise's copy locked, which a pilot's is not", async () => {
    const run = await operator.run("up");
    expect(run.exitCode, run.stdout).to.equal(0);
    expect(operator.refused).to.deep.equal([]);
    const unused = operator.unused("up").filter((one) => one.includes("KeepPromise"));
    expect(unused).to.deep.equal([]);
  });

  for (const sid of ["LookAtGivenKeys", "LookAtPolicyOfOthers"]) {
    it(`tells, of a version that is missing, whose policy it could not look at without ${sid}`, async () => {
      const { road } = operator;
      await road.withoutReplication(RECORDS, () => road.put(RECORDS, sid));
      const without = { account: "source", sid } as const;
      const run = await operator.run("verify", { without });
      expectNamed("verify", without, run, operator);
    });
  }

  for (const without of [
    { account: "source", sid: "LookAtRulesOfOthers" },
    { account: "vault", sid: "LookAtAdoptedVaults" },
    { account: "source", sid: "LeaveRulesToOthers" },
  ] as const) {
    it(`destroy tells what is missing without ${without.sid}`, async () => {
      const run = await operator.run("destroy", { without });
      expectNamed("destroy", without, run, operator);
    });
  }

  it("takes down", () => runs("destroy"));
});
