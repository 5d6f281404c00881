import { readFileSync } from "node:fs";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { type GetObjectCommandInput } from "@aws-sdk/client-s3";
import { CreateJobCommand, type CreateJobRequest } from "@aws-sdk/client-s3-control";
import { expect } from "chai";
import { createJobRequest } from "../../automation/backfill/create-job";
import type { JobIntent } from "../../automation/backfill/intent";
import type { Sandbox } from "lockstep-sandbox";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";
import { operationsFiles } from "../helpers/operations-files";
import { notThere, tamperWith } from "../helpers/tampered-clients";

const DAY_MS = 24 * 60 * 60_000;
const CASES = join(__dirname, "..", "cases");
const TORN = readFileSync(join(CASES, "ledger-torn.json"), "utf8");

describe("a backfill of what is missing", function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let stack: HandMadeStack;
  let number = 0;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());
  const make = async (keys: readonly string[] = ["a", "b c", "ü/d"]): Promise<void> => {
    stack = await HandMadeStack.make(sandbox, `missing-${++number}`, keys);
  };
  beforeEach(() => make());
  afterEach(() => stack.close());

  const failureOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: unknown) => error,
    );
  /** Creates the job and leaves it as it waits for its approval. */
  const decline = (): Promise<unknown> =>
    failureOf(stack.backfill({ confirm: () => Promise.resolve(false) }));
  const operations = () => stack.outputs.operations.bucketName;
  const { keysUnder, read, write } = operationsFiles(() => stack);
  const warnings = (): string =>
    stack
      .told("warning")
      .map(({ message }) => message)
      .join("\n");
  const FIRST = "ledger/backfill-000001.json";
  const firstIntent = async (): Promise<JobIntent> =>
    (JSON.parse(await read(FIRST)) as { intent: JobIntent }).intent;
  const createJob = (request: Partial<CreateJobRequest>) =>
    stack.clients.source.s3control.send(new CreateJobCommand(request as CreateJobRequest));

  describe("asks for money first", () => {
    const withBudget = (budgetUsd: number) => ({
      config: { ...stack.config, backfill: { ...stack.config.backfill, budgetUsd } },
    });

    it("and makes no job that the budget does not cover", async () => {
      const error = await failureOf(stack.backfill(withBudget(0.1)));
      expect(error).to.have.property("code", "BudgetExceeded");
      expect(await stack.jobs()).to.have.length(0);
      expect(await keysUnder("ledger/")).to.deep.equal([]);
      expect(await stack.backfill(withBudget(0.3))).to.deep.include({ clean: true, proven: 3 });
    });

    it("and does not run one that it does not cover any more", async () => {
      await decline();
      const error = await failureOf(stack.backfill(withBudget(0.1)));
      expect(error).to.have.property("code", "BudgetExceeded");
      expect((await stack.jobs())[0]?.Status).to.equal("Suspended");
    });

    it("and does not run another plan than the approved one", async () => {
      const error = await failureOf(stack.backfill({ approvedPlanHash: "0000000000000000" }));
      expect(error).to.have.property("code", "PlanChanged");
      expect((await stack.jobs())[0]?.Status).to.equal("Suspended");
      const { planHash } = stack.told("plan")[0] ?? {};
      const confirm = (): Promise<boolean> => Promise.reject(new Error("nobody is to be asked"));
      expect(await stack.backfill({ approvedPlanHash: planHash, confirm })).to.include({
        clean: true,
      });
    });
  });

  describe("with a list that does not hold what is missing", () => {
    it("cancels the job before it runs, and gives the next one a list of its own", async () => {
      await stack.close();
      await make(["a", "b"]);
      const clients = await stack.otherClients();
      let createdCount = 0;
      tamperWith<CreateJobRequest>(clients.source.s3control, "CreateJobCommand", (input) => {
        createdCount++;
        const generator = input.ManifestGenerator?.S3JobManifestGenerator;
        if (generator?.Filter !== undefined) {
          generator.Filter.KeyNameConstraint = { MatchAnyPrefix: ["b"] };
        }
      });
      const verdict = await stack.backfill({ clients });
      clients.destroy();
      expect(verdict).to.deep.include({ clean: true, proven: 2 });
      expect(verdict.counts).to.deep.equal({ manifest: 2, job: 2, report: 2, vault: 2 });
      expect(createdCount).to.equal(2);
      const statuses = (await stack.jobs()).map(({ Status }) => Status);
      expect(statuses).to.have.members(["Cancelled", "Complete"]);
      expect(stack.told("plan").map(({ manifestBy }) => manifestBy)).to.deep.equal(["own"]);
      const [manifest] = await keysUnder("manifests/own/");
      expect((await read(manifest ?? "")).split("\n")).to.have.length(3);
    });

    it("does the same where S3 finds no keys at all", async () => {
      const clients = await stack.otherClients();
      tamperWith<CreateJobRequest>(clients.source.s3control, "CreateJobCommand", (input) => {
        const generator = input.ManifestGenerator?.S3JobManifestGenerator;
        if (generator?.Filter !== undefined)
          generator.Filter.ObjectReplicationStatuses = ["FAILED"];
      });
      expect(await stack.backfill({ clients })).to.deep.include({ clean: true, proven: 3 });
      clients.destroy();
      expect(await stack.jobs()).to.have.length(2);
    });

    it("does the same where the manifest was changed or taken away after S3 had read it", async () => {
      await decline();
      const [key] = (await keysUnder("manifests/")).filter((one) => one.endsWith("manifest.json"));
      await write(key ?? "", (await read(key ?? "")).replace("CSV", "CSV "));
      expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
      expect(warnings()).to.include("was changed since the job has read it");
      expect(await stack.jobs()).to.have.length(2);
    });

    it("writes its own list anew when somebody changed it before the job was made", async () => {
      await stack.backfill();
      await makeMissing();
      const clients = await stack.otherClients();
      tamperWith(clients.source.s3control, "CreateJobCommand", () => {
        throw new Error("died here");
      });
      await failureOf(stack.backfill({ clients }));
      clients.destroy();
      const [manifest = ""] = await keysUnder("manifests/own/");
      const content = await read(manifest);
      await write(manifest, content.replace("b%20c", "a"));
      await stack.backfill();
      expect(warnings()).to.include("Intent 2 of the ledger had no job yet and gets none");
      expect(await read(manifest)).to.equal(content);
    });
  });

  async function eventually(isSo: () => Promise<boolean>): Promise<void> {
    for (let count = 0; count < 200; count++) if (await isSo()) return;
    throw new Error("never");
  }

  /** Takes one version out of the vault, as nobody can but the sandbox itself. */
  async function makeMissing(): Promise<void> {
    const bucket = sandbox.world.s3.findBucket(stack.outputs.vaults[0]?.bucketName ?? "");
    for (const version of [...(bucket?.objects.versions("b c") ?? [])]) {
      bucket?.objects.remove(version.key, version.versionId);
    }
  }

  describe("with files in the ledger that are not its own", () => {
    it("carries on the job that runs when its record is torn, and makes no second one", async () => {
      await decline();
      await write(FIRST, TORN);
      expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
      expect(await stack.jobs()).to.have.length(1);
      expect(warnings()).to.include(`${FIRST}: it is not JSON`);
      expect(warnings()).to.include("no record of the ledger names it");
      expect(await keysUnder("ledger/")).to.deep.equal([FIRST, "ledger/backfill-000002.json"]);
      expect(await stack.backfill()).to.include({ clean: true });
      expect(await stack.jobs()).to.have.length(1);
    });

    it("carries on the job that runs when the whole ledger is gone", async () => {
      await decline();
      const objects = sandbox.world.s3.findBucket(operations())?.objects;
      for (const version of [...(objects?.versions(FIRST) ?? [])])
        objects?.remove(version.key, version.versionId);
      expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
      expect(await stack.jobs()).to.have.length(1);
    });

    it("makes no job of an intent that somebody has edited, as in ledger-edited.json", async () => {
      await decline();
      const record = JSON.parse(await read(FIRST)) as { intent: JobIntent };
      const intent = {
        ...record.intent,
        sourceBucketArn: "arn:aws:s3:::theirs",
        replicationStatuses: ["COMPLETED"],
      };
      await write(FIRST, JSON.stringify({ version: 1, intent, state: "intended" }));
      expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
      expect(await stack.jobs()).to.have.length(1);
      expect(warnings()).to.include("its sourceBucketArn is arn:aws:s3:::theirs");
    });

    it("makes no job of an intent that this configuration would not make", async () => {
      const frame = await frameOf();
      for (const change of [
        { reportScope: "FailedTasksOnly" },
        { priority: 99 },
        { replicationStatuses: [] },
      ]) {
        const intent = { ...frame, ...change };
        await stack.close();
        await make();
        const own = { ...intent, ...(await frameOf()), ...change };
        await write(FIRST, JSON.stringify({ version: 1, intent: own, state: "intended" }));
        expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
        expect(await stack.jobs()).to.have.length(1);
        expect(warnings()).to.include("Intent 1 of the ledger had no job yet and gets none");
      }
    });

    it("does not follow a job of others that a record names", async () => {
      const intent = await frameOf();
      const theirs = createJobRequest({ ...intent, sequence: 7 });
      const { JobId } = await createJob({
        ...theirs,
        RoleArn: theirs.RoleArn,
        Report: { ...theirs.Report, Enabled: true, Bucket: "arn:aws:s3:::theirs" },
      });
      const record = { version: 1, intent, state: "created", jobId: JobId };
      await write(FIRST, JSON.stringify(record));
      expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
      expect(warnings()).to.include(`the job ${JobId} that it names is not ours: its report`);
      const ours = (await stack.jobs()).filter((job) => job.JobId !== JobId);
      expect(ours.map(({ Status }) => Status)).to.deep.equal(["Complete"]);
    });

    it("does not take a job of others for the one that it looks for by its description", async () => {
      const intent = await frameOf();
      const request = createJobRequest(intent);
      const { JobId } = await createJob({
        ...request,
        ClientRequestToken: "another",
        Report: { ...request.Report, Enabled: true, Bucket: "arn:aws:s3:::theirs" },
      });
      const verdict = await stack.backfill();
      expect(verdict).to.deep.include({ clean: true, proven: 3 });
      expect(verdict.jobId).not.to.equal(JobId);
    });

    it("names files that are no records, once, and is not held up by them", async () => {
      for (let index = 0; index < 12; index++) await write(`ledger/x${index}`, "theirs");
      expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
      const told = stack.told("warning").filter(({ code }) => code === "LedgerSetAside");
      expect(told).to.have.length(11);
      expect(told.at(-1)?.message).to.include("2 more files");
    });

    /** An intent as this stack makes it. */
    async function frameOf(): Promise<JobIntent> {
      await decline();
      const intent = await firstIntent();
      await stack.close();
      await make();
      const text = JSON.stringify(intent).replaceAll(
        `missing-${number - 1}-`,
        `missing-${number}-`,
      );
      return JSON.parse(text) as JobIntent;
    }
  });

  it("brings a version that stays on its way, for which S3's list has no word", async () => {
    await stack.backfill();
    await makeMissing();
    // The source says PENDING for as long as anybody waits; nothing is on its way any more.
    const bucket = sandbox.world.s3.findBucket(stack.outputs.source.bucketName);
    for (const version of bucket?.objects.versions("b c") ?? []) {
      version.replicationStatus = "PENDING";
    }
    const settleLimits = { intervalMs: 1, maxIntervalMs: 5, deadlineMs: 100 };
    const verdict = await stack.backfill({ settleLimits });
    expect(stack.told("plan").at(-1)).to.deep.include({ manifestBy: "own", objects: 1 });
    expect(verdict).to.deep.include({ proven: 3 });
    expect(await stack.jobs()).to.have.length(2);
  });

  it("names in the plan what S3's list holds too much, and does not run it unasked", async () => {
    await decline();
    // While it waits, another job brings one of the versions.
    const other = createJobRequest({ ...(await firstIntent()), sequence: 9 });
    const prefix = { MatchAnyPrefix: ["a"] };
    const generator = other.ManifestGenerator?.S3JobManifestGenerator;
    if (generator?.Filter !== undefined) generator.Filter.KeyNameConstraint = prefix;
    await createJob({ ...other, ConfirmationRequired: false, Description: "by hand" });
    await eventually(async () => (await stack.verify()).failed === 2);
    const verdict = await stack.backfill();
    expect(stack.told("plan").at(-1)).to.include({ objects: 3, extraObjects: 1 });
    expect(stack.told("note").at(-1)?.message).to.match(/^In the manifest and not missing: a \S+$/);
    expect(verdict).to.deep.include({ clean: true, proven: 3 });
    expect(verdict.counts).to.deep.equal({ manifest: 3, job: 3, report: 3, vault: 3 });
  });

  it("makes no job for a version that is right at the vault though the source says FAILED", async () => {
    await stack.backfill();
    const bucket = sandbox.world.s3.findBucket(stack.outputs.source.bucketName);
    for (const version of bucket?.objects.versions("a") ?? []) version.replicationStatus = "FAILED";
    const verdict = await stack.backfill();
    expect(verdict).to.deep.include({ proven: 3, failed: 0, sourceFailedCount: 1 });
    expect(await stack.jobs()).to.have.length(1);
  });

  describe("has no dead end", () => {
    it("for a report that comes late", async () => {
      const clients = await stack.otherClients();
      let missingCount = 0;
      tamperWith<GetObjectCommandInput>(clients.source.s3, "GetObjectCommand", ({ Key }) => {
        const isReport =
          String(Key).startsWith("reports/") && String(Key).endsWith("manifest.json");
        if (isReport && ++missingCount <= 3) throw notThere();
      });
      const verdict = await stack.backfill({ clients });
      clients.destroy();
      expect(missingCount).to.equal(4);
      expect(verdict).to.deep.include({ clean: true, proven: 3 });
    });

    it("for a manifest that is gone when the job has ended", async () => {
      const clients = await stack.otherClients();
      tamperWith<GetObjectCommandInput>(clients.source.s3, "GetObjectCommand", ({ Key }) => {
        const isGone = String(Key).startsWith("manifests/") && stack.told("report").length > 0;
        if (isGone) throw notThere();
      });
      const verdict = await stack.backfill({ clients });
      clients.destroy();
      expect(verdict).to.deep.include({ clean: false, proven: 3 });
      expect(verdict.counts.manifest).to.equal(null);
      expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
    });

    it("for a job that nobody approved for 30 days", async () => {
      await decline();
      sandbox.world.clock.advance(31 * DAY_MS);
      const error = await failureOf(stack.backfill());
      expect(error).to.have.property("code", "JobFailed");
      expect(error)
        .to.have.property("hint")
        .that.matches(/^Nobody confirmed the job within 30 days\..*[Rr]un the command again/);
      expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
    });

    it("for a job that AWS forgot 90 days after its end", async () => {
      await decline();
      sandbox.world.clock.advance(31 * DAY_MS);
      await stack.jobs();
      sandbox.world.clock.advance(91 * DAY_MS);
      const error = await failureOf(stack.backfill());
      expect(error).to.have.property("code", "JobFailed");
      expect(error).to.have.property("message").that.includes("does not know the job");
      expect(await stack.backfill()).to.deep.include({ clean: true, proven: 3 });
    });

    it("for a job whose work was done by others while it waited", async () => {
      await decline();
      const clients = await stack.otherClients();
      const other = createJobRequest({ ...(await firstIntent()), sequence: 9 });
      await createJob({ ...other, ConfirmationRequired: false, Description: "by hand" });
      await eventually(async () => (await stack.verify()).clean);
      const verdict = await stack.backfill({ clients });
      clients.destroy();
      expect(verdict).to.deep.include({ clean: true, proven: 3 });
      const statuses = (await stack.jobs()).map(({ Status }) => Status);
      expect(statuses).to.have.members(["Cancelled", "Complete"]);
    });
  });

  describe("with keys that may be anything", () => {
    const keys = JSON.parse(readFileSync(join(CASES, "keys.json"), "utf8")) as readonly string[];

    it("brings all of them along by S3's list, and one of them by a list of its own", async () => {
      await make(keys);
      const first = await stack.backfill();
      expect(first).to.deep.include({ clean: true, proven: keys.length });
      expect(first.counts.report).to.equal(keys.length);
      await stack.put("never mind", "comes by itself");
      expect(await stack.backfill()).to.include({ clean: true });
    });

    it("brings all of them along by a list of its own", async () => {
      await make(keys);
      const clients = await stack.otherClients();
      tamperWith<CreateJobRequest>(clients.source.s3control, "CreateJobCommand", (input) => {
        const generator = input.ManifestGenerator?.S3JobManifestGenerator;
        if (generator?.Filter !== undefined)
          generator.Filter.ObjectReplicationStatuses = ["FAILED"];
      });
      const verdict = await stack.backfill({ clients });
      clients.destroy();
      expect(stack.told("plan").at(-1)?.manifestBy).to.equal("own");
      expect(verdict).to.deep.include({ clean: true, proven: keys.length });
      expect(verdict.counts).to.deep.equal({
        manifest: keys.length,
        job: keys.length,
        report: keys.length,
        vault: keys.length,
      });
      const { folder } = stack.told("report").at(-1) ?? { folder: "" };
      await access(join(folder, "manifest.json"));
    });
  });
});
