import { createHash } from "node:crypto";
import { expect } from "chai";
import { checkMd5, parseReportManifest, parseReportRows } from "../../automation/backfill/report";
import { parseManifestRows } from "../../automation/backfill/generated-manifest";
import { decodeKey } from "../../automation/source-versions";

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
    const bytes = Buffer.from("{}");
    const md5 = createHash("md5").update(bytes).digest("hex");
    expect(() => checkMd5("m", bytes, `${md5}\n`)).not.to.throw();
    expect(() => checkMd5("m", Buffer.from("[]"), md5))
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
      { key: "a b", versionId: "v1", sizeBytes: 12 },
      { key: "c", versionId: "null", sizeBytes: undefined },
    ]);
  });
});
