/** An object on its way here in ranges: in its order, gone on with where one broke off, and never another one's bytes. */

import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import type { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { NotWhole, openInRanges } from "../../automation/aws/object-in-ranges";
import { awsFailure } from "../../automation/errors";
import { ObjectsInMemory } from "../helpers/inventory-files";

const MIB = 1024 * 1024;
const KEY = "reports/job-j/results/a.csv";

describe("an object in ranges", () => {
  type Got = ReturnType<ObjectsInMemory["get"]>;

  /** @param answer changes an answer, which is the nth */
  async function get(
    bytes: Buffer,
    answer: (got: Got, number: number, bucket: ObjectsInMemory) => Got = (got) => got,
    way: "chunks" | "eachChunk" = "chunks",
  ) {
    const bucket = new ObjectsInMemory(new Map([[KEY, bytes]]));
    const ranges: (string | undefined)[] = [];
    const s3 = {
      send: ({ input }: GetObjectCommand) => {
        ranges.push(input.Range);
        const number = ranges.length;
        return Promise.resolve().then(() => answer(bucket.get(input), number, bucket));
      },
    } as unknown as S3Client;
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

  /** Ends in an error, or just ends, after some bytes. */
  function broken(got: Got, count: number, error?: Error): Got {
    const body = (async function* () {
      for await (const chunk of got.Body) {
        yield (chunk as Buffer).subarray(0, count);
        if (error !== undefined) throw error;
        return;
      }
    })();
    return { ...got, Body: Readable.from(body, { objectMode: false }) as Got["Body"] };
  }
  const reset = Object.assign(new Error("aborted"), { code: "ECONNRESET" });

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
    for (const error of [reset, undefined]) {
      const ranges = await get(randomBytes(9 * MIB), (got, number) =>
        number <= 2 ? broken(got, 1000, error) : got,
      );
      expect(ranges).to.include.members(["bytes=1000-8388607"]);
    }
  });

  it("ends by name where it breaks off again and again", async () => {
    const error: unknown = await get(randomBytes(5000), (got) => broken(got, 10, reset)).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(NotWhole);
    expect(String(error)).to.contain("50 of 5000 bytes");
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
});
