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

describe("an operator of batch jobs", function () {
  this.timeout(300_000);
  let operator: Operator;
  const jobIds = { complete: "", suspended: "" };

  before(async () => {
    operator = await Operator.start(LAYOUT);
    const up = await operator.run("up");
    expect(up.exitCode, up.stdout).to.equal(0);
    const { road } = operator;
    await road.withoutReplication(RECORDS, () => road.put(RECORDS, "old"));
    const backfill = await operator.run("backfill");
    expect(backfill.exitCode, backfill.stdout).to.equal(0);
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
  };
  const run = (command: JobsCommand, args: readonly string[], how: OperatorRun = {}) =>
    operator.run(command, { args, ...how });

  for (const command of JOBS_COMMANDS) {
    const args = ARGS[command];
    for (const { account, statement } of statementsOf(command, LAYOUT[STACK])) {
      const without = { account, sid: statement.Sid };
      it(`${command} fails by name without ${without.sid} in the ${account}'s account`, async () => {
        expectNamed(command, without, await run(command, args(), { without }), operator);
      });
    }

    it(`${command} is refused nothing, and asks for each action that it may use`, async () => {
      const done = await run(command, args());
      expect(done.exitCode, done.stdout).to.equal(0);
      expect(operator.refused).to.deep.equal([]);
      expect(operator.unused(command)).to.deep.equal([]);
    });
  }
});
