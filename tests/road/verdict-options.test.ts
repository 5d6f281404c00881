/** What a look writes down, how much it proves by each level, what a configuration accepts, and a look at what `destroy` has left; by the command line. */

import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { parse } from "csv-parse/sync";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import type { VerdictFields } from "../../automation/events";
import type { Report } from "../../automation/report/fields";
import { ACCOUNTS } from "../helpers/engine-project";
import { events, startCli } from "../helpers/cli";
import { expectJunit } from "../helpers/junit-schema";
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
  let headsCount = 0;

  before(async () => {
    road = await Road.start({
      log: ({ operation }) => {
        if (operation === "HeadObject") headsCount++;
      },
    });
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
    const warning = run.events.find(({ type }) => type === "warning");
    expect(warning).to.deep.include({ code: "SourceEmpty" });
    const { stderr, stdout } = await road.runForPeople("verify", "test");
    expect(stdout).to.contain("Verdict: clean: empty, nothing to prove");
    expect(stderr).to.contain(`Warning: the source ${SOURCE.bucket} has no version at all`);
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

  it("writes over no file that says what is looked at, and does not empty one either", async () => {
    const { folder } = road.project;
    const names = ["Pulumi.yaml", "Pulumi.test.yaml"];
    const before = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
    await symlink(join(folder, "Pulumi.yaml"), join(folder, "page.html"));
    for (const [command, option, file, ...more] of [
      ["verify", "--details", "Pulumi.test.yaml"],
      ["verify", "--details", join(folder, "Pulumi.yaml")],
      ["report", "--details", "./Pulumi.yaml", "--out", "report.json"],
      ["report", "--out", "page.html"],
    ] as const) {
      const run = await road.run(command, "test", option, file, ...more);
      expect(run.exitCode, run.stdout).to.equal(2);
      expect(run.events.at(-1)).to.deep.include({ type: "error", code: "ConfigInvalid" });
      expect(run.events.at(-1)?.problems).to.have.nested.property("[0].path", option);
      expect(verdictsOf(run)).to.have.length(0);
      const after = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8")));
      expect(after).to.deep.equal(before);
    }
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
    await writeFile(join(road.project.folder, "kept.json"), "kept");
    await symlink(road.project.folder, join(road.project.folder, "here"));
    for (const flags of [
      [],
      ["--out", "-"],
      ["--out", "no/such/folder/file"],
      ["--out", "kept.json", "--details", "./kept.json"],
      ["--out", "x.json", "--details", "-"],
      ["--out", "kept.json", "--details", "here/kept.json"],
      ["--out", "new.json", "--details", "here/new.json"],
    ]) {
      const run = await road.run("report", "test", ...flags);
      expect(run.exitCode).to.equal(2);
      expect(run.events).to.have.length(1);
      expect(run.events[0]).to.deep.include({ type: "error", code: "ConfigInvalid" });
    }
    expect(await readFile(join(road.project.folder, "kept.json"), "utf8")).to.equal("kept");
    const run = await road.run("verify", "test", "--details", "-");
    expect(run.exitCode).to.equal(2);
    expect(run.stdout).to.contain("- is no file");
    expect(await readdir(road.project.folder)).not.to.include("-");
  });

  it("is clean with what the configuration accepts, and counts it", async () => {
    await road.writeStack("test", sections({ accept: ["archived"] }));
    const run = await road.run("verify", "test");
    expect(run.exitCode, run.stdout).to.equal(0);
    expect(verdictOf(run)).to.deep.include({ clean: true, proven: 1, unprotected: 1 });
    const report = await road.runForPeople("report", "test", "--format", "markdown");
    expect(report.exitCode, report.stderr).to.equal(0);
    expect(report.stdout).to.match(/^## ✅ .*Clean/);
    expect(report.stdout).to.contain("unprotected/archived in vault primary: accepted by the");
    expect(report.stdout).not.to.contain("restore it at the source");
    const junit = await road.runForPeople("report", "test", "--format", "junit");
    expect(junit.stdout).to.match(/<system-out>1 version .*accepted by the configuration/);
    await expectJunit(junit.stdout);
  });

  it("does not accept what is wrong at a vault", async () => {
    await road.writeStack("test", sections({ accept: ["missing"] }));
    const run = await road.run("verify", "test");
    expect(run.exitCode).to.equal(2);
    expect(run.stdout).to.contain("verdict.accept[0]");
    await road.writeStack("test", sections({ accept: ["archived"] }));
  });

  it("looks by the listings alone with --level listing, and says what that does not prove", async () => {
    headsCount = 0;
    const run = await road.run("verify", "test", "--level", "listing");
    expect(run.exitCode, run.stdout + run.stderr).to.equal(0);
    const verdict = verdictOf(run);
    expect(verdict).to.deep.include({ clean: true, level: "listing", proven: 1, unprotected: 1 });
    expect(verdict.proves).to.include.members(["version-id", "size", "guard"]);
    // What is in the archive has no copy, and is accepted.
    expect(verdict.doesNotProve).to.include.members(["presence", "lock-mode", "checksum"]);
    expect(headsCount).to.equal(0);
    const { stdout } = await road.runForPeople("verify", "test", "--level", "listing");
    expect(stdout).to.match(/level listing, which says nothing of: .*lock mode, retain until/);
    const flags = ["--level", "listing", "--format", "markdown"];
    const report = await road.runForPeople("report", "test", ...flags);
    expect(report.exitCode, report.stderr).to.equal(0);
    expect(report.stdout).to.contain(
      "Clean, but for 1 version that the configuration accepts, as far as level listing proves",
    );
  });

  it("says at its full level what even that does not prove", async () => {
    const verdict = verdictOf(await road.runOk("verify", "test", "--level", "full"));
    expect(verdict).to.deep.include({ level: "full", proven: 1 });
    expect(verdict.proves).to.include.members(["lock-mode", "encryption-key", "roles", "guard"]);
    expect(verdict.doesNotProve).to.include.members(["content-read", "annotations"]);
    const { stdout } = await road.runForPeople("verify", "test");
    expect(stdout).to.contain("level full, which says nothing of: content read, annotations");
  });

  it("says before it waits for what may still come, and how not to, though nobody sees it on a terminal", async () => {
    await road.withoutReplication(SOURCE, () => road.put(SOURCE, "never-came"));
    for (const json of [false, true]) {
      const run = startCli(
        ["verify", "--stack", "test", "--level", "listing", ...(json ? ["--json"] : [])],
        { cwd: road.project.folder, environment: { ...road.project.environment } },
      );
      const told = await run.waitFor(json ? '"type":"settle-wait"' : "waiting, at most");
      if (!json) {
        expect(told).to.match(/waiting, at most 1[45] min \d+ s: 1 version not rightly at/);
        expect(told).to.contain("--rpo 15m");
      }
      run.child.kill("SIGINT");
      expect((await run.ended).exitCode).to.equal(130);
    }
  });

  it("finds by each level what never came, and writes the rows as CSV and Parquet", async () => {
    // Older than what may still be on its way.
    road.project.sandbox.world.clock.advance(60 * 60 * 1000);
    for (const [level, file] of [
      ["listing", "rows.csv"],
      ["full", "rows.parquet"],
    ] as const) {
      const run = await road.run("verify", "test", "--level", level, "--details", file);
      expect(run.exitCode, run.stdout + run.stderr).to.equal(1);
      expect(verdictOf(run)).to.deep.include({ clean: false, level, proven: 1, failed: 1 });
      const { failures } = verdictOf(run);
      expect(failures.map(({ code, key }) => [key, code])).to.deep.include([
        "never-came",
        "missing",
      ]);
    }
    const expected = [
      [KEY, "proven"],
      ["in-the-archive", "unprotected"],
      ["never-came", "failed"],
    ];
    const text = await readFile(join(road.project.folder, "rows.csv"), "utf8");
    const [head, ...rows] = parse(text) as string[][];
    expect(head?.slice(0, 2)).to.deep.equal(["source", "key"]);
    expect(rows.map(([, key, , , kind]) => [key, kind])).to.deep.equal(expected);
    const file = await asyncBufferFromFile(join(road.project.folder, "rows.parquet"));
    const objects = await parquetReadObjects({ file });
    expect(objects.map(({ key, kind }) => [key, kind])).to.deep.equal(expected);
    expect(objects[0]).to.include({ source: "source", vault: "primary", isSampled: null });
    // What was there stays where it was; what a listing does not tell is empty.
    expect(head?.join()).to.equal(
      "source,key,versionId,vault,kind,code,cause,isSampled,sizeBytes,lastModified,rule,kmsKeyArn,storageClass,lockMode,lockedUntil,failureCode,failureVaults",
    );
    const cells = rows.map((row) => Object.fromEntries(row.map((cell, at) => [head?.[at], cell])));
    expect(cells[0]).to.include({
      rule: "all",
      sizeBytes: `${Buffer.byteLength(KEY)}`,
      lockMode: "",
    });
    expect(cells[1]).to.include({ storageClass: "DEEP_ARCHIVE" });
    const replica = await road.arrived(VAULT, KEY);
    expect(objects[0]).to.include({
      sizeBytes: BigInt(Buffer.byteLength(KEY)),
      rule: "all",
      storageClass: "STANDARD",
      lockMode: "GOVERNANCE",
      failureCode: null,
      failureVaults: null,
    });
    // Moments are moments, and no text, to whoever reads columns.
    expect(objects[0]?.["lockedUntil"]).to.deep.equal(replica.ObjectLockRetainUntilDate);
    expect(objects[0]?.["lastModified"]).to.be.a("date");
    expect(cells[0]?.["lastModified"]).to.match(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(objects[2]).to.include({ rule: "all", lockMode: null, lockedUntil: null });
  });

  it("draws a sample with --level sample, and says what it tells of all", async () => {
    const flags = ["--level", "sample", "--sample", "1", "--sample-seed", "any text"];
    const run = await road.run("verify", "test", ...flags);
    expect(run.exitCode, run.stdout + run.stderr).to.equal(1);
    const { sample, ...verdict } = verdictOf(run);
    expect(verdict).to.deep.include({ clean: false, level: "sample", proven: 1, failed: 1 });
    expect(sample).to.deep.include({ sizeCount: 1, populationCount: 3, seed: "any text" });
    const { stdout } = await road.runForPeople("verify", "test", ...flags);
    expect(stdout).to.match(
      /sample: 1 of 3 promised versions in full, . of them wrong: at most [\d.]+ %/,
    );
    expect(stdout).to.contain("--sample-seed any text");
  });

  it("looks in full at what is new with --since, and fails with the gap where --rpo is missed", async () => {
    headsCount = 0;
    const missed = await road.run("verify", "test", "--since", "30m", "--rpo", "15m");
    expect(missed.exitCode, missed.stdout + missed.stderr).to.equal(1);
    const { level, recoveryPoint, since } = verdictOf(missed);
    expect({ level, inFullCount: since?.inFullCount }).to.deep.equal({
      level: "listing",
      inFullCount: 0,
    });
    expect(headsCount).to.equal(0);
    expect(recoveryPoint).to.deep.include({ objectiveSeconds: 900, met: false, behindCount: 1 });
    expect(recoveryPoint?.gapSeconds).to.be.within(3_600, 7_200);
    expect(recoveryPoint?.oldest).to.deep.include({ key: "never-came", vault: "primary" });
    const { stdout } = await road.runForPeople("verify", "test", "--since", "30m", "--rpo", "15m");
    expect(stdout).to.match(/recovery point: 1 h .* behind, over the objective of 15 min 0 s/);
    const met = await road.run("verify", "test", "--since", "4h", "--rpo", "5h");
    expect(met.exitCode, met.stdout + met.stderr).to.equal(0);
    expect(verdictOf(met).since?.inFullCount).to.equal(3);
    expect(verdictOf(met).recoveryPoint).to.deep.include({ met: true, onTheWayCount: 1 });
    // A report looks as `verify` does, by AWS's time and not by this machine's.
    for (const [rpo, exitCode] of [
      ["15m", 1],
      ["5h", 0],
    ] as const) {
      const flags = ["--since", "4h", "--rpo", rpo, "--format", "json"];
      const run = await road.runForPeople("report", "test", ...flags);
      expect(run.exitCode, run.stderr).to.equal(exitCode);
      const made = JSON.parse(run.stdout) as Report;
      expect(made.sources[0]?.verdict?.recoveryPoint?.met).to.equal(exitCode === 0);
      expect(made.sources[0]?.verdict?.since?.inFullCount).to.equal(3);
      expect(Date.parse(made.madeAt) - Date.now()).to.be.greaterThan(30 * 60 * 1000);
    }
    const wrong = await road.run("report", "test", "--engine", "athena", "--out", "x.html");
    expect(wrong.exitCode).to.equal(2);
    expect(wrong.stdout).to.contain("goes with --level inventory alone");
  });

  it("looks again and again with --watch, and ends with the first verdict that is not clean", async () => {
    const run = startCli(
      ["verify", "--stack", "test", "--json", "--watch", "--interval", "1s", "--rpo", "5h"],
      { cwd: road.project.folder, environment: { ...road.project.environment } },
    );
    await run.waitFor('"type":"next-look"');
    road.project.sandbox.world.clock.advance(6 * 60 * 60 * 1000);
    const result = await run.ended;
    expect(result.exitCode, result.stdout + result.stderr).to.equal(1);
    const verdicts = verdictsOf({ ...result, events: events(result) });
    const last = verdicts.at(-1) as unknown as VerdictFields;
    expect(verdicts[0]).to.deep.include({ clean: true, level: "full" });
    expect(last).to.deep.include({ clean: false, level: "listing", failed: 1 });
    expect(last.recoveryPoint).to.deep.include({ met: false, behindCount: 1 });
  });

  it("stops watching when it is interrupted", async () => {
    const run = startCli(["verify", "--stack", "test", "--json", "--watch", "--rpo", "4w"], {
      cwd: road.project.folder,
      environment: { ...road.project.environment },
    });
    await run.waitFor('"type":"next-look"');
    run.child.kill("SIGINT");
    expect((await run.ended).exitCode).to.equal(130);
  });

  it("refuses a level that there is none of, one that nobody asked the roles for, and options that go with another level", async () => {
    for (const [flags, path, words] of [
      [["--level", "all"], "--level", "listing, sample, full, inventory, checksum"],
      [["--level", "checksum", "--watch"], "--watch", "makes jobs that cost"],
      [["--level", "checksum"], "verdict.checksums", "is not true"],
      [["--sample", "5"], "--sample", "goes with --level sample"],
      [["--level", "listing", "--annotations"], "--annotations", "use --level full"],
      [["--since", "yesterday"], "--since", "15m, 24h, 7d"],
      [["--since", "2099-01-01"], "--since", "is later than now"],
      [["--since", "40000d"], "--since", "40000d is more than 36600d, a hundred years"],
      [["--rpo", "6000w"], "--rpo", "6000w is more than 36600d, a hundred years"],
      [["--since", "1h", "--level", "sample"], "--since", "leave --level out"],
      [["--rpo", "15"], "--rpo", "15m"],
      [["--interval", "5m"], "--interval", "goes with --watch"],
      [["--watch", "--interval", "often"], "--interval", "15m"],
      [["--watch", "--details", "rows.csv"], "--details", "leave --watch out"],
    ] as const) {
      const run = await road.run("verify", "test", ...flags);
      expect(run.exitCode, run.stdout).to.equal(2);
      const error = run.events.at(-1) as { code?: string; problems?: Record<string, string>[] };
      expect(error.code, run.stdout).to.equal("ConfigInvalid");
      expect(error.problems?.[0]?.["path"]).to.equal(path);
      expect(error.problems?.[0]?.["message"]).to.contain(words);
      expect(verdictsOf(run)).to.have.length(0);
    }
  });

  it("looks at what destroy has left", async () => {
    await road.runOk("destroy", "test", "--yes");
    const run = await road.run("verify", "test");
    expect(run.exitCode, run.stdout + run.stderr).to.equal(1);
    const verdict = verdictOf(run);
    expect(verdict).to.deep.include({ clean: false, proven: 1, failed: 1 });
    expect(verdict.drift?.map(({ path }) => path)).to.include("replication");
  });
});
