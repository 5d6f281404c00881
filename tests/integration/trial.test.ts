/** One version is brought and looked at in the vaults before the job of all the others may run. */

import { CreateJobCommand, UpdateJobStatusCommand } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import type { BackfillOptions } from "../../automation/backfill/options";
import type { LockstepError } from "../../automation/errors";
import type { Confirm, LockstepEvent, VerdictFields } from "../../automation/events";
import { jobFields } from "../../automation/jobs/job-fields";
import { readLineage } from "../../automation/jobs/lineage";
import { intentFrame } from "../../automation/backfill/intent";
import { BACKFILL } from "../../automation/backfill/job-kind";
import type { Sandbox } from "lockstep-sandbox";
import { dieAtEachRequest } from "../helpers/die-at-each-request";
import { eventually } from "../helpers/eventually";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";
import { operationsFiles } from "../helpers/operations-files";

/** With it the plan's price, and so its hash, is another. */
const DEARER = { "eu-west-1": { usdPerJob: 7 } };
const nobody: Confirm = () => Promise.reject(new Error("nobody is to be asked"));

describe("the trial of a backfill", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let stack: HandMadeStack;
  let number = 0;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());
  const make = async (keys: readonly string[]): Promise<void> => {
    stack = await HandMadeStack.make(sandbox, `trial-${++number}`, keys);
  };
  beforeEach(() => make(["a", "bb c", "ü/d"]));
  afterEach(() => stack.close());

  const { keysUnder, read, write } = operationsFiles(() => stack);
  const backfill = (change: Partial<BackfillOptions> = {}): Promise<VerdictFields> =>
    stack.backfill({ trial: true, ...change });
  const failureOf = (work: Promise<unknown>): Promise<LockstepError> =>
    work.then(
      () => expect.fail("it went through"),
      (error: unknown) => error as LockstepError,
    );
  const isTrial = ({ Description = "" }): boolean => Description.startsWith("lockstep trial ");
  const jobs = async () => {
    const all = await stack.jobs();
    return { trials: all.filter(isTrial), mains: all.filter((job) => !isTrial(job)) };
  };
  const statuses = async () => {
    const { mains, trials } = await jobs();
    return {
      mains: mains.map(({ Status }) => Status),
      trials: trials.map(({ Status }) => Status),
    };
  };
  const update = (JobId: string | undefined, RequestedJobStatus: "Cancelled" | "Ready") =>
    stack.clients.source.s3control.send(
      new UpdateJobStatusCommand({
        AccountId: stack.config.source.accountId,
        JobId,
        RequestedJobStatus,
      }),
    );
  const record = async (name: string) =>
    JSON.parse(await read(`ledger/${name}.json`)) as Record<string, unknown> & {
      intent: { trial?: { jobId: string; key: string } };
    };
  const approve = (...args: Parameters<HandMadeStack["approve"]>) => stack.approve(...args);
  const stopAtPlan = async (): Promise<string> => {
    const error = await failureOf(backfill({ atGate: "stop", confirm: nobody }));
    expect(error).to.have.property("code", "ApprovalAwaited");
    return stack.told("plan").at(-1)?.planHash ?? "";
  };
  const replicas = (Effect: "Allow" | "Deny") => ({
    Version: "2012-10-17",
    Statement: [
      {
        Effect,
        Principal: { AWS: `arn:aws:iam::${stack.config.source.accountId}:root` },
        Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
        Resource: `${stack.outputs.vaults[0]?.bucketArn ?? ""}/*`,
      },
    ],
  });
  const BOTH_DONE = { mains: ["Complete"], trials: ["Complete"] };

  it("brings one version to its vault, and then lets the job run", async () => {
    expect(await backfill()).to.deep.include({ clean: true, proven: 3 });
    const types = stack.events.map(({ type }) => type);
    expect(types.indexOf("trial")).to.be.below(types.indexOf("plan-confirmed"));
    const [plan] = stack.told("plan");
    // The smallest: their contents are as long as their keys.
    expect(plan?.trial).to.deep.include({ key: "a", vaults: ["primary"] });
    const line = plan?.priceUsd.lines.find(({ what }) => what === "trial job");
    expect(line?.usd).to.be.greaterThan(0.25);
    const sum = plan?.priceUsd.lines.reduce((total, { usd }) => total + usd, 0) ?? 0;
    expect(plan?.priceUsd.total).to.be.closeTo(sum, 1e-9);
    const { mains, trials } = await jobs();
    expect(await statuses()).to.deep.equal(BOTH_DONE);
    expect(trials[0]?.ProgressSummary?.TotalNumberOfTasks).to.equal(1);
    const [told] = stack.told("trial");
    expect(told).to.include({ arrived: true, key: "a" });
    expect(told).to.include({ jobId: mains[0]?.JobId, trialJobId: trials[0]?.JobId });
    const digest = stack.outputs.promise?.digest;
    const settled = { state: "settled", outcome: "clean", promiseDigest: digest };
    expect(await record("trial-000001")).to.deep.include(settled);
    expect(await record("backfill-000001")).to.deep.include(settled);
    // `lockstep jobs` tells the two apart.
    const ways = [{ kind: BACKFILL, frame: intentFrame(stack.outputs) }];
    const place = { source: "source", ways, unfinished: [], nowEpochMs: 0 };
    const fields = [...trials, ...mains].map((job) => jobFields(job, place));
    expect(fields.map(({ kind, ours }) => [kind, ours])).to.deep.equal([
      ["trial", true],
      ["backfill", true],
    ]);
    expect(stack.told("warning")).to.deep.equal([]);
    // A lineage has both, the trial's first.
    const lineageOf = async (key: string) =>
      (await readLineage({ ...stack.options(), source: "source" }, { key }))[0]?.attempts;
    const main = { jobId: mains[0]?.JobId, outcome: "succeeded" };
    expect(await lineageOf("a")).to.deep.equal([
      { jobId: trials[0]?.JobId, outcome: "succeeded", trial: true },
      main,
    ]);
    expect(await lineageOf("bb c")).to.deep.equal([main]);
    // Nobody can adopt it as if it were the job.
    const adoptJobId = trials[0]?.JobId;
    expect(await failureOf(backfill({ adoptJobId }))).to.have.property("code", "JobNotOurs");
  });

  it("tries none where there is one version, where it is not wanted, and where one of this promise arrived", async () => {
    const config = { ...stack.config, backfill: { ...stack.config.backfill, trial: false } };
    const reasons = () => stack.told("note").map(({ message }) => message);
    await failureOf(backfill({ trial: undefined, config, atGate: "stop" }));
    expect(stack.told("plan")[0]?.trial).to.equal(null);
    // A whole job of the same promise, as a ledger has it that nobody can trust: what arrived the vaults tell all the same.
    const main = await record("backfill-000001");
    const digest = stack.outputs.promise?.digest;
    const earlier = { ...main, state: "settled", outcome: "clean", promiseDigest: digest };
    await update(stack.told("plan")[0]?.jobId, "Cancelled");
    await write("ledger/backfill-000001.json", JSON.stringify(earlier));
    expect(await backfill()).to.deep.include({ clean: true, proven: 3 });
    expect(reasons().at(-1)).to.include("an earlier one of the same promise that arrived");
    expect((await statuses()).trials).to.deep.equal([]);
    await stack.close();
    await make(["a"]);
    expect(await backfill()).to.deep.include({ clean: true, proven: 1 });
    expect(reasons()[0]).to.include("it has no more than one");
    expect(await keysUnder("ledger/")).to.deep.equal(["ledger/backfill-000001.json"]);
  });

  it("asks the budget for both jobs, and makes neither that it does not cover", async () => {
    const config = { ...stack.config, backfill: { ...stack.config.backfill, budgetUsd: 0.4 } };
    expect(await failureOf(backfill({ config }))).to.have.property("code", "BudgetExceeded");
    expect(await stack.jobs()).to.have.length(0);
    expect(await backfill({ config, trial: false })).to.include({ clean: true });
  });

  it("keeps the job waiting where the version does not arrive, names why, and tries again under the same approval", async () => {
    await stack.setVaultPolicy(replicas("Deny"));
    const error = await failureOf(backfill());
    expect(error).to.have.property("code", "TrialFailed");
    expect(error).to.have.property("source", "aws");
    const [vault] = stack.outputs.vaults;
    expect(error.message).to.match(/^The trial of a \(version \S+\)/);
    expect(error.problems[0]?.path).to.equal(
      `account ${vault?.accountId}, vault primary (${vault?.bucketName})`,
    );
    expect(error.problems[0]?.message).to.include("not at the vault");
    expect(error.problems[0]?.fix).to.include("lockstep doctor");
    expect(error.hint).to.include("trial: false");
    expect(await statuses()).to.deep.equal({ mains: ["Suspended"], trials: ["Complete"] });
    expect(await record("trial-000001")).to.deep.include({ outcome: "not-clean" });
    // The cause is put right. Neither the question nor the hash of the plan is another one.
    await stack.setVaultPolicy(replicas("Allow"));
    const verdict = await backfill({ confirm: nobody });
    expect(verdict).to.deep.include({ clean: true, proven: 3 });
    expect(new Set(stack.told("plan").map(({ planHash }) => planHash))).to.have.property("size", 1);
    expect(await statuses()).to.deep.equal({
      mains: ["Complete"],
      trials: ["Complete", "Complete"],
    });
    expect((await record("trial-000002")).intent.trial).to.deep.equal(
      (await record("trial-000001")).intent.trial,
    );
  });

  it("names a job of the trial that failed or was cancelled, and what waits", async () => {
    const hash = await stopAtPlan();
    const [trial] = (await jobs()).trials;
    await update(trial?.JobId, "Cancelled");
    // Another one takes its place, and awaits the same plan's approval.
    expect(await stopAtPlan()).to.equal(hash);
    expect((await statuses()).trials).to.have.members(["Cancelled", "Suspended"]);
    const emit = (event: LockstepEvent): void => {
      stack.events.push(event);
      if (event.type !== "trial") return;
      expect.fail("it was cancelled");
    };
    const confirm: Confirm = async () => {
      const open = (await jobs()).trials.find(({ Status }) => Status === "Suspended");
      await update(open?.JobId, "Cancelled");
      return true;
    };
    const error = await failureOf(backfill({ confirm, emit }));
    expect(error).to.have.property("code", "TrialFailed");
    expect(error.message).to.include("was cancelled");
    expect((await statuses()).mains).to.deep.equal(["Suspended"]);
    expect(await backfill()).to.include({ clean: true });
  });

  describe("whose plan is approved elsewhere", () => {
    /** An approver whose process ends as soon as the trial is let run. */
    const approveAndLeave = async (hash: string): Promise<void> => {
      const controller = new AbortController();
      const emit = (event: LockstepEvent): void => {
        if (event.type === "note") controller.abort();
      };
      const { signal } = controller;
      expect(await failureOf(approve(hash, { emit, signal }))).to.have.property("code", "Aborted");
    };

    it("lets the job run once its trial has arrived", async () => {
      const hash = await stopAtPlan();
      expect(await statuses()).to.deep.equal({ mains: ["Suspended"], trials: ["Suspended"] });
      expect(await failureOf(approve("0000000000000000"))).to.have.property("code", "PlanChanged");
      // The trial's own id is no job to approve: it goes with the job that it is made for.
      const { mains, trials } = await jobs();
      const mistaken = await failureOf(approve(hash, { jobId: trials[0]?.JobId ?? "" }));
      expect(mistaken).to.have.property("code", "JobNotReady");
      expect(mistaken.message).to.contain(`of the job ${mains[0]?.JobId ?? "none"} first`);
      expect(await statuses()).to.deep.equal({ mains: ["Suspended"], trials: ["Suspended"] });
      const job = await approve(hash);
      expect(job.status).not.to.equal("Suspended");
      expect(stack.told("trial")).to.have.length(1);
      expect(stack.told("trial")[0]).to.deep.include({ arrived: true, key: "a" });
      expect(stack.told("plan-confirmed")).to.have.length(1);
      expect((await statuses()).trials).to.deep.equal(["Complete"]);
      expect(await record("backfill-000001")).to.include({ state: "approved", planHash: hash });
      expect(await backfill({ confirm: nobody })).to.deep.include({ clean: true, proven: 3 });
      expect(await statuses()).to.deep.equal(BOTH_DONE);
      expect(await record("trial-000001")).to.include({ state: "settled" });
    });

    it("is carried on where nobody can be asked, and only under an approval of this very plan", async () => {
      const carryOn = () => backfill({ makesJobs: false, confirm: nobody });
      expect(await failureOf(carryOn())).to.have.property("code", "ConfirmationNeeded");
      expect(await stack.jobs()).to.deep.equal([]);
      const hash = await stopAtPlan();
      // It waits: the plan is asked about, which nobody answers.
      expect((await failureOf(carryOn())).message).to.equal("nobody is to be asked");
      await approveAndLeave(hash);
      // The plan is another one by now: what was approved is not this one.
      const config = {
        ...stack.config,
        backfill: { ...stack.config.backfill, prices: DEARER },
      };
      const other = await failureOf(backfill({ makesJobs: false, confirm: nobody, config }));
      expect(other.message).to.equal("nobody is to be asked");
      expect(await carryOn()).to.deep.include({ clean: true, proven: 3 });
      expect(await statuses()).to.deep.equal(BOTH_DONE);
      expect(await failureOf(carryOn())).to.have.property("code", "ConfirmationNeeded");
    });

    it("keeps the job where its trial does not arrive, and names vault and fix", async () => {
      const hash = await stopAtPlan();
      await stack.setVaultPolicy(replicas("Deny"));
      const error = await failureOf(approve(hash));
      expect(error).to.have.property("code", "TrialFailed");
      expect(error.problems[0]?.path).to.include("vault primary");
      expect((await statuses()).mains).to.deep.equal(["Suspended"]);
      expect(stack.told("plan-confirmed")).to.deep.equal([]);
      await stack.setVaultPolicy(replicas("Allow"));
      // The driver finds the trial that failed, and tries once more under the same approval.
      expect(await failureOf(backfill({ confirm: nobody }))).to.have.property(
        "code",
        "TrialFailed",
      );
      expect(await backfill({ confirm: nobody })).to.deep.include({ clean: true, proven: 3 });
    });

    it("goes on with whoever comes next, where the approver ended before its trial", async () => {
      await approveAndLeave(await stopAtPlan());
      expect((await statuses()).mains).to.deep.equal(["Suspended"]);
      expect(await backfill({ confirm: nobody })).to.deep.include({ clean: true, proven: 3 });
      expect(await statuses()).to.deep.equal(BOTH_DONE);
    });

    it("and lets the job itself run where whoever follows it may not", async () => {
      const hash = await stopAtPlan();
      await approveAndLeave(hash);
      // A driver that ends between the arrival and the job.
      const controller = new AbortController();
      const emit = (event: LockstepEvent): void => {
        stack.events.push(event);
        if (event.type === "trial") controller.abort();
      };
      const { signal } = controller;
      await failureOf(backfill({ confirm: nobody, emit, signal }));
      expect((await statuses()).mains).to.deep.equal(["Suspended"]);
      const { status } = await approve(hash);
      expect(status).not.to.equal("Suspended");
      expect(await backfill({ confirm: nobody })).to.deep.include({ clean: true, proven: 3 });
    });

    it("wakes a run that waits, which names who approved it", async () => {
      const run = backfill({ atGate: "wait", confirm: nobody });
      const hash = await eventually(() => {
        const [plan] = stack.told("plan");
        expect(plan, "a plan").not.to.equal(undefined);
        return Promise.resolve(plan?.planHash ?? "");
      });
      await approve(hash);
      expect(await run).to.deep.include({ clean: true, proven: 3 });
      expect(await statuses()).to.deep.equal(BOTH_DONE);
      expect(stack.told("warning")).to.deep.equal([]);
    });

    it("is not approved by a ledger that says so", async () => {
      await stopAtPlan();
      const forged = {
        ...(await record("backfill-000001")),
        state: "approved",
        planHash: stack.told("plan")[0]?.planHash,
        approvedBy: "arn:aws:iam::111111111111:role/nobody",
      };
      await write("ledger/backfill-000001.json", JSON.stringify(forged));
      const error = await failureOf(backfill({ atGate: "stop", confirm: nobody }));
      expect(error).to.have.property("code", "ApprovalAwaited");
      expect(await statuses()).to.deep.equal({ mains: ["Suspended"], trials: ["Suspended"] });
    });
  });

  it("ends with the job that somebody cancels meanwhile, and when its plan is declined", async () => {
    const confirm: Confirm = async () => {
      await update(stack.told("plan").at(-1)?.jobId, "Cancelled");
      return true;
    };
    expect(await failureOf(backfill({ confirm }))).to.have.property("code", "JobCancelled");
    expect(await statuses()).to.deep.equal({ mains: ["Cancelled"], trials: ["Complete"] });
    expect(stack.told("plan-confirmed")).to.deep.equal([]);
    await stack.close();
    await make(["a", "b"]);
    const declining: Confirm = ({ code }) => Promise.resolve(code === "cancel-job");
    const error = await failureOf(backfill({ confirm: declining }));
    expect(error).to.have.property("code", "JobCancelled");
    expect(await statuses()).to.deep.equal({ mains: ["Cancelled"], trials: ["Cancelled"] });
    expect(await record("trial-000001")).to.include({ state: "settled", outcome: "cancelled" });
    expect(await backfill()).to.deep.include({ clean: true, proven: 2 });
  });

  it("is carried on after Ctrl-C, without a second question or job", async () => {
    const controller = new AbortController();
    const emit = (event: LockstepEvent): void => {
      stack.events.push(event);
      const isRunning = event.type === "job-status" && event.trial === true;
      if (isRunning && event.status !== "Suspended" && stack.told("plan").length > 0) {
        controller.abort();
      }
    };
    const error = await failureOf(backfill({ emit, signal: controller.signal }));
    expect(controller.signal.aborted, error.message).to.equal(true);
    expect((await statuses()).mains).to.deep.equal(["Suspended"]);
    expect(await backfill({ confirm: nobody })).to.deep.include({ clean: true, proven: 3 });
    expect(await statuses()).to.deep.equal(BOTH_DONE);
  });

  it("makes one trial for two desks that start at once", async () => {
    const clients = await stack.otherClients();
    const [mine, theirs] = await Promise.all([backfill(), backfill({ clients })]);
    clients.destroy();
    expect(mine).to.deep.include({ clean: true, proven: 3 });
    expect(theirs).to.deep.include({ clean: true, proven: 3 });
    expect(await statuses()).to.deep.equal(BOTH_DONE);
  });

  it("takes no other job for the one that a record of the ledger names", async () => {
    await stopAtPlan();
    const forged = { ...(await record("trial-000001")), jobId: stack.told("plan")[0]?.jobId };
    await write("ledger/trial-000001.json", JSON.stringify(forged));
    await failureOf(backfill({ atGate: "stop", confirm: nobody }));
    const warnings = stack.told("warning").map(({ message }) => message);
    expect(warnings.join("\n")).to.include("is not its trial");
    expect(await backfill()).to.deep.include({ clean: true, proven: 3 });
    expect((await statuses()).mains).to.deep.equal(["Complete"]);
  });

  for (const when of ["before", "after"] as const) {
    it(`is made once, wherever the process died ${when} a request took effect`, async () => {
      const seen = await dieAtEachRequest({
        when,
        // Between two of these nothing changes, wherever it dies.
        counted: ["CreateJobCommand", "PutObjectCommand", "UpdateJobStatusCommand"],
        make: (name) => HandMadeStack.make(sandbox, `trial-${name}`, ["a", "b c"]),
        run: (one, clients = one.clients) => one.backfill({ clients, trial: true }),
        judge: async (one, verdict, where) => {
          expect(verdict, where).to.deep.include({ clean: true, proven: 2, failed: 0 });
          const all = await one.jobs();
          expect(all.filter(isTrial), where).to.have.length(1);
          expect(all, where).to.have.length(2);
          expect(
            all.map(({ Status }) => Status),
            where,
          ).to.deep.equal(["Complete", "Complete"]);
          const hashes = new Set(one.told("plan").map(({ planHash }) => planHash));
          expect(hashes.size, where).to.be.at.most(1);
        },
      });
      expect([...seen]).to.include.members([CreateJobCommand.name, "UpdateJobStatusCommand"]);
    });
  }
});
