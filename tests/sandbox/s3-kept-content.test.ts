import { expect } from "chai";
import { ContentStore } from "../../sandbox/services/s3/kept-content";
import type { Content } from "../../sandbox/services/s3/kept-content";

function content(text: string, facts: Partial<Content> = {}): Content {
  return { body: Buffer.from(text), etag: `etag of ${text}`, checksums: {}, ...facts };
}

describe("the contents of versions", () => {
  it("are shared where they are equal, and never where they differ", () => {
    const store = new ContentStore();
    const first = store.keep(content("the same"));
    expect(store.keep(content("the same"))).to.equal(first);
    for (let index = 0; index < 5_000; index++) {
      const text = `body ${index}`;
      const kept = store.keep(content(text));
      expect(kept.body.toString()).to.equal(text);
      expect(kept.etag).to.equal(`etag of ${text}`);
    }
  });

  it("of equal bytes and other facts share the bytes alone", () => {
    const store = new ContentStore();
    const first = store.keep(content("bytes", { checksums: { ChecksumCRC32: "1" } }));
    const second = store.keep(content("bytes", { checksums: { ChecksumSHA1: "2" } }));
    expect(first.checksums).to.deep.equal({ ChecksumCRC32: "1" });
    expect(second.checksums).to.deep.equal({ ChecksumSHA1: "2" });
    expect(second.body.buffer).to.equal(first.body.buffer);
    expect(second.body.byteOffset).to.equal(first.body.byteOffset);
    expect(store.keep(content("bytes", { checksums: { ChecksumSHA1: "2" } }))).to.equal(second);
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
