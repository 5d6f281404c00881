/** The commands on batch jobs with exactly their rights, and without each statement of them. */

import { expect } from "chai";
import { STACK, twoAccounts } from "./operator-layouts";
import { Operator, type OperatorRun } from "./operator-permissions";
import { expectNamed } from "./operator-statements";
import { JOBS_COMMANDS, statementsOf } from "./operator-tried";

const RECORDS = { account: "source", bucket: "operated-records" } as const;
/** A report of failed tasks alone: then lineage asks for the manifest, too. */
const LAYOUT = {
  [STACK]: { ...twoAccounts()[STACK], backfill: { report: "failed-tasks-only" } },
};

type OperatorJobRun = Awaited<ReturnType<Operator["run"]>>;

describe("an operator of batch jobs", function () {
  this.timeout(300_000);
  let operator: Operator;
  const jobIds = { complete: "", suspended: "" };
  /** A job that waits for its approval, and the plan's hash. */
  let waiting: readonly string[] = [];

  before(async () => {
    operator = await Operator.start(LAYOUT);
    const up = await operator.run("up");
    expect(up.exitCode, up.stdout).to.equal(0);
    const { road } = operator;
    await road.withoutReplication(RECORDS, () => road.put(RECORDS, "old", "keep=yes"));
    const backfill = await operator.run("backfill", {
      args: ["--canary", "--canary-timeout", "60"],
      also: statementsOf("doctor --canary", LAYOUT[STACK]),
    });
    expect(backfill.exitCode, backfill.stdout).to.equal(0);
    expect(backfill.events.map(({ type }) => type)).to.include("canary-judged");
    expect(operator.refused).to.deep.equal([]);
    await road.withoutReplication(RECORDS, () => road.put(RECORDS, "later"));
    await road.run("backfill", STACK, "--plan-hash", "0000000000000000");
    const { events } = await operator.run("jobs");
    for (const { jobId, status, type } of events) {
      if (type !== "job") continue;
      jobIds[status === "Complete" ? "complete" : "suspended"] = String(jobId);
    }
    expect(jobIds.complete).not.to.equal("");
    expect(jobIds.suspended).not.to.equal("");
  });
  after(() => operator?.close());

  type JobsCommand = (typeof JOBS_COMMANDS)[number];
  const ARGS: Readonly<Record<JobsCommand, () => readonly string[]>> = {
    jobs: () => [],
    watch: () => [jobIds.complete],
    lineage: () => ["old"],
    priority: () => [jobIds.suspended, "20"],
    cancel: () => [jobIds.suspended],
    approve: () => waiting,
  };
  const makeWaiting = async (): Promise<void> => {
    const { road } = operator;
    await road.withoutReplication(RECORDS, () =>
      road.put(RECORDS, `waiting-${waiting[0] ?? "first"}`),
    );
    // The first one tells what became of the job before: it was cancelled, or has run.
    const runs: OperatorJobRun[] = [];
    while (runs.at(-1)?.exitCode !== 5 && runs.length < 2) {
      runs.push(await operator.run("backfill", { args: ["--stop-at-plan"] }));
    }
    const last = runs.at(-1);
    expect(last?.exitCode, last?.stdout).to.equal(5);
    const plan = last?.events.find(({ type }) => type === "plan");
    waiting = [String(plan?.["jobId"]), String(plan?.["planHash"])];
  };
  const run = (command: JobsCommand, args: readonly string[], how: OperatorRun = {}) =>
    operator.run(command, { args, ...how });

  for (const command of JOBS_COMMANDS) {
    const args = ARGS[command];
    describe(command, () => {
      if (command === "approve") before(makeWaiting);

      for (const { account, statement } of statementsOf(command, LAYOUT[STACK])) {
        const without = { account, sid: statement.Sid };
        it(`${command} fails by name without ${without.sid} in the ${account}'s account`, async () => {
          expectNamed(command, without, await run(command, args(), { without }), operator);
        });
      }

      it(`${command} is refused nothing, and asks for each action that it may use`, async () => {
        // Without a right that only a warning tells of, the job was approved.
        if (command === "approve") await makeWaiting();
        const done = await run(command, args());
        expect(done.exitCode, done.stdout).to.equal(0);
        expect(operator.refused).to.deep.equal([]);
        expect(operator.unused(command)).to.deep.equal([]);
      });

      if (command !== "approve") return;
      it("is followed to its verdict by the next backfill, which asks nobody", async () => {
        const done = await operator.run("backfill", { args: ["--await-approval"] });
        expect(done.events.map(({ type }) => type)).not.to.include("plan");
        const verdict = done.events.find(({ type }) => type === "verdict");
        expect(verdict, done.stdout).to.include({ failed: 0, jobId: waiting[0] });
      });
    });
  }
});
