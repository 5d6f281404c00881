/** A report that nobody may take for more than it is: what is promised and not there is not claimed; by the command line on the real engine. */

import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { VerdictFields } from "../../automation/events";
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
});
