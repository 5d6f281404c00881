/**
 * Several sources and vaults, inventories, roles with a path, and a vault that is adopted and gets a key: each command with exactly its
 * rights, and without those on inventories.
 */

import {
  CreateBucketCommand,
  DeleteBucketInventoryConfigurationCommand,
  ListBucketInventoryConfigurationsCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { FLEET } from "./operator-layouts";
import { isNeeded, Operator } from "./operator-permissions";
import { expectNamed } from "./operator-statements";

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

  async function tellsWithout(command: OperatorCommand, account: "source" | "vault", sid: string) {
    const without = { account, sid };
    const run = await operator.run(command, { without });
    expectNamed(command, without, run, operator);
  }

  it("deploys", () => runs("up"));

  it("puts inventories back, and tells what is missing without the right to", async () => {
    const lost = [
      ["source", "operated-orders", "lockstep-source", "DeclareSourceInventory"],
      ["vault", "operated-near", "lockstep-vault", "DeclareVaultInventory"],
    ] as const;
    for (const [account, Bucket, Id, sid] of lost) {
      await operator.road.project
        .s3(account)
        .send(new DeleteBucketInventoryConfigurationCommand({ Bucket, Id }));
      await tellsWithout("up", account, sid);
    }
    const again = await operator.run("up");
    expect(again.exitCode, `${again.stdout}${again.stderr}`).to.equal(0);
    expect(operator.refused).to.deep.equal([]);
  });

  it("brings along what was there before", async () => {
    const { road } = operator;
    for (const place of [ORDERS, LETTERS]) {
      await road.withoutReplication(place, () => road.put(place, "old", "team=records"));
    }
    // Nothing in the sources is under a key, so nothing in the vault is.
    await runs("backfill", ["far UseVaultKeys"]);
  });

  it("verifies, and tells what is missing without the rights on inventories", async () => {
    await tellsWithout("verify", "source", "LookAtSourceInventory");
    await tellsWithout("verify", "vault", "LookAtVaultInventory");
    await runs("verify");
  });

  it("takes down", async () => {
    await runs("destroy");
    const near = await operator.road.project
      .s3("vault")
      .send(new ListBucketInventoryConfigurationsCommand({ Bucket: "operated-near" }));
    expect(near.InventoryConfigurationList ?? []).to.deep.equal([]);
  });
});
