/**
 * A made-up source and vault with known losses: each level finds what it promises to find and nothing else, and its counts are those of
 * a count that is made apart from it. `LOCKSTEP_TEST_VERSIONS` sets how many versions there are.
 */

import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { verifyStack, type VerifyOptions } from "../../automation/backfill/look";
import {
  checksumSides,
  compareBytes,
  type CompareBytesOptions,
  endReading,
} from "../../automation/checksum/run";
import type { VerdictFields } from "../../automation/events";
import { chooseLevel, type LevelWish } from "../../automation/levels/choose-level";
import { AGAIN_LIMIT } from "../../automation/look/judge-by-inventories";
import type { Look } from "../../automation/look/look";
import { lookAtWorld, LOSSES, type Loss, type MadeUpWorld } from "../helpers/made-up-world";

const VERSIONS_COUNT = Number(process.env["LOCKSTEP_TEST_VERSIONS"] ?? 10_000);
/** Each loss once in so many versions. */
const EVERY = 500;

const lossOf = (index: number): Loss | undefined => LOSSES[index % EVERY];
/** Where it is not the counts that matter. */
const SMALL: MadeUpWorld = { versionsCount: 1_000, lossOf };
const WORLD: MadeUpWorld = { versionsCount: VERSIONS_COUNT, lossOf };
const KMS_WORLD: MadeUpWorld = {
  ...WORLD,
  kmsKeyArn: "arn:aws:kms:eu-west-1:222222222222:key/ours",
};

/** What a level tells of a loss at the vault; absent where it does not see it. */
type Told = Partial<Record<Loss, string>>;

/** `doubled` has a version on top, and is right itself. */
const BY_LISTING: Told = {
  missing: "failed/missing",
  "other-content": "unverifiable/etag-differs",
  // Its ETag is another one under another key.
  "wrong-key": "unverifiable/etag-differs",
  "other-size": "failed/content",
  "wrong-class": "failed/wrong-class",
  "wrong-owner": "failed/wrong-owner",
};

/** Under KMS ETags say nothing. */
const BY_LISTING_OF_KMS: Told = {
  missing: "failed/missing",
  "other-size": "failed/content",
  "wrong-class": "failed/wrong-class",
  "wrong-owner": "failed/wrong-owner",
};

const IN_FULL: Told = {
  missing: "failed/missing",
  "other-content": "failed/content",
  "other-size": "failed/content",
  "weaker-lock": "failed/lock-weaker",
  "shorter-lock": "failed/lock-weaker",
  "wrong-key": "failed/wrong-key",
  "wrong-class": "failed/wrong-class",
  "wrong-owner": "failed/wrong-owner",
  "not-replica": "failed/not-replica",
};

/** What jobs read of it: bytes that are not what S3 wrote down of them when they were written. */
const BY_CHECKSUMS: Told = { ...IN_FULL, rotten: "failed/content" };

/** Who owns a replica an inventory is not asked. */
const BY_INVENTORY: Told = {
  missing: "failed/missing",
  "other-content": "failed/content",
  "other-size": "failed/content",
  "weaker-lock": "failed/lock-weaker",
  "shorter-lock": "failed/lock-weaker",
  "wrong-key": "failed/wrong-key",
  "wrong-class": "failed/wrong-class",
  "not-replica": "failed/not-replica",
};

/** Which key it is an inventory does not tell, nor what ETags say under KMS. */
const BY_INVENTORY_OF_KMS: Told = {
  missing: "failed/missing",
  "other-size": "failed/content",
  "weaker-lock": "failed/lock-weaker",
  "shorter-lock": "failed/lock-weaker",
  "wrong-class": "failed/wrong-class",
  "not-replica": "failed/not-replica",
};

/** Counted apart: which versions have which loss, and what is told of it. */
function countsOf(world: MadeUpWorld, toldOf: (index: number) => Told) {
  const codes: Record<string, number> = {};
  const counts = { proven: 0, failed: 0, unverifiable: 0, doubled: 0 };
  for (let index = 0; index < world.versionsCount; index++) {
    const loss = world.lossOf(index);
    if (loss === "doubled") counts.doubled++;
    const told = loss === undefined ? undefined : toldOf(index)[loss];
    if (told === undefined) counts.proven++;
    else {
      codes[told] = (codes[told] ?? 0) + 1;
      if (told.startsWith("failed/")) counts.failed++;
      else counts.unverifiable++;
    }
  }
  return { codes, ...counts };
}

async function verdictOf(
  world: MadeUpWorld,
  wish: LevelWish,
  overrides: Partial<VerifyOptions> = {},
) {
  const { options, source, vault } = lookAtWorld(world);
  let look: Look | undefined;
  const reading = {
    ...options,
    config: { backfill: { priority: 10 }, verdict: { accept: [], checksums: true } },
    confirm: () => Promise.resolve(true),
    reportsFolder,
    jobLimits: { intervalMs: 1, maxIntervalMs: 1, deadlineMs: 3_600_000 },
  } as unknown as CompareBytesOptions;
  const sides = wish.level === "checksum" ? checksumSides(reading) : undefined;
  const verdict = await verifyStack({
    ...options,
    ...overrides,
    level: chooseLevel(wish),
    onLook: (found) => {
      look = found;
      return Promise.resolve();
    },
    readMore: sides && ((found) => compareBytes(found, sides, reading)),
  });
  if (sides !== undefined) await endReading(sides);
  if (look === undefined) throw new Error("no look");
  return { verdict, look, source, vault };
}

function expectCounts(
  verdict: VerdictFields,
  { codes, doubled, failed, proven, unverifiable }: ReturnType<typeof countsOf>,
  onTop: "foreignVersions" | undefined,
): void {
  expect(verdict).to.deep.include({
    clean: false,
    proven,
    failed,
    unverifiable,
    unprotected: 0,
    notApplicable: 0,
    lapsed: 0,
    disagreements: [],
  });
  expect(proven + failed + unverifiable).to.equal(VERSIONS_COUNT);
  const [vault] = verdict.vaults ?? [];
  expect(vault).to.deep.include({ proven, failed, unverifiable, codes });
  const told = onTop === undefined ? {} : { [onTop]: doubled };
  expect(vault?.onTop).to.deep.equal({ foreignVersions: 0, deleteMarkers: 0, ...told });
}

let reportsFolder = "";

describe(`${VERSIONS_COUNT} made-up versions with known losses`, function () {
  this.timeout(VERSIONS_COUNT > 10_000 ? 3_600_000 : 300_000);
  before(() => {
    reportsFolder = mkdtempSync(join(tmpdir(), "lockstep-levels-"));
  });
  after(() => rm(reportsFolder, { recursive: true, force: true }));

  it("have by listing what listings tell, without a request for a version but what is on top", async () => {
    const { source, vault, verdict } = await verdictOf(WORLD, { level: "listing" });
    const wanted = countsOf(WORLD, () => BY_LISTING);
    expectCounts(verdict, wanted, "foreignVersions");
    expect(verdict.level).to.equal("listing");
    expect(verdict.doesNotProve).to.include.members(["lock-mode", "encryption-key", "checksum"]);
    const told = Object.keys(source).concat(Object.keys(vault));
    expect(new Set(told)).to.deep.equal(
      new Set([
        "GetBucketReplication",
        "GetBucketVersioning",
        "ListObjectVersions",
        "GetBucketAcl",
        "HeadObject",
      ]),
    );
    expect(vault["HeadObject"]).to.equal(wanted.doubled);
    expect(source["HeadObject"]).to.equal(undefined);
    // A page of each side for a thousand versions, and one for each version that is looked at again.
    const doubtful = wanted.failed + wanted.unverifiable;
    const pages = Math.ceil(VERSIONS_COUNT / 1_000);
    expect(source["ListObjectVersions"]).to.be.at.most(pages + doubtful + wanted.doubled);
    expect(vault["ListObjectVersions"]).to.be.at.most(pages + 1 + doubtful);
  });

  it("have in full all of them", async () => {
    const { verdict } = await verdictOf(WORLD, {});
    expectCounts(
      verdict,
      countsOf(WORLD, () => IN_FULL),
      "foreignVersions",
    );
    expect(verdict.level).to.equal("full");
    expect(verdict.proves).to.include.members(["lock-mode", "encryption-key", "checksum"]);
    expect(verdict).to.not.have.property("sample");
  });

  it("have by a sample in full what was drawn, and by listing the rest", async () => {
    const wish = { level: "sample", sampleCount: VERSIONS_COUNT / 10, seed: "a seed" };
    const { look, source, vault, verdict } = await verdictOf(WORLD, wish);
    const drawn = new Set<number>();
    let index = 0;
    for (const { isSampled } of look.versions) {
      if (isSampled === true) drawn.add(index);
      index++;
    }
    expect(drawn.size).to.equal(VERSIONS_COUNT / 10);
    const wanted = countsOf(WORLD, (place) => (drawn.has(place) ? IN_FULL : BY_LISTING));
    expectCounts(verdict, wanted, "foreignVersions");
    const wrongCount = [...drawn].filter((place) => {
      const loss = lossOf(place);
      return loss !== undefined && IN_FULL[loss] !== undefined;
    }).length;
    expect(wrongCount).to.be.greaterThan(0);
    expect(verdict.sample).to.deep.include({
      sizeCount: VERSIONS_COUNT / 10,
      populationCount: VERSIONS_COUNT,
      wrongCount,
      seed: "a seed",
      confidence: 0.95,
    });
    // What is really wrong is within what the sample says of it.
    const { failed } = countsOf(WORLD, () => IN_FULL);
    expect(verdict.sample?.maxShareWrong).to.be.greaterThan(failed / VERSIONS_COUNT);
    expect(source["HeadObject"]).to.equal(drawn.size);
    expect(vault["HeadObject"]).to.equal(drawn.size + wanted.doubled);
  });

  it("have another sample each time where no seed is given, which its seed draws again", async () => {
    const wish = { level: "sample", sampleCount: 20 };
    const first = await verdictOf(SMALL, wish);
    const { seed } = first.verdict.sample ?? {};
    expect(seed).to.match(/^[0-9a-f]{32}$/);
    const sampled = (look: Look) =>
      [...look.versions].filter(({ isSampled }) => isSampled).map(({ version: { key } }) => key);
    const again = await verdictOf(SMALL, { ...wish, seed });
    expect(sampled(again.look)).to.deep.equal(sampled(first.look));
    expect(again.verdict).to.deep.equal(first.verdict);
    const other = await verdictOf(SMALL, wish);
    expect(other.verdict.sample?.seed).to.not.equal(seed);
  });

  it("have under KMS by listing no word on content, and in full all of it", async () => {
    const listing = await verdictOf(KMS_WORLD, { level: "listing" });
    const wanted = countsOf(KMS_WORLD, () => BY_LISTING_OF_KMS);
    expectCounts(listing.verdict, wanted, "foreignVersions");
    expect(listing.verdict.vaults?.[0]?.provenBySize).to.equal(wanted.proven);
    const full = await verdictOf(KMS_WORLD, {});
    expectCounts(
      full.verdict,
      countsOf(KMS_WORLD, () => IN_FULL),
      "foreignVersions",
    );
  });

  for (const inventory of ["CSV", "Parquet"] as const) {
    it(`have by inventories in ${inventory} what those tell, and a request for what is not right alone`, async () => {
      const { source, vault, verdict } = await verdictOf(
        { ...WORLD, inventory },
        { level: "inventory" },
      );
      const wanted = countsOf(WORLD, () => BY_INVENTORY);
      expectCounts(verdict, wanted, undefined);
      expect(verdict.level).to.equal("inventory");
      expect(verdict.proves).to.include.members([
        "lock-mode",
        "retain-until",
        "replication-status",
      ]);
      expect(verdict.doesNotProve).to.include.members(["encryption-key", "owner", "as-of-now"]);
      const againCount = Math.min(wanted.failed, AGAIN_LIMIT);
      expect(verdict.inventory).to.deep.include({ newerCount: 0, againCount, goneCount: 0 });
      expect(source["HeadObject"]).to.equal(againCount);
      expect(vault["HeadObject"]).to.equal(againCount);
      expect(vault).to.not.have.property("ListObjectVersions");
    });

    it(`have under KMS by inventories in ${inventory} locks and sizes, and no word on keys and content`, async () => {
      const world = { ...KMS_WORLD, inventory };
      const { vault, verdict } = await verdictOf(world, { level: "inventory" });
      const wanted = countsOf(world, () => BY_INVENTORY_OF_KMS);
      expectCounts(verdict, wanted, undefined);
      expect(verdict.vaults?.[0]?.provenBySize).to.equal(wanted.proven);
      expect(vault["HeadObject"]).to.equal(Math.min(wanted.failed, AGAIN_LIMIT));
    });
  }

  it("have by inventories what is lost, whatever the source's says of it and of so many that are right", async () => {
    const accept = ["sse-c", "replica", "kms-not-taken"] as const;
    const lostCount = 3;
    for (const forged of [
      { encryption: "SSE-C" },
      { encryption: "SSE-KMS" },
      { replicationStatus: "REPLICA" },
      { lockMode: "COMPLIANCE", retainUntilEpochMs: Date.now() * 2 },
    ]) {
      for (const rightCount of [AGAIN_LIMIT, 0]) {
        const versionsCount = AGAIN_LIMIT + lostCount;
        const world: MadeUpWorld = {
          versionsCount,
          lossOf: (index) => (index < rightCount ? undefined : "missing"),
          inventory: "CSV",
          forged: () => forged,
        };
        const { verdict } = await verdictOf(world, { level: "inventory" }, { accept });
        const name = `${JSON.stringify(forged)}, ${rightCount} right`;
        const missingCount = versionsCount - rightCount;
        expect(verdict.clean, name).to.equal(false);
        expect(verdict.vaults?.[0]?.codes["failed/missing"], name).to.equal(missingCount);
        expect(verdict.unprotected, name).to.equal(0);
        // What is missing comes before what only the source's says anything of.
        const causes = verdict.failures.map(({ cause }) => cause);
        expect(
          causes.filter((cause) => cause.includes("inventory")),
          name,
        ).to.deep.equal([]);
      }
    }
  });

  it("have under KMS by checksums of jobs all of them, and what is rotten beside", async () => {
    const { source, vault, verdict } = await verdictOf(KMS_WORLD, { level: "checksum" });
    expectCounts(
      verdict,
      countsOf(KMS_WORLD, () => BY_CHECKSUMS),
      "foreignVersions",
    );
    expect(verdict.level).to.equal("checksum");
    expect(verdict.proves).to.include.members(["content-read", "lock-mode", "as-of-now"]);
    expect(verdict.vaults?.[0]?.provenBySize).to.equal(0);
    // What a look in full found wrong is not read, and all else once at each side.
    const { proven: readCount } = countsOf(KMS_WORLD, () => IN_FULL);
    const jobs = verdict.checksums?.jobs ?? [];
    expect(jobs.map(({ computedCount }) => computedCount)).to.deep.equal([readCount, readCount]);
    for (const asked of [source, vault]) expect(asked["CreateJob"]).to.equal(1);
  });

  it("are clean by every level where nothing is lost", async () => {
    for (const level of ["listing", "sample", "inventory", "full", "checksum"]) {
      const world: MadeUpWorld = { ...SMALL, lossOf: () => undefined, inventory: "Parquet" };
      const { verdict } = await verdictOf(world, { level });
      expect(verdict, level).to.deep.include({ clean: true, level, proven: 1_000 });
    }
  });
});
