/** A completion report on its way in: what is asked for, what is kept, and what is refused by its name. */

import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import type { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import {
  checkMd5,
  countBytes,
  download,
  MissingFile,
  store,
  unreadable,
  unzipped,
  wholeRecords,
} from "../../automation/backfill/download";
import {
  parseReportManifest,
  parseReportRows,
  readReport,
  type ReadReportOptions,
} from "../../automation/backfill/report";
import { isLockstepError, type LockstepError } from "../../automation/errors";
import { inPieces } from "../helpers/broken-answers";
import { ObjectsInMemory } from "../helpers/inventory-files";
import { refusal } from "../helpers/memory-bucket";

const md5 = (text: string | Buffer): string => createHash("md5").update(text).digest("hex");
const VERIFY = "Run `lockstep verify`: it looks at the vaults themselves.";

async function refusalOf(work: Promise<unknown> | (() => unknown)): Promise<LockstepError> {
  try {
    await (typeof work === "function" ? work() : work);
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    expect(error.code).to.equal("ReportUnreadable");
    expect(error.hint).to.equal(VERIFY);
    return error;
  }
  return expect.fail("nothing was refused");
}
const textOf = async (chunks: AsyncIterable<Buffer | string>): Promise<string> => {
  let text = "";
  for await (const chunk of chunks) text += chunk.toString();
  return text;
};

interface Result {
  readonly Bucket: string;
  readonly Key: string;
  readonly TaskExecutionStatus: string;
  readonly MD5Checksum: string;
}

/** The objects of a report with these files. @param change of what manifest.json says of a file */
function objectsOf(
  base: string,
  files: Readonly<Record<string, string>>,
  change: (result: Result) => object = (result) => result,
): Map<string, Buffer> {
  const objects = new Map<string, Buffer>();
  const Results = Object.entries(files).map(([name, csv]) => {
    const Key = `${base}/results/${name}`;
    objects.set(Key, Buffer.from(csv));
    const TaskExecutionStatus = csv.includes("failed") ? "failed" : "succeeded";
    return change({ Bucket: "ops", Key, TaskExecutionStatus, MD5Checksum: md5(csv) });
  });
  const manifest = JSON.stringify({ Format: "Report_CSV_20180820", Results });
  objects.set(`${base}/manifest.json`, Buffer.from(manifest));
  objects.set(`${base}/manifest.json.md5`, Buffer.from(`${md5(manifest).toUpperCase()}\n`));
  return objects;
}

function clientOf(objects: Map<string, Buffer>, asked: string[] = []): S3Client {
  const bucket = new ObjectsInMemory(objects);
  const send = ({ input }: GetObjectCommand) => {
    asked.push(input.Key ?? "");
    return Promise.resolve().then(() => inPieces(bucket.get(input), 64 * 1024));
  };
  return { send } as unknown as S3Client;
}

const read = (objects: Map<string, Buffer>, more: Partial<ReadReportOptions> = {}) =>
  readReport(clientOf(objects), { bucket: "ops", prefix: "reports", jobId: "j", ...more });

const ROW = "b,k,v,succeeded,200,,Successful\n";
const FAILED = "b,l,v,failed,500,Slow,no\n";

describe("the intake of a report", () => {
  it("asks for manifest.json and what it names, below the prefix or at the top of the bucket", async () => {
    for (const [prefix, base] of [
      ["reports/x", "reports/x/job-j"],
      ["", "job-j"],
    ] as const) {
      const asked: string[] = [];
      const objects = objectsOf(base, { "a.csv": ROW, "b-2_X.csv": FAILED });
      const { folder, rows } = await readReport(clientOf(objects, asked), {
        bucket: "ops",
        prefix,
        jobId: "j",
      });
      expect(asked).to.deep.equal([
        `${base}/manifest.json`,
        `${base}/manifest.json.md5`,
        `${base}/results/a.csv`,
        `${base}/results/b-2_X.csv`,
      ]);
      expect([...rows].map(({ key, succeeded }) => [key, succeeded])).to.deep.equal([
        ["k", true],
        ["l", false],
      ]);
      expect(folder).to.equal(undefined);
    }
  });

  it("keeps each file as it came, in a folder that it makes", async () => {
    const parent = await mkdtemp(join(tmpdir(), "intake-"));
    try {
      const folder = join(parent, "reports", "job-j");
      const objects = objectsOf("reports/job-j", { "a.csv": ROW, "b.csv": FAILED });
      expect((await read(objects, { folder })).folder).to.equal(folder);
      const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
        .filter((one) => one.isFile())
        .map(({ name, parentPath }) => join(parentPath, name).slice(folder.length + 1))
        .sort();
      expect(names).to.deep.equal([
        "manifest.json",
        "manifest.json.md5",
        "results/a.csv",
        "results/b.csv",
      ]);
      for (const name of names) {
        const kept = await readFile(join(folder, name));
        expect(kept.equals(objects.get(`reports/job-j/${name}`) ?? Buffer.of())).to.equal(true);
      }
    } finally {
      await rm(parent, { recursive: true });
    }
  });

  it("takes no manifest.json that is not what its MD5 says", async () => {
    const objects = objectsOf("reports/job-j", { "a.csv": ROW });
    objects.set("reports/job-j/manifest.json.md5", Buffer.from(md5("{}")));
    const { message } = await refusalOf(read(objects));
    expect(message).to.match(/^reports\/job-j\/manifest\.json has the MD5 \w{32}, but \w{32} was/);
  });

  for (const [what, change] of [
    ["in another bucket", (one) => ({ ...one, Bucket: "other" })],
    ["of another job", (one) => ({ ...one, Key: "reports/job-k/results/a.csv" })],
    ["in a folder below", (one) => ({ ...one, Key: "reports/job-j/results/x/a.csv" })],
    ["with a way out of it", (one) => ({ ...one, Key: "reports/job-j/results/../a.csv" })],
    ["that ends like one", (one) => ({ ...one, Key: "reports/job-j/results/a.csv.sh" })],
    ["that begins like one", (one) => ({ ...one, Key: "reports/job-j/results/.a.csv" })],
    ["without a name", (one) => ({ ...one, Key: "reports/job-j/results/.csv" })],
    ["that is no table", (one) => ({ ...one, Key: "reports/job-j/results/aXcsv" })],
  ] as const satisfies readonly (readonly [string, (result: Result) => Result])[]) {
    it(`takes no file ${what}, and asks for none`, async () => {
      const asked: string[] = [];
      const objects = objectsOf("reports/job-j", { "a.csv": ROW }, change);
      const s3 = clientOf(objects, asked);
      const { message } = await refusalOf(
        readReport(s3, { bucket: "ops", prefix: "reports", jobId: "j" }),
      );
      expect(message).to.match(
        /^reports\/job-j\/manifest\.json names \S+ in \S+, which is not a result file/,
      );
      expect(asked).to.have.length(2);
    });
  }

  it("takes files up to a size together, and not a byte more", async () => {
    const objects = objectsOf("reports/job-j", { "a.csv": ROW, "b.csv": FAILED });
    const maxTotalBytes = ROW.length + FAILED.length;
    expect((await read(objects, { maxTotalBytes })).rows).to.have.length(2);
    const { message } = await refusalOf(read(objects, { maxTotalBytes: maxTotalBytes - 1 }));
    expect(message).to.contain(`names hold more than the ${maxTotalBytes - 1} bytes allowed`);
  });

  it("takes 4 GiB together where no other size is said", async () => {
    const GIB = 1024 ** 3;
    const count = countBytes("its files");
    for (const sizeBytes of [3 * GIB, GIB, 0]) count(sizeBytes);
    const { message } = await refusalOf(() => count(1));
    expect(message).to.equal(`its files hold more than the ${4 * GIB} bytes allowed.`);
  });

  it("counts the rows of each file by itself", async () => {
    const bad = `${ROW}b,k,v\n`;
    const { message } = await refusalOf(
      read(objectsOf("reports/job-j", { "a.csv": ROW, "b.csv": bad })),
    );
    expect(message).to.match(/^row 2 of reports\/job-j\/results\/b\.csv does not have/);
    // Rows come in pieces: those before the one that breaks are counted all the same.
    const long = `b,${"k".repeat(1_000)},v,succeeded,200,,x\n`.repeat(2_500);
    const { message: after } = await refusalOf(
      read(objectsOf("reports/job-j", { "a.csv": `${long}b,k\n` })),
    );
    expect(after).to.match(/^row 2501 of /);
  });
});

describe("manifest.json of a report", () => {
  const file = (Key: string, MD5Checksum: string) =>
    ({ Bucket: "b", Key, MD5Checksum, TaskExecutionStatus: "failed" }) as const;
  const parse = (results: readonly object[]) =>
    parseReportManifest(JSON.stringify({ Format: "Report_CSV_20180820", Results: results }));

  it("names up to ten thousand files", async () => {
    const files = Array.from({ length: 10_001 }, (_, index) => file(`${index}`, `m${index}`));
    expect(parse(files.slice(1))).to.have.length(10_000);
    expect((await refusalOf(() => parse(files))).message).to.contain("names more than 10000 files");
  });

  it("is refused with what is wrong in it, be it no JSON or without a member", async () => {
    const keyless = { ...file("a", "m"), Key: undefined };
    for (const work of [
      () => parseReportManifest("{"),
      () => parse([keyless]),
      () => parse([{ ...file("a", "m"), TaskExecutionStatus: "skipped" }]),
      () => parseReportManifest(JSON.stringify({ Format: "Report_CSV_20180820" })),
    ]) {
      const { cause, message } = await refusalOf(work);
      expect(message).to.equal("manifest.json is not in the form Report_CSV_20180820.");
      expect(cause).to.be.instanceOf(Error);
    }
  });
});

describe("rows of a report", () => {
  it("have seven columns, no fewer and no more", async () => {
    for (const row of ["b,k,v,succeeded,200,\n", "b,k,v,succeeded,200,,x,y\n"]) {
      const { message } = await refusalOf(() => parseReportRows(row));
      expect(message).to.equal("row 1 of a result file does not have the seven columns of a task.");
    }
  });

  it("have a status of HTTP where three digits are, and none where there are others", () => {
    const of = (fifth: string, sixth: string) => {
      const [row] = parseReportRows(`b,k,v,failed,${fifth},${sixth},x\n`);
      return [row?.httpStatus, row?.errorCode];
    };
    expect(of("403", "AccessDenied")).to.deep.equal([403, "AccessDenied"]);
    expect(of("AccessDenied", "403")).to.deep.equal([403, "AccessDenied"]);
    // A code may be a status as well: the first is the status, as the rows of AWS have it.
    expect(of("403", "500")).to.deep.equal([403, "500"]);
    expect(of("", "")).to.deep.equal([undefined, ""]);
    expect(of("Slow", "")).to.deep.equal([undefined, ""]);
    for (const odd of ["20", "2000", "20x", " 200"]) {
      expect(of(odd, "Slow")).to.deep.equal([undefined, "Slow"]);
    }
  });

  it("may be apart from each other, and are counted from where they begin", async () => {
    expect(parseReportRows(`${ROW}\n${FAILED}`)).to.have.length(2);
    const { message } = await refusalOf(() =>
      parseReportRows(`${ROW}b,%zz,v,failed,,,x\n`, 10, "a.csv"),
    );
    expect(message).to.equal("row 12 of a.csv has a key that is not URL-encoded.");
    const broken = await refusalOf(() => parseReportRows('b,"k\n', 0, "a.csv"));
    expect(broken.message).to.equal("a.csv is not CSV.");
    expect(broken.cause).to.be.instanceOf(Error);
  });
});

describe("a file of a report", () => {
  const answer = (more: object | Error) =>
    ({
      send: () => (more instanceof Error ? Promise.reject(more) : Promise.resolve(more)),
    }) as unknown as S3Client;
  const ranged = (totalBytes: number, Body: Readable) =>
    answer({ ETag: '"e"', ContentRange: `bytes 0-0/${totalBytes}`, Body });

  it("that is not there is told apart from one that may not be read", async () => {
    const missing = await refusalOf(store(answer(refusal("NoSuchKey", 404)), "ops", "a.csv"));
    expect(missing).to.be.instanceOf(MissingFile);
    expect(missing.message).to.equal("There is no a.csv in ops.");
    expect(missing.cause).to.be.instanceOf(Error);
    for (const error of [refusal("AccessDenied", 403), new TypeError("a bug")]) {
      const told: unknown = await store(answer(error), "ops", "a.csv").catch(
        (reason: unknown) => reason,
      );
      expect(told).to.equal(error);
    }
  });

  it("is given up at once where S3 says that it is too large: 500 MiB, or 32 MiB of manifest.json", async () => {
    const MIB = 1024 * 1024;
    for (const [take, maxBytes] of [
      [store, 500 * MIB],
      [download, 32 * MIB],
    ] as const) {
      const body = Readable.from(["x"]);
      const { message } = await refusalOf(take(ranged(maxBytes + 1, body), "ops", "a.csv"));
      expect(message).to.equal(
        `a.csv has ${maxBytes + 1} bytes, more than the ${maxBytes} allowed.`,
      );
      expect(body.destroyed).to.equal(true);
      // One that may be so large is begun.
      const begun = Readable.from(
        (function* () {
          yield Buffer.from("x");
          throw new TypeError("begun");
        })(),
      );
      const controller = new AbortController();
      begun.once("error", () => controller.abort());
      const told: unknown = await take(
        ranged(maxBytes, begun),
        "ops",
        "a.csv",
        controller.signal,
      ).catch((reason: unknown) => reason);
      expect(told).to.have.property("code", "Aborted");
    }
  });

  it("has its name, its MD5 and its ETag", async () => {
    const { content, ...told } = await store(
      clientOf(new Map([["a.csv", Buffer.from("text")]])),
      "ops",
      "a.csv",
    );
    expect(told).to.deep.equal({ name: "a.csv", md5: md5("text"), etag: `"${md5("text")}"` });
    expect(content.sizeBytes).to.equal(4);
    const whole = await download(clientOf(new Map([["a", Buffer.from("text")]])), "ops", "a");
    expect(whole.toString()).to.equal("text");
  });

  it("that was changed meanwhile, or does not come whole, is refused; what else ends it is told as it is", async () => {
    const large = 8 * 1024 * 1024 + 1;
    /** The first range comes, and S3 refuses the second. */
    const refusedWith = (status: number) => {
      const first = ranged(large, Readable.from([Buffer.alloc(large - 1)]));
      let count = 0;
      const send = (...args: Parameters<S3Client["send"]>) =>
        count++ === 0 ? first.send(...args) : Promise.reject(refusal("No", status));
      return store({ send } as unknown as S3Client, "ops", "a.csv");
    };
    const longer = await refusalOf(store(ranged(5, Readable.from(["123456"])), "ops", "a.csv"));
    expect(longer.message).to.equal(
      "a.csv is not whole: it has more than the 5 bytes that S3 says.",
    );
    expect((await refusalOf(refusedWith(412))).message).to.equal(
      "a.csv was changed while it was read.",
    );
    const told: unknown = await refusedWith(403).catch((reason: unknown) => reason);
    expect(told).to.have.property("name", "No");
  });
});

describe("MD5s, packed files and records", () => {
  it("are compared without case, blanks and what AWS writes behind the 32 characters", async () => {
    const right = md5("x");
    for (const expected of [right, right.toUpperCase(), ` \n${right}\n`, `${right}=`]) {
      checkMd5("a.csv", right, expected);
    }
    const { message } = await refusalOf(() => checkMd5("a.csv", right, `0${right}`));
    expect(message).to.equal(
      `a.csv has the MD5 ${right}, but 0${right.slice(0, 31)} was expected.`,
    );
  });

  it("are unpacked by their first two bytes alone", async () => {
    for (const bytes of [[], [0x1f], [0x1f, 0x8c, 1], [0x1e, 0x8b, 1], [1, 0x8b, 2]]) {
      const out: Buffer[] = [];
      for await (const one of unzipped("f", [Buffer.from(bytes), Buffer.from("y")])) out.push(one);
      expect([...Buffer.concat(out)]).to.deep.equal([...bytes, 0x79]);
    }
    expect(await textOf(unzipped("f", []))).to.equal("");
    const packed = gzipSync("text");
    const each = [...packed.subarray(2)].map((byte) => Buffer.of(byte));
    expect(await textOf(unzipped("f", [packed.subarray(0, 2), ...each]))).to.equal("text");
    const { cause, message } = await refusalOf(textOf(unzipped("f", [packed], 3)));
    expect(message).to.equal("f cannot be unpacked, or holds more than 3 bytes.");
    expect(cause).to.be.instanceOf(RangeError);
  });

  it("have no record of more than a MiB, and the last one may have no end", async () => {
    const MIB = 1024 * 1024;
    const piecesOf = async (...chunks: string[]) => {
      const pieces: string[] = [];
      for await (const one of wholeRecords(
        "a.csv",
        chunks.map((text) => Buffer.from(text)),
      )) {
        pieces.push(one);
      }
      return pieces;
    };
    expect(await piecesOf("a\nb", "c\nd")).to.deep.equal(["a\n", "bc\n", "d"]);
    expect(await piecesOf("a\n")).to.deep.equal(["a\n"]);
    expect(await piecesOf("")).to.deep.equal([]);
    expect(await piecesOf("a", "b", "c")).to.deep.equal(["abc"]);
    const longest = "x".repeat(MIB);
    expect(await piecesOf(`a\n${longest}`, "\n")).to.have.length(2);
    const { message } = await refusalOf(piecesOf(`a\n${longest}x`, "\n"));
    expect(message).to.equal(`a.csv is not CSV: a record has more than ${MIB} bytes.`);
  });

  it("are refused with their cause where there is one", () => {
    const cause = new Error("why");
    expect(unreadable("x", cause)).to.have.property("cause", cause);
    expect(unreadable("x")).not.to.have.property("cause");
  });
});
