/** What goes wrong with one source of several hides nothing of the others. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { PutBucketPolicyCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
import { ACCOUNTS } from "../helpers/engine-project";
import { events, runCli, startCli } from "../helpers/cli";
import { Road, verdictsOf, type RoadRun } from "../helpers/road";

const sources = ["orders", "letters"].map((name) => ({
  name,
  ...ACCOUNTS.source,
  bucket: { name: `several-${name}` },
}));
const late = { name: "late", ...ACCOUNTS.source, bucket: { name: "several-late" } };
const config = {
  vaults: [{ name: "shared", ...ACCOUNTS.vault, bucket: { name: "several-vault" } }],
  rules: [{ name: "all", vault: "shared" }],
  verdict: { checksums: true },
};

describe("several sources", function () {
  this.timeout(600_000);
  let road: Road;
  let onListed: (bucket: string) => void = () => undefined;
  before(async () => {
    road = await Road.start({
      log: ({ bucket = "", operation }) => {
        if (operation === "ListObjectVersions") onListed(bucket);
      },
    });
    await road.writeStack("dev", { ...config, sources });
    await road.runOk("up", "dev", "--yes");
    for (const { bucket } of sources) {
      await road.put({ account: "source", bucket: bucket.name }, "a");
      await road.arrived({ account: "vault", bucket: "several-vault" }, "a");
    }
  });
  after(() => road?.close());

  it("have their contents read at one vault by jobs of each, and a page that says so", async () => {
    const run = await road.runOk("verify", "dev", "--level", "checksum", "--yes");
    const [orders, letters, closing] = verdictsOf(run) as unknown as readonly VerdictFields[];
    expect(closing).to.include({ clean: true, proven: 2, level: "checksum" });
    expect(closing?.proves).to.include("content-read");
    const read = [orders, letters].map((one) =>
      one?.checksums?.jobs.map(({ computedCount, vault = "" }) => [vault, computedCount]),
    );
    const ofBothSides = [
      ["", 1],
      ["shared", 1],
    ];
    expect(read).to.deep.equal([ofBothSides, ofBothSides]);
    const { events } = await road.runOk("jobs", "dev");
    const jobs = events.filter(({ kind }) => kind === "checksum");
    expect(
      jobs.map(({ ours, vault = "" }) => `${String(vault)} ${String(ours)}`).sort(),
    ).to.deep.equal([" true", " true", "shared true", "shared true"]);
    const page = await road.runForPeople(
      ...(["report", "dev", "--source", "orders", "--level", "checksum", "--yes"] as const),
      ...(["--format", "markdown"] as const),
    );
    expect(page.stdout).to.match(/SHA256 of what is stored: 1 version of the source by the job/);
  });

  it("have a verdict each when one of them is not deployed, which is told and is an error", async () => {
    await road.writeStack("dev", { ...config, sources: [late, ...sources] });
    const run = await road.run("verify", "dev");
    expect(run.exitCode).to.equal(1);
    const errors = run.events.filter(({ type }) => type === "error");
    expect(errors).to.have.length(1);
    expect(errors[0]).to.include({ code: "StackNotDeployed", sourceName: "late" });
    const [orders, letters, closing] = verdictsOf(run);
    expect(orders).to.include({ source: "orders", clean: true, proven: 1 });
    expect(letters).to.include({ source: "letters", clean: true, proven: 1 });
    expect(closing).to.equal(run.events.at(-1));
    expect(closing).to.deep.include({
      clean: false,
      proven: 2,
      sources: ["late", "orders", "letters"],
    });
    // Of the one that nobody could look at a report says so, and nothing that nobody tried.
    const page = await road.runForPeople("report", "dev", "--format", "markdown");
    expect(page.exitCode).to.equal(1);
    const [, ofLate = ""] = page.stdout.split("### Source <code>late</code>");
    const [first = ""] = ofLate.split("### Source");
    expect(first).to.contain("no verdict: ").and.not.to.contain("ledger");
    const html = await road.runForPeople("report", "dev", "--format", "html");
    expect(html.stdout).not.to.contain("the ledger cannot be read");
    const names = [...html.stdout.matchAll(/<section class="wide"[^>]* aria-label="([^"]*)"/g)];
    expect(new Set(names.map(([, name]) => name)).size).to.equal(names.length);
  });

  it("end with the verdict of the one that --source names", async () => {
    const run = await road.runOk("verify", "dev", "--source", "letters");
    expect(verdictsOf(run)).to.have.length(1);
    expect(run.events.at(-1)).to.include({ type: "verdict", source: "letters", clean: true });
  });

  it("end with what all of them say of their sample and of how far behind they are", async () => {
    await road.writeStack("dev", { ...config, sources });
    const flags = ["--level", "sample", "--rpo", "15m"] as const;
    const run = await road.run("verify", "dev", ...flags);
    const [orders, letters, closing] = verdictsOf(run) as unknown as readonly VerdictFields[];
    for (const one of [orders, letters]) {
      expect(one?.sample).to.deep.include({ sizeCount: 1, populationCount: 1 });
      expect(one?.proves).to.include("share-of-sample");
      expect(one?.recoveryPoint).to.deep.include({ met: true, gapSeconds: 0 });
    }
    expect(closing?.sources).to.deep.equal(["orders", "letters"]);
    expect(closing?.proves).to.not.include("share-of-sample");
    expect(closing?.doesNotProve).to.include("share-of-sample");
    expect(closing?.recoveryPoint).to.deep.include({ met: true, gapSeconds: 0, source: "orders" });
    await road.writeStack("dev", { ...config, sources: [late, ...sources] });
    const [last] = verdictsOf(await road.run("verify", "dev", ...flags)).slice(-1);
    expect(last).to.not.have.property("recoveryPoint");
  });

  it("are watched each from its own last look on, however long another one takes", async () => {
    const MINUTE_MS = 60_000;
    await road.writeStack("dev", { ...config, sources });
    const { clock } = road.project.sandbox.world;
    const run = startCli(["verify", "--stack", "dev", "--json", "--watch", "--interval", "2s"], {
      cwd: road.project.folder,
      environment: { ...road.project.environment },
    });
    let firstEpochMs = 0;
    onListed = (bucket) => {
      if (bucket === "several-letters") firstEpochMs ||= clock.nowEpochMs();
    };
    await run.waitFor('"next-look"');
    onListed = (bucket) => {
      if (bucket !== "several-orders") return;
      // The first source takes an hour and a half.
      onListed = () => undefined;
      clock.advance(90 * MINUTE_MS);
    };
    // Both have a key at the one vault: what is on top there of the one is a replica of the other's.
    await run.waitFor('"next-look"', 2);
    run.child.kill("SIGINT");
    const result = await run.ended;
    const verdicts = verdictsOf({
      ...result,
      events: events(result),
    }) as unknown as readonly VerdictFields[];
    const [full, listed] = verdicts.filter(({ source }) => source === "letters");
    expect(full).to.deep.include({ clean: true, level: "full" });
    expect(listed).to.deep.include({ clean: true, level: "listing" });
    for (const one of verdicts) expect(one.onTop).to.deep.equal([]);
    const fromEpochMs = Date.parse(listed?.since?.from ?? "");
    expect((firstEpochMs - fromEpochMs) / MINUTE_MS).to.be.within(15, 16);
    await road.writeStack("dev", { ...config, sources: [late, ...sources] });
  });

  it("have a lineage each of a key that both have, and say so where none has it", async () => {
    await road.writeStack("dev", { ...config, sources });
    const { events } = await road.runOk("lineage", "dev", "a");
    const lines = events.filter(({ type }) => type === "lineage");
    expect(lines.map(({ key, source }) => [source, key])).to.deep.equal([
      ["orders", "a"],
      ["letters", "a"],
    ]);
    const unknown = await road.run("lineage", "dev", "--", "--no-such-key");
    expect(unknown.exitCode).to.equal(1);
    const error = unknown.events.at(-1);
    expect(error).to.include({ type: "error", code: "NoVersionsFound" });
    const problems = error?.["problems"] as readonly { readonly message: string }[];
    expect(problems.map(({ message }) => message)).to.deep.equal([
      "Neither the source orders nor a report knows --no-such-key.",
      "Neither the source letters nor a report knows --no-such-key.",
    ]);
    await road.writeStack("dev", { ...config, sources: [late, ...sources] });
  });

  it("have their names before the eyes of people", async () => {
    const { stdout } = await road.runForPeople("verify", "dev");
    expect(stdout).to.match(/Verdict of orders: clean[\s\S]*Verdict of letters: clean/);
    expect(stdout).to.include("Verdict over 3 sources (late, orders, letters): NOT clean");
  });

  describe("as evidence", () => {
    const prove = (out: string): Promise<RoadRun> =>
      road.run("prove", "dev", "--out", out, "--key", join("keys", "private.pem"));
    const local = (args: string[]) => runCli(args, { cwd: road.project.folder });

    before(async () => {
      const made = await local(["evidence", "key", "--out", "keys"]);
      expect(made.exitCode, made.stderr).to.equal(0);
    });

    it("are in no bundle while one of them is not deployed: nothing was promised of it", async () => {
      await road.writeStack("dev", { ...config, sources: [late, ...sources] });
      const run = await prove("early.tar");
      expect(run.exitCode).to.equal(1);
      expect(run.events.at(-1)).to.include({ type: "error", code: "StackNotDeployed" });
      expect(verdictsOf(run)).to.deep.equal([]);
      expect(existsSync(join(road.project.folder, "early.tar"))).to.equal(false);
    });

    it("are in one bundle when nobody can look at one of them, which is promised there and not clean", async () => {
      await road.writeStack("dev", { ...config, sources });
      const Bucket = "several-letters";
      const Statement = {
        Effect: "Deny",
        Principal: "*",
        Action: "s3:ListBucketVersions",
        Resource: `arn:aws:s3:::${Bucket}`,
      };
      await road.project
        .s3("source")
        .send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify({ Statement }) }));
      const run = await prove("half.tar");
      expect(run.exitCode).to.equal(1);
      const errors = run.events.filter(({ type }) => type === "error");
      expect(errors.map(({ sourceName }) => sourceName)).to.deep.equal(["letters"]);
      const told = run.events.find(({ type }) => type === "evidence-written");
      expect(told).to.include({ clean: false, lineCount: 1, sequence: 1 });
      const checked = await local(
        ["evidence", "check", "half.tar", "--json"].concat(
          "--public-key",
          join("keys", "public.pem"),
        ),
      );
      expect(checked.exitCode, checked.stdout).to.equal(0);
      const fields = events(checked).at(-1);
      expect(fields).to.include({ sound: true });
      expect(fields).to.have.nested.property("verdict.clean", false);
      const found = (fields?.["verdict"] as { sources: Record<string, unknown>[] }).sources;
      expect(found.map(({ clean, source }) => [source, clean])).to.deep.equal([
        ["orders", true],
        ["letters", false],
      ]);
    });
  });
});
