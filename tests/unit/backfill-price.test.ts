/** What a backfill costs, by line and vault: pure functions over what a look has found. */

import { expect } from "chai";
import {
  backfillPrice,
  jobPrice,
  type JobFacts,
  type ReplicaFacts,
} from "../../automation/backfill/price";
import {
  archivedOf,
  replicasOf,
  weakerAtVaults,
  weakerToArrive,
} from "../../automation/backfill/price-facts";
import type { Outcome } from "../../automation/judge/outcome";
import type { Delivery, JudgedVersion, Look } from "../../automation/look/look";
import { pricesOf } from "../../automation/prices/prices-of";
import { BASE_REGION, REGION_PRICES } from "../../automation/prices/region-prices";
import type { RuleOutputs, VaultOutputs } from "../../components/promise/outputs";
import { STORAGE_CLASSES } from "../../components/config/closed-lists";
import { versionName } from "../../automation/proof/source-versions";
import { DAY_MS, NOW, RULE, VAULT, VERSION } from "../helpers/judged-world";

const GB = 2 ** 30;

const JOB: JobFacts = {
  region: "eu-west-1",
  manifestBy: "generator",
  tasksCount: 2_000_000,
  listedCount: 4_000_000,
};

const REPLICAS: ReplicaFacts = {
  vault: "primary",
  region: "eu-west-2",
  storageClass: "STANDARD",
  sourceStorageClass: "STANDARD",
  versionsCount: 10_000,
  putsCount: 20_000,
  sizeBytes: 100 * GB,
  storedBytes: 100 * GB,
  standardBytes: 0,
  retentionDays: 90,
  isUnderKms: false,
  isSourceUnderKms: false,
  hasTimeControl: false,
};

const priceOf = (...replicas: readonly Partial<ReplicaFacts>[]) =>
  backfillPrice({ ...JOB, replicas: replicas.map((one) => ({ ...REPLICAS, ...one })) });

/** By what is charged. */
function usdOf(price: ReturnType<typeof priceOf>, vault = "primary"): Record<string, number> {
  const own = price.lines.filter((line) => line.vault === vault);
  return Object.fromEntries(own.map(({ usd, what }) => [what, Number(usd.toFixed(6))]));
}

describe("the price of a backfill", () => {
  it("has the job, its tasks and S3's list, for no vault alone", () => {
    expect(jobPrice(JOB).lines).to.deep.equal([
      { what: "job", vault: null, usd: 0.25 },
      { what: "tasks", vault: null, usd: 2 },
      { what: "manifest", vault: null, usd: 0.06 },
    ]);
    const own = jobPrice({ ...JOB, manifestBy: "own" });
    expect(own.lines[2]).to.deep.equal({ what: "manifest", vault: null, usd: 0 });
    expect(own.total).to.equal(2.25);
  });

  it("has requests, transfer and storage of each vault, and adds all lines up", () => {
    const price = priceOf({});
    expect(usdOf(price)).to.deep.equal({
      "PUT requests into STANDARD": 0.106,
      "transfer from eu-west-1 to eu-west-2": 2,
      "storage in STANDARD, a month": 2.4,
      "storage in STANDARD, the other 60 of 90 locked days": 4.8,
    });
    const sum = price.lines.reduce((whole, { usd }) => whole + usd, 0);
    expect(price.total).to.equal(sum);
    expect(price.notIncluded).to.deep.equal([
      "storage after the locked period",
      "requests of looking (LIST, HEAD)",
      "free tiers and discounts",
    ]);
  });

  it("takes nothing for transfer within a Region, and no second line for a lock of a month", () => {
    const price = priceOf({ region: "eu-west-1", retentionDays: 30 });
    expect(Object.keys(usdOf(price))).to.deep.equal([
      "PUT requests into STANDARD",
      "storage in STANDARD, a month",
    ]);
    const longer = Object.keys(usdOf(priceOf({ region: "eu-west-1", retentionDays: 31 })));
    expect(longer).to.include("storage in STANDARD, the other 1 of 31 locked days");
  });

  it("tells vaults and classes apart", () => {
    const price = priceOf(
      { storageClass: "GLACIER_IR", retentionDays: 30 },
      {},
      { vault: "second", region: "eu-west-1" },
    );
    expect(usdOf(price)).to.include({
      "PUT requests into GLACIER_IR": 0.4,
      "PUT requests into STANDARD": 0.106,
      // Its bytes of both classes.
      "transfer from eu-west-1 to eu-west-2": 4,
      // Whoever deletes it earlier is charged for 90 days.
      "storage in GLACIER_IR, the other 60 of 90 locked days": 1,
    });
    expect(usdOf(price, "second")).to.include({ "PUT requests into STANDARD": 0.1 });
  });

  it("has Replication Time Control, reading from colder classes, and both sides' keys", () => {
    const timed = priceOf({ hasTimeControl: true }, { sizeBytes: 5 * GB });
    expect(usdOf(timed)).to.include({ "Replication Time Control": 1.5 });
    const cold = priceOf({ sourceStorageClass: "GLACIER_IR" });
    expect(usdOf(cold)).to.include({ "retrieval from GLACIER_IR": 3 });
    // A copy that was restored beside an archived version is read like any other.
    expect(Object.keys(usdOf(priceOf({ sourceStorageClass: "GLACIER" }))).join()).not.to.contain(
      "retrieval",
    );
    expect(usdOf(priceOf({ isUnderKms: true, isSourceUnderKms: true }))).to.include({
      "KMS requests of the vault's key": 0.03,
      "KMS requests of the source's keys": 0.03,
    });
  });

  it("charges in Standard what Glacier keeps there", () => {
    const price = priceOf({ storageClass: "GLACIER", standardBytes: 10 * GB });
    const usd = usdOf(price)["storage in GLACIER, a month"];
    expect(usd).to.equal(Number((100 * 0.00405 + 10 * 0.024).toFixed(6)));
  });

  it("names what has no known price, and counts nothing for it", () => {
    const unknown = "(its price is not known here: lockstep:backfill prices)";
    const far = priceOf({ region: "mx-central-1", hasTimeControl: true });
    expect(Object.keys(usdOf(far)).join()).not.to.contain("transfer");
    expect(far.notIncluded).to.include(`transfer from eu-west-1 to mx-central-1 ${unknown}`);
    const odd = priceOf({ storageClass: "constructor" });
    expect(odd.notIncluded).to.include(`PUT requests into constructor in eu-west-2 ${unknown}`);
    expect(odd.notIncluded).to.include(`storage in constructor, a month in eu-west-2 ${unknown}`);
    expect(odd.total).to.be.a("number").and.not.to.be.NaN;
    const tiered = priceOf({ storageClass: "INTELLIGENT_TIERING" });
    expect(tiered.notIncluded).to.include("monitoring of objects in INTELLIGENT_TIERING");
    const nowhere = jobPrice({ ...JOB, region: "cn-north-1" });
    expect(nowhere).to.deep.include({ lines: [], total: 0 });
    expect(nowhere.notIncluded).to.include(`job in cn-north-1 ${unknown}`);
  });

  it("has the config's prices in place of the list's, and says so", () => {
    const price = backfillPrice(
      { ...JOB, replicas: [{ ...REPLICAS, region: "sa-east-1" }] },
      {
        "eu-west-1": { usdPerJob: 0.2, usdPerGbTransferredTo: { "sa-east-1": 0.5 } },
        "sa-east-1": { usdPerGbMonth: { STANDARD: 0.01 }, usdPerThousandPuts: { STANDARD: 0 } },
      },
    );
    expect(price.lines[0]).to.deep.equal({ what: "job", vault: null, usd: 0.2 });
    expect(price.lines[1]?.usd).to.equal(2);
    expect(usdOf(price)).to.include({
      "PUT requests into STANDARD": 0,
      "transfer from eu-west-1 to sa-east-1": 50,
      "storage in STANDARD, a month": 1,
    });
    expect(price.sources).to.deep.include({
      region: "sa-east-1",
      readAt: null,
      source: "lockstep:backfill prices sa-east-1",
    });
    // The classes that the config does not say stay.
    expect(
      pricesOf("eu-west-1", { "eu-west-1": { usdPerGbMonth: { STANDARD: 1 } } }),
    ).to.deep.nested.include({
      "usdPerGbMonth.GLACIER_IR": 0.004,
      usdPerJob: 0.25,
    });
    expect(pricesOf("eu-west-9").from).to.deep.equal([]);
  });
});

describe("list prices", () => {
  for (const [region, prices] of Object.entries(REGION_PRICES)) {
    it(`of ${region} have each class, and get cheaper the colder it is`, () => {
      for (const name of STORAGE_CLASSES) {
        expect(prices.usdPerGbMonth[name], name).to.be.within(0.0009, 0.05);
        expect(prices.usdPerThousandPuts[name], name).to.be.within(0.004, 0.1);
      }
      const { usdPerGbMonth: gb, usdPerThousandPuts: put } = prices;
      const colder = [
        "STANDARD",
        "STANDARD_IA",
        "ONEZONE_IA",
        "GLACIER_IR",
        "GLACIER",
        "DEEP_ARCHIVE",
      ];
      const byClass = colder.map((name) => gb[name] ?? 0);
      expect(byClass).to.deep.equal([...byClass].sort((one, other) => other - one));
      expect(put["DEEP_ARCHIVE"]).to.be.greaterThan(put["GLACIER"] ?? 0);
    });
  }

  it("lead from Region to Region, and are there for the base Region", () => {
    expect(REGION_PRICES).to.have.property(BASE_REGION);
    for (const [region, { usdPerGbTransferredTo }] of Object.entries(REGION_PRICES)) {
      for (const to of Object.keys(usdPerGbTransferredTo)) {
        expect(REGION_PRICES, `${region} to ${to}`).to.have.property(to);
        expect(to).not.to.equal(region);
      }
    }
  });

  it("tell pairs that differ from the others of a Region, and none that no record has", () => {
    const usd = (from: string, to: string) => REGION_PRICES[from]?.usdPerGbTransferredTo[to];
    expect(usd("us-east-1", "us-east-2")).to.equal(0.01);
    expect(usd("us-east-2", "us-east-1")).to.equal(0.01);
    expect(usd("us-east-2", "us-west-2")).to.equal(0.02);
    expect(usd("ap-northeast-1", "eu-west-1")).to.equal(0.09);
    expect(usd("ca-central-1", "ca-west-1")).to.equal(0.02);
    for (const [from, to] of [
      ["ca-west-1", "ca-central-1"],
      ["ap-southeast-1", "ap-southeast-3"],
      ["ap-southeast-3", "ap-south-1"],
      ["eu-west-1", "us-gov-west-1"],
    ] as const) {
      expect(usd(from, to), `${from} to ${to}`).to.equal(undefined);
    }
  });
});

const OUTPUTS: VaultOutputs = {
  ...VAULT,
  accountId: "222222222222",
  region: "eu-central-1",
  bucketName: "vault",
  bucketArn: "arn:aws:s3:::vault",
};

function missing(change: Partial<Outcome> = {}): Outcome {
  const { key, versionId } = VERSION;
  return { key, versionId, vault: "primary", kind: "failed", code: "missing", ...change };
}

function judged(
  change: {
    version?: Partial<JudgedVersion["version"]>;
    outcomes?: readonly Outcome[];
    delivery?: Partial<Delivery>;
  } = {},
): JudgedVersion {
  return {
    version: { ...VERSION, ...change.version },
    outcomes: change.outcomes ?? [missing()],
    delivery: { rules: new Map([["primary", "all"]]), isUnderKms: false, ...change.delivery },
  };
}

function lookOf(
  versions: readonly JudgedVersion[],
  rule: Partial<RuleOutputs> = {},
  vault: Partial<VaultOutputs> = {},
): Look {
  return {
    promise: {
      rules: [{ ...RULE, ...rule }],
      vaults: new Map([["primary", { ...OUTPUTS, ...vault }]]),
    },
    versions,
  } as unknown as Look;
}

const ALL = new Set([versionName(VERSION)]);
const [A, B] = ["records/a", "records/b"];

describe("what makes the price", () => {
  it("is each vault that lacks a version of the manifest, alike ones together", () => {
    const both = lookOf([
      judged({ version: { key: A } }),
      judged({ version: { key: B, sizeBytes: 7 } }),
      judged({ version: { key: "c" }, outcomes: [missing({ kind: "proven", code: "etag" })] }),
      judged({ version: { key: "not-in-the-manifest" } }),
    ]);
    const names = new Set([A, B, "c"].map((key) => versionName({ ...VERSION, key })));
    expect(replicasOf(both, names)).to.deep.equal([
      {
        vault: "primary",
        region: "eu-central-1",
        storageClass: "STANDARD",
        sourceStorageClass: "STANDARD",
        versionsCount: 2,
        putsCount: 2,
        sizeBytes: 10,
        storedBytes: 10,
        standardBytes: 0,
        retentionDays: 30,
        isUnderKms: false,
        isSourceUnderKms: false,
        hasTimeControl: false,
      },
    ]);
  });

  it("takes class and key from the rule, else from the vault, else the class from the version", () => {
    const one = (rule: Partial<RuleOutputs>, vault: Partial<VaultOutputs>) =>
      replicasOf(lookOf([judged()], rule, vault), ALL)[0];
    expect(one({ storageClass: "GLACIER_IR" }, { storageClass: "STANDARD_IA" })).to.include({
      storageClass: "GLACIER_IR",
      storedBytes: 128 * 1024,
      standardBytes: 0,
    });
    expect(one({}, { storageClass: "DEEP_ARCHIVE", kmsKeyArn: "arn" })).to.include({
      storageClass: "DEEP_ARCHIVE",
      storedBytes: 3 + 32 * 1024,
      standardBytes: 8 * 1024,
      isUnderKms: true,
    });
    expect(one({ replicaKmsKeyId: "arn", replicationTimeControl: true }, {})).to.include({
      isUnderKms: true,
      hasTimeControl: true,
    });
  });

  it("counts the requests of an upload in parts, and keys of the source", () => {
    const parts = judged({ version: { etag: '"900150983cd24fb0d6963f7d28e17f72-12"' } });
    const [found] = replicasOf(
      lookOf([{ ...parts, delivery: { rules: new Map(), isUnderKms: true } }]),
      ALL,
    );
    expect(found).to.include({ putsCount: 14, isSourceUnderKms: true });
  });

  it("names what arrives with a weaker lock than promised", () => {
    const arriving = (mode: string, days: number, lock: Partial<VaultOutputs["lock"]> = {}) =>
      weakerToArrive(
        lookOf(
          [judged({ delivery: { lock: { mode, retainUntilEpochMs: NOW + days * DAY_MS } } })],
          {},
          { lock: { ...OUTPUTS.lock, ...lock } },
        ),
        ALL,
      );
    // The version is a day old, and 30 days are promised of it.
    expect(arriving("GOVERNANCE", 28)).to.equal(1);
    expect(arriving("GOVERNANCE", 29)).to.equal(0);
    expect(arriving("GOVERNANCE", 29, { mode: "COMPLIANCE" })).to.equal(1);
    expect(weakerToArrive(lookOf([judged()]), ALL)).to.equal(0);
  });

  it("counts what is archived, of all that is promised, and what is weaker at a vault", () => {
    const look = lookOf([
      judged(),
      judged({
        version: { sizeBytes: 9 },
        outcomes: [missing({ kind: "unprotected", code: "archived" })],
      }),
      judged({ outcomes: [missing({ kind: "not-applicable", code: "out-of-scope" })] }),
      judged({ outcomes: [missing({ code: "lock-weaker" })] }),
      judged({ outcomes: [missing({ kind: "proven", code: "etag" })] }),
    ]);
    expect(archivedOf(look)).to.deep.equal({ versions: 1, sizeBytes: 9, share: 0.25 });
    expect(weakerAtVaults(look)).to.equal(1);
    expect(archivedOf(lookOf([]))).to.deep.equal({ versions: 0, sizeBytes: 0, share: 0 });
  });
});
