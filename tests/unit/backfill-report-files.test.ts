/** A report as a whole: its manifest.json, and the files that this names. */

import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import type { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { sdkStreamMixin } from "@smithy/core/serde";
import { expect } from "chai";
import {
  countBytes,
  MAX_FILE_BYTES,
  MAX_TOTAL_BYTES,
  MissingFile,
  store,
} from "../../automation/backfill/download";
import { readingOnce, readJobManifest } from "../../automation/backfill/job-manifest";
import { parseReportManifest, parseReportRows, readReport } from "../../automation/backfill/report";
import {
  elsewhereWarning,
  unreadWarning,
  whyUnread,
} from "../../automation/backfill/unread-report";
import { isLockstepError, LockstepError } from "../../automation/errors";
import { ObjectsInMemory } from "../helpers/inventory-files";

const PLACE = { bucket: "ops", prefix: "reports", jobId: "j" };
const md5 = (text: string): string => createHash("md5").update(text).digest("hex");

/** A report of one file of tasks that its manifest.json calls succeeded or failed. */
function reportOf(status: "succeeded" | "failed", csv: string): S3Client {
  const key = "reports/job-j/results/part.csv";
  const manifest = JSON.stringify({
    Format: "Report_CSV_20180820",
    Results: [{ TaskExecutionStatus: status, Bucket: "ops", MD5Checksum: md5(csv), Key: key }],
  });
  const files: Record<string, string> = {
    "reports/job-j/manifest.json": manifest,
    "reports/job-j/manifest.json.md5": md5(manifest),
    [key]: csv,
  };
  const send = ({ input }: { input: { Key: string } }) =>
    Promise.resolve({ ETag: '"e"', Body: sdkStreamMixin(Readable.from([files[input.Key] ?? ""])) });
  return { send } as unknown as S3Client;
}

const SUCCEEDED = "b,k,v1,succeeded,,200,Successful\n";
const FAILED = "b,stray,v2,failed,Slow,500,Slow down\n";

describe("readReport", () => {
  it("gives the rows of a file that holds what its manifest says", async () => {
    const { rows } = await readReport(reportOf("succeeded", SUCCEEDED), PLACE);
    expect([...rows].map(({ key, succeeded }) => ({ key, succeeded }))).to.deep.equal([
      { key: "k", succeeded: true },
    ]);
  });

  for (const [status, csv] of [
    ["succeeded", SUCCEEDED + FAILED],
    ["failed", FAILED + SUCCEEDED],
  ] as const) {
    it(`takes no report whose file of ${status} tasks has another among them`, async () => {
      const error: unknown = await readReport(reportOf(status, csv), PLACE).catch(
        (reason: unknown) => reason,
      );
      if (!isLockstepError(error)) throw error;
      expect(error.code).to.equal("ReportUnreadable");
      expect(error.message).to.match(/part\.csv lists \w+ tasks but has another at (stray|k)/);
    });
  }
});

describe("a report in thousands of parts", () => {
  const PARTS_COUNT = 3_000;
  const keyOf = (index: number): string => `reports/job-j/results/${index}.csv`;
  const csvOf = (index: number): string => `b,key%2C${index},v,succeeded,200,,Successful\n`;

  function bucketOf(change: (objects: Map<string, Buffer>) => void = () => undefined) {
    const objects = new Map<string, Buffer>();
    const Results = Array.from({ length: PARTS_COUNT }, (_, index) => {
      objects.set(keyOf(index), Buffer.from(csvOf(index)));
      const file = { TaskExecutionStatus: "succeeded", Bucket: "ops", Key: keyOf(index) };
      return { ...file, MD5Checksum: md5(csvOf(index)) };
    });
    const manifest = JSON.stringify({ Format: "Report_CSV_20180820", Results });
    objects.set("reports/job-j/manifest.json", Buffer.from(manifest));
    objects.set("reports/job-j/manifest.json.md5", Buffer.from(md5(manifest)));
    change(objects);
    const bucket = new ObjectsInMemory(objects);
    const most = { open: 0, atOnce: 0 };
    const s3 = {
      send: async ({ input }: GetObjectCommand) => {
        most.atOnce = Math.max(most.atOnce, ++most.open);
        await Promise.resolve();
        most.open--;
        return bucket.get(input);
      },
    } as unknown as S3Client;
    return { s3, most };
  }

  it("has the rows of all of them, in their order, with a few on their way at once", async () => {
    const { most, s3 } = bucketOf();
    const { rows } = await readReport(s3, PLACE);
    expect([...rows].map(({ key }) => key)).to.deep.equal(
      Array.from({ length: PARTS_COUNT }, (_, index) => `key,${index}`),
    );
    expect(most.atOnce).to.equal(4);
  });

  for (const [what, change, words] of [
    ["missing", (objects) => objects.delete(keyOf(2_345)), /There is no/],
    [
      "altered",
      (objects) => objects.set(keyOf(2_345), Buffer.from(csvOf(0))),
      /has the MD5 \w+, but \w+ was expected/,
    ],
  ] as const satisfies readonly (readonly [
    string,
    (objects: Map<string, Buffer>) => unknown,
    RegExp,
  ])[]) {
    it(`is refused by the name of one that is ${what}`, async () => {
      const { s3 } = bucketOf((objects) => void change(objects));
      const error: unknown = await readReport(s3, PLACE).catch((reason: unknown) => reason);
      expect(error).to.have.property("code", "ReportUnreadable");
      expect(String(error)).to.match(words).and.to.contain(keyOf(2_345));
    });
  }

  it("names the row and the file of what is not understood", () => {
    const broken = "b,k,v,succeeded,200,,x\nb,k,v,succeeded\n";
    expect(() => parseReportRows(broken, 7, "reports/job-j/results/a.csv")).to.throw(
      "row 9 of reports/job-j/results/a.csv does not have the seven columns",
    );
  });
});

describe("the manifest of a job", () => {
  const bodies: Record<string, Buffer> = {
    "plain.csv": Buffer.from("src,a,v1\nsrc,b%20c,v2\n"),
    "manifest.json": Buffer.from(
      JSON.stringify({
        fileSchema: "Bucket, Key, VersionId, Size",
        files: [{ key: "data.csv.gz", MD5checksum: md5Of(packed()) }],
      }),
    ),
    "data.csv.gz": packed(),
  };
  function packed(): Buffer {
    return gzipSync('"src","a","v1","7"\n'.repeat(3));
  }
  function md5Of(bytes: Buffer): string {
    return createHash("md5").update(bytes).digest("hex");
  }
  let asked: string[];
  let etag = '"e"';
  const s3 = {
    send: ({ input }: { input: { Key: string; Range?: string } }) => {
      asked.push(`${input.Key} ${input.Range ?? "whole"}`);
      return Promise.resolve({
        ETag: etag,
        Body: sdkStreamMixin(Readable.from([bodies[input.Key]])),
      });
    },
  } as unknown as S3Client;
  const job = (key: string, read = "e") => ({ manifest: { bucket: "ops", key, etag: read } });

  beforeEach(() => {
    etag = '"e"';
    asked = [];
  });

  it("is rows as we write them, or an inventory's, packed", async () => {
    expect([...(await readJobManifest(s3, job("plain.csv"), "ops"))]).to.deep.equal(
      [
        { bucket: "src", key: "a", versionId: "v1" },
        { bucket: "src", key: "b c", versionId: "v2" },
      ].map((row) => ({ ...row, sizeBytes: undefined })),
    );
    const rows = await readJobManifest(s3, job("manifest.json"), "ops");
    expect(rows.length).to.equal(3);
    expect([...rows][2]).to.deep.equal({ bucket: "src", key: "a", versionId: "v1", sizeBytes: 7 });
  });

  it("is refused by the name of a file of it that is altered, there twice or no manifest's", async () => {
    const data = bodies["data.csv.gz"] ?? Buffer.of();
    const index = bodies["manifest.json"] ?? Buffer.of();
    const files = (...keys: readonly string[]): Buffer =>
      Buffer.from(
        JSON.stringify({
          fileSchema: "Bucket, Key, VersionId, Size",
          files: keys.map((key) => ({ key })),
        }),
      );
    const odd = gzipSync('"src","a","v1","7"\n"src","100%","v1","7"\n');
    const cases: readonly (readonly [Record<string, Buffer>, RegExp])[] = [
      [{ "data.csv.gz": data.subarray(0, -1) }, /^data\.csv\.gz has the MD5/],
      [{ "manifest.json": files("data.csv.gz", "data.csv.gz") }, /names data\.csv\.gz twice/],
      [
        { "manifest.json": files("data.csv.gz"), "data.csv.gz": odd },
        /^Row 2 of data\.csv\.gz has a key that is not URL-encoded/,
      ],
      [
        { "manifest.json": files("data.csv.gz"), "data.csv.gz": data.subarray(0, -9) },
        /^data\.csv\.gz cannot be unpacked/,
      ],
    ];
    for (const [spoilt, words] of cases) {
      Object.assign(bodies, spoilt);
      const error: unknown = await readJobManifest(s3, job("manifest.json"), "ops").catch(
        (reason: unknown) => reason,
      );
      Object.assign(bodies, { "data.csv.gz": data, "manifest.json": index });
      if (!isLockstepError(error)) throw error;
      expect(error.message).to.match(words);
    }
  });

  it("is read once, as long as it is the same", async () => {
    const read = readingOnce();
    const first = await read(s3, job("plain.csv"), "ops");
    expect(await read(s3, job("plain.csv"), "ops")).to.equal(first);
    expect(asked).to.deep.equal(["plain.csv bytes=0-8388607", "plain.csv bytes=0-0"]);
    const error: unknown = await read(s3, job("plain.csv", "f"), "ops").catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property("code", "ReportUnreadable");
    expect(asked.at(-1)).to.equal("plain.csv bytes=0-8388607");
  });

  it("is not taken for the same once something else lies there", async () => {
    const read = readingOnce();
    await read(s3, job("plain.csv"), "ops");
    etag = '"another"';
    const error: unknown = await read(s3, job("plain.csv"), "ops").catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property("code", "ReportUnreadable");
    expect(String(error)).to.contain("changed");
  });
});

describe("a file of a job", () => {
  const parts = ["12345", "67890", "x"];
  const s3 = {
    send: () => Promise.resolve({ ETag: '"e"', Body: Readable.from(parts) }),
  } as unknown as S3Client;

  it("is taken whole up to its limit", async () => {
    const { content, md5: digest } = await store(s3, "ops", "file", undefined, 11);
    expect(Buffer.concat([...content.chunks()]).toString()).to.equal("1234567890x");
    expect(digest).to.equal(md5("1234567890x"));
  });

  it("is given up where it turns out larger than its limit, whatever S3 says of its length", async () => {
    const error: unknown = await store(s3, "ops", "file", undefined, 10).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property("code", "ReportUnreadable");
    expect(String(error)).to.contain("more than the 10 allowed");
  });
});

describe("a part of a report that is not as it has to be", () => {
  const KEY = "reports/job-j/results/part.csv";
  const send = (answer: (input: { Range?: string }) => unknown): S3Client =>
    ({
      send: ({ input }: { input: { Range?: string } }) =>
        Promise.resolve().then(() => answer(input)),
    }) as unknown as S3Client;
  const refused = (s3: S3Client): Promise<unknown> =>
    store(s3, "ops", KEY).then(
      () => undefined,
      (error: unknown) => error,
    );
  const s3Error = (name: string, httpStatusCode: number, more: object = {}): Error =>
    Object.assign(new Error(name), { name, $metadata: { httpStatusCode }, ...more });

  it("is named where it is deleted between two of its ranges, and not taken for one that is late", async () => {
    const sizeBytes = 20 * 1024 * 1024;
    const s3 = send(({ Range = "" }) => {
      const [, start = "", end = ""] = /bytes=(\d+)-(\d+)/.exec(Range) ?? [];
      if (Number(start) > 0) throw s3Error("NoSuchKey", 404);
      const bytes = Buffer.alloc(Math.min(Number(end), sizeBytes - 1) + 1);
      const ContentRange = `bytes 0-${bytes.length - 1}/${sizeBytes}`;
      return { ETag: '"x"', ContentRange, Body: Readable.from([bytes]) };
    });
    const error = await refused(s3);
    expect(error).to.have.property("code", "ReportUnreadable");
    expect(error).not.to.be.instanceOf(MissingFile);
    expect(String(error)).to.contain(`${KEY} was deleted while it was read`);
  });

  it("may be as large as a whole report, which is counted over all parts that are on their way", async () => {
    const announced = (sizeBytes: number) =>
      send(({ Range = "" }) => {
        if (!Range.startsWith("bytes=0-")) throw s3Error("NoSuchKey", 404);
        const ContentRange = `bytes 0-9/${sizeBytes}`;
        return { ETag: '"x"', ContentRange, Body: Readable.from([Buffer.alloc(10)]) };
      });
    const take = (sizeBytes: number, count?: ReturnType<typeof countBytes>): Promise<unknown> =>
      store(announced(sizeBytes), "ops", KEY, undefined, MAX_TOTAL_BYTES, count).catch(String);
    // Its size is no obstacle; that it is not whole is.
    expect(await take(MAX_FILE_BYTES + 1)).to.match(/was deleted while it was read/);
    expect(await take(MAX_TOTAL_BYTES + 1)).to.contain(`more than the ${MAX_TOTAL_BYTES} allowed`);
    const count = countBytes("The files of it", 25);
    for (let index = 0; index < 2; index++) expect(await take(10, count)).to.be.an("object");
    expect(await take(10, count)).to.contain("The files of it hold more than the 25 bytes allowed");
  });

  it("is named with the way out where S3 has archived it", async () => {
    for (const [more, where] of [
      [{ StorageClass: "DEEP_ARCHIVE" }, "DEEP_ARCHIVE"],
      [{ StorageClass: "INTELLIGENT_TIERING", AccessTier: "ARCHIVE_ACCESS" }, "ARCHIVE_ACCESS"],
    ] as const) {
      const s3 = send(() => {
        throw s3Error("InvalidObjectState", 403, more);
      });
      const error = await refused(s3);
      if (!isLockstepError(error)) throw error;
      expect(error.code).to.equal("ReportUnreadable");
      expect(error.message).to.contain(`${KEY} in ops is archived (${where}): restore it first`);
      expect(error.hint).to.match(/^Restore it/);
    }
  });

  it("is refused by its name where a byte order mark would hide its first row", async () => {
    const error: unknown = await readReport(
      reportOf("succeeded", `\ufeff${SUCCEEDED}`),
      PLACE,
    ).catch((reason: unknown) => reason);
    expect(error).to.have.property("code", "ReportUnreadable");
    expect(String(error)).to.contain(`${KEY} begins with a byte order mark`);
    // Within a file it is a sign like any other.
    const { rows } = await readReport(
      reportOf("succeeded", `b,k\ufeff,v1,succeeded,,200,x\n`),
      PLACE,
    );
    expect([...rows].map(({ key }) => key)).to.deep.equal(["k\ufeff"]);
  });

  it("has its rows of another bucket counted, where somebody asks", async () => {
    const csv =
      SUCCEEDED + SUCCEEDED.replace("b,", `${"o".repeat(999)},`) + "c,k,v,succeeded,,200,x\n";
    const { elsewhere, rows } = await readReport(reportOf("succeeded", csv), {
      ...PLACE,
      taskBucket: "b",
    });
    expect(rows.length).to.equal(3);
    const first = { bucket: `${"o".repeat(256)}…`, file: KEY };
    expect(elsewhere).to.deep.equal({ count: 2, first });
    const none = await readReport(reportOf("succeeded", SUCCEEDED), { ...PLACE, taskBucket: "b" });
    expect(none.elsewhere).to.equal(undefined);
  });

  it("has a manifest.json whose mistakes are told by its key", () => {
    const name = "reports/job-j/manifest.json";
    const words = `${name} is not in the form Report_CSV_20180820`;
    expect(() => parseReportManifest("{}", name)).to.throw(words);
  });
});

describe("why an earlier report is not read", () => {
  const answered = (name: string, httpStatusCode: number): Error =>
    Object.assign(new Error("no"), { name, $metadata: { httpStatusCode } });

  it("is any answer of S3, and a report that is not as it has to be", () => {
    for (const [name, status] of [
      ["AccessDenied", 403],
      ["KMS.DisabledException", 400],
      ["PermanentRedirect", 301],
      ["SlowDown", 503],
    ] as const) {
      expect(whyUnread(answered(name, status)))
        .to.contain(name)
        .and.to.contain(String(status));
    }
    expect(whyUnread(new LockstepError("ReportUnreadable", "x is not CSV."))).to.equal(
      "x is not CSV.",
    );
    expect(unreadWarning("job-1", "x is not CSV.")).to.deep.equal({
      type: "warning",
      code: "ReportUnreadable",
      message: "The report of job job-1 cannot be read: x is not CSV.",
    });
  });

  it("is none where nothing was answered, or somebody wants to stop", () => {
    for (const error of [
      new LockstepError("Aborted", "Stopped on request."),
      Object.assign(new Error("ECONNREFUSED"), { $metadata: {} }),
      new TypeError("a bug"),
    ]) {
      expect(whyUnread(error)).to.equal(undefined);
    }
  });
});

describe("rows of another bucket in a report", () => {
  it("are warned of with their number, the first bucket and the file that it is in", () => {
    const first = { bucket: "others\n", file: "reports/part.csv" };
    expect(elsewhereWarning("job-1", { count: 2, first })).to.deep.equal({
      type: "warning",
      code: "ReportUnreadable",
      message:
        'The report of job job-1 has 2 rows of another bucket, left out here: the first is of "others\\n", in reports/part.csv',
    });
  });
});
