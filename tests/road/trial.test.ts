/** One version goes first: from the command line to the vault, approved from another desk, and where it does not arrive. */

import { expect } from "chai";
import { makePlainProject } from "../helpers/plain-project";
import { Road, verdictsOf, type RoadRun } from "../helpers/road";

const SOURCE = { account: "source", bucket: "tried-records" } as const;

/** No look sees such a policy: what a job sends is refused. */
const REFUSAL = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "s3:ReplicateObject", Resource: "*" }],
};

describe("the trial before a job", function () {
  this.timeout(300_000);
  let road: Road;
  before(async () => {
    road = await Road.start();
    await makePlainProject(road.project, { source: SOURCE.bucket, vault: "tried-vault" });
    for (const key of ["letters/1", "letters/22", "b"]) await road.put(SOURCE, key);
    await road.runOk("up", "dev", "--yes");
  });
  after(() => road?.close());

  const ofType = (run: RoadRun, type: string) => run.events.filter((event) => event.type === type);
  /** Statuses of the stack's jobs, by what they are made for. */
  async function jobs(): Promise<Record<string, unknown>> {
    const listed = ofType(await road.runOk("jobs", "dev"), "job");
    return Object.fromEntries(listed.map(({ kind, status }) => [kind, status]));
  }

  it("waits with its job for one approval, and is told with its price", async () => {
    const stopped = await road.run("backfill", "dev", "--stop-at-plan");
    expect(stopped.exitCode, stopped.stdout).to.equal(5);
    const [plan] = ofType(stopped, "plan");
    expect(plan?.["trial"]).to.include({ key: "b" });
    const { lines } = plan?.["priceUsd"] as { lines: readonly { what: string; usd: number }[] };
    expect(lines.find(({ what }) => what === "trial job")?.usd).to.be.greaterThan(0.25);
    expect(await jobs()).to.deep.equal({ backfill: "Suspended", trial: "Suspended" });
  });

  it("keeps the job where it does not arrive, and names account, vault and what to do", async () => {
    const { organization } = road.project.sandbox;
    const [plan] = ofType(await road.run("backfill", "dev", "--stop-at-plan"), "plan");
    organization.setControlPolicies("vault", { resourceControlPolicies: [REFUSAL] });
    const refused = await road.run(
      "approve",
      "dev",
      String(plan?.["jobId"]),
      String(plan?.["planHash"]),
    );
    organization.setControlPolicies("vault", { resourceControlPolicies: [] });
    expect(refused.exitCode, refused.stdout).to.equal(1);
    const [error] = ofType(refused, "error");
    expect(error).to.include({ code: "TrialFailed", source: "aws" });
    const [problem] = error?.["problems"] as readonly Record<string, unknown>[];
    expect(problem?.["path"]).to.equal("account 222222222222, vault vault (tried-vault)");
    expect(problem?.["fix"]).to.contain("lockstep doctor");
    expect(ofType(refused, "trial")[0]).to.include({ key: "b", arrived: false });
    expect(await jobs()).to.deep.equal({ backfill: "Suspended", trial: "Complete" });
  });

  it("is tried once more under the same approval, and lets the job run once it has arrived", async () => {
    // Whoever drives the job reads what became of the trial that was let run elsewhere.
    const told = await road.run("backfill", "dev", "--await-approval");
    expect(ofType(told, "error")[0]).to.include({ code: "TrialFailed" });
    const run = await road.runOk("backfill", "dev", "--await-approval");
    expect(ofType(run, "trial")[0]).to.include({ key: "b", arrived: true });
    expect(verdictsOf(run).at(-1)).to.include({ clean: true, proven: 3 });
    expect(await jobs()).to.deep.equal({ backfill: "Complete", trial: "Complete" });
  });
});
