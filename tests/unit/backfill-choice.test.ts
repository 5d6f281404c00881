import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parse as parseCsv } from "csv-parse/sync";
import {
  chooseManifest,
  coverage,
  driftInTheWay,
  type ListedStatus,
} from "../../automation/backfill/choice";
import { hardDeletedVersions } from "../../automation/backfill/hard-deleted";
import { parseManifestRows } from "../../automation/backfill/job-manifest";
import { MAX_FILE_BYTES, MAX_TOTAL_BYTES } from "../../automation/backfill/download";
import {
  manifestRows,
  OWN_MANIFEST_LIMITS,
  ownManifestKey,
  REPORT_ROW_BYTES,
} from "../../automation/backfill/own-manifest";
import { parseReportRows } from "../../automation/backfill/report";
import type { Drift } from "../../automation/judge/outcome";
import { versionName } from "../../automation/proof/source-versions";
import type { RuleOutputs } from "../../components/promise/outputs";

const version = (key: string, sourceStatus?: string, more: Partial<ListedStatus> = {}) => ({
  key,
  versionId: `v-${key}`,
  isDeleteMarker: false,
  storageClass: "STANDARD",
  sizeBytes: 1,
  ...(sourceStatus === undefined ? {} : { sourceStatus }),
  ...more,
});
const names = (...keys: string[]): ReadonlySet<string> =>
  new Set(keys.map((key) => versionName({ key, versionId: `v-${key}` })));
const everything = [{ isEnabled: true, prefix: "" }];

describe("the manifest of a job", () => {
  it("is S3's list when that is what is missing, with no more statuses than are needed", () => {
    const first = [version("a"), version("b")];
    expect(chooseManifest(first, names("a", "b"), everything)).to.deep.equal({
      by: "generator",
      statuses: ["NONE"],
    });
    const mixed = [version("a", "FAILED"), version("b", "COMPLETED"), version("c", "REPLICA")];
    expect(chooseManifest(mixed, names("a", "b", "c"), everything)).to.deep.equal({
      by: "generator",
      statuses: ["FAILED", "COMPLETED", "REPLICA"],
    });
  });

  it("is S3's list beside versions with other statuses, markers, archives and keys outside of every live rule", () => {
    const versions = [
      version("a"),
      version("b", "COMPLETED"),
      version("c", "PENDING"),
      version("d", undefined, { isDeleteMarker: true }),
      version("e", undefined, { storageClass: "DEEP_ARCHIVE" }),
      version("out/f"),
    ];
    const rules = [
      ...["a", "b", "c", "d", "e"].map((prefix) => ({ isEnabled: true, prefix })),
      { isEnabled: false, prefix: "out/" },
    ];
    expect(chooseManifest(versions, names("a"), rules).by).to.equal("generator");
  });

  it("is our own when S3 would list what is not missing", () => {
    const later = [version("a", "COMPLETED"), version("b", "COMPLETED")];
    expect(chooseManifest(later, names("a"), everything)).to.deep.equal({ by: "own" });
  });

  it("is our own for a version that stays on its way, and for the restored copy of an archived one", () => {
    expect(chooseManifest([version("a", "PENDING")], names("a"), everything).by).to.equal("own");
    const restored = version("a", undefined, { storageClass: "GLACIER" });
    expect(chooseManifest([restored], names("a"), everything).by).to.equal("own");
  });

  it("takes AWS's other word for COMPLETED", () => {
    expect(chooseManifest([version("a", "COMPLETE")], names("a"), everything)).to.deep.equal({
      by: "generator",
      statuses: ["COMPLETED"],
    });
  });

  it("is held against what is missing by version, not by count", () => {
    const rows = [version("a"), version("x"), version("x")];
    const { absentCount, extra, extraCount } = coverage(rows, names("a", "b"));
    expect({ absentCount, extraCount }).to.deep.equal({ absentCount: 1, extraCount: 1 });
    expect(extra.map(({ key }) => key)).to.deep.equal(["x"]);
  });
});

describe("a manifest of our own", () => {
  const rowsOf = (...given: Parameters<typeof manifestRows>) => {
    const { content, ...rest } = manifestRows(...given);
    return { ...rest, content: Buffer.concat([...content.chunks()]) };
  };
  const keys = JSON.parse(
    readFileSync(join(__dirname, "..", "cases", "keys.json"), "utf8"),
  ) as readonly string[];
  const versions = keys.map((key, index) => ({
    key,
    versionId: index === 0 ? "null" : `v${index}`,
  }));

  it("holds every key exactly, whatever is in it, and reads back the same", () => {
    const { content, versionsCount } = rowsOf("acme-records", versions);
    expect(versionsCount).to.equal(keys.length);
    const text = content.toString("utf8");
    expect(text).to.match(/^[\x21-\x7e\n]+$/);
    expect(text.split("\n")).to.have.length(keys.length + 1);
    expect(
      parseManifestRows(text, ["Bucket", "Key", "VersionId"]).map(({ bucket, key, versionId }) => ({
        bucket,
        key,
        versionId,
      })),
    ).to.deep.equal(versions.map((one) => ({ bucket: "acme-records", ...one })));
  });

  it("needs no quotes, and leaves slashes as they are", () => {
    const { content } = rowsOf("b", [{ key: `x/"a",b`, versionId: "v" }]);
    expect(content.toString()).to.equal("b,x/%22a%22%2Cb,v\n");
    expect(parseCsv(content)).to.deep.equal([["b", "x/%22a%22%2Cb", "v"]]);
  });

  it("ends at a whole row when it would be too large", () => {
    const { content, versionsCount } = rowsOf("b", versions.slice(4, 8), {
      manifestBytes: 40,
      reportBytes: Infinity,
    });
    expect(versionsCount).to.be.greaterThan(0).and.below(4);
    expect(content.length).to.be.at.most(40);
    expect(content.toString().endsWith("\n")).to.equal(true);
  });

  it("makes no report that is refused: every task failed, and every byte of a key encoded", () => {
    const manifestBytes = 1_000_000;
    for (const key of ["k", "!".repeat(40), "a/b/c/d", "ü".repeat(400)]) {
      const endless = Array.from({ length: 40_000 }, () => ({ key, versionId: "v".repeat(32) }));
      const reportBytes = 100_000;
      const { versionsCount } = rowsOf("bucket", endless, { manifestBytes, reportBytes });
      expect(versionsCount).to.be.within(1, endless.length - 1);
      const encoded = [...Buffer.from(key)].map((byte) => `%${byte.toString(16)}`).join("");
      const start = ["bucket", encoded, "v".repeat(32)].map((field) => `"${field}"`).join();
      const words = "x".repeat(400);
      const row = `${start},"failed","403","DstPutObjectNotPermitted","${words}"\n`;
      expect(versionsCount * row.length, key).to.be.at.most(reportBytes);
      // Not for nothing: a row more may be too much.
      const longest = row.length + (REPORT_ROW_BYTES - 400);
      expect((versionsCount + 1) * longest, key).to.be.greaterThan(reportBytes);
    }
  });

  it("is as large as what is read of a manifest, and of a report in one part or many", () => {
    const { manifestBytes, reportBytes } = OWN_MANIFEST_LIMITS;
    expect(manifestBytes).to.be.at.most(MAX_FILE_BYTES);
    expect(reportBytes).to.be.at.most(MAX_TOTAL_BYTES);
    // A typical row: as many as before find room.
    const perRow = 3 * 40 + 12 + 32 + REPORT_ROW_BYTES;
    expect(reportBytes / perRow).to.be.greaterThan(6_000_000);
  });

  it("is named after its content", () => {
    const sha256 = createHash("sha256").update("").digest("hex");
    expect(ownManifestKey("manifests", sha256)).to.equal(`manifests/own/${sha256}.csv`);
    expect(ownManifestKey("", sha256)).to.equal(`own/${sha256}.csv`);
  });
});

describe("drift in the way of a job", () => {
  const rule = (name: string, more: Partial<RuleOutputs> = {}): RuleOutputs => ({
    name,
    status: "Enabled",
    priority: 1,
    vault: "primary",
    ...more,
  });
  const drift = (path: string, more: Partial<Drift> = {}): Drift => ({
    side: "source",
    resource: "arn:aws:s3:::src",
    path,
    expected: 1,
    found: 2,
    ...more,
  });
  const missing = [{ key: "a/1", vault: "primary" }];

  it("is that of the rules that would have to bring what is missing", () => {
    const one = drift('rules["all"].status');
    expect(driftInTheWay(missing, [rule("all")], [one])).to.deep.equal([one]);
    const whole = drift('rules["all"]');
    expect(driftInTheWay(missing, [rule("all")], [whole])).to.deep.equal([whole]);
  });

  it("is that of role, versioning and the configuration as a whole", () => {
    for (const path of ["role", "versioning", "replication"]) {
      expect(driftInTheWay(missing, [rule("all")], [drift(path)])).to.have.length(1);
    }
  });

  it("is that of a rule nobody promised, which may take the versions elsewhere", () => {
    const stranger = drift('rules["theirs"]', { expected: null });
    expect(driftInTheWay(missing, [rule("all")], [stranger])).to.deep.equal([stranger]);
  });

  it("is none of another rule's, another vault's, or with nothing missing", () => {
    const rules = [rule("all"), rule("b", { prefix: "b/" }), rule("c", { vault: "second" })];
    expect(driftInTheWay(missing, rules, [drift('rules["b"].status')])).to.deep.equal([]);
    expect(driftInTheWay(missing, rules, [drift('rules["c"].status')])).to.deep.equal([]);
    expect(driftInTheWay([], rules, [drift("role")])).to.deep.equal([]);
    const atVault = drift("role", { side: "vault" });
    expect(driftInTheWay(missing, rules, [atVault])).to.deep.equal([]);
  });
});

describe("versions deleted at a vault by their id", () => {
  const rows = parseReportRows(
    "src,a,v1,failed,500,DstObjectHardDeleted,x\nsrc,b,v2,failed,500,Other,x\n" +
      "elsewhere,c,v3,failed,500,DstObjectHardDeleted,x\n",
  );

  it("are known for the vaults that there were then, and for no other reason", () => {
    const found = hardDeletedVersions(
      [
        { jobId: "job-1", rows, vaultBuckets: ["one"] },
        { jobId: "job-1", rows, vaultBuckets: ["two"] },
      ],
      "src",
    );
    const bucketsOf = (key: string, versionId: string) =>
      found.get(versionName({ key, versionId }));
    expect(found.size).to.equal(1);
    expect([...(bucketsOf("a", "v1") ?? [])]).to.deep.equal(["one", "two"]);
    expect(bucketsOf("b", "v2")).to.equal(undefined);
    expect(bucketsOf("c", "v3")).to.equal(undefined);
  });

  it("are each known for their own vaults, and once for one that is told again", () => {
    const told = (key: string) =>
      parseReportRows(`src,${key},v,failed,500,DstObjectHardDeleted,x\n`);
    const found = hardDeletedVersions(
      [
        { jobId: "job-1", rows: told("a"), vaultBuckets: ["one", "two"] },
        { jobId: "job-2", rows: told("b"), vaultBuckets: ["two", "one"] },
        { jobId: "job-3", rows: told("b"), vaultBuckets: ["one"] },
        { jobId: "job-4", rows: told("c"), vaultBuckets: ["three"] },
      ],
      "src",
    );
    const bucketsOf = (key: string) => [...(found.get(versionName({ key, versionId: "v" })) ?? [])];
    expect(found.size).to.equal(3);
    expect(bucketsOf("a")).to.have.members(["one", "two"]);
    expect(bucketsOf("b")).to.have.members(["one", "two"]);
    expect(bucketsOf("c")).to.deep.equal(["three"]);
  });
});
