import { createHash } from "node:crypto";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { checkMd5, unzipped, wholeRecords } from "../../automation/backfill/download";
import { jobCounts, plannedBytes, tasksOf } from "../../automation/backfill/job-findings";
import { parseManifestRows } from "../../automation/backfill/job-manifest";
import type { JobSnapshot } from "../../automation/backfill/job-state";
import { parseReportManifest, parseReportRows } from "../../automation/backfill/report";
import { rowDifferences } from "../../automation/backfill/report-sets";
import type { ListedVersion } from "../../automation/proof/source-versions";
import { decodeKey } from "../../automation/proof/source-versions";

describe("completion report", () => {
  it("reads HTTP status and error code by content, in either order", () => {
    const asSent =
      "b,k,v1,failed,500,SrcObjectNotEligible,Object is not eligible for replication\n";
    const asSchemaSays =
      "b,k,v1,failed,SrcObjectNotEligible,500,Object is not eligible for replication\n";
    for (const text of [asSent, asSchemaSays]) {
      expect(parseReportRows(text)[0]).to.deep.include({
        httpStatus: 500,
        errorCode: "SrcObjectNotEligible",
      });
    }
  });

  it("reads a succeeded row, whose error code is empty", () => {
    expect(parseReportRows("b,k,v1,succeeded,200,,success\n")).to.deep.equal([
      {
        bucket: "b",
        key: "k",
        versionId: "v1",
        succeeded: true,
        httpStatus: 200,
        errorCode: "",
        message: "success",
      },
    ]);
  });

  it("keeps of a code that is none that there was another, and of a message its beginning", () => {
    const codeOf = (code: string) =>
      parseReportRows(`b,k,v1,failed,500,"${code}",said no\n`)[0]?.errorCode;
    expect(codeOf("com.amazonaws.Some1")).to.equal("com.amazonaws.Some1");
    expect(codeOf("a".repeat(64))).to.equal("a".repeat(64));
    for (const code of ["a".repeat(65), "<b>", "a b", "a\n", "A".repeat(1_400_000), "é"]) {
      expect(codeOf(code), code.slice(0, 10)).to.equal("(another code)");
    }
    const [row] = parseReportRows(`b,k,v1,failed,500,X,${"m".repeat(400_000)}\n`);
    expect(row?.message).to.equal(`${"m".repeat(4_096)}…`);
  });

  it("decodes a key exactly once", () => {
    const rows = parseReportRows("b,a%2520b%2Bc+d/%C3%A9,v1,succeeded,200,,success\n");
    expect(rows[0]?.key).to.equal("a%20b+c d/é");
    expect(decodeKey("100%25")).to.equal("100%");
  });

  it("takes an empty version id for the null version", () => {
    expect(parseReportRows("b,k,,succeeded,200,,success\n")[0]?.versionId).to.equal("null");
  });

  it("keeps commas, quotes and line ends of a message", () => {
    const rows = parseReportRows('b,k,,failed,200,PermanentFailure,"said ""no"",\nthen stopped"\n');
    expect(rows[0]?.message).to.equal('said "no",\nthen stopped');
  });

  for (const [what, text] of [
    ["a missing column", "b,k,v1,succeeded,200,\n"],
    ["an unknown task status", "b,k,v1,skipped,200,,success\n"],
    ["a key that is not URL-encoded", "b,100%,v1,succeeded,200,,success\n"],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(() => parseReportRows(text))
        .to.throw()
        .with.property("code", "ReportUnreadable");
    });
  }

  it("compares MD5s, also with the one more character that AWS writes", () => {
    const md5Of = (text: string): string => createHash("md5").update(text).digest("hex");
    const md5 = md5Of("{}");
    expect(() => checkMd5("m", md5, `${md5}\n`)).not.to.throw();
    expect(() => checkMd5("m", md5Of("[]"), md5))
      .to.throw()
      .with.property("code", "ReportUnreadable");
  });

  it("refuses a manifest.json of another format", () => {
    const text = JSON.stringify({ Format: "Report_CSV_2030", Results: [] });
    expect(() => parseReportManifest(text))
      .to.throw()
      .with.property("code", "ReportUnreadable");
  });
});

describe("generated manifest", () => {
  it("takes columns by their names and an empty size for an unknown one", () => {
    const columns = ["Bucket", "Key", "Size", "VersionId"];
    expect(parseManifestRows('"b","a+b","12","v1"\n"b","c","",""\n', columns)).to.deep.equal([
      { bucket: "b", key: "a b", versionId: "v1", sizeBytes: 12 },
      { bucket: "b", key: "c", versionId: "null", sizeBytes: undefined },
    ]);
  });

  it("refuses a key that is not URL-encoded, and text that is not CSV", () => {
    for (const text of ['"b","100%","v1"\n', '"b","a\n']) {
      expect(() => parseManifestRows(text, ["Bucket", "Key", "VersionId"]))
        .to.throw()
        .with.property("code", "ReportUnreadable");
    }
  });
});

describe("files of a job", () => {
  const all = async (chunks: AsyncIterable<Buffer | string>): Promise<string> => {
    let text = "";
    for await (const chunk of chunks) text += chunk.toString();
    return text;
  };
  const codeOf = (work: Promise<unknown>): Promise<unknown> =>
    work.then(
      () => undefined,
      (error: { code?: unknown }) => error.code,
    );

  it("are unpacked up to a size and no further", async () => {
    const bomb = gzipSync(Buffer.alloc(1_000_000));
    expect(await all(unzipped("f", [bomb], 1_000_000))).to.have.length(1_000_000);
    const halves = [bomb.subarray(0, 100), bomb.subarray(100)];
    expect(await all(unzipped("f", halves, 1_000_000))).to.have.length(1_000_000);
    expect(await codeOf(all(unzipped("f", [bomb], 999_999)))).to.equal("ReportUnreadable");
    expect(await codeOf(all(unzipped("f", [bomb.subarray(0, 100)])))).to.equal("ReportUnreadable");
    expect(await all(unzipped("f", [Buffer.from("plain")], 1))).to.equal("plain");
  });

  it("are taken apart between records, wherever the pieces end, and not without end", async () => {
    const text = 'a,"one\ntwo ""three"" \u{1f600}",b\nc,d,e\n"\n",f\n';
    const bytes = Buffer.from(text);
    for (let size = 1; size <= bytes.length; size++) {
      const parts: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
      const pieces: string[] = [];
      for await (const piece of wholeRecords("f", parts)) pieces.push(piece);
      expect(pieces.join("")).to.equal(text);
      for (const piece of pieces) {
        expect(piece).to.match(/^((a,"[^"]*(""[^"]*)*",b|c,d,e|"\n",f)\n)+$/);
      }
    }
    const endless = Array.from({ length: 20 }, () => Buffer.alloc(64 * 1024, "x"));
    expect(await codeOf(all(wholeRecords("f", endless)))).to.equal("ReportUnreadable");
  });

  it("are not read twice, and not without end", () => {
    const file = { TaskExecutionStatus: "succeeded", Bucket: "b" };
    const manifest = (keys: readonly string[], md5?: string): string =>
      JSON.stringify({
        Format: "Report_CSV_20180820",
        Results: keys.map((Key, index) => ({ ...file, Key, MD5Checksum: md5 ?? `m${index}` })),
      });
    expect(parseReportManifest(manifest(["a", "b"]))).to.have.length(2);
    const nothing = createHash("md5").digest("hex");
    expect(parseReportManifest(manifest(["a", "b"], nothing))).to.have.length(2);
    expect(() => parseReportManifest(manifest(["a", "b"], "m"))).to.throw(
      "names b with the MD5 of a",
    );
    for (const keys of [["a", "a"], Array.from({ length: 10_001 }, (_, index) => `${index}`)]) {
      expect(() => parseReportManifest(manifest(keys)))
        .to.throw()
        .with.property("code", "ReportUnreadable");
    }
  });
});

describe("a job's findings", () => {
  const job: JobSnapshot = {
    jobId: "job-1",
    status: "Complete",
    totalCount: 2,
    succeededCount: 1,
    failedCount: 1,
    failureReasons: [],
  };
  const listed = (key: string, versionId: string): ListedVersion => ({
    key,
    versionId,
    isDeleteMarker: false,
    sizeBytes: 5,
    etag: "",
    storageClass: "STANDARD",
    lastModifiedEpochMs: 0,
  });
  const report = {
    rows: parseReportRows("src,a,v1,succeeded,200,,x\nsrc,gone,v9,failed,500,Slow,x\n"),
  };
  const entry = (key: string, versionId: string, sizeBytes?: number) => ({
    bucket: "src",
    key,
    versionId,
    sizeBytes,
  });
  const manifest = [entry("a", "v1"), entry("gone", "v9", 7)];

  it("count rows, tasks, and rows of versions that the source does not have", () => {
    const files = { manifest, report, problems: ["as told"] };
    const counts = jobCounts(job, files, [listed("a", "v1")], { reportScope: "AllTasks" }, "src");
    expect(counts).to.deep.equal({
      jobId: "job-1",
      manifestRows: 2,
      jobTotal: 2,
      jobSucceeded: 1,
      jobFailed: 1,
      report: { succeeded: 1, failed: 1 },
      reportHasAllTasks: true,
      reportRowsUnknown: 1,
      unread: ["as told"],
      differences: [],
    });
  });

  it("are none of files that are not there", () => {
    const files = { manifest: undefined, report: undefined, problems: [] };
    const counts = jobCounts(job, files, [], { reportScope: "FailedTasksOnly" }, "src");
    expect(counts).to.include({ manifestRows: null, report: null, reportHasAllTasks: false });
  });

  it("name the error of a task by its version, of this bucket alone", () => {
    const tasks = tasksOf({ manifest, report }, "src");
    expect([tasks.get("v1\0a"), tasks.get("v9\0gone")]).to.deep.equal([{}, { error: "Slow: x" }]);
    expect(tasksOf({ manifest, report }, "other").size).to.equal(0);
  });

  it("take sizes of the manifest, else of our listing", () => {
    expect(plannedBytes(manifest, [listed("a", "v1"), listed("b", "v2")])).to.equal(12);
  });
});

describe("report against manifest", () => {
  const manifest = ["a v1", "b v2"].map((row) => {
    const [key = "", versionId = ""] = row.split(" ");
    return { bucket: "acme-records", key, versionId, sizeBytes: 1 };
  });
  const differences = (text: string, reportHasAllTasks = true): readonly string[] =>
    rowDifferences({
      sourceBucket: "acme-records",
      manifest,
      rows: parseReportRows(text),
      reportHasAllTasks,
    });
  const good = (key: string, versionId: string): string =>
    `acme-records,${key},${versionId},succeeded,200,,Successful\n`;

  for (const [file, ...words] of [
    [
      "report-duplicate.csv",
      "1 rows of the report are there twice: acme-records/a v1",
      "1 rows of the manifest are not in the report: acme-records/b v2",
    ],
    [
      "report-other-bucket.csv",
      "1 rows of the report are of another bucket: other-bucket/b v2",
      "1 rows of the manifest are not in the report: acme-records/b v2",
    ],
    [
      "report-500-succeeded.csv",
      "1 rows of the report say succeeded with an error: acme-records/b v2",
    ],
  ] as const) {
    it(`names what is wrong in ${file}`, () => {
      const text = readFileSync(join(__dirname, "..", "cases", file), "utf8");
      expect(differences(text)).to.have.members(words);
    });
  }

  it("has nothing to say when both are of the same versions, in any order", () => {
    expect(differences(good("b", "v2") + good("a", "v1"))).to.deep.equal([]);
  });

  it("names rows that the manifest does not have", () => {
    const text = good("a", "v1") + good("b", "v2") + good("b", "v3");
    expect(differences(text)).to.deep.equal([
      "1 rows of the report are not in the manifest: acme-records/b v3",
    ]);
  });

  it("does not miss succeeded rows in a report of failed tasks only, but strays", () => {
    expect(differences("", false)).to.deep.equal([]);
    expect(differences(good("x", "v9"), false)).to.have.length(1);
  });

  it("takes a success of HTTP 201, and none of 500 or 199 or with an error code", () => {
    const row = (status: string, code: string): string =>
      `acme-records,a,v1,succeeded,${status},${code},\n` + good("b", "v2");
    expect(differences(row("201", ""))).to.deep.equal([]);
    for (const bad of [row("500", ""), row("199", ""), row("300", ""), row("200", "Slow")]) {
      expect(differences(bad)).to.have.length(1);
    }
  });

  it("names rows of the manifest that are there twice or of another bucket", () => {
    const [one] = manifest;
    if (one === undefined) throw new Error("no row");
    const facts = { sourceBucket: "acme-records", rows: undefined, reportHasAllTasks: true };
    const spoilt = [one, one, { ...one, bucket: "other", key: "c" }];
    expect(rowDifferences({ ...facts, manifest: spoilt })).to.deep.equal([
      "1 rows of the manifest are of another bucket: other/c v1",
      "1 rows of the manifest are there twice: acme-records/a v1",
    ]);
  });

  it("names a few rows and counts the others", () => {
    const many = Array.from({ length: 7 }, (_, index) => good(`k${index}`, "v")).join("");
    const [text] = differences(many, false);
    expect(text).to.match(/^7 rows of the report are not in the manifest: (\S+ v, ){5}\.\.\.$/);
  });
});
