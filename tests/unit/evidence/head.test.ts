import { readFileSync } from "node:fs";
import { expect } from "chai";
import { containerOf } from "../../../automation/evidence/container";
import { evidenceHead } from "../../../automation/evidence/evidence-head";
import { EvidenceProblem } from "../../../automation/evidence/evidence-problem";
import { BundleFolder, KEYS, soundOf } from "../../helpers/evidence-bundles";

const [{ publicKey }, other] = KEYS;
const HEADER_BYTES = 512;

describe("the beginning of a bundle", () => {
  const folder = new BundleFolder();
  after(() => folder.remove());

  /** Bytes that note how many of them were asked for. */
  function noting(bytes: Buffer, sizeBytes = bytes.length) {
    const asked: number[] = [];
    const first = (countBytes: number): Promise<Buffer> => {
      asked.push(countBytes);
      return Promise.resolve(bytes);
    };
    return { asked, head: { sizeBytes, first } };
  }

  async function problemOf(bytes: Buffer, sizeBytes?: number, key = publicKey) {
    const { asked, head } = noting(bytes, sizeBytes);
    const error: unknown = await evidenceHead(head, key).catch((reason: unknown) => reason);
    if (!(error instanceof EvidenceProblem)) throw new Error(`no problem: ${String(error)}`);
    return { code: error.code, message: error.message, asked };
  }

  async function madeOf(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
    const pieces: Buffer[] = [];
    const entries = Object.entries(files).map(([name, content]) => {
      return { name, sizeBytes: content.length, content: [content] };
    });
    for await (const piece of containerOf(entries)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  it("says what the whole bundle says of its signer, and nothing behind the statement is asked for", async () => {
    const before = await folder.bundle();
    const { path } = await folder.bundle({ previous: before.path });
    const sound = await soundOf(path);
    const { asked, head } = noting(readFileSync(path));
    const found = await evidenceHead(head, publicKey);
    const { madeAt, notProven, previous, sequence, stack, statementDigest, tools } = sound;
    expect(found).to.deep.include({
      ...{ madeAt, notProven, previous, sequence, stack, statementDigest, tools },
      sourceBuckets: ["acme-records"],
    });
    expect(asked).to.deep.equal([HEADER_BYTES, HEADER_BYTES + sound.envelope.length]);
  });

  it("is refused where it says no sources, or one without a bucket, rightly signed", async () => {
    const { path } = await folder.bundle();
    const problemWith = async (sources: unknown): Promise<string> => {
      const changed = await folder.changed(
        path,
        () => undefined,
        ({ predicate }) => void Object.assign(predicate["environment"] ?? {}, { sources }),
      );
      const { head } = noting(readFileSync(changed));
      return evidenceHead(head, publicKey).then(
        ({ sourceBuckets }) => sourceBuckets.join(" "),
        (error: unknown) => (error instanceof EvidenceProblem ? error.code : String(error)),
      );
    };
    const bucket = (bucketName: unknown) => ({
      bucket: { accountId: "111111111111", bucketName, region: "eu-west-1" },
    });
    expect(await problemWith([bucket("one"), bucket("two")])).to.equal("one two");
    for (const sources of [undefined, null, {}, "x", [{}], [bucket("one"), bucket(1)], [null]]) {
      expect(await problemWith(sources), JSON.stringify(sources)).to.equal("statement");
    }
  });

  it("is refused by its header, of which no more is asked than that", async () => {
    const bytes = readFileSync((await folder.bundle()).path);
    const junk = await problemOf(Buffer.alloc(4096, "junk"));
    expect(junk).to.deep.include({ code: "container", asked: [HEADER_BYTES] });
    const elsewhere = await problemOf(await madeOf({ "readme.txt": Buffer.from("hello") }));
    expect(elsewhere).to.deep.include({ code: "container", asked: [HEADER_BYTES] });
    expect(elsewhere.message).to.contain("does not begin with statement.dsse.json");
    const large = await madeOf({ "statement.dsse.json": Buffer.alloc(64 * 2 ** 20 + 1) });
    expect(await problemOf(large, 2 ** 40)).to.deep.include({
      code: "files",
      asked: [HEADER_BYTES],
    });
    expect(await problemOf(bytes.subarray(0, 511))).to.include({
      code: "container",
      message: "it is cut off",
    });
    const cut = await problemOf(bytes.subarray(0, 1000));
    expect(cut).to.deep.include({
      ...{ code: "container", message: "it is cut off" },
      asked: [HEADER_BYTES],
    });
  });

  it("is refused by its signature, whoever else signed it", async () => {
    const bytes = readFileSync((await folder.bundle()).path);
    const foreign = await problemOf(bytes, undefined, other.publicKey);
    expect(foreign.code).to.equal("signature");
    const text = bytes.toString("latin1");
    const at = text.indexOf('"sig":"') + 30;
    const flipped = Buffer.from(bytes);
    flipped.write(text[at] === "A" ? "B" : "A", at, "latin1");
    expect((await problemOf(flipped)).code).to.equal("signature");
    const unsigned = await madeOf({ "statement.dsse.json": Buffer.from("{}\n") });
    expect((await problemOf(unsigned)).code).to.equal("envelope");
  });
});
