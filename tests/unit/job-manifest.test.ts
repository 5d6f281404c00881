/** The manifest of a job on its way in: which one it is, what its files hold, and that it is read once. */

import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import type { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import type { StoredFile } from "../../automation/backfill/download";
import {
  parseManifestRows,
  readingOnce,
  readJobManifest,
} from "../../automation/backfill/job-manifest";
import { isLockstepError } from "../../automation/errors";
import { inPieces, type Got } from "../helpers/broken-answers";
import { ObjectsInMemory } from "../helpers/inventory-files";
import { refusal } from "../helpers/memory-bucket";
import { objectPart } from "../helpers/object-range";

const NOT_ONE = "The job's manifest is not an inventory's manifest.json.";
const md5 = (text: string | Buffer): string => createHash("md5").update(text).digest("hex");
const MIB = 1024 * 1024;

/** A bucket with these objects. @param answer is given each answer, with the range that was asked for */
function bucketOf(
  files: Readonly<Record<string, string | Buffer>>,
  answer: (got: object, range: string | undefined) => object = (got) => got,
) {
  const objects = new Map(Object.entries(files).map(([key, text]) => [key, Buffer.from(text)]));
  const bucket = new ObjectsInMemory(objects);
  const asked: string[] = [];
  const signals: unknown[] = [];
  const send = ({ input }: GetObjectCommand, options?: { abortSignal?: AbortSignal }) => {
    asked.push(`${input.Key} ${input.Range}`);
    signals.push(options?.abortSignal);
    return Promise.resolve().then(() => answer(bucket.get(input), input.Range));
  };
  return { s3: { send } as unknown as S3Client, asked, signals };
}
const job = (key: string, etag = "", bucket = "ops") => ({ manifest: { bucket, etag, key } });
const read = (files: Readonly<Record<string, string | Buffer>>, etag?: string) =>
  readJobManifest(bucketOf(files).s3, job("m", etag), "ops");

async function refusalOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    expect(error.code).to.equal("ReportUnreadable");
    return error.message;
  }
  return expect.fail("nothing was refused");
}

/** An inventory's manifest.json. */
const inventory = (
  keys: readonly string[],
  fileSchema = "Bucket, Key, VersionId, Size",
  more = {},
) => JSON.stringify({ fileSchema, files: keys.map((key) => ({ key, ...more })) });

describe("the manifest of a job", () => {
  it("is the one that the job names, where its manifests are, as the job has read it", async () => {
    const { s3 } = bucketOf({ m: "b,k,v\n" });
    expect(await refusalOf(readJobManifest(s3, { manifest: undefined } as never, "ops"))).to.equal(
      "The job does not say where its manifest is.",
    );
    expect(await refusalOf(readJobManifest(s3, job("m", "", "other"), "ops"))).to.equal(
      "The job's manifest is in other.",
    );
    const rows = await readJobManifest(s3, job("m", md5("b,k,v\n")), "ops");
    expect(rows).to.have.length(1);
    expect(await refusalOf(readJobManifest(s3, job("m", "another"), "ops"))).to.equal(
      "m was changed since the job has read it.",
    );
  });

  it("may be of no rows, and is packed or not", async () => {
    expect(await read({ m: "" })).to.have.length(0);
    expect(await read({ m: gzipSync("b,k,v\nb,l,\n") })).to.have.length(2);
  });

  it("is an inventory's where it begins as one: its files by their columns, whatever their names", async () => {
    const part = gzipSync("7,v,b,\u00e9%2B+k\n");
    const m = gzipSync(inventory(["d\u00e9/a.gz", "b"], " Size ,VersionId,Bucket,  Key"));
    const kept: string[] = [];
    const { s3 } = bucketOf({ m, "d\u00e9/a.gz": part, b: "8,,b,l\n" });
    const rows = await readJobManifest(s3, job("m"), "ops", undefined, ({ name }: StoredFile) => {
      return Promise.resolve(void kept.push(name));
    });
    expect([...rows]).to.deep.equal([
      { bucket: "b", key: "\u00e9+ k", versionId: "v", sizeBytes: 7 },
      { bucket: "b", key: "l", versionId: "null", sizeBytes: 8 },
    ]);
    expect(kept).to.deep.equal(["m", "d\u00e9/a.gz", "b"]);
  });

  it("is refused where a file's MD5 is another, and is kept only as far as it is right", async () => {
    const m = inventory(["a"], undefined, { MD5checksum: md5("b,k,v,1\n") });
    expect(await read({ m, a: "b,k,v,1\n" })).to.have.length(1);
    const kept: string[] = [];
    const keep = ({ name }: StoredFile) => Promise.resolve(void kept.push(name));
    const { s3 } = bucketOf({ m, a: "b,k,v,2\n" });
    expect(await refusalOf(readJobManifest(s3, job("m"), "ops", undefined, keep))).to.match(
      /^a has the MD5/,
    );
    expect(kept).to.deep.equal(["m"]);
  });

  it("names its files once, ten thousand at most", async () => {
    expect(await refusalOf(read({ m: inventory(["a", "b", "a"]), a: "", b: "" }))).to.equal(
      "The job's manifest names a twice.",
    );
    const names = Array.from({ length: 10_001 }, (_, index) => `${index}`);
    expect(await refusalOf(read({ m: inventory(names) }))).to.equal(NOT_ONE);
    expect(await refusalOf(read({ m: inventory(names.slice(1)) }))).to.match(/^There is no \d+ in/);
    expect(await refusalOf(read({ m: "{}" }))).to.equal(NOT_ONE);
  });

  it("names the row and the file of what is not understood, however many rows came before", async () => {
    const rows = `b,${"k".repeat(1_000)},v\n`.repeat(2_500);
    const { s3 } = bucketOf({ m: `${rows}b,k\n` }, (got) => inPieces(got as Got, 64 * 1024));
    expect(await refusalOf(readJobManifest(s3, job("m"), "ops"))).to.equal(
      "Row 2501 of m has no bucket, no key or no version id.",
    );
  });
});

describe("rows of a manifest", () => {
  const COLUMNS = ["Size", "Bucket", "Key", "VersionId"];

  it("have their columns by name, the size also as the first, and not all of them a size", () => {
    const sizesOf = (columns: readonly string[], text: string) =>
      parseManifestRows(text, columns).map(({ sizeBytes }) => sizeBytes);
    expect(sizesOf(COLUMNS, "7,b,k,v\n,b,k,v\n0,b,k,v\n")).to.deep.equal([7, undefined, 0]);
    expect(sizesOf(["Bucket", "Key", "VersionId"], "b,k,v\n\nb,k,v,9\n")).to.deep.equal([
      undefined,
      undefined,
    ]);
    expect(sizesOf(["Bucket", "Key", "VersionId", "Size"], "b,k,v\n")).to.deep.equal([undefined]);
  });

  it("are refused without a bucket, a key or a version id", async () => {
    for (const left of ["Bucket", "Key", "VersionId"]) {
      const columns = COLUMNS.filter((name) => name !== left);
      expect(await refusalOf(() => parseManifestRows("1,x,y\n", columns))).to.equal(
        "Row 1 of The job's manifest has no bucket, no key or no version id.",
      );
    }
    expect(await refusalOf(() => parseManifestRows('"b', COLUMNS, 0, "m"))).to.equal(
      "m is not CSV.",
    );
    expect(await refusalOf(() => parseManifestRows("1,b,%,v\n", COLUMNS, 4, "m"))).to.equal(
      "Row 5 of m has a key that is not URL-encoded.",
    );
  });
});

describe("a manifest.json of a job", () => {
  it("has up to 32 MiB, and not a byte more", async () => {
    const read = (sizeBytes: number) => {
      const bytes = Buffer.alloc(sizeBytes, " ");
      bytes[0] = 0x7b;
      const send = ({ input: { Range } }: GetObjectCommand) => {
        const { start, sizeBytes: length, told } = objectPart(Range, sizeBytes);
        const body = bytes.subarray(start, start + length);
        return Promise.resolve({ ETag: '"e"', ...told, Body: Readable.from([body]) });
      };
      return readJobManifest({ send } as unknown as S3Client, job("m"), "ops");
    };
    expect(await refusalOf(read(32 * MIB))).to.equal(NOT_ONE);
    expect(await refusalOf(read(32 * MIB + 1))).to.equal(
      `The job's manifest.json has more than ${32 * MIB} bytes.`,
    );
  });
});

describe("a manifest that is read once", () => {
  const text = "b,k,v\n";
  const WHOLE = "m bytes=0-8388607";
  const FIRST_BYTE = "m bytes=0-0";

  it("is asked for until somebody stops it", async () => {
    const { s3, signals } = bucketOf({ m: text });
    const { signal } = new AbortController();
    const once = readingOnce();
    await once(s3, job("m", md5(text)), "ops", signal);
    await once(s3, job("m", md5(text)), "ops", signal);
    expect(signals).to.deep.equal([signal, signal]);
  });

  it("is asked for anew where another is meant, or where nothing tells that it is the same", async () => {
    const files = { m: text, n: text };
    const { asked, s3 } = bucketOf(files);
    const once = readingOnce();
    const [first] = [await once(s3, job("m", md5(text)), "ops")];
    expect(await once(s3, job("m", md5(text)), "ops")).to.equal(first);
    await once(s3, job("n", md5(text)), "ops");
    await once(s3, job("n"), "ops");
    await once(s3, job("n"), "ops");
    const other = "n bytes=0-8388607";
    expect(asked).to.deep.equal([WHOLE, FIRST_BYTE, other, other, other]);
    expect(await refusalOf(once(s3, { manifest: undefined } as never, "ops"))).to.contain(
      "does not say",
    );
  });

  it("is asked for anew where its first byte is refused or is another's, and ends with what is no answer", async () => {
    const read = async (answer: (got: object) => object) => {
      const { asked, s3 } = bucketOf({ m: text }, (got, range) => {
        return range === "bytes=0-0" ? answer(got) : got;
      });
      const once = readingOnce();
      await once(s3, job("m", md5(text)), "ops");
      const error: unknown = await once(s3, job("m", md5(text)), "ops").then(
        () => undefined,
        (reason: unknown) => reason,
      );
      return { count: asked.length, error };
    };
    const thrown = (error: Error) => () => {
      throw error;
    };
    expect(await read(thrown(refusal("AccessDenied", 403)))).to.deep.equal({
      count: 3,
      error: undefined,
    });
    expect(await read((got) => ({ ...got, ETag: '"another"' }))).to.include({ count: 3 });
    expect(await read((got) => ({ ...got, ETag: undefined }))).to.include({ count: 3 });
    expect(await read((got) => ({ ...got, Body: undefined }))).to.deep.equal({
      count: 2,
      error: undefined,
    });
    const bug = new TypeError("a bug");
    expect(await read(thrown(bug))).to.deep.equal({ count: 2, error: bug });
  });
});
