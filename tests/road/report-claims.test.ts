/**
 * A report that nobody may take for more than it is: what is promised and not there is not claimed, no earlier one stays behind, and a full
 * disk hides no verdict; by the command line on the real engine.
 */

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DeleteBucketPolicyCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import { marked } from "marked";
import type { VerdictFields } from "../../automation/events";
import type { Report } from "../../automation/report/fields";
import { ACCOUNTS } from "../helpers/engine-project";
import { Road, verdictsOf, type RoadRun } from "../helpers/road";

const SOURCE = { account: "source", bucket: "claimed-records" } as const;
const VAULT = { account: "vault", bucket: "claimed-records-vault" } as const;

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

describe("a report beside what is not at its vault", function () {
  this.timeout(600_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await road.writeStack("test", sections());
    await road.runOk("up", "test", "--yes");
    for (const key of ["a", "b"]) {
      await road.put(SOURCE, key);
      await road.arrived(VAULT, key);
    }
  });
  after(() => road?.close());

  const verdictOf = (run: RoadRun): VerdictFields => {
    const verdict = verdictsOf(run).at(-1) as unknown as VerdictFields | undefined;
    if (verdict === undefined) throw new Error(`no verdict: ${run.stdout}${run.stderr}`);
    return verdict;
  };

  /** The same words in the headline of each format, and in what the command says itself. */
  const expectButFor = async (words: string, ...flags: readonly string[]): Promise<void> => {
    const run = await road.runOk("verify", "test", ...flags);
    const { doesNotProve, excused, proves } = verdictOf(run);
    expect(excused?.unproven).to.deep.equal(["presence"]);
    expect(doesNotProve).to.include("presence");
    expect(proves).not.to.include("presence");
    expect(proves).to.include.members(["lock-mode", "retain-until", "version-id"]);
    const verify = await road.runForPeople("verify", "test", ...flags);
    expect(verify.stdout).to.contain(`Verdict: clean, but for ${words}`);
    for (const format of ["html", "markdown", "junit", "json"]) {
      const { exitCode, stdout, stderr } = await road.runForPeople(
        ...(["report", "test", "--format", format] as const),
        ...flags,
      );
      expect(exitCode, stderr).to.equal(0);
      expect(stderr).to.contain(`Verdict: clean, but for ${words}`);
      expect(stdout).not.to.contain("Clean: what is promised is in the vaults");
      if (format !== "json") expect(stdout).to.contain(`Clean, but for ${words}`);
      if (format === "junit") {
        expect(stdout).not.to.contain('name="every version in vault primary"');
        expect(stdout).to.contain('name="every version in vault primary, but for what is');
      }
    }
  };

  it("proves that each version is there while it is", async () => {
    const verdict = verdictOf(await road.runOk("verify", "test"));
    expect(verdict.proves).to.include("presence");
    expect(verdict).not.to.have.property("excused");
    const { stdout } = await road.runForPeople("report", "test", "--format", "markdown");
    expect(stdout).to.contain("Clean: what is promised is in the vaults");
  });

  it("is clean but for what is on its way within the objective", async () => {
    await road.withoutReplication(SOURCE, async () => {
      for (const key of ["c", "d", "e"]) await road.put(SOURCE, key);
    });
    await expectButFor("3 versions that are still on the way", "--rpo", "100d");
  });

  it("is clean but for what the configuration accepts", async () => {
    await road.runOk("backfill", "test", "--yes");
    await road.project.s3("source").send(
      new PutObjectCommand({
        Bucket: SOURCE.bucket,
        Key: "in-the-archive",
        Body: "archived",
        StorageClass: "GLACIER",
      }),
    );
    await road.writeStack("test", sections({ accept: ["archived"] }));
    await expectButFor("1 version that the configuration accepts");
  });

  it("leaves no earlier report or row behind where there is no verdict", async () => {
    const path = (name: string) => join(road.project.folder, name);
    const files = {
      "--out": path("old.html"),
      "--details": path("old.csv"),
    };
    const expectEmptied = async (command: string, stack: string, ...flags: string[]) => {
      for (const file of Object.values(files)) await writeFile(file, "of an earlier run");
      const options = command === "report" ? Object.entries(files).flat() : [];
      if (command !== "report") options.push("--details", files["--details"]);
      const run = await road.run(command, stack, ...options, ...flags);
      expect(run.exitCode, run.stdout).to.equal(2);
      expect(verdictsOf(run)).to.have.length(0);
      expect(await readFile(files["--details"], "utf8"), command).to.equal("");
      const left = command === "report" ? "" : "of an earlier run";
      expect(await readFile(files["--out"], "utf8"), command).to.equal(left);
    };
    for (const command of ["report", "verify"]) {
      await expectEmptied(command, "test", "--level", "nothing");
      await expectEmptied(command, "test", "--rpo", "15");
    }
    await road.writeStack("test", sections({ accept: ["missing"] }));
    for (const command of ["report", "verify", "backfill", "retry"]) {
      await expectEmptied(command, "test");
    }
    await expectEmptied("report", "no-such-stack");
    await road.writeStack("test", sections({ accept: ["archived"] }));
    // What is refused for the files themselves, or is not understood at all, touches none.
    await writeFile(files["--details"], "kept");
    for (const flags of [
      ["verify", "--watch"],
      ["verify", "--no-such-flag"],
      ["report", "--out", files["--details"]],
    ] as const) {
      const [command, ...more] = flags;
      const run = await road.run(command, "test", "--details", files["--details"], ...more);
      expect(run.exitCode, run.stdout).to.equal(2);
      expect(await readFile(files["--details"], "utf8")).to.equal("kept");
    }
  });

  it("tells the verdict, and then which file of which option could not be written", async function () {
    if (!existsSync("/dev/full")) return this.skip();
    for (const [command, option] of [
      ["report", "--out"],
      ["report", "--details"],
      ["verify", "--details"],
    ] as const) {
      const out = command === "report" && option !== "--out" ? ["--out", "told.json"] : [];
      const run = await road.run(command, "test", option, "/dev/full", ...out);
      expect(run.exitCode, run.stdout).to.equal(2);
      expect(verdictOf(run)).to.deep.include({ clean: true });
      // The last line is the verdict's, whatever else is told.
      const error = run.events.find(({ type }) => type === "error");
      expect(error).to.deep.include({ code: "ConfigInvalid" });
      expect(error?.["message"]).to.contain(`${option}: /dev/full could not be written`);
      expect(error?.problems).to.have.nested.property("[0].path", option);
      expect(error?.problems).to.have.nested.property("[0].message").that.contains("ENOSPC");
      if (out.length === 0) continue;
      const told = await readFile(join(road.project.folder, "told.json"), "utf8");
      expect(JSON.parse(told)).to.deep.include({ clean: true });
    }
    const { stderr, stdout } = await road.runForPeople("verify", "test", "--details", "/dev/full");
    expect(stdout).to.contain("Verdict: clean, but for");
    expect(stderr).to.contain("--details: /dev/full could not be written");
    expect(stderr).not.to.contain("mistake in Lockstep");
  });

  it("makes no link of a key in Markdown, and no more than a comment takes of any number of them", async () => {
    const lure = "Your token expired, sign in at https://evil.example/login or www.evil.example";
    const keys = [
      lure,
      ...Array.from({ length: 20 }, (_, index) => `z${"\u0001".repeat(1_000)}${index}`),
    ];
    for (const key of keys) {
      await road.put(SOURCE, key);
      await road.arrived(VAULT, key);
    }
    // As somebody with every right at the vault.
    const vault = road.project.s3("vault");
    const Bucket = VAULT.bucket;
    const { Policy } = await vault.send(new GetBucketPolicyCommand({ Bucket }));
    await vault.send(new DeleteBucketPolicyCommand({ Bucket }));
    for (const Key of keys) await vault.send(new DeleteObjectCommand({ Bucket, Key }));
    await vault.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const run = await road.runForPeople("report", "test", "--format", "markdown");
    expect(run.exitCode, run.stderr).to.equal(1);
    expect(run.stdout).to.match(/^## ❌ .*NOT clean/);
    expect(run.stdout.length).to.be.below(65_536);
    expect(run.stdout).to.contain("21 times something lies on top of promised versions");
    expect(run.stdout).to.contain("And 1 more, all with --format json.");
    const withLure = run.stdout.split("\n").filter((line) => line.includes("evil.example"));
    expect(withLure).to.have.length.greaterThan(0);
    const html = marked.parse(run.stdout, { gfm: true });
    expect(html).to.contain("evil.example");
    expect([
      ...html.matchAll(/<a [^>]*href="(?!https:\/\/docs\.aws\.amazon\.com\/)/g),
    ]).to.have.length(0);
    const whole = await road.runForPeople("report", "test", "--format", "json");
    const { sources } = JSON.parse(whole.stdout) as Report;
    expect(sources[0]?.verdict?.onTop?.map(({ key }) => key)).to.have.members(keys);
  });
});
