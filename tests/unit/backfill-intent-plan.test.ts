import { expect } from "chai";
import { canonicalJson } from "../../components/promise/canonical-json";
import { createJobRequest } from "../../automation/backfill/create-job";
import {
  clientRequestToken,
  jobDescription,
  type JobIntent,
} from "../../automation/backfill/intent";
import { parseRecord, recordKey, type LedgerRecord } from "../../automation/backfill/ledger";
import { checkPlan, makePlan } from "../../automation/backfill/plan";
import { jobPrice } from "../../automation/backfill/price";

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

  it("names the owner of every bucket that S3 is sent to", () => {
    const request = createJobRequest(intent);
    const generator = request.ManifestGenerator?.S3JobManifestGenerator;
    expect(request.Report?.ExpectedBucketOwner).to.equal(intent.accountId);
    expect(generator?.ExpectedBucketOwner).to.equal(intent.accountId);
    expect(generator?.ManifestOutputLocation?.ExpectedManifestBucketOwner).to.equal(
      intent.accountId,
    );
  });

  it("gives a manifest of ours in place of the order to list", () => {
    const manifest = {
      key: "manifests/own/ab.csv",
      etag: "0".repeat(32),
      versionsCount: 3,
      sha256: "ab",
    };
    const request = createJobRequest({ ...intent, replicationStatuses: [], manifest });
    expect(request.ManifestGenerator).to.equal(undefined);
    expect(request.Manifest).to.deep.equal({
      Spec: { Format: "S3BatchOperations_CSV_20180820", Fields: ["Bucket", "Key", "VersionId"] },
      Location: { ObjectArn: "arn:aws:s3:::ops/manifests/own/ab.csv", ETag: "0".repeat(32) },
    });
    expect(request.ConfirmationRequired).to.equal(true);
  });

  it("keeps the token of an intent that an earlier version wrote", () => {
    expect(clientRequestToken(intent)).to.equal(
      "6ed9b75cc6dfeec09b8d8811715130c0e71723ca97edaf70e82aab8871a0ad2a",
    );
    expect(clientRequestToken({ ...intent, manifest: undefined })).to.equal(
      clientRequestToken(intent),
    );
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

  it("list in the order of their numbers", () => {
    expect(recordKey("ledger/", 9) < recordKey("ledger/", 10)).to.equal(true);
  });

  it("are read back as written, and told apart from what is none", () => {
    const text = JSON.stringify(record("created"));
    expect(parseRecord(text, 1, intent)).to.deep.equal({ record: record("created") });
    expect(parseRecord("{}", 1, intent)).to.have.property("why");
  });
});

describe("plan", () => {
  const job = {
    region: "eu-west-1",
    manifestBy: "generator" as const,
    tasksCount: 2_000_000,
    listedCount: 4_000_000,
  };
  const facts = {
    jobId: "j",
    manifestEtag: "e",
    manifestBy: "generator" as const,
    extraObjects: 0,
    objects: 2_000_000,
    sizeBytes: 5,
    archived: { versions: 0, sizeBytes: 0, share: 0 },
    weakerLocked: { toArrive: 0, atVaults: 0 },
    price: jobPrice(job),
    vaults: ["primary"],
    budgetUsd: 2.31,
  };

  it("has another hash when anything in it is different", () => {
    const hashes = [
      facts,
      { ...facts, objects: 1 },
      { ...facts, manifestEtag: "f" },
      { ...facts, jobId: "k" },
      { ...facts, sizeBytes: 6 },
      { ...facts, vaults: ["primary", "second"] },
      { ...facts, budgetUsd: 3 },
      { ...facts, budgetUsd: undefined },
      { ...facts, price: jobPrice({ ...job, tasksCount: 1 }) },
      { ...facts, price: jobPrice(job, { "eu-west-1": { usdPerJob: 0.2 } }) },
      { ...facts, price: { ...facts.price, notIncluded: ["more"] } },
      { ...facts, manifestBy: "own" as const },
      { ...facts, extraObjects: 1 },
      { ...facts, weakerLocked: { toArrive: 1, atVaults: 0 } },
    ].map((one) => makePlan(one).planHash);
    expect(new Set(hashes).size).to.equal(hashes.length);
    expect(makePlan(facts).planHash).to.equal(hashes[0]);
  });

  it("has the same hash when something is written to the source that the job does not touch", () => {
    for (const later of [
      { ...facts, price: jobPrice({ ...job, listedCount: 5_000_000 }) },
      { ...facts, archived: { versions: 9, sizeBytes: 1, share: 0.5 } },
      { ...facts, weakerLocked: { toArrive: 0, atVaults: 3 } },
    ]) {
      expect(makePlan(later).planHash).to.equal(makePlan(facts).planHash);
    }
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
