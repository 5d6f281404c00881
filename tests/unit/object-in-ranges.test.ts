/** An object on its way here in ranges: in its order, gone on with where one broke off, and never another one's bytes. */

import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { expect } from "chai";
import { NotWhole, openInRanges } from "../../automation/aws/object-in-ranges";
import { awsFailure } from "../../automation/errors";
import { answeredBy, broken, ended, type Answer, type Got } from "../helpers/broken-answers";
import { ObjectsInMemory } from "../helpers/inventory-files";

const MIB = 1024 * 1024;
const KEY = "reports/job-j/results/a.csv";

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
