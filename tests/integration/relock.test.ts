/** Locks brought up to the promise, by jobs in the vault's account, at a vault whose policy narrows the role down. */

import { type ObjectLockRetention, PutObjectRetentionCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import type { LockstepEvent } from "../../automation/events";
import { cancelJob, setJobPriority } from "../../automation/jobs/change-job";
import { listJobs, vaultsWithJobs } from "../../automation/jobs/source-jobs";
import { watchJobs } from "../../automation/jobs/watch-jobs";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";
import { RelockStack, type RaisedLock } from "../helpers/relock-stack";

const DAY_MS = 86_400_000;

describe("locks that are extended", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let made: RelockStack | undefined;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  afterEach(async () => {
    await made?.close();
    made = undefined;
  });
  after(() => sandbox.close());

  async function raised(
    name: string,
    lock: RaisedLock,
    keys: readonly string[] = ["a", "b c"],
  ): Promise<RelockStack> {
    const stack = await HandMadeStack.make(sandbox, name, keys);
    await stack.backfill();
    stack.events.length = 0;
    made = await RelockStack.make(stack, lock);
    return made;
  }

  const daysLeft = (until: Date | undefined) => ((until?.getTime() ?? 0) - Date.now()) / DAY_MS;

  it("become COMPLIANCE where that is promised by now, in one job a day, and the verdict is clean", async () => {
    const one = await raised("compliance", { stage: "compliance", retentionDays: 60 });
    expect(await one.verify()).to.include({ clean: false, failed: 2 });
    expect(await one.relock()).to.deep.include({ extended: 2, enoughAlready: 0, failed: 0 });
    const { Mode, RetainUntilDate } = await one.lockAt("b c");
    expect(Mode).to.equal("COMPLIANCE");
    expect(daysLeft(RetainUntilDate)).to.be.within(59.9, 61);
    expect(RetainUntilDate?.toISOString()).to.match(/T00:00:00.000Z$/);
    expect(await one.verify()).to.include({ clean: true, proven: 2 });
    const [plan] = one.stack.told("relock-plan");
    expect(plan).to.deep.include({ vault: "primary", enoughAlready: 0, cannotCount: 0 });
    expect(plan?.jobs).to.have.length(1);
    expect(plan?.jobs[0]).to.deep.include({
      mode: "COMPLIANCE",
      versionsCount: 2,
      raisedCount: 2,
      overLockDays: 1,
    });
    expect(plan?.priceUsd).to.be.closeTo(0.250002, 1e-9);
    const [confirmed] = one.stack.told("plan-confirmed");
    expect(confirmed?.approvedBy).to.match(/^arn:aws:(iam|sts)::222222222222:/);
    const jobs = await one.jobs();
    expect(jobs.map(({ Status }) => Status)).to.deep.equal(["Complete"]);
    expect(jobs[0]?.Operation?.S3PutObjectRetention?.BypassGovernanceRetention).to.equal(true);
    expect(await one.relock()).to.deep.include({ extended: 0, enoughAlready: 2, failed: 0 });
    expect(await one.jobs()).to.have.length(1);
  });

  it("are longer where the retention was raised, without a bypass in GOVERNANCE", async () => {
    const one = await raised("longer", { stage: "governance", retentionDays: 90 });
    expect(await one.relock()).to.deep.include({ extended: 2, failed: 0 });
    expect((await one.lockAt("a")).Mode).to.equal("GOVERNANCE");
    expect(daysLeft((await one.lockAt("a")).RetainUntilDate)).to.be.within(89.9, 91);
    const [job] = await one.jobs();
    expect(job?.Operation?.S3PutObjectRetention?.BypassGovernanceRetention).to.not.equal(true);
    expect(await one.verify()).to.include({ clean: true, proven: 2 });
  });

  it("have jobs that are listed, put before others, watched and cancelled where they run: in the vault's account", async () => {
    const one = await raised("listed", { stage: "governance", retentionDays: 90 });
    const { clients, outputs, stack } = one;
    const at = { ...stack.options(), clients, outputs, source: "source", vault: "primary" };
    expect(vaultsWithJobs(at)).to.deep.equal(["primary"]);
    expect(vaultsWithJobs({ clients: stack.clients })).to.deep.equal([]);
    const controller = new AbortController();
    const emit = (event: LockstepEvent): void => {
      if (event.type === "job-status" && event.status === "Suspended") controller.abort();
    };
    const { signal } = controller;
    const stopped = await one.relock({ emit, signal }).catch((error: unknown) => error);
    expect(signal.aborted, String(stopped)).to.equal(true);
    const [job] = await one.jobs();
    const jobId = job?.JobId ?? "";
    const ours = (await listJobs(at)).filter((found) => found.ours);
    expect(ours).to.have.length(1);
    expect(ours[0]).to.deep.include({
      jobId,
      vault: "primary",
      kind: "relock",
      status: "Suspended",
      operation: "S3PutObjectRetention",
      bucket: one.vault.outputs.bucketName,
      totalCount: 2,
      costUsd: 0.25,
    });
    expect(ours[0]?.attention?.message).to.include("`lockstep relock` shows its plan");
    const inSource = await listJobs({ ...at, vault: undefined });
    expect(inSource.map((found) => found.jobId)).not.to.include(jobId);
    expect(await setJobPriority({ ...at, jobId, priority: 77 })).to.include({ priority: 77 });
    const confirm = () => Promise.resolve(true);
    expect((await cancelJob({ ...at, jobId, confirm })).status).to.match(/^Cancell/);
    const ended = await watchJobs([{ jobId, at }], at.jobLimits);
    expect(ended[0]).to.include({ jobId, vault: "primary", status: "Cancelled" });
    // The command that drives it says so, and the next one makes another.
    const told = await one.relock().catch((error: unknown) => error);
    expect(told).to.include({ code: "JobCancelled" });
    expect(await one.relock()).to.deep.include({ extended: 2, failed: 0 });
  });

  it("ask first, and change nothing where the answer is no or the budget is less", async () => {
    const one = await raised("asked", { stage: "compliance", retentionDays: 60 });
    const declined = await one
      .relock({ confirm: () => Promise.resolve(false) })
      .catch((error: unknown) => error);
    expect(declined).to.include({ code: "Declined" });
    const config = { ...one.config, backfill: { ...one.config.backfill, budgetUsd: 0.1 } };
    const dear = await one.relock({ config }).catch((error: unknown) => error);
    expect(dear).to.include({ code: "BudgetExceeded" });
    expect(await one.jobs()).to.deep.equal([]);
    expect((await one.lockAt("a")).Mode).to.equal("GOVERNANCE");
  });

  it("are never shortened: what is locked for longer than the job keeps its date", async () => {
    const one = await raised("kept", { stage: "compliance", retentionDays: 60 });
    const { outputs, s3 } = one.vault;
    const until = new Date(Math.floor((Date.now() + 400 * DAY_MS) / 1000) * 1000);
    await s3.send(
      new PutObjectRetentionCommand({
        Bucket: outputs.bucketName,
        Key: "a",
        Retention: { Mode: "GOVERNANCE", RetainUntilDate: until },
      }),
    );
    expect(await one.relock()).to.include({ extended: 2, failed: 0 });
    const { Mode, RetainUntilDate } = await one.lockAt("a");
    expect(Mode).to.equal("COMPLIANCE");
    expect(RetainUntilDate?.getTime()).to.be.at.least(until.getTime());
    expect(await one.jobs()).to.have.length(2);
  });

  it("are left alone where one was extended past the job's date since its plan, which the bypass would take back", async () => {
    const one = await raised("meanwhile", { stage: "compliance", retentionDays: 60 });
    const { outputs, s3 } = one.vault;
    const until = new Date(Math.floor((Date.now() + 400 * DAY_MS) / 1000) * 1000);
    const error: unknown = await one
      .relock({
        confirm: async () => {
          const Retention: ObjectLockRetention = { Mode: "GOVERNANCE", RetainUntilDate: until };
          const Bucket = outputs.bucketName;
          // Not the version on which the raising of a mode is tried, which is under COMPLIANCE by then or refused.
          await s3.send(new PutObjectRetentionCommand({ Bucket, Key: "b c", Retention }));
          return true;
        },
      })
      .catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: "PlanChanged" });
    expect((await one.jobs()).map(({ Status }) => Status)).to.deep.equal(["Cancelled"]);
    expect(await one.ledger()).to.deep.equal(["settled cancelled"]);
    const kept = await one.lockAt("b c");
    expect(kept).to.deep.equal({ Mode: "GOVERNANCE", RetainUntilDate: until });
    // Planned anew, it keeps its date.
    expect(await one.relock()).to.include({ extended: 2, failed: 0 });
    expect((await one.lockAt("b c")).RetainUntilDate?.getTime()).to.be.at.least(until.getTime());
  });

  it("fit into a vault that lets nobody lock for longer than it promises", async () => {
    const one = await raised("most", {
      stage: "compliance",
      retentionDays: 60,
      maximumRetentionDays: 60,
    });
    expect(await one.relock()).to.include({ extended: 2, failed: 0 });
    expect(await one.verify()).to.include({ clean: true });
  });

  it("are not extended without a role that may", async () => {
    const one = await raised("none", { stage: "compliance", retentionDays: 60 });
    const vaults = one.config.vaults.map((vault) => ({ ...vault, relock: false }));
    const refused = await one
      .relock({ config: { ...one.config, vaults } })
      .catch((error: unknown) => error);
    expect(refused).to.include({ code: "ConfigInvalid" });
    const outputs = {
      ...one.outputs,
      vaults: one.outputs.vaults.map(({ guard: _, ...vault }) => vault),
    };
    const clients = await one.stack.clientsFor(one.config, outputs);
    const stale = await one.relock({ outputs, clients }).catch((error: unknown) => error);
    clients.destroy();
    expect(stale).to.include({ code: "StackOutOfDate" });
  });

  it("are renewed where they end soon, or are over, and only where that was asked for", async () => {
    const one = await raised("soon", { stage: "governance", retentionDays: 30 });
    await one.relock();
    const before = await one.lockAt("a");
    sandbox.world.clock.advance(25 * DAY_MS);
    expect(await one.relock({ withinDays: 3 })).to.include({ extended: 0, enoughAlready: 2 });
    expect(await one.relock({ withinDays: 10 })).to.include({ extended: 2, enoughAlready: 0 });
    const soon = await one.lockAt("a");
    expect(millis(soon) - millis(before)).to.be.within(24 * DAY_MS, 26 * DAY_MS);
    sandbox.world.clock.advance(40 * DAY_MS);
    expect(await one.verify()).to.deep.include({ proven: 0, failed: 0, lapsed: 2 });
    expect(await one.relock()).to.include({ extended: 0, enoughAlready: 2 });
    expect(await one.relock({ withinDays: 0 })).to.include({ extended: 2 });
    expect(await one.verify()).to.include({ clean: true, proven: 2 });
  });
});

const millis = ({ RetainUntilDate }: ObjectLockRetention) => RetainUntilDate?.getTime() ?? 0;
