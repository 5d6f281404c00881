/** `verify --engine athena` whose process is killed (SIGKILL): the next one finds what is left by its names, and takes it away once it was quiet for a day. */

import { expect } from "chai";
import type { FaultRule } from "lockstep-sandbox";
import { AthenaOfRoad } from "../helpers/athena-road";
import { startCli } from "../helpers/cli";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road } from "../helpers/road";

const HOUR_MS = 60 * 60 * 1000;
const SOURCE = { account: "source", bucket: "quiet-records" } as const;
const VAULT = { account: "vault", bucket: "quiet-vault" } as const;
const ASK = ["verify", "test", "--level", "inventory", "--engine", "athena", "--yes"] as const;
const KILL = "kill";

describe("a look by Athena whose process is killed", function () {
  this.timeout(600_000);
  let road: Road;
  let athena: AthenaOfRoad;
  let onKill: () => void = () => undefined;

  before(async () => {
    road = await Road.start({
      // No request is made twice for the time that it was signed at: they are counted.
      settings: { acceptsMachineTime: true },
      log: ({ fault }) => {
        if (fault === KILL) onKill();
      },
    });
    athena = await AthenaOfRoad.make(road, "quiet-athena");
    await road.writeStack("test", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE.bucket } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: VAULT.bucket },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [{ name: "all", vault: "primary" }],
      inventory: { format: "Parquet" },
      verdict: { athena: { primary: athena.place } },
    });
    await road.runOk("up", "test", "--yes");
    await road.put(SOURCE, "a");
    await road.arrived(VAULT, "a");
    later(24);
  });
  after(async () => {
    athena?.close();
    await road?.close();
  });

  const later = (hours: number): void => road.project.sandbox.world.clock.advance(hours * HOUR_MS);

  /** Kills the process at a request to AWS. */
  async function killAt(rule: Omit<FaultRule, "name">): Promise<void> {
    const { environment, folder, sandbox } = road.project;
    sandbox.faults.add({ name: KILL, first: 1, ...rule });
    const [command, stack, ...flags] = ASK;
    const run = startCli([command, "--stack", stack, "--json", ...flags], {
      cwd: folder,
      environment: { ...environment },
    });
    onKill = () => void run.child.kill("SIGKILL");
    const { exitCode } = await run.ended;
    sandbox.faults.clear();
    expect(exitCode).to.equal(null);
  }

  const notes = (run: { readonly events: readonly Record<string, unknown>[] }) =>
    run.events.flatMap(({ message, type }) => (type === "note" ? [String(message)] : []));

  // Three tables are made before anything is asked.
  const DEATHS: Readonly<Record<string, Omit<FaultRule, "name">>> = {
    "as a table is made": {
      effect: "time-out-after",
      operation: "StartQueryExecution",
      skip: 1,
    },
    "as the listing is put there": {
      effect: "time-out-after",
      operation: "PutObject",
      bucket: "quiet-athena",
      key: "*/listing/*",
    },
    "as the third question is asked": {
      effect: "time-out-after",
      operation: "StartQueryExecution",
      skip: 5,
    },
    "as what it made is taken away": {
      effect: "time-out",
      operation: "DeleteObjects",
      bucket: "quiet-athena",
    },
  };
  for (const [when, rule] of Object.entries(DEATHS)) {
    it(`${when} leaves nothing once another has looked, a day later`, async () => {
      await killAt(rule);
      const [key = "", ...keys] = await athena.keys();
      expect(key).to.match(/^looks\/lockstep_[0-9a-f]{16}_[0-9a-f]{16}\//);
      const [, name = ""] = key.split("/");
      const tables = await athena.tables();
      const early = await road.runOk(...ASK);
      expect(notes(early).join()).to.contain(`s3://quiet-athena/looks/${name}/`);
      // What Athena was asked goes on without us, and is answered.
      expect(await athena.keys()).to.include.members([key, ...keys]);
      expect(await athena.tables()).to.include.members(tables);
      later(25);
      const late = await road.runOk(...ASK);
      expect(late.events.at(-1)).to.deep.include({ type: "verdict", clean: true, proven: 1 });
      expect(notes(late).join()).to.contain(`taken away: s3://quiet-athena/looks/${name}/`);
      expect(late.events.filter(({ type }) => type === "warning")).to.deep.equal([]);
      expect(await athena.keys()).to.deep.equal([]);
      expect(await athena.tables()).to.deep.equal([]);
    });
  }
});
