import { hash } from "node:crypto";
import { expect } from "chai";
import { ContentStore } from "../../src/services/s3/store/kept-content";
import type { Content, KeptContent } from "../../src/services/s3/store/kept-content";

function content(text: string, facts: Partial<Content> = {}): Content {
  const body = Buffer.from(text);
  return {
    body,
    etag: hash("md5", body, "hex"),
    checksums: { ChecksumSHA1: hash("sha1", body, "base64") },
    checksumType: "FULL_OBJECT",
    ...facts,
  };
}

function expectKept(kept: KeptContent, given: Content): void {
  const { body, etag, checksums, checksumType, parts, sizeBytes } = kept;
  expect({ etag, checksums, checksumType, parts, sizeBytes }).to.deep.equal({
    etag: given.etag,
    checksums: given.checksums,
    checksumType: given.checksumType,
    parts: given.parts,
    sizeBytes: given.body.length,
  });
  expect(body.equals(given.body)).to.equal(true);
}

describe("the contents of versions", () => {
  it("are shared where they are equal, and never where they differ", () => {
    const store = new ContentStore();
    const first = store.keep(content("the same"));
    expect(store.keep(content("the same"))).to.equal(first);
    for (let index = 0; index < 5_000; index++) {
      const given = content(`body ${index}`);
      expectKept(store.keep(given), given);
    }
  });

  it("of equal bytes and other facts share the bytes alone", () => {
    const store = new ContentStore();
    const first = store.keep(content("bytes"));
    const other = content("bytes", { checksums: { ChecksumCRC32: "AAAAAA==" } });
    const second = store.keep(other);
    expectKept(first, content("bytes"));
    expectKept(second, other);
    expect(second.body.buffer).to.equal(first.body.buffer);
    expect(second.body.byteOffset).to.equal(first.body.byteOffset);
    expect(store.keep(other)).to.equal(second);
  });

  it("are what was given, whatever form their facts have", () => {
    const store = new ContentStore();
    const facts: Partial<Content>[] = [
      { etag: "" },
      { etag: `${"a".repeat(32)}-3`, parts: [{ partNumber: 1, sizeBytes: 3, checksums: {} }] },
      { etag: "A".repeat(32) },
      { checksums: {} },
      { checksums: { ChecksumCRC32: "AAAAAA==", ChecksumSHA1: "AAAA" } },
      { checksums: { ChecksumCRC32: "AAAAAA==-2" }, checksumType: "COMPOSITE" },
      { checksums: { ChecksumCRC32: "no base64" } },
      { checksumType: undefined },
      { checksumType: "COMPOSITE" },
    ];
    facts.forEach((one, index) => {
      for (const given of [content(`facts ${index}`, one), content("the same", one)]) {
        expectKept(store.keep(given), given);
      }
    });
    expectKept(store.keep(content("")), content(""));
  });

  it("stay as they were when the buffer that brought them is written to", () => {
    const given = content("before");
    const kept = new ContentStore().keep(given);
    given.body.fill("x");
    expect(kept.body.toString()).to.equal("before");
  });

  it("of small bodies lie side by side, and a large body has a buffer of its own", () => {
    const store = new ContentStore();
    const buffers = new Set(
      Array.from({ length: 100 }, (_, index) => store.keep(content(`small ${index}`)).body.buffer),
    );
    expect(buffers.size).to.equal(1);
    const large = Buffer.alloc(100_000, "l");
    expect(store.keep({ ...content(""), body: large }).body).to.equal(large);
  });

  it("do not keep a large buffer alive for a small slice of it", () => {
    for (const sizeBytes of [10, 10_000]) {
      const body = Buffer.alloc(1024 * 1024).subarray(10, 10 + sizeBytes);
      const kept = new ContentStore().keep({ ...content(""), body });
      expect(kept.body.buffer.byteLength).to.be.lessThan(100_000);
      expect(kept.body.length).to.equal(sizeBytes);
    }
  });
});
