import { expect } from "chai";
import fc from "fast-check";
import { ContentStore } from "../../../src/services/s3/store/kept-content";
import type { ObjectVersion } from "../../../src/services/s3/store/model";
import { createObjectIndex } from "../../../src/services/s3/store/object-index";
import { compareUtf8, keyAfterPrefix } from "../../../src/services/s3/listing/utf8-order";
import { versionRecord } from "../../../src/services/s3/store/version-record";

const content = new ContentStore().keep({ body: Buffer.from("abc"), etag: "", checksums: {} });

function version(key: string, versionId: string, sequence: number, at = 0): ObjectVersion {
  return versionRecord({
    key,
    versionId,
    sequence,
    lastModifiedEpochMs: at,
    isDeleteMarker: false,
    content,
    systemMetadata: {},
    userMetadata: {},
    storageClass: "STANDARD",
    encryption: { algorithm: "AES256" },
    ownerAccountId: "111111111111",
  });
}

describe("object index", () => {
  it("orders keys by their UTF-8 bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (left, right) => {
        const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
        expect(Math.sign(compareUtf8(left, right))).to.equal(expected);
      }),
    );
    expect(compareUtf8("\u{1F600}", "\uFFFD")).to.be.greaterThan(0);
  });

  it("knows the first key beyond a prefix", () => {
    expect(keyAfterPrefix("a/")).to.equal("a0");
    expect(keyAfterPrefix("\u{10FFFF}")).to.equal(undefined);
    expect(keyAfterPrefix("a\u{10FFFF}")).to.equal("b");
    expect(keyAfterPrefix("\uD7FF")).to.equal("\uE000");
    expect(keyAfterPrefix("")).to.equal(undefined);
  });

  it("behaves as a sorted list of versions under any sequence of inserts and removes", () => {
    const step = fc.record({
      key: fc.nat(400).map((number) => `k${number.toString(36)}`),
      id: fc.nat(3).map(String),
      remove: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 1500, size: "max" }), (steps) => {
        const index = createObjectIndex();
        const model = new Map<string, ObjectVersion[]>();
        let sequence = 0;
        for (const { key, id, remove } of steps) {
          const rest = (model.get(key) ?? []).filter((other) => other.versionId !== id);
          if (remove) {
            const wasThere = rest.length < (model.get(key) ?? []).length;
            expect(index.remove(key, id)).to.equal(wasThere);
          } else {
            const added = version(key, id, ++sequence);
            index.insert(added);
            rest.unshift(added);
          }
          if (rest.length === 0) model.delete(key);
          else model.set(key, rest);
        }
        const expected = [...model].sort(([left], [right]) => compareUtf8(left, right));
        expect([...index.walk()].map(([key]) => key)).to.deep.equal(expected.map(([key]) => key));
        for (const [key, versions] of expected) {
          expect(index.versions(key)).to.deep.equal(versions);
          expect(index.current(key)).to.equal(versions[0]);
        }
        const count = expected.reduce((total, [, versions]) => total + versions.length, 0);
        expect(index.versionCount).to.equal(count);
        expect(index.keyCount).to.equal(model.size);
        expect(index.bodyBytes).to.equal(3 * count);
      }),
      { numRuns: 30 },
    );
  });

  it("puts a version at its place by date, then by sequence", () => {
    const index = createObjectIndex();
    index.insert(version("k", "new", 2, 20));
    index.insert(version("k", "old", 9, 10));
    index.insert(version("k", "newest", 3, 20));
    expect(index.versions("k").map((each) => each.versionId)).to.deep.equal([
      "newest",
      "new",
      "old",
    ]);
  });

  it("lets a walk go on after what it showed was removed", () => {
    const index = createObjectIndex();
    for (let number = 0; number < 1000; number++) {
      index.insert(version(`k${String(number).padStart(4, "0")}`, "null", number));
    }
    let seen = 0;
    for (const [key, versions] of index.walk()) {
      for (const each of versions) index.remove(key, each.versionId);
      seen++;
    }
    expect(seen).to.equal(1000);
    expect(index.keyCount).to.equal(0);
    expect([...index.walk()]).to.deep.equal([]);
  });

  it("keeps the order of bytes when characters beyond the basic plane come late or first", () => {
    const keys = ["a", "é", "\uFFFD", "\u{1F600}", "\u{1F600}b"];
    for (const order of [keys, [...keys].reverse()]) {
      const index = createObjectIndex();
      for (let number = 0; number < 200; number++) index.insert(version(`m${number}`, "null", 0));
      for (const key of order) index.insert(version(key, "null", 1));
      const walked = [...index.walk()].map(([key]) => key).filter((key) => keys.includes(key));
      expect(walked).to.deep.equal(keys);
      for (const key of keys) expect(index.current(key)?.key).to.equal(key);
    }
  });

  it("passes four nodes at most among 100,000 keys, in whatever order they came", () => {
    const keysCount = 100_000;
    // Steps of a prime number that does not divide the count meet each key once.
    for (const step of [1, keysCount - 1, 38_933]) {
      const index = createObjectIndex();
      let number = 0;
      for (let count = 1; count <= keysCount; count++) {
        number = (number + step) % keysCount;
        index.insert(version(`k${number}`, "null", count));
        if (count === 64) expect(index.depth).to.equal(1);
        if (count === 1000) expect(index.depth).to.equal(2);
      }
      expect(index.keyCount).to.equal(keysCount);
      expect(index.depth).to.be.at.most(4);
      for (let other = 0; other < keysCount; other++) index.remove(`k${other}`, "null");
      expect(index.depth).to.equal(1);
    }
  });

  it("starts a walk at or after a key", () => {
    const index = createObjectIndex();
    for (const key of ["a", "b", "c"]) index.insert(version(key, "null", 1));
    const keys = (start: { key: string; after?: boolean }): string[] =>
      [...index.walk(start)].map(([key]) => key);
    expect(keys({ key: "b" })).to.deep.equal(["b", "c"]);
    expect(keys({ key: "b", after: true })).to.deep.equal(["c"]);
    expect(keys({ key: "aa", after: true })).to.deep.equal(["b", "c"]);
    expect(keys({ key: "d" })).to.deep.equal([]);
  });

  it("finds one of many versions of a key, also after some were removed", () => {
    const index = createObjectIndex();
    for (let number = 0; number < 5000; number++) index.insert(version("k", `v${number}`, number));
    expect(index.version("k", "v17")?.sequence).to.equal(17);
    expect(index.remove("k", "v17")).to.equal(true);
    expect(index.version("k", "v17")).to.equal(undefined);
    expect(index.current("k")?.versionId).to.equal("v4999");
    expect(index.versions("k")[4999 - 17]?.versionId).to.equal("v16");
  });
});
