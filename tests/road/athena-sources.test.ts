/** Athena, asked for several sources by one command: one budget, and nothing is charged for one where it does not do for all. */

import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
import { AthenaOfRoad } from "../helpers/athena-road";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, verdictsOf } from "../helpers/road";

const DAY_MS = 86_400_000;
const NAMES = ["orders", "letters"];
const ASK = ["verify", "dev", "--level", "inventory", "--engine", "athena", "--yes"] as const;

describe("Athena for several sources", function () {
  this.timeout(600_000);
  let road: Road;
  let athena: AthenaOfRoad;

  const write = (athenaBudgetUsd: number): Promise<void> =>
    road.writeStack("dev", {
      sources: NAMES.map((name) => ({
        name,
        ...ACCOUNTS.source,
        bucket: { name: `joined-${name}` },
      })),
      vaults: [
        {
          name: "shared",
          ...ACCOUNTS.vault,
          bucket: { name: "joined-vault" },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [{ name: "all", vault: "shared" }],
      inventory: { format: "CSV" },
      verdict: { athena: { shared: athena.place }, athenaBudgetUsd },
    });

  before(async () => {
    road = await Road.start();
    athena = await AthenaOfRoad.make(road, "joined-athena");
    await write(1);
    await road.runOk("up", "dev", "--yes");
    for (const name of NAMES) {
      await road.put({ account: "source", bucket: `joined-${name}` }, `of-${name}`);
      await road.arrived({ account: "vault", bucket: "joined-vault" }, `of-${name}`);
    }
    road.project.sandbox.world.clock.advance(DAY_MS);
  });
  after(async () => {
    athena?.close();
    await road?.close();
  });

  /** Seven questions of 10 MB at least, of each source. */
  const EACH_USD = 0.000_35;

  it("is asked for none of them where the budget does for each and not for all, which is told of each", async () => {
    const before = await athena.queriesCount();
    await write(2 * EACH_USD - 0.000_01);
    const run = await road.run(...ASK);
    expect(run.exitCode).to.equal(2);
    const errors = run.events.filter(({ type }) => type === "error");
    expect(errors.map(({ code, sourceName }) => [code, sourceName])).to.deep.equal([
      ["BudgetExceeded", "orders"],
      ["BudgetExceeded", "letters"],
    ]);
    for (const { message } of errors) {
      expect(message).to.equal(
        "Athena may charge USD 0.0003 for orders, USD 0.0003 for letters: together USD 0.0007, more than the budget of USD 0.0007.",
      );
    }
    expect(await athena.queriesCount()).to.equal(before);
    expect(await athena.keys()).to.deep.equal([]);
    expect(verdictsOf(run)).to.have.length(1);
    expect(run.events.at(-1)).to.include({ type: "verdict", clean: false });
  });

  it("is asked for all of them where it just does, one after the other", async () => {
    await write(2 * EACH_USD);
    const run = await road.runOk(...ASK);
    const told = run.events.filter(({ type }) => String(type).startsWith("athena-"));
    const answers = Array<string>(7).fill("athena-answered");
    expect(told.map(({ type, source = type }) => source)).to.deep.equal([
      ...["orders", ...answers, "letters", ...answers],
    ]);
    for (const plan of told.filter(({ type }) => type === "athena-plan")) {
      expect(plan["usd"]).to.be.closeTo(EACH_USD, 1e-9);
      expect(plan["othersUsd"]).to.be.closeTo(EACH_USD, 1e-9);
    }
    const [orders, letters, closing] = verdictsOf(run) as unknown as readonly VerdictFields[];
    expect(orders).to.include({ source: "orders", clean: true, proven: 1 });
    expect(letters).to.include({ source: "letters", clean: true, proven: 1 });
    expect(closing).to.include({ clean: true, proven: 2 });
    expect(await athena.keys()).to.deep.equal([]);
  });

  it("is asked for one alone by its own price", async () => {
    await write(EACH_USD);
    const run = await road.runOk(...ASK, "--source", "letters");
    const [plan] = run.events.filter(({ type }) => type === "athena-plan");
    expect(plan).to.include({ othersUsd: 0 });
    expect(verdictsOf(run)).to.have.length(1);
  });
});
