/** A source and a vault that jobs may read: each command with exactly the rights that the config makes, and without those on its roles. */

import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
import type { OperatorCommand } from "../../automation/permissions/operator-row";
import { READ } from "./operator-layouts";
import { Operator } from "./operator-permissions";
import { expectNamed } from "./operator-statements";
import { OF_LEVELS } from "./operator-tried";

const RECORDS = { account: "source", bucket: "operated-records" } as const;
const VAULT = { account: "vault", bucket: "operated-vault" } as const;

/** Rows of the level, each with its side in its name. */
const OF_LEVEL = OF_LEVELS.filter((sid) => sid.includes("Checksum")).map((sid) => ({
  account: sid.includes("Source") ? ("source" as const) : ("vault" as const),
  sid,
}));

describe("an operator of a stack whose contents jobs may read", function () {
  this.timeout(600_000);
  let operator: Operator;

  before(async () => {
    operator = await Operator.start(READ);
  });
  after(() => operator?.close());

  /** A version at both sides that no job has read: what an earlier run had read is taken over, and what it had made is carried on. */
  async function bring(key: string): Promise<void> {
    await operator.road.put(RECORDS, key);
    await operator.road.arrived(VAULT, key);
  }

  const without = (sid: string) => ({ account: "vault", sid }) as const;

  async function runs(command: OperatorCommand, args: readonly string[] = []) {
    const run = await operator.run(command, { args });
    expect(run.exitCode, `${command}: ${run.stdout}${run.stderr}`).to.equal(0);
    expect(operator.refused).to.deep.equal([]);
    return run;
  }

  it("deploys once it may make the vault's role", async () => {
    const run = await operator.run("up", { without: without("MakeChecksumRole") });
    expectNamed("up", without("MakeChecksumRole"), run, operator);
    await runs("up");
    await bring("first");
  });

  for (const command of ["preview", "verify", "doctor", "backfill"] as const) {
    it(`${command} tells what is missing without LookAtChecksumRole`, async () => {
      const run = await operator.run(command, { without: without("LookAtChecksumRole") });
      expectNamed(command, without("LookAtChecksumRole"), run, operator);
    });
  }

  const LEVEL = ["--level", "checksum"] as const;

  it("is asked before anything is read, and shown what it costs", async () => {
    const run = await operator.run("verify", { args: LEVEL });
    expect(run.exitCode, run.stdout).to.not.equal(0);
    const { length } = run.events;
    expect(run.events[length - 1]).to.include({ type: "error", code: "ConfirmationNeeded" });
    expect(run.events.filter(({ type }) => type === "checksum-plan")).to.have.length(1);
    expect(run.events.filter(({ type }) => type === "job-created")).to.deep.equal([]);
  });

  for (const taken of OF_LEVEL) {
    it(`verify has no verdict without ${taken.sid}, and names what is missing`, async () => {
      await bring(taken.sid);
      const run = await operator.run("verify", { args: [...LEVEL, "--yes"], without: taken });
      expectNamed("verify", taken, run, operator);
    });
  }

  it("has both sides read, and each statement is the only one to allow something", async () => {
    await bring("last");
    const run = await runs("verify", [...LEVEL, "--yes"]);
    const verdict = run.events.filter(({ type }) => type === "verdict").at(-1) as unknown;
    const { checksums, ...others } = verdict as VerdictFields;
    expect(others).to.include({
      clean: true,
      level: "checksum",
      proven: OF_LEVEL.length + 2,
    });
    expect(others.proves).to.include("content-read");
    const ofBoth = checksums?.jobs.map(({ vault }) => vault ?? "source");
    expect(new Set(ofBoth)).to.deep.equal(new Set(["source", "primary"]));
    const isOfLevel = (named: string) => OF_LEVEL.some(({ sid }) => named.includes(sid));
    expect(operator.idle("verify").filter(isOfLevel)).to.deep.equal([]);
    expect(operator.unused("verify").filter(isOfLevel)).to.deep.equal([]);
  });

  it("jobs lists them in both accounts, and warns of what it may not list", async () => {
    const { events } = await runs("jobs");
    const kinds = events.filter(({ kind }) => kind === "checksum").map(({ vault }) => vault);
    expect(new Set(kinds)).to.deep.equal(new Set([undefined, "primary"]));
    for (const sid of ["ListVaultJobs", "FollowVaultJobs"]) {
      const run = await operator.run("jobs", { without: without(sid) });
      expectNamed("jobs", without(sid), run, operator);
    }
  });

  it("destroy tells what is missing without RemoveChecksumRole, and takes the roles down", async () => {
    const run = await operator.run("destroy", { without: without("RemoveChecksumRole") });
    expectNamed("destroy", without("RemoveChecksumRole"), run, operator);
    await runs("destroy");
  });
});
