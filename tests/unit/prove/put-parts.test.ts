import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { hashed } from "../../../automation/aws/put-file";
import { compositeSha256, partsOf, putParts } from "../../../automation/aws/put-parts";
import { mayBeThere } from "../../../automation/prove/keep-bundle";
import { DiskFile } from "../../../automation/spill/disk-file";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

/** As the SDK throws what S3 answers. */
function answered(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error("no"), { name, $metadata: { httpStatusCode } });
}

describe("an object in parts", () => {
  it("is cut so that nothing is left out, in no more parts than S3 takes", () => {
    expect(partsOf(12 * MIB + 1, 5 * MIB)).to.deep.equal([
      { startBytes: 0, sizeBytes: 5 * MIB },
      { startBytes: 5 * MIB, sizeBytes: 5 * MIB },
      { startBytes: 10 * MIB, sizeBytes: 2 * MIB + 1 },
    ]);
    expect(partsOf(10 * MIB, 5 * MIB)).to.have.length(2);
    for (const sizeBytes of [625 * GIB, 625 * GIB + 1, 5 * 2 ** 40]) {
      const parts = partsOf(sizeBytes, 64 * MIB);
      expect(parts.length).to.be.within(2, 10_000);
      let endBytes = 0;
      for (const part of parts) {
        expect(part.startBytes).to.equal(endBytes);
        endBytes += part.sizeBytes;
      }
      expect(endBytes).to.equal(sizeBytes);
      for (const part of parts.slice(0, -1)) expect(part.sizeBytes).to.be.within(64 * MIB, 5 * GIB);
    }
  });

  it("has a checksum made of those of its parts", () => {
    const hashes = ["a", "b"].map((text) => createHash("sha256").update(text).digest());
    const whole = createHash("sha256").update(Buffer.concat(hashes)).digest("base64");
    const parts = hashes.map((hash) => ({ sha256: hash.toString("hex") }));
    expect(compositeSha256(parts)).to.equal(`${whole}-2`);
  });

  describe("of a file", () => {
    let folder: string;
    before(() => (folder = mkdtempSync(join(tmpdir(), "lockstep-parts-"))));
    after(() => rmSync(folder, { recursive: true, force: true }));

    it("is read a piece at a time, from where the part begins to where it ends", () => {
      const path = join(folder, "a");
      const bytes = randomBytes(3 * MIB);
      writeFileSync(path, bytes);
      const part = new DiskFile(path, { startBytes: MIB + 7, sizeBytes: MIB + 11 });
      const pieces = [...part.chunks()];
      expect(Math.max(...pieces.map(({ length }) => length))).to.be.most(256 * 1024);
      expect(Buffer.concat(pieces).equals(bytes.subarray(MIB + 7, 2 * MIB + 18))).to.equal(true);
      expect(Buffer.concat([...new DiskFile(path).chunks()]).equals(bytes)).to.equal(true);
    });

    it("is no other where the file has become shorter", () => {
      const path = join(folder, "b");
      writeFileSync(path, randomBytes(MIB));
      const file = new DiskFile(path);
      truncateSync(path, 10);
      expect(() => [...file.chunks()]).to.throw("became shorter");
    });
  });

  it("is hashed so that others get their turn, and no further once somebody stops it", async () => {
    const stop = new AbortController();
    let readCount = 0;
    const bytes = {
      sizeBytes: 10_000,
      *chunks() {
        for (; readCount < 10_000; readCount++) yield Buffer.of(readCount % 256);
      },
    };
    setImmediate(() => stop.abort());
    const error: unknown = await hashed(bytes, stop.signal).catch((reason: unknown) => reason);
    expect(error).to.have.property("name", "AbortError");
    expect(readCount).to.be.below(1000);
    const whole = await hashed(
      { sizeBytes: 2, chunks: () => [Buffer.of(97), Buffer.of(98)] },
      new AbortController().signal,
    );
    expect(whole.sha256).to.equal(createHash("sha256").update("ab").digest("hex"));
  });

  describe("that is not kept", () => {
    /** Refuses the end of an upload; of its aborts each as said. */
    async function tried(aborts: readonly (Error | undefined)[]) {
      const sent: string[] = [];
      const left: string[] = [];
      const send = ({ constructor: { name } }: object): Promise<unknown> => {
        sent.push(name);
        if (name === "CompleteMultipartUploadCommand") {
          return Promise.reject(answered("PreconditionFailed", 412));
        }
        if (name === "AbortMultipartUploadCommand") {
          const refused = aborts[sent.filter((one) => one === name).length - 1];
          if (refused !== undefined) return Promise.reject(refused);
        }
        return Promise.resolve({ UploadId: "u" });
      };
      const part = { bytes: { sizeBytes: 1, chunks: () => [Buffer.of(0)] }, sha256: "00" };
      const error: unknown = await putParts(
        { send } as unknown as S3Client,
        { Bucket: "b", Key: "k", IfNoneMatch: "*" },
        [part],
        { signal: new AbortController().signal, onLeft: (id) => left.push(id) },
      ).catch((reason: unknown) => reason);
      const abortCount = sent.filter((one) => one === "AbortMultipartUploadCommand").length;
      return { error, left, abortCount };
    }

    it("is ended until S3 knows it no more, three times at the most", async () => {
      const gone = answered("NoSuchUpload", 404);
      for (const [aborts, abortCount] of [
        [[gone], 1],
        [[undefined, gone], 2],
        [[], 3],
      ] as const) {
        const found = await tried(aborts);
        expect(found.error).to.have.property("name", "PreconditionFailed");
        expect(found).to.deep.include({ left: [], abortCount });
      }
    });

    it("is told where it cannot be ended", async () => {
      const { error, left } = await tried([answered("AccessDenied", 403)]);
      expect(left).to.deep.equal(["u"]);
      expect(error).to.have.property("name", "PreconditionFailed");
    });
  });

  it("may be there all the same, by what S3 answers", () => {
    expect(mayBeThere(answered("PreconditionFailed", 412))).to.equal(true);
    expect(mayBeThere(answered("ConditionalRequestConflict", 409))).to.equal(true);
    expect(mayBeThere(answered("NoSuchUpload", 404))).to.equal(true);
    expect(mayBeThere(answered("NoSuchBucket", 404))).to.equal(false);
    expect(mayBeThere(answered("AccessDenied", 403))).to.equal(false);
    expect(mayBeThere(new Error("no answer"))).to.equal(false);
  });
});
