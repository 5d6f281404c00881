/** Checksums that jobs compute: what rows say, what is kept of them, what two of them mean, what is read and what that costs. */

import { createHash } from "node:crypto";
import { expect } from "chai";
import { clientRequestToken, jobDescription, kindOf } from "../../automation/backfill/intent";
import { createJobRequest } from "../../automation/backfill/create-job";
import { CHECKSUM } from "../../automation/backfill/job-kind";
import {
  type LedgerEntry,
  type LedgerOutcome,
  parseRecord,
} from "../../automation/backfill/ledger";
import { manifestRows, ManifestsCount } from "../../automation/backfill/own-manifest";
import { checksumPrice } from "../../automation/backfill/price";
import { parseReportRows } from "../../automation/backfill/report";
import { plainChecksum } from "../../automation/checksum/checksum-frame";
import { isToBeRead, withContent } from "../../automation/checksum/compare-content";
import { ComputedChecksums } from "../../automation/checksum/computed-checksums";
import {
  type OpenOfSide,
  priceOfReading,
  toBeRead,
  unpricedRegions,
} from "../../automation/checksum/plan";
import { unendedSeries } from "../../automation/checksum/series";
import { type Computed, computedOf } from "../../automation/checksum/task-result";
import { checksumPlanLines } from "../../automation/cli/render/checksum-words";
import type { Outcome } from "../../automation/judge/outcome";
import { checksumWords } from "../../automation/levels/level-words";
import type { JudgedVersion } from "../../automation/look/look";
import { versionName } from "../../automation/proof/source-versions";
import { namesOf } from "../../automation/proof/version-names";
import { parseConfig } from "../../components/config";
import { problemsOf, wholeConfig } from "./whole-config";

const sha256 = (text: string) => createHash("sha256").update(text).digest();

const message = (text: string, change: object = {}): string =>
  JSON.stringify({
    checksum_base64: sha256(text).toString("base64"),
    etag: "x",
    checksumAlgorithm: "SHA256",
    checksumType: "FULL_OBJECT",
    checksum_hex: sha256(text).toString("hex").toUpperCase(),
    ...change,
  });

const succeeded = (text: string) => computedOf({ succeeded: true, errorCode: "", message: text });

describe("a row of a checksum job", () => {
  it("has the value of the whole object, in AWS's form, from CSV to bytes", () => {
    const text = message("a").replaceAll("=", "\\u003d").replaceAll('"', '""');
    const [row] = parseReportRows(`vault,a%2Cb,v1,succeeded,200,,"${text}"\n`);
    expect(row).to.deep.include({ key: "a,b", versionId: "v1", succeeded: true });
    expect(row && computedOf(row)).to.deep.equal({ sha256: sha256("a") });
  });

  for (const [what, text] of [
    ["of another algorithm", message("a", { checksumAlgorithm: "CRC32" })],
    ["of parts", message("a", { checksumType: "COMPOSITE" })],
    ["too short", message("a", { checksum_hex: "00" })],
    ["of no JSON", "Successful"],
    ["of nothing", ""],
    ["of a list", "[]"],
  ] as const) {
    it(`is no value where it is ${what}`, () => {
      expect(succeeded(text)).to.deep.equal({
        code: "error",
        why: "its row in the report has no SHA256 of the whole object",
      });
    });
  }

  it("is no value where its two forms are not the same", () => {
    expect(succeeded(message("a", { checksum_hex: sha256("b").toString("hex") }))).to.deep.equal({
      code: "error",
      why: "its row in the report has two different values",
    });
  });

  for (const [status, words, code] of [
    ["400", "SSE-C encryption type is not supported for this operation", "sse-c"],
    ["403", "Whatever", "no-right"],
    ["400", "Access Denied", "no-right"],
    ["404", "Whatever", "gone"],
    ["400", "Key not found", "gone"],
    ["500", "We encountered an internal error", "error"],
  ] as const) {
    it(`says why it failed: ${status} ${words} is ${code}`, () => {
      const details = JSON.stringify({
        failureMessage: `Task 3b1c-77 ${words}`,
        errorCode: status,
      });
      const row = { succeeded: false, errorCode: "PermanentFailure" };
      expect(computedOf({ ...row, message: `error details: ${details}` })).to.deep.equal({
        code,
        why: `${words} (${status})`,
      });
    });
  }

  it("keeps the words of a failure in another form, a number for a status included", () => {
    const row = { succeeded: false, errorCode: "InternalError" };
    expect(computedOf({ ...row, message: "AccessDenied" })).to.deep.equal({
      code: "no-right",
      why: "InternalError: AccessDenied",
    });
    expect(computedOf({ ...row, message: "x" })).to.deep.equal({
      code: "error",
      why: "InternalError: x",
    });
    const numbered = 'error details: {"failureMessage":"Task 1 no","errorCode":404}';
    expect(computedOf({ ...row, message: numbered })).to.deep.equal({
      code: "gone",
      why: "no (404)",
    });
  });
});

describe("what jobs computed of a bucket", () => {
  const a = { key: "a", versionId: "1" };

  it("is kept for each version, in memory or not", () => {
    for (const keptBytes of [1, undefined]) {
      const kept = new ComputedChecksums(keptBytes);
      for (let index = 0; index < 500; index++) {
        kept.add({ key: `k${index}`, versionId: "v" }, { sha256: sha256(String(index)) });
      }
      kept.add(a, { code: "gone", why: "no more" });
      expect(kept.size).to.equal(501);
      for (const index of [499, 0, 250]) {
        expect(kept.get(versionName({ key: `k${index}`, versionId: "v" }))).to.deep.equal({
          sha256: sha256(String(index)),
        });
      }
      expect(kept.get(versionName(a))).to.deep.equal({ code: "gone", why: "no more" });
      expect(kept.get(versionName({ key: "a", versionId: "2" }))).to.equal(undefined);
    }
  });

  it("is no value where two rows do not say the same, and one where they do", () => {
    const twice = (one: Computed, other: Computed) => {
      const kept = new ComputedChecksums();
      kept.add(a, one);
      kept.add(a, other);
      return kept.get(versionName(a));
    };
    const value = { sha256: sha256("a") };
    const cause = { code: "gone", why: "no more" } as const;
    expect(twice(value, { sha256: sha256("a") })).to.deep.equal(value);
    expect(twice(cause, { ...cause })).to.deep.equal(cause);
    for (const [one, other] of [
      [value, { sha256: sha256("b") }],
      [value, cause],
      [cause, value],
      [cause, { ...cause, why: "other" }],
      [cause, { ...cause, code: "error" }],
    ] as const) {
      expect(twice(one, other)).to.include({ code: "error" });
    }
  });

  it("keeps a thousand different causes by their words, and of the others the code", () => {
    const kept = new ComputedChecksums();
    for (let index = 0; index < 1_002; index++) {
      kept.add({ key: `k${index}`, versionId: "v" }, { code: "error", why: String(index) });
    }
    const of = (index: number) => kept.get(versionName({ key: `k${index}`, versionId: "v" }));
    expect(of(999)).to.deep.equal({ code: "error", why: "999" });
    for (const index of [1_000, 1_001]) {
      expect(of(index)).to.deep.equal({ code: "error", why: "see the job's report" });
    }
  });
});

const outcome = (kind: Outcome["kind"], code: Outcome["code"], vault = "near"): Outcome => ({
  key: "a",
  versionId: "1",
  vault,
  kind,
  code,
});

describe("two values of one version", () => {
  const value = { sha256: sha256("a") };
  const other = { sha256: sha256("b") };

  it("prove its content where they are the same, whatever it was compared by before", () => {
    const proven = { ...outcome("proven", "size"), cause: "right though" };
    expect(withContent(proven, value, { sha256: sha256("a") })).to.deep.equal({
      ...proven,
      code: "checksum",
    });
    expect(withContent(outcome("lapsed", "lapsed"), value, value)).to.deep.equal(
      outcome("lapsed", "lapsed"),
    );
  });

  it("are another content where they differ, which is told with both", () => {
    for (const found of [outcome("proven", "checksum"), outcome("lapsed", "lapsed")]) {
      const told = withContent(found, value, other);
      expect(told).to.deep.include({ ...outcome("failed", "content") });
      expect(told.cause).to.include(value.sha256.toString("hex"));
      expect(told.cause).to.include(other.sha256.toString("hex"));
    }
  });

  it("prove nothing where one is missing, at either side, even where both are", () => {
    const cause = { code: "no-right", why: "Access Denied (403)" } as const;
    for (const [source, vault, code, words] of [
      [value, undefined, "error", "its bytes at the vault were not read: no report has it"],
      [undefined, value, "error", "its bytes at the source were not read: no report has it"],
      [undefined, undefined, "error", "its bytes at the vault were not read: no report has it"],
      [value, cause, "no-right", "its bytes at the vault were not read: Access Denied (403)"],
      [cause, value, "no-right", "its bytes at the source were not read: Access Denied (403)"],
    ] as const) {
      expect(withContent(outcome("proven", "etag"), source, vault)).to.deep.equal({
        ...outcome("unverifiable", code),
        cause: words,
      });
    }
  });
});

describe("what is to be read", () => {
  const judged = (key: string, sizeBytes: number, ...outcomes: Outcome[]): JudgedVersion => ({
    version: {
      key,
      versionId: "1",
      isDeleteMarker: false,
      sizeBytes,
      etag: "",
      storageClass: "STANDARD",
      lastModifiedEpochMs: 0,
    },
    outcomes: outcomes.map((one) => ({ ...one, key })),
  });
  const versions = [
    judged("right", 1, outcome("proven", "etag"), outcome("failed", "missing", "far")),
    judged("far", 10, outcome("failed", "content"), outcome("proven", "size", "far")),
    judged("lapsed", 100, outcome("lapsed", "lapsed")),
    judged("marker", 0, { key: "", versionId: "1", kind: "not-applicable", code: "delete-marker" }),
    judged("sealed", 1_000, outcome("unprotected", "sse-c")),
    judged("unread", 1_000, outcome("unverifiable", "error")),
  ];
  const names = (keys: readonly string[]) => namesOf(keys.map((key) => ({ key, versionId: "1" })));
  const reading = (
    vault: string | null,
    { open = [], read = [] }: { open?: readonly string[]; read?: readonly string[] } = {},
  ) =>
    toBeRead(
      { versions },
      { bucketName: "bucket", vault },
      { isRead: (name) => names(read).has(name), open: names(open) },
    );
  const keysOf = (...args: Parameters<typeof reading>) => {
    const { sizeBytes, versions: found } = reading(...args);
    return [[...found].map(({ key }) => key), sizeBytes];
  };

  it("is what a look in full found rightly there: at each vault its own, at the source each of them once", () => {
    expect(keysOf("near")).to.deep.equal([["right", "lapsed"], 101]);
    expect(keysOf("far")).to.deep.equal([["far"], 10]);
    expect(keysOf(null)).to.deep.equal([["right", "far", "lapsed"], 111]);
    expect(isToBeRead({ kind: "proven" })).to.equal(false);
  });

  it("is not what a job of an earlier run reads", () => {
    expect(keysOf(null, { open: ["right", "gone"] })).to.deep.equal([["far", "lapsed"], 110]);
    expect(reading(null, { open: ["right", "gone"] }).openBytes).to.equal(1);
    expect(keysOf(null, { open: ["lapsed"], read: ["right"] })).to.deep.equal([["far"], 10]);
    expect(keysOf("far", { read: ["far"] })).to.deep.equal([[], 0]);
  });

  it("takes as many jobs as manifests", () => {
    expect(reading(null).jobsCount).to.equal(1);
    expect(reading("far", { read: ["far"] }).jobsCount).to.equal(0);
    const rows = Array.from({ length: 40 }, (_, index) => ({
      key: "ä".repeat(index % 9),
      versionId: "v",
    }));
    for (const limits of [
      ...[70, 200, 1_000].map((manifestBytes) => ({ manifestBytes, reportBytes: Infinity })),
      ...[600, 2_000].map((reportBytes) => ({ manifestBytes: Infinity, reportBytes })),
    ]) {
      const manifests = new ManifestsCount("bucket", limits);
      for (const row of rows) manifests.add(row);
      let writtenCount = 0;
      for (let left = rows; left.length > 0; writtenCount++) {
        left = left.slice(manifestRows("bucket", left, limits).versionsCount);
      }
      expect(manifests.count, JSON.stringify(limits)).to.equal(writtenCount);
      expect(writtenCount).to.be.greaterThan(1);
    }
  });

  it("costs nothing more where a job runs, and all of it where one waits or is not made yet", () => {
    const side = { ...reading(null, { open: ["right", "far", "lapsed"] }), vault: null };
    const total = (open: OpenOfSide | undefined) =>
      priceOfReading([{ ...side, region: "eu-west-1", open }], {
        "eu-west-1": { usdPerGbChecksummed: 2 ** 30, usdPerJob: 1_000, usdPerMillionTasks: 1e12 },
      }).total;
    expect(total({ stage: "running", tasksCount: 3 })).to.equal(0);
    expect(total({ stage: "waiting", tasksCount: 3 })).to.equal(3e6 + 111);
    expect(total({ stage: "not-made", tasksCount: 3 })).to.equal(3e6 + 111 + 1_000);
    expect(total(undefined)).to.equal(0);
  });

  it("has no known price in a Region where the config has none", () => {
    const side = { region: "eu-west-1", open: undefined, openBytes: 0, sizeBytes: 1 };
    const sides = [side, { ...side, region: "eu-central-1" }, { ...side, region: "eu-central-1" }];
    expect(unpricedRegions(sides, undefined)).to.deep.equal(["eu-west-1", "eu-central-1"]);
    const prices = { "eu-west-1": { usdPerGbChecksummed: 0 } };
    expect(unpricedRegions(sides, prices)).to.deep.equal(["eu-central-1"]);
    expect(unpricedRegions([{ ...side, sizeBytes: 0 }], undefined)).to.deep.equal([]);
    const open = (stage: OpenOfSide["stage"]) =>
      unpricedRegions(
        [{ ...side, sizeBytes: 0, openBytes: 1, open: { stage, tasksCount: 1 } }],
        undefined,
      );
    expect(open("waiting")).to.have.length(1);
    expect(open("running")).to.deep.equal([]);
  });

  it("costs a job and its tasks at each side, and its bytes where the config has their price", () => {
    const sides = [
      { vault: null, region: "eu-west-1", jobsCount: 1, tasksCount: 2_000_000, sizeBytes: 2 ** 30 },
      {
        vault: "far",
        region: "eu-central-1",
        jobsCount: 1,
        tasksCount: 1_000_000,
        sizeBytes: 2 ** 31,
      },
    ];
    const plain = checksumPrice(sides);
    expect(plain.total).to.be.closeTo(3.5, 1e-9);
    for (const region of ["eu-west-1", "eu-central-1"]) {
      expect(plain.notIncluded).to.include(
        `bytes read for checksums in ${region} (its price is not known here: lockstep:backfill prices)`,
      );
    }
    const priced = checksumPrice(sides, { "eu-central-1": { usdPerGbChecksummed: 4 } });
    expect(priced.total).to.be.closeTo(11.5, 1e-9);
    expect(priced.lines).to.deep.include({
      what: "bytes read for checksums",
      vault: "far",
      usd: 8,
    });
  });
});

describe("what an earlier run has read", () => {
  const series = (...outcomes: (LedgerOutcome | undefined)[]) =>
    unendedSeries(
      outcomes.map((outcome, index) => ({
        key: String(index),
        etag: "",
        record: { outcome },
      })) as readonly unknown[] as readonly LedgerEntry[],
    ).map(({ key }) => key);

  it("is what was read since the last verdict, whatever was cancelled or failed between", () => {
    expect(series("read", "cancelled", "read", "failed", "clean", "read")).to.deep.equal([
      "0",
      "2",
    ]);
    expect(series("read", "not-clean", "read")).to.deep.equal(["0"]);
    expect(series("clean", "read")).to.deep.equal([]);
    expect(series("cancelled", undefined, "read")).to.deep.equal(["2"]);
    expect(series()).to.deep.equal([]);
  });
});

describe("the intent of a checksum job", () => {
  const frame = {
    accountId: "111111111111",
    region: "eu-west-1",
    sourceBucketArn: "arn:aws:s3:::records",
    operationsBucketArn: "arn:aws:s3:::operations",
    manifestPrefix: "checksum/manifests",
    reportPrefix: "checksum/reports",
    roleArn: "arn:aws:iam::111111111111:role/reading",
  };
  const intent = plainChecksum(frame, 10, 1);

  it("is a job of its own kind, with one algorithm for all", () => {
    expect(kindOf(intent)).to.equal(CHECKSUM);
    expect(jobDescription(intent)).to.equal(`lockstep checksum 1 ${clientRequestToken(intent)}`);
    const request = createJobRequest(intent);
    expect(request.Operation).to.deep.equal({
      S3ComputeObjectChecksum: { ChecksumAlgorithm: "SHA256", ChecksumType: "FULL_OBJECT" },
    });
    // Without it S3 takes no such job.
    expect(request.Report).to.include({
      ExpectedBucketOwner: "111111111111",
      ReportScope: "AllTasks",
    });
  });

  it("is read back from its ledger, and from no other kind's", () => {
    const record = (change: object = {}) =>
      JSON.stringify({ version: 1, state: "intended", intent: { ...intent, ...change } });
    expect(parseRecord(record(), 1, frame, CHECKSUM)).to.have.property("record");
    expect(parseRecord(record(), 1, frame)).to.deep.equal({ why: "it is of no backfill" });
    expect(parseRecord(record({ checksum: undefined }), 1, frame, CHECKSUM)).to.deep.equal({
      why: "it is of no checksum",
    });
    const crc = { checksum: { algorithm: "CRC32", type: "FULL_OBJECT" } };
    expect(parseRecord(record(crc), 1, frame, CHECKSUM)).to.have.property("why");
  });
});

describe("config: verdict.checksums", () => {
  const withVerdict = (verdict: unknown) => ({ ...wholeConfig(), verdict });

  it("is off where nothing is said, and stands beside what is accepted", () => {
    expect(parseConfig(withVerdict({})).verdict).to.deep.equal({ accept: [] });
    expect(parseConfig(withVerdict({ checksums: true })).verdict).to.deep.equal({
      accept: [],
      checksums: true,
    });
  });

  it("is yes or no", () => {
    expect(problemsOf(withVerdict({ checksums: "SHA256" })).map(({ path }) => path)).to.deep.equal([
      "verdict.checksums",
    ]);
    expect(problemsOf(withVerdict({ checksum: true })).map(({ path }) => path)).to.deep.equal([
      "verdict.checksum",
    ]);
  });
});

describe("what people read of checksums", () => {
  it("is what would be read at each side, and what it costs, before they are asked", () => {
    const lines = checksumPlanLines({
      sides: [
        { vault: null, versionsCount: 3, sizeBytes: 47, carriedOnJobIds: [], carriedOnCount: 0 },
        {
          vault: "far",
          versionsCount: 1,
          sizeBytes: 9,
          carriedOnJobIds: ["j1", "j2"],
          carriedOnCount: 2,
        },
      ],
      priceUsd: { lines: [{ what: "jobs", vault: "far", usd: 0.25 }], total: 0.25 },
      prices: [{ region: "eu-west-1", readAt: "2026-11-29", source: "https://example.com" }],
      notIncluded: ["requests to KMS"],
      budgetUsd: 5,
    });
    const text = lines.join("\n");
    for (const words of [
      /source +3 +\(47 bytes\)/,
      /vault far +1 +\(9 bytes, beside 2 of an earlier run \(j1, j2\)\)/,
      /jobs +USD 0\.2500 +\(vault far\)/,
      /all together +USD 0\.2500/,
      /budget +USD 5\.00/,
      /prices of eu-west-1: https:\/\/example\.com, read 2026-11-29/,
      /not included: requests to KMS/,
    ]) {
      expect(text).to.match(words);
    }
  });

  it("is each job of a verdict, or that nothing was to be read", () => {
    expect(checksumWords({ algorithm: "SHA256", jobs: [] })).to.equal(
      "SHA256: nothing was to be read",
    );
    const job = { jobId: "j1", createdAt: "2026-11-30T00:00:00.000Z", computedCount: 2 };
    expect(
      checksumWords({ algorithm: "SHA256", jobs: [job, { ...job, jobId: "j2", vault: "far" }] }),
    ).to.equal(
      "SHA256 of what is stored: 2 versions of the source by the job j1 of 2026-11-30T00:00:00.000Z, 2 versions of vault far by the job j2 of 2026-11-30T00:00:00.000Z",
    );
  });
});
