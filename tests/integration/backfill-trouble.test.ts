import { createHash } from "node:crypto";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { UpdateJobStatusCommand } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import type { Confirm } from "../../automation/events";
import type { Look } from "../../automation/look/look";
import type { Sandbox } from "lockstep-sandbox";
import { eventually } from "../helpers/eventually";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";

const KEYS = ["a", "b c", "ü/d"];

describe("a backfill in trouble", function () {
  this.timeout(60_000);
  let sandbox: Sandbox;
  let stack: HandMadeStack;
  let number = 0;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());
  beforeEach(async () => {
    stack = await HandMadeStack.make(sandbox, `trouble-${++number}`, KEYS);
  });
  afterEach(() => stack.close());

  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  /** Does something while the job waits for its approval, then approves. */
  const meanwhile =
    (work: (jobId: string) => Promise<unknown>): Confirm =>
    async () => {
      await work(stack.told("job-created").at(-1)?.jobId ?? "");
      return true;
    };
  const allowReplicas = () => ({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${stack.config.source.accountId}:root` },
    Action: ["s3:ReplicateObject", "s3:ReplicateTags"],
    Resource: `${stack.outputs.vaults[0]?.bucketArn ?? ""}/*`,
  });
  const denyReplicas = () => ({ ...allowReplicas(), Effect: "Deny" });
  const operationsKeys = async (prefix: string): Promise<string[]> => {
    const { bucketName } = stack.outputs.operations;
    const { Contents = [] } = await stack.clients.source.s3.send(
      new ListObjectsV2Command({ Bucket: bucketName, Prefix: prefix }),
    );
    return Contents.map(({ Key }) => Key ?? "");
  };

  it("makes one job when two desks start at once", async () => {
    const clients = await stack.otherClients();
    const [mine, theirs] = await Promise.all([stack.backfill(), stack.backfill({ clients })]);
    clients.destroy();
    expect(await stack.jobs()).to.have.length(1);
    expect(mine).to.deep.include({ clean: true, proven: 3 });
    expect(theirs).to.deep.include({ clean: true, proven: 3 });
  });

  it("says that somebody cancelled the job, and starts a new one when it is run again", async () => {
    const cancel = (jobId: string): Promise<unknown> =>
      stack.clients.source.s3control.send(
        new UpdateJobStatusCommand({
          AccountId: stack.config.source.accountId,
          JobId: jobId,
          RequestedJobStatus: "Cancelled",
        }),
      );
    const error = await failureOf(stack.backfill({ confirm: meanwhile(cancel) }));
    expect(error).to.have.property("code", "JobCancelled");
    expect(error).to.have.property("message").that.includes("cancelled");
    expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
    expect(await stack.jobs()).to.have.length(2);
  });

  it("does not wait for ever for a job that AWS has forgotten", async () => {
    await failureOf(stack.backfill({ confirm: () => Promise.resolve(false) }));
    const [key] = await operationsKeys("ledger/");
    const forgotten = "00000000-0000-4000-8000-000000000000";
    await change(key ?? "", (text) => {
      const record = JSON.parse(text) as { intent: object };
      // Another intent has another token, so that its job is not found by its description either.
      return JSON.stringify({
        ...record,
        jobId: forgotten,
        intent: { ...record.intent, priority: 7 },
      });
    });
    const error = await failureOf(stack.backfill());
    expect(error).to.have.property("code", "JobFailed");
    expect(error).to.have.property("message").that.includes(forgotten);
    expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
  });

  it("does not count versions that arrive while the job waits as the job's", async () => {
    const verdict = await stack.backfill({
      confirm: meanwhile(() => stack.put("later", "written during the job")),
    });
    expect(verdict).to.deep.include({
      clean: true,
      proven: 4,
      counts: { manifest: 3, job: 3, report: 3, vault: 3 },
    });
  });

  it("names the cause when the vault refuses replicas, and puts it right on the next run", async () => {
    const allow = allowReplicas();
    const denyOne = {
      ...allow,
      Effect: "Deny",
      Principal: "*",
      Resource: allow.Resource.replace("*", "b*"),
    };
    const setPolicy = (...Statement: object[]): Promise<void> =>
      stack.setVaultPolicy({ Version: "2012-10-17", Statement });
    const verdict = await stack.backfill({ confirm: meanwhile(() => setPolicy(allow, denyOne)) });
    expect(verdict).to.deep.include({ clean: false, proven: 2, failed: 1 });
    const [failure] = verdict.failures;
    expect(failure).to.include({ key: "b c", vault: "primary" });
    expect(failure?.cause).to.include("replication failed");
    await setPolicy(allow);
    expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
    expect(await stack.jobs()).to.have.length(2);
  });

  it("finds a version that was taken out of the vault behind its back, and pays for one job to hear why it stays away", async () => {
    await stack.backfill();
    // The vault's own policy refuses the bypass; who administers the account can take it away first.
    await stack.setVaultPolicy({ Version: "2012-10-17", Statement: [allowReplicas()] });
    const [vault] = stack.clients.vaults.values();
    const { versionId } = await onlyVersion("a");
    await vault?.s3.send(
      new DeleteObjectCommand({
        Bucket: vault.outputs.bucketName,
        Key: "a",
        VersionId: versionId,
        BypassGovernanceRetention: true,
      }),
    );
    const seen = await stack.verify();
    expect(seen).to.deep.include({ clean: false, proven: 2, failed: 1 });
    expect(seen.failures[0]).to.include({ key: "a", kind: "failed", code: "missing" });

    for (const [jobsCount, job] of [
      [2, { manifest: 1, job: 1, report: 1, vault: 0 }],
      [2, { manifest: null, job: null, report: null, vault: null }],
    ] as const) {
      const verdict = await stack.backfill();
      expect(verdict).to.deep.include({ clean: false, proven: 2, unprotected: 1, counts: job });
      expect(verdict.failures[0]).to.include({ key: "a", vault: "primary" });
      expect(verdict.failures[0]).to.include({ kind: "unprotected", code: "deleted-at-vault" });
      expect(verdict.failures[0]?.cause).to.include("copy it in place");
      expect(await stack.jobs()).to.have.length(jobsCount);
    }
    // Whoever looks without a job is told the same, in the details as in the verdict, and may not accept it.
    const details: Look[] = [];
    const same = await stack.verify({
      accept: ["deleted-at-vault"],
      onLook: (look) => Promise.resolve(void details.push(look)),
    });
    expect(same).to.deep.include({ clean: false, proven: 2, unprotected: 1 });
    expect(same.failures[0]).to.include({ kind: "unprotected", code: "deleted-at-vault" });
    const outcomes = details.flatMap(({ versions }) =>
      [...versions].flatMap((one) => one.outcomes),
    );
    expect(outcomes.filter(({ code }) => code === "deleted-at-vault")).to.have.length(1);
    // Another job, for another version, does not forget it.
    await stack.setVaultPolicy({ Version: "2012-10-17", Statement: [denyReplicas()] });
    await stack.put("later", "later");
    await eventually(async () => {
      const head = await stack.clients.source.s3.send(
        new HeadObjectCommand({ Bucket: stack.outputs.source.bucketName, Key: "later" }),
      );
      expect(head.ReplicationStatus).to.equal("FAILED");
    });
    await stack.setVaultPolicy({ Version: "2012-10-17", Statement: [allowReplicas()] });
    const third = await stack.backfill();
    expect(third).to.deep.include({ clean: false, proven: 3, unprotected: 1, failed: 0 });
    expect(await stack.jobs()).to.have.length(3);
    expect(stack.told("nothing-to-do")).to.deep.equal([]);
    expect(stack.told("note").at(-1)?.message).to.include(
      "nothing is missing that one could bring",
    );
  });

  it("is told nothing by a report that the source's side forged but another word for what is missing", async () => {
    await stack.setVaultPolicy({ Version: "2012-10-17", Statement: [denyReplicas()] });
    const { source: place, operations } = stack.outputs;
    const verdict = await stack.backfill();
    expect(verdict).to.deep.include({ clean: false, proven: 0, failed: 3 });
    const jobId = verdict.jobId ?? "";
    const rows = await Promise.all(
      KEYS.map(async (key) => {
        const { versionId } = await onlyVersion(key);
        const name = encodeURIComponent(key).replaceAll("%2F", "/");
        return `${place.bucketName},${name},${versionId},failed,500,DstObjectHardDeleted,forged\n`;
      }),
    );
    await forgeReport(operations.bucketName, jobId, rows.join(""));
    const seen = await stack.verify({ accept: ["deleted-at-vault"] });
    expect(seen).to.deep.include({ clean: false, proven: 0, unprotected: 3, failed: 0 });
    expect(seen.failures).to.have.length(3);
    // Nor does it bring any of them nearer: they are behind under either word.
    const level = { level: "full", objectiveMs: 1 } as const;
    const late = await stack.verify({ level, accept: ["deleted-at-vault"] });
    expect(late).to.deep.include({ clean: false, unprotected: 3 });
    expect(late.recoveryPoint).to.deep.include({ met: false, behindCount: 3 });
    // Nothing forged reaches what is proven.
    await stack.setVaultPolicy({ Version: "2012-10-17", Statement: [allowReplicas()] });
    await stack.put("new", "new");
    const [vault] = stack.clients.vaults.values();
    if (vault === undefined) throw new Error("no vault");
    const { bucketName } = vault.outputs;
    await eventually(() =>
      vault.s3.send(new HeadObjectCommand({ Bucket: bucketName, Key: "new" })),
    );
    expect(await stack.verify()).to.deep.include({ clean: false, proven: 1, unprotected: 3 });
  });

  it("says that a version is missing when the ledger cannot be read", async () => {
    await stack.setVaultPolicy({ Version: "2012-10-17", Statement: [denyReplicas()] });
    await stack.backfill();
    const { operations } = stack.outputs;
    const seen = await stack.verify({
      outputs: { ...stack.outputs, operations: { ...operations, bucketName: "not-there" } },
    });
    expect(seen).to.deep.include({ clean: false, failed: 3 });
    expect(stack.told("warning").at(-1)).to.include({ code: "LedgerUnreadable" });
  });

  /** Replaces the report of a job by one with these failed rows, with every MD5 right. */
  async function forgeReport(bucket: string, jobId: string, csv: string): Promise<void> {
    const md5 = (text: string): string => createHash("md5").update(text).digest("hex");
    const base = `reports/job-${jobId}`;
    const Key = `${base}/results/forged.csv`;
    const manifest = JSON.stringify({
      Format: "Report_CSV_20180820",
      ReportCreationDate: "2026-11-28T00:00:00.000000000Z",
      Results: [{ TaskExecutionStatus: "failed", Bucket: bucket, MD5Checksum: md5(csv), Key }],
      ReportSchema: "Bucket, Key, VersionId, TaskStatus, ErrorCode, HTTPStatusCode, ResultMessage",
    });
    for (const [key, body] of [
      [Key, csv],
      [`${base}/manifest.json`, manifest],
      [`${base}/manifest.json.md5`, md5(manifest)],
    ] as const) {
      await stack.clients.source.s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }),
      );
    }
  }

  async function onlyVersion(key: string): Promise<{ versionId: string }> {
    const { bucketName } = stack.outputs.source;
    const output = await stack.clients.source.s3.send(
      new GetObjectCommand({ Bucket: bucketName, Key: key }),
    );
    return { versionId: output.VersionId ?? "" };
  }

  for (const [what, pattern, spoil, words] of [
    ["a changed row", /results\/.*\.csv$/, (text: string) => text.replace("200", "201"), "MD5"],
    ["a missing row", /results\/.*\.csv$/, (text: string) => text.split("\n", 1)[0], "MD5"],
    ["another manifest", /manifest\.json$/, (text: string) => `${text} `, "MD5"],
    ["no manifest", /manifest\.json$/, () => undefined, "manifest.json"],
  ] as const) {
    it(`tells what is at the vault and that the report cannot be read, with ${what}; then goes on`, async () => {
      await stack.backfill();
      const [key] = (await operationsKeys("reports/")).filter((one) => pattern.test(one));
      await change(key ?? "", spoil);
      await reopenLedger();
      const verdict = await stack.backfill();
      expect(verdict).to.deep.include({ clean: false, proven: 3, failed: 0 });
      expect(verdict.counts.report).to.equal(null);
      const [first = ""] = verdict.disagreements;
      expect(verdict.disagreements).to.have.length(1);
      expect(first).to.match(/^the report of the job [0-9a-f-]{36} cannot be read: /);
      expect(verdict.countsDiffer).to.equal(undefined);
      expect(verdict.disagreements.join()).to.include(words);
      expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
      expect(await stack.jobs()).to.have.length(1);
    });
  }

  it("finds that the report of a failed row does not fit the job", async () => {
    await stack.backfill();
    const [key] = (await operationsKeys("reports/")).filter((one) => one.endsWith("manifest.json"));
    // A whole and well-formed report, of another job.
    const empty = JSON.stringify({ Format: "Report_CSV_20180820", Results: [] });
    await change(key ?? "", () => empty);
    const md5 = createHash("md5").update(empty).digest("hex");
    await change(`${key ?? ""}.md5`, () => `${md5}\n`);
    await reopenLedger();
    const verdict = await stack.backfill();
    expect(verdict).to.deep.include({ clean: false, proven: 3 });
    expect(verdict.disagreements.join()).to.include("succeeded rows of the report 0");
  });

  /** Writes an object of the operations bucket anew, or deletes it. */
  async function change(key: string, edit: (text: string) => string | undefined): Promise<void> {
    const { s3 } = stack.clients.source;
    const target = { Bucket: stack.outputs.operations.bucketName, Key: key };
    const { Body } = await s3.send(new GetObjectCommand(target));
    const edited = edit((await Body?.transformToString()) ?? "");
    await s3.send(
      edited === undefined
        ? new DeleteObjectCommand(target)
        : new PutObjectCommand({ ...target, Body: edited }),
    );
  }

  /** As after a crash right before the last note. */
  async function reopenLedger(): Promise<void> {
    const [key] = await operationsKeys("ledger/");
    await change(key ?? "", (text) => {
      const record = JSON.parse(text) as Record<string, unknown>;
      delete record["outcome"];
      return JSON.stringify({ ...record, state: "approved" });
    });
  }
});
