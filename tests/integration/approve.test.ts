/** The gate of a backfill: a plan that is approved by its hash from another desk, and one that is declined. */

import {
  DeleteBucketReplicationCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
} from "@aws-sdk/client-s3";
import { UpdateJobStatusCommand } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import type { LockstepError } from "../../automation/errors";
import type { Confirm, Question } from "../../automation/events";
import type { Sandbox } from "lockstep-sandbox";
import { Crash, crashAt } from "../helpers/crashing-clients";
import { eventually } from "../helpers/eventually";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";
import { operationsFiles } from "../helpers/operations-files";

const nobody: Confirm = () => Promise.reject(new Error("nobody is to be asked"));

describe("the gate of a backfill", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let stack: HandMadeStack;
  let number = 0;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());
  beforeEach(async () => {
    stack = await HandMadeStack.make(sandbox, `gate-${++number}`, ["a", "b c"]);
  });
  afterEach(() => stack.close());

  const { read } = operationsFiles(() => stack);
  const record = async () =>
    JSON.parse(await read("ledger/backfill-000001.json")) as Record<string, unknown>;
  const failureOf = (work: Promise<unknown>): Promise<LockstepError> =>
    work.then(
      () => expect.fail("it went through"),
      (error: unknown) => error as LockstepError,
    );
  const statusOf = async (index = 0) => (await stack.jobs())[index]?.Status;
  const approve = (...args: Parameters<HandMadeStack["approve"]>) => stack.approve(...args);
  /** Makes the job and leaves it at its plan. @returns the plan's hash */
  const stopAtPlan = async (): Promise<string> => {
    const error = await failureOf(stack.backfill({ atGate: "stop", confirm: nobody }));
    expect(error, error.message).to.have.property("code", "ApprovalAwaited");
    const [plan] = stack.told("plan");
    expect(error.hint).to.contain(`lockstep approve ${plan?.jobId} ${plan?.planHash}`);
    return plan?.planHash ?? "";
  };

  describe("that stops at the plan", () => {
    it("lets another desk approve it by its hash, and the next run follows it", async () => {
      const hash = await stopAtPlan();
      expect(await statusOf()).to.equal("Suspended");
      const clients = await stack.otherClients();
      const job = await approve(hash, { clients });
      clients.destroy();
      expect(job.status).not.to.equal("Suspended");
      const { approvedAt, approvedBy, planHash, state } = await record();
      expect({ planHash, state }).to.deep.equal({ planHash: hash, state: "approved" });
      expect(approvedBy).to.match(/^arn:aws:(iam|sts)::\d{12}:/);
      expect(Date.parse(String(approvedAt))).to.be.greaterThan(0);
      expect(stack.told("plan-confirmed")).to.deep.include({
        type: "plan-confirmed",
        jobId: job.jobId,
        planHash: hash,
        approvedBy,
      });
      expect(await stack.backfill({ confirm: nobody })).to.deep.include({ clean: true, proven: 2 });
      expect(await stack.jobs()).to.have.length(1);
    });

    it("refuses another hash, and changes nothing", async () => {
      await stopAtPlan();
      const error = await failureOf(approve("0000000000000000"));
      expect(error).to.have.property("code", "PlanChanged");
      expect(await statusOf()).to.equal("Suspended");
      expect(await record())
        .to.include({ state: "created" })
        .and.not.to.have.property("approvedBy");
    });

    it("holds the plan against what is there now, and not against what the job leaves alone", async () => {
      const hash = await stopAtPlan();
      await stack.put("later", "this comes by live replication");
      const { s3 } = stack.clients.source;
      const Bucket = stack.outputs.source.bucketName;
      // A delete marker hides a version, and the job brings it all the same.
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
      await approve(hash);
      expect(await stack.backfill({ confirm: nobody })).to.include({ clean: true });
    });

    it("refuses a plan of which a version is gone", async () => {
      const hash = await stopAtPlan();
      const { s3 } = stack.clients.source;
      const Bucket = stack.outputs.source.bucketName;
      const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: "a" }));
      const VersionId = Versions?.[0]?.VersionId;
      await s3.send(new DeleteObjectCommand({ Bucket, Key: "a", VersionId }));
      expect(await failureOf(approve(hash))).to.have.property("code", "PlanChanged");
      expect(await statusOf()).to.equal("Suspended");
    });

    it("refuses what the approver's own budget does not cover", async () => {
      const hash = await stopAtPlan();
      const config = { ...stack.config, backfill: { ...stack.config.backfill, budgetUsd: 0.1 } };
      const error = await failureOf(approve(hash, { config }));
      expect(error).to.have.property("code", "BudgetExceeded");
      expect(await statusOf()).to.equal("Suspended");
    });

    it("names a job that is none of ours, that is not there, and that has ended", async () => {
      const hash = await stopAtPlan();
      const other = await HandMadeStack.make(sandbox, `gate-${++number}`, ["c"]);
      await failureOf(other.backfill({ atGate: "stop" }));
      const [foreign] = other.told("plan");
      await other.close();
      const codeOf = async (jobId: string) => (await failureOf(approve(hash, { jobId }))).code;
      expect(await codeOf(foreign?.jobId ?? "")).to.equal("JobNotOurs");
      expect(await codeOf("00000000-0000-0000-0000-000000000000")).to.equal("JobNotFound");
      await stack.backfill();
      expect(await codeOf(stack.told("plan")[0]?.jobId ?? "")).to.equal("JobEnded");
    });

    it("refuses rules that are not as deployed", async () => {
      const hash = await stopAtPlan();
      const Bucket = stack.outputs.source.bucketName;
      await stack.clients.source.s3.send(new DeleteBucketReplicationCommand({ Bucket }));
      expect(await failureOf(approve(hash))).to.have.property("code", "RulesDrifted");
      expect(await statusOf()).to.equal("Suspended");
    });

    it("takes two approvals of the same plan for one", async () => {
      const hash = await stopAtPlan();
      const jobs = await Promise.all([approve(hash), approve(hash)]);
      expect(jobs.map(({ status }) => status)).not.to.include("Suspended");
      // Once it runs, an approval of the same plan has nothing to do, and one of another plan is refused.
      const later = await approve(hash).catch((error: unknown) => error);
      if (later instanceof Error) expect(later).to.have.property("code", "JobEnded");
      expect(await stack.backfill({ confirm: nobody })).to.include({ clean: true });
      expect(await stack.jobs()).to.have.length(1);
    });

    for (const when of ["before", "after"] as const) {
      it(`approves once, wherever the approver died ${when} a request took effect`, async () => {
        for (let atRequest = 1; ; atRequest++) {
          await stack.close();
          stack = await HandMadeStack.make(sandbox, `gate-${++number}`, ["a"]);
          const hash = await stopAtPlan();
          const clients = await stack.otherClients();
          // How often a job is asked for, and its versions, depends on nothing here: one at a time.
          const counter = crashAt(clients, { atRequest, when });
          const first = await approve(hash, { clients, concurrency: 1 }).catch(
            (error: unknown) => error,
          );
          clients.destroy();
          const isDead = counter.count >= atRequest;
          if (isDead) expect(first).to.be.instanceOf(Crash);
          if ((await statusOf()) === "Suspended") await approve(hash);
          expect(await record()).to.include({ planHash: hash });
          expect(await stack.backfill({ confirm: nobody })).to.include({ clean: true, proven: 1 });
          expect(await stack.jobs()).to.have.length(1);
          if (!isDead) break;
        }
      });
    }
  });

  describe("that waits for its approval", () => {
    const planned = () =>
      eventually(() => {
        const [plan] = stack.told("plan");
        expect(plan, "a plan").not.to.equal(undefined);
        return Promise.resolve(plan?.planHash ?? "");
      });

    it("follows the job to its verdict as soon as somebody has approved it", async () => {
      const run = stack.backfill({ atGate: "wait", confirm: nobody });
      const hash = await planned();
      await approve(hash);
      expect(await run).to.deep.include({ clean: true, proven: 2 });
      expect(await record()).to.include({ state: "settled", planHash: hash });
      expect(stack.told("warning")).to.deep.equal([]);
      expect(stack.told("plan-confirmed").map(({ planHash }) => planHash)).to.include(hash);
    });

    it("says so when the job was confirmed past Lockstep", async () => {
      const run = stack.backfill({ atGate: "wait", confirm: nobody });
      await planned();
      await stack.clients.source.s3control.send(
        new UpdateJobStatusCommand({
          AccountId: stack.config.source.accountId,
          JobId: stack.told("plan")[0]?.jobId,
          RequestedJobStatus: "Ready",
        }),
      );
      expect(await run).to.deep.include({ clean: true, proven: 2 });
      expect(stack.told("warning").map(({ code }) => code)).to.deep.equal(["ApprovedElsewhere"]);
    });

    it("ends when somebody cancels the job, and after its deadline", async () => {
      const jobLimits = { intervalMs: 1, maxIntervalMs: 1, deadlineMs: 0 };
      await stopAtPlan();
      const late = await failureOf(stack.backfill({ atGate: "wait", jobLimits }));
      expect(late).to.have.property("code", "DeadlinePassed");
      const run = failureOf(stack.backfill({ atGate: "wait", confirm: nobody }));
      await stack.clients.source.s3control.send(
        new UpdateJobStatusCommand({
          AccountId: stack.config.source.accountId,
          JobId: stack.told("plan")[0]?.jobId,
          RequestedJobStatus: "Cancelled",
        }),
      );
      expect(await run).to.have.property("code", "JobCancelled");
    });
  });

  describe("that asks", () => {
    const answering =
      (answers: Partial<Record<Question["code"], boolean>>, asked: Question[] = []): Confirm =>
      (question) => {
        asked.push(question);
        return Promise.resolve(answers[question.code] === true);
      };

    it("offers to cancel a job whose plan is declined", async () => {
      const asked: Question[] = [];
      const confirm = answering({ "cancel-job": true }, asked);
      const error = await failureOf(stack.backfill({ confirm }));
      expect(error).to.have.property("code", "JobCancelled");
      expect(asked.map(({ code }) => code)).to.deep.equal(["approve-plan", "cancel-job"]);
      expect(await statusOf()).to.equal("Cancelled");
      expect(await record()).to.include({ state: "settled", outcome: "cancelled" });
      expect(await stack.backfill()).to.include({ clean: true });
      expect(await stack.jobs()).to.have.length(2);
    });

    it("keeps it otherwise, and says how it can be approved", async () => {
      const error = await failureOf(stack.backfill({ confirm: answering({}) }));
      expect(error).to.have.property("code", "Declined");
      const [plan] = stack.told("plan");
      expect(error.hint).to.contain(`lockstep approve ${plan?.jobId} ${plan?.planHash}`);
      expect(await statusOf()).to.equal("Suspended");
    });

    it("goes on where another desk approves the same plan meanwhile, whatever is answered then", async () => {
      const meanwhile =
        (answer: boolean): Confirm =>
        async ({ code }) => {
          if (code === "approve-plan") {
            const clients = await stack.otherClients();
            await approve(stack.told("plan").at(-1)?.planHash ?? "", { clients });
            clients.destroy();
          }
          return answer && code === "approve-plan";
        };
      expect(await stack.backfill({ confirm: meanwhile(true) })).to.include({ clean: true });
      await stack.close();
      stack = await HandMadeStack.make(sandbox, `gate-${++number}`, ["a"]);
      const error = await failureOf(stack.backfill({ confirm: meanwhile(false) }));
      expect(error).to.have.property("code", "Declined");
      expect(error.message).to.contain("somebody else approved it");
      expect(await stack.backfill({ confirm: nobody })).to.include({ clean: true, proven: 1 });
    });
  });
});
