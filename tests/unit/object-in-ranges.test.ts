/** An object on its way here in ranges: in its order, gone on with where one broke off, and never another one's bytes. */

import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { NotWhole, openInRanges } from "../../automation/aws/object-in-ranges";
import { awsFailure } from "../../automation/errors";
import { answeredBy, broken, ended, type Answer, type Got } from "../helpers/broken-answers";
import { ObjectsInMemory } from "../helpers/inventory-files";
import { refusal } from "../helpers/memory-bucket";

const MIB = 1024 * 1024;
const KEY = "reports/job-j/results/a.csv";

const all = async (chunks: AsyncIterable<Buffer>) => {
  const got: Buffer[] = [];
  for await (const chunk of chunks) got.push(chunk);
  return Buffer.concat(got).toString();
};

describe("an object in ranges", () => {
  /** @param answer changes an answer, which is the nth */
  async function get(
    bytes: Buffer,
    answer: Answer = (got) => got,
    way: "chunks" | "eachChunk" = "chunks",
  ) {
    const bucket = new ObjectsInMemory(new Map([[KEY, bytes]]));
    const { ranges, s3 } = answeredBy(bucket, answer);
    const clock = { nowEpochMs: () => 0, sleep: () => Promise.resolve() };
    const coming = await openInRanges({ s3, bucket: "beside", key: KEY, clock });
    const got: Buffer[] = [];
    if (way === "chunks") for await (const chunk of coming.chunks()) got.push(chunk);
    else {
      const whole = Buffer.alloc(bytes.length);
      await coming.eachChunk((chunk, start) => {
        expect(start + chunk.length).to.be.at.most(whole.length);
        return Promise.resolve(void chunk.copy(whole, start));
      });
      got.push(whole);
    }
    expect(Buffer.concat(got).equals(bytes)).to.equal(true);
    expect(coming.sizeBytes).to.equal(bytes.length);
    return ranges;
  }

  it("comes whole and in its order, in ranges of 8 MiB", async () => {
    expect(await get(randomBytes(20 * MIB + 1))).to.deep.equal([
      "bytes=0-8388607",
      "bytes=8388608-16777215",
      "bytes=16777216-20971520",
    ]);
  });

  it("comes by one request where it is small, and by one more where it is empty", async () => {
    expect(await get(randomBytes(100))).to.have.length(1);
    expect(await get(Buffer.alloc(0))).to.deep.equal(["bytes=0-8388607", undefined]);
  });

  it("is gone on with where an answer broke off, or was cut", async () => {
    for (const just of [false, true]) {
      const ranges = await get(randomBytes(9 * MIB), (got, number) =>
        number <= 2 ? (just ? ended(got, 1000) : broken(got, 1000)) : got,
      );
      expect(ranges).to.include.members(["bytes=1000-8388607"]);
    }
  });

  it("ends by name where it breaks off again and again", async () => {
    const error: unknown = await get(randomBytes(5000), (got) => broken(got, 10)).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(NotWhole);
    expect(String(error)).to.contain("50 of 5000 bytes");
    expect((error as NotWhole).cause).to.have.property("code", "ECONNRESET");
  });

  it("has no more bytes than S3 says", async () => {
    const longer = (got: Got): Got => ({
      ...got,
      Body: Readable.from([Buffer.alloc(6000)]) as Got["Body"],
    });
    for (const way of ["chunks", "eachChunk"] as const) {
      const error: unknown = await get(randomBytes(5000), longer, way).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(NotWhole);
      expect(String(error)).to.contain("it has more than the 5000 bytes that S3 says");
    }
  });

  it("is never put together of two: one that was changed meanwhile is refused", async () => {
    const error: unknown = await get(randomBytes(9 * MIB), (got, _, bucket) => {
      bucket.objects.set(KEY, randomBytes(9 * MIB));
      return got;
    }).catch((reason: unknown) => reason);
    expect(awsFailure(error)?.httpStatus).to.equal(412);
  });

  it("has the bytes that are there, at every length around the edges of ranges", async () => {
    const bytes = randomBytes(16 * MIB + 1);
    for (const length of [8 * MIB - 1, 8 * MIB, 8 * MIB + 1, 16 * MIB, 16 * MIB + 1]) {
      await get(bytes.subarray(0, length));
      await get(bytes.subarray(0, length), undefined, "eachChunk");
    }
  });

  describe("tells", () => {
    const open = (more: Partial<Got>, signal?: AbortSignal) => {
      const bucket = new ObjectsInMemory(new Map([[KEY, Buffer.from("12345")]]), 7);
      const { ranges, s3 } = answeredBy(bucket, (got) => ({ ...got, ...more }));
      return openInRanges({ s3, bucket: "beside", key: KEY, signal }).then((coming) => ({
        ...coming,
        ranges,
      }));
    };

    it("its ETag and its date, or none where the answer has none", async () => {
      expect(await open({})).to.deep.include({
        etag: '"827ccb0eea8a706c4c34a16891f84e7b"',
        writtenEpochMs: 7,
        sizeBytes: 5,
      });
      const none = { ETag: undefined, LastModified: undefined } as unknown as Got;
      expect(await open(none)).to.deep.include({ etag: "", writtenEpochMs: 0 });
    });

    it("its size by its range, or by its length where the range does not tell the whole", async () => {
      expect(await open({ ContentRange: "bytes 0-4/*" })).to.deep.include({ sizeBytes: 5 });
      const bytes = { ContentRange: undefined } as unknown as Got;
      expect(await open(bytes)).to.deep.include({ sizeBytes: 5 });
    });

    it("no size where the answer has none, and comes in one piece, of whatever kind", async () => {
      const sizeless = { ContentRange: undefined, ContentLength: undefined };
      for (const parts of [
        ["12", "345"],
        [new Uint8Array([49, 50]), Buffer.from("345")],
      ]) {
        const answer = () => ({ ...sizeless, Body: Readable.from(parts) }) as unknown as Got;
        const coming = await open(answer());
        expect(coming.sizeBytes).to.equal(undefined);
        expect(await all(coming.chunks())).to.equal("12345");
        const taken: [string, number][] = [];
        await (
          await open(answer())
        ).eachChunk((chunk, start) => {
          return Promise.resolve(void taken.push([chunk.toString(), start]));
        });
        expect(taken).to.deep.equal([
          ["12", 0],
          ["345", 2],
        ]);
      }
      const empty = await open({ ...sizeless, Body: undefined } as unknown as Got);
      expect(await all(empty.chunks())).to.equal("");
      empty.giveUp();
    });

    it("S3 that nothing more of it is taken", async () => {
      const Body = Readable.from(["12345"]);
      (await open({ Body } as unknown as Got)).giveUp();
      expect(Body.destroyed).to.equal(true);
      (await open({ Body: (async function* () {})() } as unknown as Got)).giveUp();
    });

    it("whoever stops it, and asks no more", async () => {
      const controller = new AbortController();
      const coming = await open(
        {
          Body: Readable.from(
            (function* () {
              yield Buffer.from("1");
              controller.abort();
              throw new Error("aborted");
            })(),
          ),
        } as unknown as Got,
        controller.signal,
      );
      const error: unknown = await all(coming.chunks()).catch((reason: unknown) => reason);
      expect(error).to.have.property("code", "Aborted");
      expect(coming.ranges).to.have.length(1);
    });
  });

  it("comes without a pause where nothing breaks off, and no further once it is told to stop", async () => {
    const bucket = new ObjectsInMemory(new Map([[KEY, randomBytes(9 * MIB)]]));
    const { s3 } = answeredBy(bucket, (got) => got);
    const clock = { nowEpochMs: () => 0, sleep: () => Promise.reject(new Error("slept")) };
    const open = (signal?: AbortSignal) =>
      openInRanges({ s3, bucket: "beside", key: KEY, clock, signal });
    expect(await all((await open()).chunks())).to.have.length.above(MIB);
    await (await open()).eachChunk(() => Promise.resolve());
    // What is on its way already comes, whatever this made-up S3 is told.
    for (const way of ["chunks", "eachChunk"] as const) {
      const controller = new AbortController();
      const coming = await open(controller.signal);
      const error: unknown = await (
        way === "chunks"
          ? (async () => {
              for await (const chunk of coming.chunks()) if (chunk.length > 0) controller.abort();
            })()
          : coming.eachChunk(() => Promise.resolve(controller.abort()))
      ).catch((reason: unknown) => reason);
      expect(error).to.have.property("code", "Aborted");
    }
  });

  it("comes whole by one request where S3 knows no ranges, however large it is", async () => {
    const bytes = randomBytes(9 * MIB);
    const whole = ({ ETag, LastModified }: Got): Got => {
      const Body = Readable.from([bytes]) as Got["Body"];
      return { ETag, LastModified, ContentLength: bytes.length, Body };
    };
    for (const way of ["chunks", "eachChunk"] as const) {
      expect(await get(bytes, whole, way)).to.have.length(1);
    }
  });

  it("is asked for by its ETag after the first answer, with the signal and in a pause of half a second", async () => {
    const sent: [string | undefined, string | undefined, boolean][] = [];
    const pauses: number[] = [];
    const { signal } = new AbortController();
    for (const etag of ['"e"', undefined]) {
      const s3 = {
        send: ({ input }: { input: { IfMatch?: string; Range?: string } }, options: object) => {
          sent.push([input.Range, input.IfMatch, "abortSignal" in options]);
          return Promise.resolve({
            ETag: etag,
            ContentRange: "bytes 0-1/2",
            Body: Readable.from([Buffer.from("x")]),
          });
        },
      } as unknown as S3Client;
      const sleep = (ms: number) => Promise.resolve(void pauses.push(ms));
      const options = { s3, bucket: "b", key: KEY, clock: { nowEpochMs: () => 0, sleep } };
      const more = etag === undefined ? {} : { signal };
      const coming = await openInRanges({ ...options, ...more });
      await all(coming.chunks());
    }
    expect(sent).to.deep.equal([
      ["bytes=0-8388607", undefined, true],
      ["bytes=1-1", '"e"', true],
      ["bytes=0-8388607", undefined, false],
      ["bytes=1-1", undefined, false],
    ]);
    expect(pauses).to.deep.equal([500, 500]);
  });

  it("is asked for without a range where S3 has none of it, and for no other answer", async () => {
    const asked = async (status: number, failing: number) => {
      const bucket = new ObjectsInMemory(new Map([[KEY, Buffer.from("12345")]]));
      const { ranges, s3 } = answeredBy(bucket, (got, number) => {
        if (number === failing) throw refusal("No", status);
        return failing === 1 ? got : ended(got, 2);
      });
      const clock = { nowEpochMs: () => 0, sleep: () => Promise.resolve() };
      const work = async () => {
        const coming = await openInRanges({ s3, bucket: "beside", key: KEY, clock });
        await all(coming.chunks());
      };
      const error: unknown = await work().catch((reason: unknown) => reason);
      return [awsFailure(error)?.httpStatus, ranges.length];
    };
    expect(await asked(416, 1)).to.deep.equal([undefined, 2]);
    expect(await asked(403, 1)).to.deep.equal([403, 1]);
    expect(await asked(416, 2)).to.deep.equal([416, 2]);
  });
});
