/** A file of an inventory on its way here: in ranges, gone on with where one broke off, and refused when it is another. */

import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import type { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { isLockstepError } from "../../automation/errors";
import { fetchFile } from "../../automation/inventory/fetch-file";
import { ObjectsInMemory } from "../helpers/inventory-files";

const MIB = 1024 * 1024;
const KEY = "inventory/data/a.csv.gz";

describe("a file of an inventory", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "lockstep-fetch-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  type Got = ReturnType<ObjectsInMemory["get"]>;

  /** @param answer changes an answer, which is the nth */
  async function fetch(
    bytes: Buffer,
    answer: (got: Got, number: number, bucket: ObjectsInMemory) => Got = (got) => got,
    claimed: Partial<{ sizeBytes: number; md5: string }> = {},
  ) {
    const bucket = new ObjectsInMemory(new Map([[KEY, bytes]]));
    const ranges: (string | undefined)[] = [];
    let toldBytes = 0;
    const s3 = {
      send: ({ input }: GetObjectCommand) => {
        ranges.push(input.Range);
        const number = ranges.length;
        return Promise.resolve().then(() => answer(bucket.get(input), number, bucket));
      },
    } as unknown as S3Client;
    const path = join(folder, "file");
    const md5 = createHash("md5").update(bytes).digest("hex");
    await fetchFile({ key: KEY, sizeBytes: bytes.length, md5, ...claimed }, path, {
      s3,
      bucketName: "beside",
      clock: { nowEpochMs: () => 0, sleep: () => Promise.resolve() },
      signal: new AbortController().signal,
      onBytes: (count) => (toldBytes += count),
    });
    expect((await readFile(path)).equals(bytes)).to.equal(true);
    return { ranges, toldBytes };
  }

  async function refusalOf(...given: Parameters<typeof fetch>): Promise<string> {
    try {
      await fetch(...given);
    } catch (error) {
      if (!isLockstepError(error)) throw error;
      expect(error.code).to.equal("InventoryUnreadable");
      expect(error.message).to.contain(`${KEY} in beside`);
      return error.message;
    }
    return "";
  }

  /** Ends in an error after some bytes. */
  function broken(got: Got, count: number): Got {
    const body = (async function* () {
      for await (const chunk of got.Body) {
        yield (chunk as Buffer).subarray(0, count);
        throw Object.assign(new Error("aborted"), { code: "ECONNRESET" });
      }
    })();
    return { ...got, Body: Readable.from(body, { objectMode: false }) as Got["Body"] };
  }

  it("comes whole, in ranges of 8 MiB", async () => {
    const { ranges, toldBytes } = await fetch(randomBytes(20 * MIB + 1));
    expect(ranges).to.deep.equal([
      `bytes=0-${8 * MIB - 1}`,
      `bytes=${8 * MIB}-${16 * MIB - 1}`,
      `bytes=${16 * MIB}-${20 * MIB}`,
    ]);
    expect(toldBytes).to.equal(20 * MIB + 1);
    expect((await fetchEmpty()).ranges).to.deep.equal([`bytes=0-${8 * MIB - 1}`, undefined]);
  });

  async function fetchEmpty() {
    await rm(join(folder, "file"), { force: true });
    return fetch(Buffer.alloc(0));
  }

  it("goes on where it broke off, and not for ever", async () => {
    const bytes = randomBytes(1_000);
    const { ranges } = await fetch(bytes, (got, number) => (number <= 2 ? broken(got, 100) : got));
    expect(ranges).to.deep.equal([`bytes=0-${8 * MIB - 1}`, "bytes=100-999", "bytes=200-999"]);
    await rm(join(folder, "file"));
    let asked = 0;
    const refusal = await refusalOf(bytes, (got, number) => {
      asked = number;
      return broken(got, 1);
    });
    expect(refusal).to.contain("is not whole: it broke off after 5 of 1000 bytes");
    expect(asked).to.equal(5);
  });

  it("is refused when it is another, longer, shorter, gone or changed meanwhile", async () => {
    const bytes = randomBytes(1_000);
    const cases: readonly (readonly [Parameters<typeof fetch>, RegExp])[] = [
      [[bytes, undefined, { md5: "0".repeat(32) }], /its MD5 is \w+, not 0{32}/],
      [[bytes, undefined, { sizeBytes: 999 }], /has 1000 bytes, its manifest says 999/],
      [[bytes, undefined, { sizeBytes: 1_001 }], /has 1000 bytes, its manifest says 1001/],
      [[bytes, undefined, { sizeBytes: 0 }], /has 1000 bytes, its manifest says 0/],
      [[bytes, undefined, { sizeBytes: 20 * MIB }], /has 1000 bytes, its manifest says 20971520/],
    ];
    for (const [given, words] of cases) {
      expect(await refusalOf(...given)).to.match(words);
      await rm(join(folder, "file"), { force: true });
    }
    const changed = await refusalOf(bytes, (got, number, bucket) => {
      if (number === 1) bucket.objects.set(KEY, randomBytes(1_000));
      return number === 1 ? broken(got, 10) : got;
    });
    expect(changed).to.match(/was changed while it was read/);
    await rm(join(folder, "file"));
    const gone = await refusalOf(bytes, (got, number, bucket) => {
      if (number === 1) bucket.objects.delete(KEY);
      return number === 1 ? broken(got, 10) : got;
    });
    expect(gone).to.match(/is not there, though its manifest names it/);
  });
});
