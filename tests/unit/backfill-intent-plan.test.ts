import { expect } from "chai";
import { canonicalJson } from "../../components/canonical-json";
import { createJobRequest } from "../../automation/backfill/create-job";
import {
  clientRequestToken,
  jobDescription,
  type JobIntent,
} from "../../automation/backfill/intent";
import {
  nextSequence,
  parseRecord,
  recordKey,
  type LedgerRecord,
} from "../../automation/backfill/ledger";
import { checkPlan, makePlan } from "../../automation/backfill/plan";

const intent: JobIntent = {
  sequence: 1,
  accountId: "111111111111",
  region: "eu-west-1",
  sourceBucketArn: "arn:aws:s3:::src",
  operationsBucketArn: "arn:aws:s3:::ops",
  manifestPrefix: "manifests",
  reportPrefix: "reports",
  reportScope: "AllTasks",
  roleArn: "arn:aws:iam::111111111111:role/batch",
  priority: 10,
  replicationStatuses: ["NONE", "FAILED"],
};

describe("intent of a job", () => {
  it("gives the same token whatever the order of its members, and another one for each change", () => {
    const turned = Object.fromEntries(Object.entries(intent).reverse()) as unknown as JobIntent;
    expect(clientRequestToken(turned)).to.equal(clientRequestToken(intent));
    expect(clientRequestToken({ ...intent, sequence: 2 })).not.to.equal(clientRequestToken(intent));
  });

  it("keeps to AWS's lengths for token and description", () => {
    expect(clientRequestToken(intent)).to.match(/^[0-9a-f]{64}$/);
    expect(jobDescription({ ...intent, sequence: 999_999 })).to.have.length.below(257);
  });

  it("keeps the order of lists", () => {
    expect(canonicalJson({ b: [2, 1], a: null })).to.equal('{"a":null,"b":[2,1]}');
  });

  it("always asks for confirmation, a report and a kept manifest", () => {
    const request = createJobRequest(intent);
    expect(request.ConfirmationRequired).to.equal(true);
    expect(request.Report?.Enabled).to.equal(true);
    expect(request.ManifestGenerator?.S3JobManifestGenerator?.EnableManifestOutput).to.equal(true);
  });

  it("leaves an empty prefix out", () => {
    const request = createJobRequest({ ...intent, reportPrefix: "" });
    expect(request.Report).not.to.have.property("Prefix");
  });
});

describe("ledger records", () => {
  const record = (state: LedgerRecord["state"]): LedgerRecord => ({
    version: 1,
    intent: { ...intent, replicationStatuses: ["NONE"] },
    state,
  });

  it("go on with the number that is not settled, and take the next one after", () => {
    expect(nextSequence(undefined)).to.equal(1);
    expect(nextSequence(record("intended"))).to.equal(1);
    expect(nextSequence(record("approved"))).to.equal(1);
    expect(nextSequence(record("settled"))).to.equal(2);
  });

  it("list in the order of their numbers", () => {
    expect(recordKey("ledger/", 9) < recordKey("ledger/", 10)).to.equal(true);
  });

  it("are read back as written, and refused when broken", () => {
    const text = JSON.stringify(record("created"));
    expect(parseRecord("k", text)).to.deep.equal(record("created"));
    expect(() => parseRecord("k", "{}"))
      .to.throw()
      .with.property("code", "LedgerUnreadable");
  });
});

describe("plan", () => {
  const facts = {
    jobId: "j",
    manifestEtag: "e",
    objects: 2_000_000,
    sizeBytes: 5,
    listedCount: 4_000_000,
    vaults: ["primary"],
    budgetUsd: 2.31,
  };

  it("adds the prices of job, tasks and manifest", () => {
    expect(makePlan(facts).priceUsd).to.deep.equal({
      job: 0.25,
      tasks: 2,
      manifest: 0.06,
      total: 2.31,
    });
  });

  it("has another hash when anything in it is different", () => {
    const hashes = [
      facts,
      { ...facts, objects: 1 },
      { ...facts, manifestEtag: "f" },
      { ...facts, jobId: "k" },
    ].map((one) => makePlan(one).planHash);
    expect(new Set(hashes).size).to.equal(4);
    expect(makePlan(facts).planHash).to.equal(hashes[0]);
  });

  it("stops above the budget and not at it", () => {
    expect(() => checkPlan(makePlan(facts), undefined)).not.to.throw();
    expect(() => checkPlan(makePlan({ ...facts, budgetUsd: 2.3 }), undefined))
      .to.throw()
      .with.property("code", "BudgetExceeded");
  });

  it("stops when another plan was approved", () => {
    expect(() => checkPlan(makePlan(facts), "0000000000000000"))
      .to.throw()
      .with.property("code", "PlanChanged");
  });
});
