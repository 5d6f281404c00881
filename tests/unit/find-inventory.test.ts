/** Which inventory is taken: the newest that is whole, and none that was altered. */

import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { GetObjectCommand, type ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { isLockstepError } from "../../automation/errors";
import { findInventory, type FoundInventory } from "../../automation/inventory/find-inventory";
import { inventoryObjects, ObjectsInMemory } from "../helpers/inventory-files";

const MADE = {
  listedBucket: "listed",
  bucketName: "beside",
  prefix: "inventory",
  id: "daily",
  format: "CSV",
  rows: [],
} as const;
const OLDER = Date.UTC(2026, 6, 1);
const NEWER = Date.UTC(2026, 6, 2);
const WRITTEN = Date.UTC(2026, 6, 3);
const nameOf = (day: number, file: string): string =>
  `inventory/listed/daily/2026-07-0${day}T00-00Z/${file}`;

type Got = ReturnType<ObjectsInMemory["get"]>;

/** @param change of what lies there @param answer of what S3 says */
function find(
  change: (objects: Map<string, Buffer>) => void = () => undefined,
  answer: (got: Got) => Got = (got) => got,
  writtenEpochMs = WRITTEN,
  warnings: string[] = [],
): Promise<FoundInventory> {
  const objects = new Map([
    ...inventoryObjects({ ...MADE, createdEpochMs: OLDER }),
    ...inventoryObjects({ ...MADE, createdEpochMs: NEWER }),
  ]);
  change(objects);
  const bucket = new ObjectsInMemory(objects, writtenEpochMs);
  const s3 = {
    send: (command: GetObjectCommand | ListObjectsV2Command) =>
      Promise.resolve().then(() => {
        return command instanceof GetObjectCommand
          ? answer(bucket.get(command.input))
          : bucket.list(command.input);
      }),
  } as unknown as S3Client;
  const signal = new AbortController().signal;
  const warn = (message: string): void => void warnings.push(message);
  return findInventory("listed", { ...MADE, frequency: "Daily" }, { s3, signal, warn });
}

async function refusalOf(...given: Parameters<typeof find>): Promise<string> {
  try {
    await find(...given);
  } catch (error) {
    if (!isLockstepError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
  return "";
}

describe("the inventory that is taken", () => {
  it("is the newest that has its manifest and its checksum", async () => {
    expect((await find()).createdEpochMs).to.equal(NEWER);
    for (const file of ["manifest.json", "manifest.checksum"]) {
      const found = await find((objects) => void objects.delete(nameOf(2, file)));
      expect(found.createdEpochMs, file).to.equal(OLDER);
    }
    const none = await refusalOf((objects) => {
      for (const day of [1, 2]) objects.delete(nameOf(day, "manifest.checksum"));
    });
    expect(none).to.match(/^InventoryMissing: S3 has delivered no inventory of listed into beside/);
  });

  it("is none whose manifest is not what its checksum says, though the one before is", async () => {
    const manifest = nameOf(2, "manifest.json");
    const altered = await refusalOf((objects) => {
      objects.set(
        manifest,
        Buffer.concat([objects.get(manifest) ?? Buffer.of(), Buffer.from(" ")]),
      );
    });
    expect(altered).to.match(/^InventoryUnreadable: .* was altered: its MD5 is \w+, its manifest/);
    expect(altered).to.contain(`${manifest} in beside`);
  });

  it("is none that was made after it was written, but for the part of a second that headers lack", async () => {
    const refused = await refusalOf(undefined, undefined, NEWER - 1_001);
    expect(refused).to.match(/^InventoryUnreadable: .* made after it was written/);
    expect((await find(undefined, undefined, NEWER - 1_000)).createdEpochMs).to.equal(NEWER);
  });

  it("is none that is dated later than S3 can have written it, which is told by its name", async () => {
    const plant = (folder: string) => (objects: Map<string, Buffer>) => {
      const manifest = Buffer.from('{"x":1}');
      const path = `inventory/listed/daily/${folder}/`;
      objects.set(`${path}manifest.json`, manifest);
      const md5 = createHash("md5").update(manifest).digest("hex");
      objects.set(`${path}manifest.checksum`, Buffer.from(md5));
    };
    for (const folder of ["2099-01-01T00-00Z", "9999-99-99T99-99Z", "2026-07-04T00-01Z"]) {
      const warnings: string[] = [];
      const found = await find(plant(folder), undefined, undefined, warnings);
      expect(found.createdEpochMs, folder).to.equal(NEWER);
      expect(warnings, folder).to.have.length(1);
      expect(warnings[0]).to.contain(
        `The folder inventory/listed/daily/${folder}/ in beside is dated later than S3 can have`,
      );
    }
    // What S3 might have made counts as the newest, until its next one does.
    const refused = await refusalOf(plant("2026-07-04T00-00Z"));
    expect(refused).to.match(/^InventoryUnreadable: .*2026-07-04T00-00Z.* is no manifest/);
    const warnings: string[] = [];
    await find(undefined, undefined, undefined, warnings);
    expect(warnings).to.deep.equal([]);
  });

  it("is none whose manifest has no end, or breaks off again and again", async () => {
    const large = await refusalOf(undefined, (got) => ({
      ...got,
      ContentRange: `bytes 0-8388607/${64 * 1024 * 1024 + 1}`,
    }));
    expect(large).to.match(/^InventoryUnreadable: .* has more than 67108864 bytes/);
    const longer = await refusalOf(undefined, (got) => ({
      ...got,
      Body: Readable.from([Buffer.alloc(10_000)]) as Got["Body"],
    }));
    expect(longer).to.match(/^InventoryUnreadable: .* is not whole: it has more than the/);
    expect(longer).to.contain(`${nameOf(2, "manifest.checksum")} in beside`);
  });
});
