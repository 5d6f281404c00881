/** What is approved before a job runs, and whose a job is: each by itself, word for word. */

import { expect } from "chai";
import { jobAgreement, type JobCounts } from "../../automation/backfill/job-agreement";
import {
  clientRequestToken,
  DESCRIPTION_START,
  foreignPart,
  GENERATOR_STATUSES,
  intentFrame,
  jobDescription,
  type JobIntent,
} from "../../automation/backfill/intent";
import { checkBudget, checkPlan, makePlan } from "../../automation/backfill/plan";
import { formatUsd } from "../../automation/words";
import { jobPrice } from "../../automation/backfill/price";
import { LockstepError } from "../../automation/errors";
import type { LockstepOutputs } from "../../components/promise/outputs";

function errorOf(action: () => void): LockstepError {
  try {
    action();
  } catch (error) {
    if (error instanceof LockstepError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a plan", () => {
  const price = jobPrice({
    region: "eu-west-1",
    manifestBy: "generator",
    tasksCount: 1_000_000,
    listedCount: 2_000_000,
  });
  const facts = {
    jobId: "j",
    manifestEtag: "e",
    manifestBy: "generator" as const,
    extraObjects: 3,
    objects: 1_000_000,
    sizeBytes: 5,
    archived: { versions: 1, sizeBytes: 7, share: 0.25 },
    weakerLocked: { toArrive: 2, atVaults: 4 },
    price,
    vaults: ["primary"],
    budgetUsd: 1.28,
  };

  it("says all that is approved, what is not in its price, and sixteen characters of its hash", () => {
    const { planHash, ...content } = makePlan(facts);
    expect(content).to.deep.equal({
      jobId: "j",
      manifestBy: "generator",
      objects: 1_000_000,
      extraObjects: 3,
      sizeBytes: 5,
      archived: { versions: 1, sizeBytes: 7, share: 0.25 },
      weakerLocked: { toArrive: 2, atVaults: 4 },
      priceUsd: {
        lines: [
          { what: "job", vault: null, usd: 0.25 },
          { what: "tasks", vault: null, usd: 1 },
          { what: "manifest", vault: null, usd: 0.03 },
        ],
        total: 1.28,
      },
      prices: price.sources,
      notIncluded: [],
      budgetUsd: 1.28,
      vaults: ["primary"],
      trial: null,
    });
    expect(planHash).to.match(/^[0-9a-f]{16}$/);
    expect(makePlan({ ...facts, budgetUsd: undefined }).budgetUsd).to.equal(null);
  });

  it("passes with its own hash, at its budget and without one", () => {
    const plan = makePlan(facts);
    expect(() => checkPlan(plan, plan.planHash)).not.to.throw();
    expect(() => checkBudget(1.28, 1.28)).not.to.throw();
    expect(() => checkBudget(1_000_000, undefined)).not.to.throw();
  });

  it("is refused above its budget, with both amounts and the setting", () => {
    const error = errorOf(() => checkPlan(makePlan({ ...facts, budgetUsd: 0.5 }), undefined));
    expect(error.code).to.equal("BudgetExceeded");
    expect(error.message).to.equal(
      "The backfill costs USD 1.28, more than the budget of USD 0.5000.",
    );
    expect(error.hint).to.contain("budgetUsd");
  });

  it("is refused when another one was approved, with both hashes", () => {
    const plan = makePlan(facts);
    const error = errorOf(() => checkPlan(plan, "00ff"));
    expect(error.code).to.equal("PlanChanged");
    expect(error.message).to.equal(`The plan is ${plan.planHash}, but 00ff was approved.`);
    expect(error.hint).to.contain("approve it by its hash");
  });

  it("tells parts of a cent below a dollar", () => {
    expect([0, 0.000_049, 0.000_05, 0.25, 0.99999, 1, 12.345].map(formatUsd)).to.deep.equal([
      "USD 0.0000",
      "< USD 0.0001",
      "USD 0.0001",
      "USD 0.2500",
      "USD 1.0000",
      "USD 1.00",
      "USD 12.35",
    ]);
  });
});

describe("whose a job is", () => {
  const frame = {
    accountId: "111111111111",
    region: "eu-west-1",
    sourceBucketArn: "arn:aws:s3:::src",
    operationsBucketArn: "arn:aws:s3:::ops",
    manifestPrefix: "manifests",
    reportPrefix: "reports",
    roleArn: "arn:aws:iam::111111111111:role/batch",
  };
  const intent: JobIntent = {
    ...frame,
    sequence: 7,
    reportScope: "AllTasks",
    priority: 10,
    replicationStatuses: ["NONE"],
  };

  it("follows from the stack's outputs alone", () => {
    const outputs = {
      batchRoleArn: frame.roleArn,
      source: { accountId: frame.accountId, region: frame.region, bucketArn: "arn:aws:s3:::src" },
      operations: {
        bucketArn: "arn:aws:s3:::ops",
        manifestPrefix: "manifests",
        reportPrefix: "reports",
      },
    } as unknown as LockstepOutputs;
    expect(intentFrame(outputs)).to.deep.equal(frame);
    expect(foreignPart(intent, frame)).to.equal(undefined);
  });

  for (const name of Object.keys(frame) as (keyof typeof frame)[]) {
    it(`is another's when ${name} is another`, () => {
      expect(foreignPart({ ...intent, [name]: "other" }, frame)).to.equal(
        `its ${name} is other, not ${frame[name]}`,
      );
    });
  }

  it("is told by the job's description: its number and its token", () => {
    expect(DESCRIPTION_START).to.equal("lockstep backfill ");
    expect(jobDescription(intent)).to.equal(`lockstep backfill 7 ${clientRequestToken(intent)}`);
  });

  it("S3's list knows four statuses, and PENDING is none of them", () => {
    expect(GENERATOR_STATUSES).to.deep.equal(["NONE", "FAILED", "COMPLETED", "REPLICA"]);
  });
});

describe("the counts of a job, word for word", () => {
  const agreeing: JobCounts = {
    jobId: "job",
    manifestRows: 3,
    jobTotal: 3,
    jobSucceeded: 2,
    jobFailed: 1,
    report: { succeeded: 2, failed: 1 },
    reportHasAllTasks: true,
    reportRowsUnknown: 0,
    differences: [],
  };

  it("are told beside the job, the report's as a sum", () => {
    expect(jobAgreement(agreeing, 2)).to.deep.equal({
      jobId: "job",
      counts: { manifest: 3, job: 3, report: 3, vault: 2 },
      disagreements: [],
      countsDiffer: false,
    });
    const none = { ...agreeing, manifestRows: null, report: null };
    const unread = jobAgreement(none, 2);
    expect(unread.counts).to.deep.equal({ manifest: null, job: 3, report: null, vault: 2 });
    expect(unread.countsDiffer).to.equal(false);
    expect(unread.disagreements).to.deep.equal([
      "there is no manifest to count",
      "there is no report to count",
    ]);
    // One sentence where it is known why.
    const told = jobAgreement({ ...none, unread: ["the report cannot be read: why"] }, 2);
    expect(told.disagreements).to.deep.equal(["the report cannot be read: why"]);
  });

  const cases: readonly [Partial<JobCounts>, string][] = [
    [{ manifestRows: 4 }, "manifest 4, job 3"],
    [{ manifestRows: 4, jobTotal: 4 }, "job 4, job's tasks that ended 3"],
    [{ report: { succeeded: 2, failed: 0 } }, "failed tasks 1, failed rows of the report 0"],
    [{ report: { succeeded: 1, failed: 1 } }, "succeeded tasks 2, succeeded rows of the report 1"],
    [
      { reportRowsUnknown: 1 },
      "1 rows of the report name versions that neither the source nor the manifest has",
    ],
    [{ differences: ["a row is there twice"] }, "a row is there twice"],
  ];
  for (const [change, words] of cases) {
    it(`differ: ${words}`, () => {
      const { countsDiffer, disagreements } = jobAgreement({ ...agreeing, ...change }, 2);
      expect({ countsDiffer, disagreements }).to.deep.equal({
        countsDiffer: true,
        disagreements: [words],
      });
    });
  }

  it("differ: what is proven at the vault", () => {
    expect(jobAgreement(agreeing, 1).disagreements).to.deep.equal([
      "succeeded tasks 2, proven at the vault 1",
    ]);
  });
});
