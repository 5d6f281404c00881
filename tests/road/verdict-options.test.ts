/** What a look writes down, what a configuration accepts, and a look at what `destroy` has left; by the command line. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
import type { Report } from "../../automation/report/fields";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, verdictsOf, type RoadRun } from "../helpers/road";

const SOURCE = { account: "source", bucket: "looked-at-records" } as const;
const VAULT = { account: "vault", bucket: "looked-at-records-vault" } as const;
const KEY = 'a key\twith "quotes" – and more';

const sections = (verdict?: object) => ({
  source: { ...ACCOUNTS.source, bucket: { name: SOURCE.bucket } },
  vaults: [
    {
      name: "primary",
      ...ACCOUNTS.vault,
      bucket: { name: VAULT.bucket },
      lock: { stage: "governance", retention: "30 days" },
    },
  ],
  rules: [{ name: "all", vault: "primary" }],
  ...(verdict === undefined ? {} : { verdict }),
});

describe("a look by the command line", function () {
  this.timeout(600_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await road.writeStack("test", sections());
    await road.runOk("up", "test", "--yes");
  });

  after(() => road.close());

  const verdictOf = (run: RoadRun): VerdictFields => {
    const verdict = verdictsOf(run).at(-1) as unknown as VerdictFields | undefined;
    if (verdict === undefined) throw new Error(`no verdict: ${run.stdout}${run.stderr}`);
    return verdict;
  };

  it("is clean on a new source, and says that there was nothing", async () => {
    const run = await road.run("verify", "test");
    expect(run.exitCode).to.equal(0);
    expect(verdictOf(run)).to.deep.include({ clean: true, empty: true, proven: 0 });
    expect((await road.runForPeople("verify", "test")).stdout).to.contain(
      "empty, nothing to prove",
    );
  });

  it("writes every outcome with --details", async () => {
    await road.put(SOURCE, KEY);
    await road.arrived(VAULT, KEY);
    await road.project.s3("source").send(
      new PutObjectCommand({
        Bucket: SOURCE.bucket,
        Key: "in-the-archive",
        Body: "archived",
        StorageClass: "DEEP_ARCHIVE",
      }),
    );
    const run = await road.run("verify", "test", "--details", "details.ndjson");
    expect(run.exitCode).to.equal(1);
    expect(verdictOf(run)).to.deep.include({ clean: false, proven: 1, unprotected: 1, failed: 0 });
    const text = await readFile(join(road.project.folder, "details.ndjson"), "utf8");
    const lines = text.trimEnd().split("\n");
    const outcomes = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(
      outcomes.map(({ code, key, kind, source, vault }) => [source, key, vault, kind, code]),
    ).to.deep.equal([
      ["source", KEY, "primary", "proven", "checksum"],
      ["source", "in-the-archive", "primary", "unprotected", "archived"],
    ]);
  });

  it("says that a file cannot be written, before it looks", async () => {
    const run = await road.run("verify", "test", "--details", "no/such/folder/file");
    expect(run.exitCode).to.equal(2);
    expect(run.events.at(-1)).to.deep.include({ type: "error", code: "ConfigInvalid" });
    expect(verdictsOf(run)).to.have.length(0);
  });

  it("is a report in each format, in a file or on standard output, with the exit code of a verdict", async () => {
    const formats = {
      html: /^<!doctype html>/,
      markdown: /^## ❌ Lockstep/,
      junit: /^<\?xml/,
      json: /^\{/,
    } as const;
    for (const [format, beginning] of Object.entries(formats)) {
      const run = await road.runForPeople("report", "test", "--format", format);
      expect(run.exitCode, run.stderr).to.equal(1);
      expect(run.stdout).to.match(beginning);
      expect(run.stderr).to.contain("Verdict: NOT clean");
    }
    const run = await road.run("report", "test", "--out", "report.json");
    expect(run.exitCode).to.equal(1);
    expect(run.events.at(-1)).to.deep.include({ type: "verdict", clean: false });
    const text = await readFile(join(road.project.folder, "report.json"), "utf8");
    const [source] = (JSON.parse(text) as Report).sources;
    expect(source?.verdict).to.deep.include({ proven: 1, unprotected: 1 });
    expect(source?.looked?.causes).to.have.length(1);
    expect(source?.looked?.causes[0]).to.deep.include({
      outcome: "unprotected/archived",
      vault: "primary",
      account: ACCOUNTS.source.accountId,
    });
    expect(source?.looked?.byRule?.groups.map(({ name }) => name)).to.deep.equal(["all"]);
    const retainUntil = (await road.arrived(VAULT, KEY)).ObjectLockRetainUntilDate;
    expect(source?.looked?.locks).to.deep.equal([
      { month: retainUntil?.toISOString().slice(0, 7), vault: "primary", versions: 1 },
    ]);
    expect(source?.jobs).to.deep.equal([]);
  });

  it("refuses a report beside events on standard output, and a file that cannot be written", async () => {
    for (const flags of [[], ["--out", "-"], ["--out", "no/such/folder/file"]]) {
      const run = await road.run("report", "test", ...flags);
      expect(run.exitCode).to.equal(2);
      expect(run.events).to.have.length(1);
      expect(run.events[0]).to.deep.include({ type: "error", code: "ConfigInvalid" });
    }
  });

  it("is clean with what the configuration accepts, and counts it", async () => {
    await road.writeStack("test", sections({ accept: ["archived"] }));
    const run = await road.run("verify", "test");
    expect(run.exitCode, run.stdout).to.equal(0);
    expect(verdictOf(run)).to.deep.include({ clean: true, proven: 1, unprotected: 1 });
    const report = await road.runForPeople("report", "test", "--format", "markdown");
    expect(report.exitCode, report.stderr).to.equal(0);
    expect(report.stdout).to.match(/^## ✅ .*Clean/);
  });

  it("does not accept what is wrong at a vault", async () => {
    await road.writeStack("test", sections({ accept: ["missing"] }));
    const run = await road.run("verify", "test");
    expect(run.exitCode).to.equal(2);
    expect(run.stdout).to.contain("verdict.accept[0]");
    await road.writeStack("test", sections({ accept: ["archived"] }));
  });

  it("looks at what destroy has left", async () => {
    await road.runOk("destroy", "test", "--yes");
    const run = await road.run("verify", "test");
    expect(run.exitCode, run.stdout + run.stderr).to.equal(1);
    const verdict = verdictOf(run);
    expect(verdict).to.deep.include({ clean: false, proven: 1, failed: 0 });
    expect(verdict.drift?.map(({ path }) => path)).to.include("replication");
  });
});
