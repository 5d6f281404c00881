import { expect } from "chai";
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
} from "@aws-sdk/client-s3";
import { readLineage } from "../../automation/jobs/lineage";
import type { JobsOptions } from "../../automation/jobs/source-jobs";
import { isLockstepError } from "../../automation/errors";
import { systemClock } from "../../automation/clock";
import type { Sandbox } from "lockstep-sandbox";
import { HandMadeStack, startQuickSandbox } from "../helpers/hand-made-stack";
import { operationsFiles } from "../helpers/operations-files";

describe("a retry", function () {
  this.timeout(120_000);
  let sandbox: Sandbox;
  let stack: HandMadeStack;
  let number = 0;
  before(async () => {
    sandbox = await startQuickSandbox();
  });
  after(() => sandbox.close());
  beforeEach(async () => {
    stack = await HandMadeStack.make(sandbox, `retry-${++number}`, ["a", "b"]);
  });
  afterEach(() => stack.close());

  /** Takes the vault's policy away: nothing from the source's account may write there. @returns puts it back */
  const refuse = async (): Promise<() => Promise<void>> => {
    const { Bucket, s3 } = stack.atVault();
    const { Policy = "{}" } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    return () => stack.setVaultPolicy(JSON.parse(Policy) as object);
  };
  const retry = (maxAttempts: number) => stack.backfill({ retry: { maxAttempts } });
  const lineageOf = (key: string, versionId?: string) => {
    const { clients, outputs } = stack;
    const options: JobsOptions = {
      source: "source",
      clients,
      outputs,
      clock: systemClock,
      emit: (event) => void stack.events.push(event),
      signal: new AbortController().signal,
    };
    return readLineage(options, { key, versionId });
  };

  it("brings exactly what is missing, by a list of its own", async () => {
    const restore = await refuse();
    expect(await stack.backfill()).to.include({ clean: false, failed: 2 });
    await restore();
    await stack.put("c", "written since, replicated live");
    expect(await retry(2)).to.include({ clean: true, proven: 3, failed: 0 });
    expect(stack.told("plan").at(-1)).to.include({ manifestBy: "own", objects: 2 });
  });

  it("leaves out what so many jobs have tried in vain, says why, and makes no job for nothing", async () => {
    const restore = await refuse();
    await stack.backfill();
    const second = await retry(2);
    expect(second).to.include({ clean: false, failed: 2 });
    expect(await stack.jobs()).to.have.length(2);
    const third = await retry(2);
    expect(await stack.jobs()).to.have.length(2);
    expect(third).to.include({ clean: false, failed: 2 });
    expect(third.failures[0]).to.include({ kind: "failed", code: "missing" });
    expect(third.failures[0]?.cause).to.contain("2 jobs have tried in vain").and.contain("DstPut");

    // The limit is the caller's to raise, and a backfill has none.
    await restore();
    expect(await retry(3)).to.include({ clean: true, proven: 2 });
    expect(await stack.jobs()).to.have.length(3);
  });

  it("makes a job for what has attempts left, beside what has none", async () => {
    await refuse();
    await stack.backfill();
    await stack.put("late", "never tried by a job");
    const verdict = await retry(1);
    expect(stack.told("plan").at(-1)).to.include({ objects: 1 });
    expect(verdict).to.include({ clean: false, failed: 3 });
  });

  it("has a lineage: each job's attempt at each version, the first job first", async () => {
    const restore = await refuse();
    await stack.backfill();
    await restore();
    await retry(3);
    const jobIds = (await stack.jobs()).map(({ JobId }) => JobId);
    const [line, ...others] = await lineageOf("a");
    expect(others).to.deep.equal([]);
    expect(line?.attempts.map(({ outcome }) => outcome)).to.deep.equal(["failed", "succeeded"]);
    expect(line?.attempts[0]?.errorCode).to.match(/^Dst/);
    expect(jobIds).to.have.members(line?.attempts.map(({ jobId }) => jobId) ?? []);
    expect(line?.attempts[0]?.jobId).not.to.equal(line?.attempts[1]?.jobId);

    await stack.put("a", "a second version, replicated live");
    const both = await lineageOf("a");
    expect(both.map(({ attempts }) => attempts.length)).to.deep.equal([2, 0]);
    expect(await lineageOf("a", both[1]?.versionId)).to.deep.equal([both[1]]);
  });

  it("has a lineage by the manifest where a report has failed tasks alone", async () => {
    const { backfill } = stack.config;
    const config = { ...stack.config, backfill: { ...backfill, report: "failed-tasks-only" } };
    await stack.backfill({ config: config as typeof stack.config });
    const [line] = await lineageOf("b");
    expect(line?.attempts.map(({ outcome }) => outcome)).to.deep.equal(["succeeded"]);
  });

  it("has no lineage for what nobody knows, and warns of a report that cannot be read", async () => {
    const unknown = await lineageOf("nobody/knows").catch((error: unknown) => error);
    expect(isLockstepError(unknown) && unknown.code).to.equal("NoVersionsFound");
    expect(isLockstepError(unknown) && unknown.message).to.contain("source source nor a report");
    await stack.backfill();
    const { keysUnder, write } = operationsFiles(() => stack);
    const results = (await keysUnder("reports/")).filter((key) => key.endsWith(".csv"));
    for (const key of results) await write(key, "not what the manifest says");
    const [line] = await lineageOf("a");
    expect(line?.attempts).to.deep.equal([]);
    expect(stack.told("warning").map(({ code }) => code)).to.include("ReportUnreadable");
  });

  it("has no lineage for a delete marker, and says that it is one", async () => {
    const { s3 } = stack.clients.source;
    const object = { Bucket: stack.outputs.source.bucketName, Key: "a" };
    const { VersionId: marker } = await s3.send(new DeleteObjectCommand(object));
    await s3.send(new DeleteObjectCommand({ ...object, Key: "never there" }));
    const [line, ...others] = await lineageOf("a");
    expect(others).to.deep.equal([]);
    expect(line).to.deep.include({ source: "source", key: "a", attempts: [] });
    for (const [key, versionId, what] of [
      ["a", marker, `a (version ${marker ?? ""}) is a delete marker`],
      ["never there", undefined, "never there has nothing but delete markers"],
    ] as const) {
      const error = await lineageOf(key, versionId).catch((thrown: unknown) => thrown);
      expect(isLockstepError(error) && error.code).to.equal("NoVersionsFound");
      expect(isLockstepError(error) && error.message).to.contain(what);
    }
  });

  it("has a lineage that warns where the report of a job that ran is gone", async () => {
    await refuse();
    await stack.backfill();
    const { keysUnder } = operationsFiles(() => stack);
    const { s3 } = stack.clients.source;
    const Bucket = stack.outputs.operations.bucketName;
    for (const Key of await keysUnder("reports/")) {
      await s3.send(new DeleteObjectCommand({ Bucket, Key }));
    }
    stack.events.length = 0;
    const [line] = await lineageOf("a");
    expect(line?.attempts).to.deep.equal([]);
    expect(stack.told("warning").map(({ code }) => code)).to.deep.equal(["ReportUnreadable"]);
  });

  it("has a lineage for a key that XML cannot hold, and not for those that begin with it", async () => {
    for (const key of ["odd\u0001", "odd\u0001/longer"]) await stack.put(key, "replicated live");
    const lines = await lineageOf("odd\u0001");
    expect(lines.map(({ attempts, key }) => [key, attempts])).to.deep.equal([["odd\u0001", []]]);
  });
});
