/** Several sources and vaults, roles with a path, and a vault that is adopted and gets a key: each command with exactly its rights. */

import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { FLEET } from "./operator-layouts";
import { isNeeded, Operator } from "./operator-permissions";

const ORDERS = { account: "source", bucket: "operated-orders" } as const;
const LETTERS = { account: "source", bucket: "operated-letters" } as const;

describe("an operator of a fleet with an adopted vault", function () {
  this.timeout(600_000);
  let operator: Operator;

  before(async () => {
    operator = await Operator.start(FLEET);
    await operator.road.project.s3("far").send(
      new CreateBucketCommand({
        Bucket: "operated-away",
        CreateBucketConfiguration: { LocationConstraint: "eu-north-1" },
      }),
    );
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

  it("brings along what was there before", async () => {
    const { road } = operator;
    for (const place of [ORDERS, LETTERS]) {
      await road.withoutReplication(place, () => road.put(place, "old", "team=records"));
    }
    // Nothing in the sources is under a key, so nothing in the vault is.
    await runs("backfill", ["far UseVaultKeys"]);
  });

  it("verifies", () => runs("verify"));

  it("takes down", () => runs("destroy"));
});
