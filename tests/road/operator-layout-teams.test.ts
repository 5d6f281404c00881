/** Two teams with a stack each, and who looks into both: each command with exactly the rights of its stack's config. */

import { expect } from "chai";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { TEAMS } from "./operator-layouts";
import { isNeeded, Operator } from "./operator-permissions";
import { statementsOf } from "./operator-tried";

const RECORDS = { account: "source", bucket: "operated-records" } as const;

describe("the operators of two teams", function () {
  this.timeout(600_000);
  let operator: Operator;

  before(async () => {
    operator = await Operator.start(TEAMS);
  });
  after(() => operator?.close());

  async function runs(
    command: OperatorCommand,
    stack: keyof typeof TEAMS,
    { idle: expected = [], refused = [] }: { idle?: string[]; refused?: string[] } = {},
  ): Promise<void> {
    const run = await operator.run(command, { stack });
    expect(run.exitCode, `${command}: ${run.stdout}${run.stderr}`).to.equal(0);
    expect(operator.refused).to.deep.equal(refused);
    const idle = operator.idle(command, stack).filter(isNeeded);
    expect(idle, "statements that allow nothing by themselves").to.deep.equal(expected);
  }

  // Whether the other team's bucket is there yet, S3 tells everybody: that it may not be looked at is an answer.
  const THEIRS = ["s3:ListBucket arn:aws:s3:::operated-vault"];

  it("deploy, each their own", async () => {
    await runs("up", "vaults");
    await runs("up", "source", { refused: THEIRS });
  });

  it("look at the vaults' guard without a right to what is in them", () =>
    runs("verify", "vaults"));

  it("bring along and verify what was there before, with the rights of who looks into both", async () => {
    await operator.road.withoutReplication(RECORDS, () =>
      operator.road.put(RECORDS, "old", "team=records"),
    );
    // Nothing in the source is under a key, so nothing in the vault is.
    const idle = ["vault UseVaultKeys"];
    await runs("backfill", "both", { idle });
    await runs("verify", "both", { idle });
  });

  it("take down", async () => {
    await runs("destroy", "source");
    expect(statementsOf("destroy", TEAMS["vaults"] ?? {})).to.deep.equal([]);
    await runs("destroy", "vaults");
  });
});
