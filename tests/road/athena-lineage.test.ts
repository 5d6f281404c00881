/** `lineage --engine athena` by the command line: YAML names the Athena of each source's account, which reads the reports of its jobs, for a price. */

import { expect } from "chai";
import type { FaultRule } from "lockstep-sandbox";
import { AthenaOfRoad } from "../helpers/athena-road";
import { startCli } from "../helpers/cli";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, type RoadRun } from "../helpers/road";

const NAMES = ["orders", "letters"];
const KEY = 'odd "key", +é%41';
const ASK = ["lineage", "dev", "--engine", "athena", "--yes", "--", KEY] as const;
const HOUR_MS = 60 * 60 * 1000;
const KILL = "kill";

describe("a lineage by the Athena of the sources' account", function () {
  this.timeout(600_000);
  let road: Road;
  let athena: AthenaOfRoad;
  let onKill: () => void = () => undefined;

  const write = (backfill: object): Promise<void> =>
    road.writeStack("dev", {
      sources: NAMES.map((name) => ({
        name,
        ...ACCOUNTS.source,
        bucket: { name: `told-${name}` },
      })),
      vaults: [
        {
          name: "shared",
          ...ACCOUNTS.vault,
          bucket: { name: "told-vault" },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [{ name: "all", vault: "shared" }],
      backfill: { trial: false, ...backfill },
    });
  const places = (usdPerTbScanned = 10) =>
    Object.fromEntries(NAMES.map((name) => [name, { ...athena.place, usdPerTbScanned }]));

  before(async () => {
    road = await Road.start({
      // No request is made twice for the time that it was signed at: they are counted.
      settings: { acceptsMachineTime: true },
      log: ({ fault }) => {
        if (fault === KILL) onKill();
      },
    });
    athena = await AthenaOfRoad.make(road, "told-athena", "source");
    await write({});
    await road.runOk("up", "dev", "--yes");
    for (const name of NAMES) {
      const source = { account: "source", bucket: `told-${name}` } as const;
      await road.withoutReplication(source, () => road.put(source, KEY));
    }
    await road.runOk("backfill", "dev", "--yes");
  });
  after(async () => {
    athena?.close();
    await road?.close();
  });

  const told = (run: RoadRun, ...types: readonly string[]) =>
    run.events.filter(({ type }) => types.includes(String(type)));
  const errorOf = (run: RoadRun) => told(run, "error")[0] ?? {};

  it("wants a place in the config for each source, and an engine that there is", async () => {
    const [name = ""] = NAMES;
    await write({ athena: { [name]: athena.place } });
    const run = await road.run(...ASK);
    expect(run.exitCode).to.equal(2);
    expect(errorOf(run)).to.include({
      code: "ConfigInvalid",
      message: "Athena cannot be asked without a place to work in.",
    });
    expect(errorOf(run)["problems"]).to.deep.equal([
      {
        path: "backfill.athena.letters",
        message: "is missing: expected { location, workgroup, database } of the source's account",
      },
    ]);
    const wrong = await road.run("lineage", "dev", "--engine", "spark", "--", KEY);
    expect(wrong.exitCode).to.equal(2);
    expect(errorOf(wrong)["problems"]).to.deep.equal([
      { path: "--engine", message: 'there is no engine "spark": duckdb, athena' },
    ]);
    await write({ athena: { other: athena.place } });
    const unknown = await road.run(...ASK);
    expect(errorOf(unknown)["problems"]).to.deep.equal([
      {
        path: "backfill.athena.other",
        message: "there is no source of this name: orders, letters",
      },
    ]);
    expect(await athena.keys()).to.deep.equal([]);
  });

  it("tells each source's price, and the lineage that this machine reads, and leaves nothing", async () => {
    await write({ athena: places() });
    const here = await road.runOk("lineage", "dev", "--engine", "duckdb", "--", KEY);
    const run = await road.runOk(...ASK);
    const kinds = ["lineage", "job-report"] as const;
    expect(told(run, "lineage")).to.deep.equal(told(here, "lineage"));
    expect(told(run, ...kinds)).to.have.length(4);
    for (const name of NAMES) {
      const ofSource = (one: RoadRun) =>
        told(one, ...kinds).filter(({ source }) => source === name);
      expect(ofSource(run)).to.deep.equal(ofSource(here));
    }
    const [line] = told(run, "lineage");
    expect(line?.["attempts"]).to.deep.include({
      jobId: told(run, "job-report")[0]?.["jobId"],
      outcome: "succeeded",
    });
    const plans = told(run, "athena-plan");
    expect(plans.map(({ source }) => source)).to.deep.equal(NAMES);
    for (const plan of plans) {
      // Two questions of 10 MB at least.
      expect(plan).to.include({ chargedBytes: 20_000_000, budgetUsd: null });
      expect(plan["usd"]).to.be.closeTo(0.0002, 1e-9);
      expect(plan["othersUsd"]).to.be.closeTo(0.0002, 1e-9);
    }
    expect(told(run, "warning", "note")).to.deep.equal([]);
    expect(await athena.keys()).to.deep.equal([]);
    expect(await athena.tables()).to.deep.equal([]);

    const words = await road.runForPeople("lineage", "dev", "--source", "orders", ...ASK.slice(2));
    expect(words.exitCode, words.stderr).to.equal(0);
    expect(words.stdout)
      .to.contain("source orders  USD 0.0002  (work group primary, in s3://told-athena/looks/)")
      .and.to.contain("(lockstep:backfill athena.orders.usdPerTbScanned)")
      .and.to.contain("of the reports of 1 job; not included")
      .and.to.match(/report of \S+: 1 task, 1 succeeded \(200\)/);
  });

  it("is agreed to beforehand, and for no more than the budget of all sources together", async () => {
    const before = await athena.queriesCount();
    const unasked = await road.run("lineage", "dev", "--engine", "athena", "--", KEY);
    expect(unasked.exitCode).to.equal(2);
    expect(errorOf(unasked)).to.include({ code: "ConfirmationNeeded" });
    await write({ athena: places(), athenaBudgetUsd: 0.000_39 });
    const dear = await road.run(...ASK);
    expect(dear.exitCode).to.equal(2);
    expect(errorOf(dear)).to.include({
      code: "BudgetExceeded",
      message:
        "Athena may charge USD 0.0002 for orders, USD 0.0002 for letters: together USD 0.0004, more than the budget of USD 0.0004.",
    });
    expect(await athena.queriesCount()).to.equal(before);
    await write({ athena: places(), athenaBudgetUsd: 0.0004 });
    await road.runOk(...ASK);
  });

  it("leaves nothing where it is stopped by Ctrl-C, and where it is killed nothing a day later", async () => {
    await write({ athena: places() });
    // Two questions follow the definition of one table.
    await endAt({ effect: "time-out", operation: "GetQueryExecution", skip: 1 }, "SIGINT");
    expect(await athena.keys()).to.deep.equal([]);
    expect(await athena.tables()).to.deep.equal([]);
    const rule = { effect: "time-out-after", operation: "StartQueryExecution", skip: 2 } as const;
    await endAt(rule, "SIGKILL");
    const [key = ""] = await athena.keys();
    const [, name = ""] = key.split("/");
    expect(await athena.tables()).to.deep.equal([`${name}_job_0`]);
    // What Athena was asked goes on without us, and is answered.
    const early = await road.runOk(...ASK);
    expect(
      told(early, "note")
        .map(({ message }) => message)
        .join(),
    ).to.contain(`/looks/${name}/`);
    expect(await athena.tables()).to.deep.equal([`${name}_job_0`]);
    road.project.sandbox.world.clock.advance(25 * HOUR_MS);
    const late = await road.runOk(...ASK);
    expect(told(late, "note").map(({ message }) => message)).to.deep.equal([
      `At source orders what 1 look had left for Athena was taken away: s3://told-athena/looks/${name}/`,
    ]);
    expect(await athena.keys()).to.deep.equal([]);
    expect(await athena.tables()).to.deep.equal([]);
  });

  /** Ends the process by a signal at a request to AWS. */
  async function endAt(rule: Omit<FaultRule, "name">, signal: "SIGINT" | "SIGKILL"): Promise<void> {
    const { environment, folder, sandbox } = road.project;
    sandbox.faults.add({ name: KILL, first: 1, ...rule });
    const [command, stack, ...flags] = ASK;
    const run = startCli([command, "--stack", stack, "--json", ...flags], {
      cwd: folder,
      environment: { ...environment },
    });
    onKill = () => void run.child.kill(signal);
    const { exitCode } = await run.ended;
    sandbox.faults.clear();
    expect(exitCode).not.to.equal(0);
  }
});
