/** A stack with a rule that asks for tags, looked at by listings, by what is new and again and again; by the command line. */

import {
  DeleteBucketPolicyCommand,
  DeleteObjectTaggingCommand,
  GetBucketPolicyCommand,
  GetObjectRetentionCommand,
  PutBucketPolicyCommand,
  PutObjectRetentionCommand,
} from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
import { ACCOUNTS } from "../helpers/engine-project";
import { events, startCli } from "../helpers/cli";
import { Road, verdictsOf, type RoadRun } from "../helpers/road";

const SOURCE = { account: "source", bucket: "tagged-records" } as const;
const VAULT = { account: "vault", bucket: "tagged-records-vault" } as const;
const HOUR_MS = 60 * 60 * 1000;

describe("a rule that asks for tags, by listings", function () {
  this.timeout(600_000);
  let road: Road;

  before(async () => {
    road = await Road.start();
    await road.writeStack("test", {
      source: { ...ACCOUNTS.source, bucket: { name: SOURCE.bucket } },
      vaults: [
        {
          name: "primary",
          ...ACCOUNTS.vault,
          bucket: { name: VAULT.bucket },
          lock: { stage: "governance", retention: "30 days" },
        },
      ],
      rules: [
        { name: "kept", vault: "primary", priority: 2, filter: { tags: { keep: "yes" } } },
        { name: "letters", vault: "primary", priority: 1, filter: { prefix: "letters/" } },
      ],
    });
    await road.runOk("up", "test", "--yes");
    for (const key of ["loose-1", "loose-2", "loose-3"]) await road.put(SOURCE, key);
    await road.put(SOURCE, "kept", "keep=yes");
    await road.put(SOURCE, "letters/a");
    for (const key of ["kept", "letters/a"]) await road.arrived(VAULT, key);
    road.project.sandbox.world.clock.advance(HOUR_MS);
  });
  after(() => road?.close());

  const verdictOf = (run: RoadRun): VerdictFields => {
    const verdict = verdictsOf(run).at(-1) as unknown as VerdictFields | undefined;
    if (verdict === undefined) throw new Error(`no verdict: ${run.stdout}${run.stderr}`);
    return verdict;
  };
  const codesOf = (run: RoadRun): readonly string[] =>
    verdictOf(run).failures.map(({ code, key, kind }) => `${key} ${kind}/${code}`);
  const LISTED = [
    ["--level", "listing"],
    ["--since", "30m"],
    ["--since", "30m", "--rpo", "15m"],
  ] as const;

  for (const flags of LISTED) {
    it(`is clean beside what no rule wants, as in full, with ${flags.join(" ")}`, async () => {
      const run = await road.runOk("verify", "test", ...flags);
      expect(verdictOf(run)).to.deep.include({
        clean: true,
        level: "listing",
        proven: 2,
        notApplicable: 3,
        unverifiable: 0,
      });
      expect(verdictOf(run).doesNotProve).to.include("tag-rules");
      expect(verdictOf(run).recoveryPoint?.met ?? true).to.equal(true);
    });
  }

  it("is watched on and on", async () => {
    const run = startCli(
      ["verify", "--stack", "test", "--json", "--watch", "--interval", "1s", "--rpo", "15m"],
      { cwd: road.project.folder, environment: { ...road.project.environment } },
    );
    await run.waitFor(`"level":"listing"`);
    run.child.kill("SIGINT");
    const result = await run.ended;
    expect(result.exitCode).to.equal(130);
    const verdicts = verdictsOf({ ...result, events: events(result) });
    expect(verdicts[1]).to.deep.include({ clean: true, level: "listing", notApplicable: 3 });
  });

  const SAMPLE = ["--level", "sample", "--sample", "20", "--sample-seed", "s1"] as const;

  it("is sampled of what is promised, however much is not", async () => {
    const right = verdictOf(await road.runOk("verify", "test", ...SAMPLE));
    expect(right).to.deep.include({ clean: true, proven: 2, notApplicable: 3 });
    expect(right.sample).to.deep.include({
      sizeCount: 2,
      populationCount: 2,
      wrongCount: 0,
      maxShareWrong: 0,
    });
    expect(right.proves).to.include("share-of-sample");
    const s3 = road.project.s3("vault");
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket: VAULT.bucket }));
    const { Retention } = await s3.send(
      new GetObjectRetentionCommand({ Bucket: VAULT.bucket, Key: "kept" }),
    );
    // Whoever owns the vault's account, and puts its guard back.
    const lockAgain = async (RetainUntilDate: Date | undefined): Promise<void> => {
      await s3.send(new DeleteBucketPolicyCommand({ Bucket: VAULT.bucket }));
      await s3.send(
        new PutObjectRetentionCommand({
          Bucket: VAULT.bucket,
          Key: "kept",
          BypassGovernanceRetention: true,
          Retention: { Mode: "GOVERNANCE", RetainUntilDate },
        }),
      );
      await s3.send(new PutBucketPolicyCommand({ Bucket: VAULT.bucket, Policy }));
    };
    await lockAgain(new Date(road.project.sandbox.world.clock.nowEpochMs() + HOUR_MS));
    try {
      const run = await road.run("verify", "test", ...SAMPLE);
      expect(run.exitCode, run.stdout).to.equal(1);
      expect(codesOf(run)).to.deep.equal(["kept failed/lock-weaker"]);
      expect(verdictOf(run).sample).to.deep.include({ wrongCount: 1, maxShareWrong: 0.5 });
    } finally {
      await lockAgain(Retention?.RetainUntilDate);
    }
  });

  it("finds what is lost, by a rule with tags and by one without, whatever tags it has now", async () => {
    await road.withoutReplication(SOURCE, async () => {
      await road.put(SOURCE, "kept-lost", "keep=yes");
      await road.put(SOURCE, "letters/lost", "keep=yes");
    });
    road.project.sandbox.world.clock.advance(HOUR_MS);
    await road.project
      .s3("source")
      .send(new DeleteObjectTaggingCommand({ Bucket: SOURCE.bucket, Key: "letters/lost" }));
    for (const flags of LISTED) {
      const run = await road.run("verify", "test", ...flags);
      expect(run.exitCode).to.equal(1);
      expect(codesOf(run)).to.have.members([
        "kept-lost failed/missing",
        "letters/lost failed/missing",
      ]);
      if (flags.length > 2) {
        expect(verdictOf(run).recoveryPoint).to.deep.include({ met: false, behindCount: 2 });
      }
    }
  });

  it("is not clean, and says what is not known, where the source keeps the tags from being read", async () => {
    const Policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Deny",
          Principal: "*",
          Action: ["s3:GetObjectTagging", "s3:GetObjectVersionTagging"],
          Resource: `arn:aws:s3:::${SOURCE.bucket}/*`,
        },
      ],
    });
    await road.project
      .s3("source")
      .send(new PutBucketPolicyCommand({ Bucket: SOURCE.bucket, Policy }));
    const run = await road.run("verify", "test", "--since", "30m", "--rpo", "15m");
    expect(run.exitCode).to.equal(1);
    expect(codesOf(run)).to.have.members([
      "kept-lost unverifiable/no-right",
      "letters/lost failed/missing",
      ...[1, 2, 3].map((number) => `loose-${number} unverifiable/no-right`),
    ]);
    expect(verdictOf(run).recoveryPoint).to.deep.include({
      met: false,
      behindCount: 1,
      notKnown: { vaults: [], versions: { "no-right": 4 } },
    });
    const { stdout } = await road.runForPeople("verify", "test", "--since", "30m", "--rpo", "15m");
    expect(stdout).to.match(
      /recovery point: 1 h .* behind, over .*: 1 not at the vaults; not known: 4 versions that may not be looked at/,
    );
    expect(stdout).to.contain("s3:GetObjectVersionTagging");
  });

  it("has a sample that says nothing of all, where the tags cannot be read", async () => {
    const verdict = verdictOf(await road.run("verify", "test", ...SAMPLE));
    expect(verdict.sample).to.deep.include({
      sizeCount: 2,
      populationCount: 2,
      inQuestionCount: 5,
      maxShareWrong: 1,
    });
    expect(verdict.doesNotProve).to.include("share-of-sample");
    const { stdout } = await road.runForPeople("verify", "test", ...SAMPLE);
    expect(stdout).to.contain("it says nothing of all, since of 5 others the tags were not read");
  });
});
