/** Each command with exactly the rights of `docs/operator-permissions.md`: it is refused nothing, and needs each statement. */

import { expect } from "chai";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { twoAccounts } from "./operator-layouts";
import { Operator } from "./operator-permissions";

const RECORDS = { account: "source", bucket: "operated-records" } as const;
const VAULT = { account: "vault", bucket: "operated-vault" } as const;

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
    // What is put back has statements of its own: see operator-statements.ts.
    const idle = operator.idle(command).filter((one) => !/ Restore/.test(one));
    expect(idle, "statements that allow nothing by themselves").to.deep.equal([]);
  }

  it("deploys a first time", () => runs("up"));

  it("previews", () => runs("preview"));

  it("brings along what was there before", async () => {
    const { road } = operator;
    await road.withoutReplication(RECORDS, () => road.put(RECORDS, "old"));
    await road.put(RECORDS, "new");
    await road.arrived(VAULT, "new");
    await runs("backfill");
  });

  it("verifies", () => runs("verify"));

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
});
