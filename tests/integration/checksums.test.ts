/** Level `checksum`: what source and vault hold is read by jobs in both accounts, and compared. */

import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { Sandbox } from "lockstep-sandbox";
import { checksumJobs, vaultFrame } from "../../automation/checksum/checksum-frame";
import { cancelJob, setJobPriority } from "../../automation/jobs/change-job";
import { listJobs, vaultsWithJobs } from "../../automation/jobs/source-jobs";
import { watchJobs } from "../../automation/jobs/watch-jobs";
import { ChecksumStack } from "../helpers/checksum-stack";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";

describe("contents that jobs read", function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let made: ChecksumStack | undefined;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  afterEach(async () => {
    await made?.close();
    made = undefined;
  });
  after(() => sandbox.close());

  async function backfilled(
    name: string,
    keys: readonly string[] = ["a", "b c", 'odd,"ü+%\n'],
  ): Promise<ChecksumStack> {
    const stack = await HandMadeStack.make(sandbox, name, keys);
    await stack.backfill();
    stack.events.length = 0;
    made = await ChecksumStack.make(stack);
    return made;
  }

  const refusal = (run: Promise<unknown>) =>
    run.then(
      () => undefined,
      (error: unknown) => error,
    );

  it("are the same: one job at each side, asked and paid for, and the verdict says what it proves", async () => {
    const one = await backfilled("same");
    const asked: string[] = [];
    const verdict = await one.verify({
      confirm: ({ code, text }) => {
        asked.push(`${code}: ${text}`);
        return Promise.resolve(true);
      },
    });
    expect(verdict).to.include({ clean: true, proven: 3, level: "checksum" });
    expect(verdict.proves).to.include.members(["content-read", "as-of-now"]);
    expect(verdict.doesNotProve).not.to.include("content-read");
    expect(asked).to.deep.equal([
      "approve-checksum: Read 6 versions at the source and the vault primary for USD 0.5000, and what AWS charges for each GB that is read in eu-west-1 and eu-central-1, which is not known here?",
    ]);
    const [plan] = one.stack.told("checksum-plan");
    expect(plan?.sides).to.deep.equal([
      { vault: null, versionsCount: 3, sizeBytes: 47, carriedOnJobIds: [], carriedOnCount: 0 },
      {
        vault: "primary",
        versionsCount: 3,
        sizeBytes: 47,
        carriedOnJobIds: [],
        carriedOnCount: 0,
      },
    ]);
    expect(plan?.priceUsd.total).to.be.closeTo(0.500006, 1e-9);
    expect(plan?.notIncluded.join()).to.include("bytes read for checksums in");
    for (const side of ["source", "vault"] as const) {
      const jobs = await one.jobs(side);
      expect(jobs.map(({ Status }) => Status)).to.deep.equal(["Complete"]);
      expect(jobs[0]?.Operation?.S3ComputeObjectChecksum).to.deep.equal({
        ChecksumAlgorithm: "SHA256",
        ChecksumType: "FULL_OBJECT",
      });
      expect(await one.ledger(side)).to.deep.equal(["settled clean"]);
    }
    const [ofSource, ofVault] = [await one.jobs("source"), await one.jobs("vault")];
    expect(verdict.checksums?.algorithm).to.equal("SHA256");
    expect(verdict.checksums?.jobs).to.deep.equal([
      {
        jobId: ofSource[0]?.JobId,
        createdAt: ofSource[0]?.CreationTime?.toISOString(),
        computedCount: 3,
      },
      {
        jobId: ofVault[0]?.JobId,
        vault: "primary",
        createdAt: ofVault[0]?.CreationTime?.toISOString(),
        computedCount: 3,
      },
    ]);
  });

  it("are not the same though ETag, size and checksums of both sides say so: found, at whichever side they rot", async () => {
    const one = await backfilled("rotten", ["a", "b", "c"]);
    one.rot("vault", "a");
    one.rot("source", "b");
    expect(await one.stack.verify({ clients: one.clients, outputs: one.outputs })).to.include({
      proven: 3,
      failed: 0,
    });
    const verdict = await one.verify();
    expect(verdict).to.include({ clean: false, proven: 1, failed: 2 });
    expect(verdict.failures.map(({ code, key, kind }) => [key, kind, code])).to.deep.equal([
      ["a", "failed", "content"],
      ["b", "failed", "content"],
    ]);
    expect(verdict.failures[0]?.cause).to.match(
      /^other content at the vault: SHA-256 of its bytes [0-9a-f]{64}, at the source [0-9a-f]{64}$/,
    );
  });

  it("cannot be read at a side: unverifiable, with S3's cause, and never taken for right", async () => {
    const one = await backfilled("unread", ["a", "b"]);
    const policy = one.rolePolicy("vault");
    const Statement = policy.Statement.map((statement) =>
      statement.Sid === "ReadVersions"
        ? { ...statement, Resource: `${one.vault.outputs.bucketArn}/a` }
        : statement,
    );
    await one.setRolePolicy("vault", { ...policy, Statement });
    const verdict = await one.verify();
    expect(verdict).to.include({ clean: false, proven: 1, unverifiable: 1 });
    expect(verdict.failures).to.have.length(1);
    expect(verdict.failures[0]).to.include({ key: "b", kind: "unverifiable", code: "no-right" });
    expect(verdict.failures[0]?.cause).to.equal(
      "its bytes at the vault were not read: Access Denied (403)",
    );
    expect(await one.ledger("vault")).to.deep.equal(["settled not-clean"]);
  });

  it("are gone from the source before they are read", async () => {
    const one = await backfilled("gone", ["a", "b"]);
    const { bucketName: Bucket } = one.outputs.source;
    const { s3 } = one.clients.source;
    const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: "b" }));
    const verdict = await one.verify({
      confirm: async () => {
        const VersionId = Versions[0]?.VersionId;
        await s3.send(new DeleteObjectCommand({ Bucket, Key: "b", VersionId }));
        return true;
      },
    });
    expect(verdict.failures).to.have.length(1);
    expect(verdict.failures[0]).to.include({ key: "b", kind: "unverifiable", code: "gone" });
  });

  it("ask first: nothing is made where the answer is no, the budget is less, or nobody asked for the roles", async () => {
    const one = await backfilled("asked", ["a"]);
    const declined = await refusal(one.verify({ confirm: () => Promise.resolve(false) }));
    expect(declined).to.include({ code: "Declined" });
    const config = { ...one.config, backfill: { ...one.config.backfill, budgetUsd: 0.1 } };
    expect(await refusal(one.verify({ config }))).to.include({ code: "BudgetExceeded" });
    const enough = { ...one.config, backfill: { ...one.config.backfill, budgetUsd: 1_000 } };
    const unknown = await refusal(one.verify({ config: enough }));
    expect(unknown).to.include({ code: "BudgetExceeded" });
    expect(String(unknown)).to.include("in eu-west-1, eu-central-1 is not known here");
    const bare = one.stack.outputs;
    const clients = await one.stack.clientsFor(one.config, bare);
    const without = { ...one.config, verdict: { accept: [] } };
    const unasked = await refusal(one.verify({ config: without, outputs: bare, clients }));
    expect(unasked).to.include({ code: "ConfigInvalid" });
    const missing = await refusal(one.verify({ outputs: bare, clients }));
    clients.destroy();
    expect(missing).to.include({ code: "StackOutOfDate" });
    expect(String(missing)).to.include("the source, the vault primary");
    expect(await one.jobs("source")).to.deep.equal([]);
    expect(await one.jobs("vault")).to.deep.equal([]);
    expect(await one.ledger("source")).to.deep.equal([]);
  });

  it("have a known price of each GB by the config, which the budget counts", async () => {
    const one = await backfilled("priced", ["a"]);
    const prices = { [one.config.source.region]: { usdPerGbChecksummed: 2 ** 30 } };
    const config = {
      ...one.config,
      backfill: { ...one.config.backfill, prices, budgetUsd: 5 },
    };
    expect(await refusal(one.verify({ config }))).to.include({ code: "BudgetExceeded" });
    const [plan] = one.stack.told("checksum-plan");
    expect(plan?.priceUsd.lines).to.deep.include({
      what: "bytes read for checksums",
      vault: null,
      usd: 12,
    });
  });

  it("are carried on after a run that died: what was read is paid for once, and what is new is read by a job more", async () => {
    const one = await backfilled("carried", ["a", "b"]);
    for (const side of ["source", "vault"] as const) await one.leaveJob(side);
    await one.stack.put("c", "content of c");
    one.stack.events.length = 0;
    const verdict = await one.verify();
    expect(verdict).to.include({ clean: true, proven: 3 });
    const [plan] = one.stack.told("checksum-plan");
    expect(
      plan?.sides.map(({ carriedOnCount, versionsCount }) => [carriedOnCount, versionsCount]),
    ).to.deep.equal([
      [2, 1],
      [2, 1],
    ]);
    // Two are made, and the two that waited run as well: a job is charged as it is made, a task as it is done.
    expect(plan?.priceUsd.total).to.be.closeTo(0.500006, 1e-9);
    for (const side of ["source", "vault"] as const) {
      const jobs = await one.jobs(side);
      expect(jobs.map(({ Status }) => Status)).to.deep.equal(["Complete", "Complete"]);
      expect(plan?.sides[side === "source" ? 0 : 1]?.carriedOnJobIds).to.deep.equal([
        jobs[0]?.JobId,
      ]);
      expect(await one.ledger(side)).to.deep.equal(["settled clean", "settled read"]);
    }
    const jobs = verdict.checksums?.jobs ?? [];
    expect(jobs.map(({ carriedOn, computedCount }) => [computedCount, carriedOn])).to.deep.equal([
      [2, true],
      [1, undefined],
      [2, true],
      [1, undefined],
    ]);
    // What was read before may be otherwise by now.
    expect(verdict.doesNotProve).to.include("as-of-now");
    expect(verdict.proves).to.include("content-read");
  });

  it("are taken over from reports that a run had read before it died, and read anew where a report is gone", async () => {
    const one = await backfilled("taken-over", ["a", "b"]);
    const died = one.verify({ afterwards: dies });
    expect(String(await refusal(died))).to.include("died");
    for (const side of ["source", "vault"] as const) {
      expect(await one.ledger(side)).to.deep.equal(["settled read"]);
    }
    one.rot("vault", "a");
    const [gone] = await one.jobs("source");
    await one.deleteReport("source", gone?.JobId ?? "");
    one.stack.events.length = 0;
    const verdict = await one.verify();
    // What was read of the vault was right then, and the verdict says when that was.
    expect(verdict).to.include({ clean: true, proven: 2 });
    expect(verdict.doesNotProve).to.include("as-of-now");
    expect(one.stack.told("checksum-plan")[0]?.sides.map(({ vault }) => vault)).to.deep.equal([
      null,
    ]);
    expect(one.stack.told("warning").map(({ code }) => code)).to.include("ReportUnreadable");
    expect(await one.jobs("source")).to.have.length(2);
    expect(await one.jobs("vault")).to.have.length(1);
    expect(await one.ledger("source")).to.deep.equal(["settled clean", "settled read"]);
    expect(await one.ledger("vault")).to.deep.equal(["settled clean"]);
    // A verdict was told: all is read anew.
    expect(await one.verify()).to.include({ clean: false, proven: 1, failed: 1 });
    expect(await one.jobs("vault")).to.have.length(2);
  });

  it("are read for one source of a vault, whose jobs no other source of it takes up", async () => {
    const one = await backfilled("shared", ["a"]);
    await one.leaveJob("vault");
    const other = vaultFrame(one.vault.outputs, "another-source");
    if (other === undefined) throw new Error("no role");
    const { operationsBucketName = "" } = one.vault.outputs;
    const { jobs, ledger } = checksumJobs(one.vault, operationsBucketName, other);
    expect(await jobs.findUnfinished()).to.equal(undefined);
    expect(await ledger.open()).to.deep.equal({ entries: [], aside: [], nextSequence: 1 });
  });

  it("are of a multipart upload, of archived replicas and of nothing at all: read as they are", async () => {
    const one = await backfilled("kinds", []);
    const { Bucket, s3 } = one.stack.atSource();
    const partBytes = Buffer.alloc(5 * 2 ** 20, "part");
    const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "parts" }));
    const Parts = [];
    for (const [index, Body] of [partBytes, Buffer.from("last")].entries()) {
      const part = { Bucket, Key: "parts", UploadId, PartNumber: index + 1 };
      const { ETag } = await s3.send(new UploadPartCommand({ ...part, Body }));
      Parts.push({ PartNumber: index + 1, ETag });
    }
    const whole = { Bucket, Key: "parts", UploadId, MultipartUpload: { Parts } };
    await s3.send(new CompleteMultipartUploadCommand(whole));
    await s3.send(new PutObjectCommand({ Bucket, Key: "empty", Body: Buffer.alloc(0) }));
    await one.stack.put("archived", "cold");
    await one.arrived(3);
    one.archive("vault", "archived", "DEEP_ARCHIVE");
    const BlockedEncryptionTypes = { EncryptionType: ["NONE" as const] };
    const ServerSideEncryptionConfiguration = { Rules: [{ BlockedEncryptionTypes }] };
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    const SSECustomerKey = Buffer.alloc(32, 1).toString("base64");
    const sealed = { SSECustomerAlgorithm: "AES256", SSECustomerKey };
    await s3.send(new PutObjectCommand({ Bucket, Key: "sealed", Body: "x", ...sealed }));
    const verdict = await one.verify();
    expect(verdict).to.include({ proven: 3, failed: 0, unprotected: 1 });
    // Under a key of the customer nothing is copied, and nothing is read.
    expect(verdict.failures.map(({ code, key }) => [key, code])).to.deep.equal([
      ["sealed", "sse-c"],
    ]);
    expect(verdict.checksums?.jobs.map(({ computedCount }) => computedCount)).to.deep.equal([3, 3]);
  });

  it("are read by jobs that are listed in both accounts, followed, put before others, not approved elsewhere, and cancelled", async () => {
    const one = await backfilled("listed", ["a"]);
    const at = {
      ...one.stack.options(),
      clients: one.clients,
      outputs: one.outputs,
      source: "source",
    };
    expect(vaultsWithJobs(at)).to.deep.equal(["primary"]);
    for (const [side, vault] of [
      ["source", undefined],
      ["vault", "primary"],
    ] as const) {
      const jobId = await one.leaveJob(side);
      const ours = (await listJobs({ ...at, vault })).filter(({ kind }) => kind === "checksum");
      expect(ours.map((job) => job.jobId)).to.deep.equal([jobId]);
      expect(ours[0]).to.include({ ours: true, operation: "S3ComputeObjectChecksum" });
      const place = { ...at, vault, jobId };
      expect(await setJobPriority({ ...place, priority: 77 })).to.include({ priority: 77 });
      if (vault === undefined) {
        const told = await refusal(
          one.stack.approve("0123456789abcdef", { ...place, config: one.config }),
        );
        expect(told).to.include({ code: "JobNotOurs" });
        expect(String(told)).to.include("it does not replicate");
      }
      const watching = watchJobs([{ jobId, at: place }], one.stack.options().jobLimits);
      const confirm = () => Promise.resolve(true);
      expect((await cancelJob({ ...place, confirm })).status).to.match(/^Cancel/);
      expect((await watching).map(({ status }) => status)).to.deep.equal(["Cancelled"]);
    }
    const told = await refusal(one.verify());
    expect(told).to.include({ code: "JobCancelled" });
    let verdict: unknown = told;
    // Each side's record of the cancelled job is settled by a run that says so.
    for (let run = 0; run < 2 && verdict instanceof Error; run++) {
      verdict = await one.verify().catch((error: unknown) => error);
    }
    expect(verdict).to.include({ clean: true, proven: 1 });
  });
});

const dies = (): Promise<never> => Promise.reject(new Error("died"));
