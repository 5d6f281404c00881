/** Nothing that evidence is made of has two spellings. */

import { generateKeyPairSync, sign, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { canonicalText, readCanonical, wellFormed } from "../../../automation/evidence/canonical";
import { containerOf, filesOf, isBundleName } from "../../../automation/evidence/container";
import { opened, sealed, localSigner } from "../../../automation/evidence/envelope";
import { EvidenceProblem } from "../../../automation/evidence/evidence-problem";
import {
  keyIdOf,
  newKeyPair,
  readPrivateKey,
  readPublicKey,
} from "../../../automation/evidence/key";
import { canonicalSignature, isCanonicalSignature } from "../../../automation/evidence/signature";
import { isLockstepError, type LockstepError } from "../../../automation/errors";
import { plain } from "../../../automation/prove/gathering";
import { KEYS } from "../../helpers/evidence-bundles";

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const MIB = 1024 * 1024;

describe("canonical JSON", () => {
  it("has the order and the numbers of RFC 8785", () => {
    // Section 3.2.3 of it: by UTF-16 units, names that look like numbers too.
    const value = {
      "\u20ac": 1,
      "\r": 2,
      "\ufb33": 3,
      "1": 4,
      "\ud83d\ude00": 5,
      "\u0080": 6,
      ö: 7,
    };
    expect(canonicalText(value)).to.equal(
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    );
    expect(canonicalText({ 10: "a", 9: "b" })).to.equal('{"10":"a","9":"b"}');
    expect(canonicalText([333333333.33333329, 1e30, 4.5, 2e-3, 1e-27, -0])).to.equal(
      "[333333333.3333333,1e+30,4.5,0.002,1e-27,0]",
    );
  });

  it("has no text for half a character, and what is of others has another one for it", () => {
    expect(readCanonical(Buffer.from('"\\ud800"'))).to.equal(undefined);
    expect(readCanonical(Buffer.from('{"\\udfff":1}'))).to.equal(undefined);
    expect(() => canonicalText({ "\ud800": 1 })).to.throw(TypeError);
    expect(wellFormed("a\ud800b😀")).to.equal("a\ufffdb😀");
    const odd = { "\udc00": "\ud800 😀 \\ud800 \\\ud800" };
    expect(plain(odd)).to.deep.equal({ "\ufffd": "\ufffd 😀 \\ud800 \\\ufffd" });
  });

  it("has no word for what JSON has none for", () => {
    for (const value of [NaN, Infinity, undefined, 1n, () => 1, [undefined]]) {
      expect(() => canonicalText(value), String(value)).to.throw(TypeError);
    }
  });

  it("is nested in a hundred others at the most, of lists and of objects", () => {
    const nested = (count: number): readonly string[] => [
      `${"[".repeat(count)}${"]".repeat(count)}`,
      `${'{"a":'.repeat(count - 1)}{}${"}".repeat(count - 1)}`,
    ];
    for (const text of nested(100)) {
      expect(readCanonical(Buffer.from(text)), text.slice(0, 9)).to.not.equal(undefined);
    }
    for (const text of nested(101)) {
      expect(readCanonical(Buffer.from(text)), text.slice(0, 9)).to.equal(undefined);
    }
  });

  it("is read back, and nothing else of the same meaning", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalText(value);
        expect(readCanonical(Buffer.from(text))?.value).to.deep.equal(JSON.parse(text));
        expect(readCanonical(Buffer.from(` ${text}`))).to.equal(undefined);
        expect(readCanonical(Buffer.from(`${text}\n`))).to.equal(undefined);
      }),
    );
    for (const text of [
      '{"b":1,"a":2}',
      '{"a":1,"a":1}',
      '{"a":1,"a":2}',
      '{"a": 1}',
      '"\\u0061"',
      '"\\/"',
      "1.0",
      "1e0",
      "-0",
      "12345678901234567890",
      "[1,]",
      "",
    ]) {
      expect(readCanonical(Buffer.from(text)), text).to.equal(undefined);
    }
    expect(readCanonical(Buffer.from([0x22, 0xff, 0x22])), "no UTF-8").to.equal(undefined);
    expect(readCanonical(Buffer.from("\ufeff1")), "byte order mark").to.equal(undefined);
  });
});

describe("signatures", () => {
  const { privateKey, publicKey } = KEYS[0];
  const message = Buffer.from("a message");

  it("have one valid encoding, which still fits the key", () => {
    for (let count = 0; count < 20; count++) {
      const der = canonicalSignature(sign("sha256", message, privateKey));
      expect(isCanonicalSignature(der)).to.equal(true);
      expect(verify("sha256", message, publicKey, der)).to.equal(true);
    }
  });

  it("have a twin that fits too, and is none here", () => {
    const der = canonicalSignature(sign("sha256", message, privateKey));
    const r = der.subarray(4, 4 + (der[3] ?? 0));
    const s = BigInt(`0x${der.subarray(6 + (der[3] ?? 0)).toString("hex")}`);
    const other = Buffer.from(`00${(ORDER - s).toString(16).padStart(64, "0")}`, "hex");
    const body = Buffer.concat([Buffer.of(2, r.length), r, Buffer.of(2, other.length), other]);
    const twin = Buffer.concat([Buffer.of(0x30, body.length), body]);
    expect(verify("sha256", message, publicKey, twin)).to.equal(true);
    expect(isCanonicalSignature(twin)).to.equal(false);
    expect(canonicalSignature(twin).equals(der)).to.equal(true);
  });

  it("are none where DER is cut, padded or another thing", () => {
    const der = canonicalSignature(sign("sha256", message, privateKey));
    for (let length = 0; length < der.length; length++) {
      expect(isCanonicalSignature(der.subarray(0, length)), String(length)).to.equal(false);
    }
    expect(isCanonicalSignature(Buffer.concat([der, Buffer.of(0)]))).to.equal(false);
    for (const hex of [
      "3006020100020101",
      "3006020101020100",
      "300802010102030000ff",
      "300602018102017f",
    ]) {
      expect(isCanonicalSignature(Buffer.from(hex, "hex")), hex).to.equal(false);
      expect(() => canonicalSignature(Buffer.from("", "hex"))).to.throw(RangeError);
    }
  });
});

describe("keys", () => {
  it("are named by the digest of their DER", () => {
    const { privatePem, publicPem } = newKeyPair();
    const id = keyIdOf(readPublicKey(publicPem));
    expect(id).to.match(/^[0-9a-f]{64}$/);
    expect(keyIdOf(readPrivateKey(privatePem))).to.equal(id);
  });

  it("are on P-256, and a public one is no private one", () => {
    const other = generateKeyPairSync("ec", { namedCurve: "P-384" });
    const rsa = generateKeyPairSync("ed25519");
    for (const pem of [
      newKeyPair().privatePem,
      other.publicKey.export({ type: "spki", format: "pem" }).toString(),
      rsa.publicKey.export({ type: "spki", format: "pem" }).toString(),
      "no key",
      "",
    ]) {
      expect(() => readPublicKey(pem))
        .to.throw()
        .that.satisfies(
          (error: unknown) => isLockstepError(error) && error.code === "EvidenceUnreadable",
        );
    }
    expect(() => readPrivateKey(newKeyPair().publicPem)).to.throw();
  });

  it("of another kind are told by their kind, with what to give instead", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    for (const [kind, { publicKey }] of [
      ["ed25519", generateKeyPairSync("ed25519")],
      ["rsa", rsa],
    ] as const) {
      const error = thrownBy(() =>
        readPublicKey(publicKey.export({ type: "spki", format: "pem" }).toString()),
      );
      expect(error?.message).to.contain(kind);
      expect(error?.hint).to.contain("lockstep evidence key");
    }
    const error = thrownBy(() => readPrivateKey("no key"));
    expect(error?.hint).to.contain("lockstep evidence key");
    expect(error?.cause, "what OpenSSL says").to.be.instanceOf(Error);
  });

  function thrownBy(read: () => unknown): LockstepError | undefined {
    try {
      read();
      return undefined;
    } catch (error) {
      if (isLockstepError(error)) return error;
      throw error;
    }
  }
});

describe("envelopes", () => {
  const { privateKey, publicKey } = KEYS[0];
  const problemOf = (file: Buffer): string => {
    try {
      opened(file, publicKey);
      return "none";
    } catch (error) {
      if (error instanceof EvidenceProblem) return error.code;
      throw error;
    }
  };

  it("are opened with the key of whoever signed, as they were written", async () => {
    const file = await sealed({ b: 1, a: 2 }, localSigner(privateKey));
    const { keyId, payload, statement } = opened(file, publicKey);
    expect(keyId).to.equal(keyIdOf(publicKey));
    expect(payload.toString()).to.equal('{"a":2,"b":1}');
    expect(statement).to.deep.equal({ a: 2, b: 1 });
  });

  it("have one encoding", async () => {
    const file = await sealed({ a: "some text, of any length" }, localSigner(privateKey));
    const text = file.toString();
    expect(problemOf(file)).to.equal("none");
    const value = JSON.parse(text) as {
      payload: string;
      payloadType: string;
      signatures: { keyid: string; sig: string }[];
    };
    const [signature] = value.signatures;
    const variants: Readonly<Record<string, string>> = {
      "no end of line": text.trimEnd(),
      "two of them": `${text}\n`,
      blanks: `${JSON.stringify(value, null, 2)}\n`,
      "another order": `${JSON.stringify({ signatures: value.signatures, payload: value.payload, payloadType: value.payloadType })}\n`,
      "a further member": `${canonicalText({ ...value, more: 1 })}\n`,
      "two signatures": `${canonicalText({ ...value, signatures: [signature, signature] })}\n`,
      "no signature": `${canonicalText({ ...value, signatures: [] })}\n`,
      "base64 without padding": text.replace(/=+"/, '"'),
      "base64 for addresses": `${canonicalText({ ...value, signatures: [{ ...signature, sig: Buffer.from(signature?.sig ?? "", "base64").toString("base64url") }] })}\n`,
      "another type": `${canonicalText({ ...value, payloadType: "text/plain" })}\n`,
      "no key id": `${canonicalText({ ...value, signatures: [{ sig: signature?.sig }] })}\n`,
      "a list": "[]\n",
      nothing: "",
    };
    for (const [name, variant] of Object.entries(variants)) {
      if (variant === text) continue;
      expect(problemOf(Buffer.from(variant)), name).to.equal("envelope");
    }
    const upper = { ...signature, keyid: signature?.keyid.toUpperCase() };
    const other = `${canonicalText({ ...value, signatures: [upper] })}\n`;
    expect(problemOf(Buffer.from(other)), "key id in capitals").to.equal("envelope");
  });

  it("are cut before anything of them is read, so that lists in lists cost nothing", () => {
    const nested = Buffer.alloc(48 * MIB, "[],");
    const started = process.cpuUsage();
    const heap = process.memoryUsage().heapUsed;
    for (const file of [
      Buffer.concat([Buffer.from("["), nested, Buffer.from("[]]\n")]),
      Buffer.concat([Buffer.from('{"payload":['), nested, Buffer.from("[]]}\n")]),
    ]) {
      expect(problemOf(file)).to.equal("envelope");
    }
    // As JSON each is half a minute, and gigabytes.
    const { system, user } = process.cpuUsage(started);
    expect((system + user) / 1e6).to.be.below(5);
    expect((process.memoryUsage().heapUsed - heap) / MIB).to.be.below(100);
    // One that has the shape, and is signed by nobody, is held against the signature first.
    const shaped = canonicalText({
      payload: nested.toString("base64"),
      payloadType: "application/vnd.in-toto+json",
      signatures: [{ keyid: keyIdOf(publicKey), sig: "AAAA" }],
    });
    expect(problemOf(Buffer.from(`${shaped}\n`))).to.equal("signature");
  });

  it("are refused with another key, and where something else was signed", async () => {
    const file = await sealed({ a: 1 }, localSigner(KEYS[1].privateKey));
    expect(problemOf(file)).to.equal("signature");
    const swapped = file.toString().replace(keyIdOf(KEYS[1].publicKey), keyIdOf(KEYS[0].publicKey));
    expect(problemOf(Buffer.from(swapped))).to.equal("signature");
    const one = JSON.parse((await sealed({ a: 1 }, localSigner(privateKey))).toString()) as object;
    const payload = Buffer.from('{"a":2}').toString("base64");
    expect(problemOf(Buffer.from(`${canonicalText({ ...one, payload })}\n`))).to.equal("signature");
  });
});

describe("the archive", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lockstep-container-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function bytesOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
    const pieces: Buffer[] = [];
    const all = Object.entries(files).map(([name, text]) => {
      const bytes = Buffer.from(text);
      return { name, sizeBytes: bytes.length, content: [bytes] };
    });
    for await (const piece of containerOf(all)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  async function read(bytes: Buffer): Promise<Readonly<Record<string, string>>> {
    const path = join(folder, "bundle.tar");
    writeFileSync(path, bytes);
    const found: Record<string, string> = {};
    for await (const { content, name } of filesOf(path)) {
      const pieces: Buffer[] = [];
      for await (const piece of content) pieces.push(piece);
      found[name] = Buffer.concat(pieces).toString();
    }
    return found;
  }

  const FILES = {
    "a.json": "1",
    "b/c.txt": "x".repeat(512),
    "empty.txt": "",
    "d.bin": "y".repeat(1500),
  };

  it("gives back what was put in", async () => {
    expect(await read(await bytesOf(FILES))).to.deep.equal(FILES);
  });

  it("has one sequence of bytes: every other one of the same length, shorter or longer is refused", async () => {
    const bytes = await bytesOf(FILES);
    const content = Buffer.alloc(bytes.length);
    // What is content is guarded by digests; all else by the archive itself.
    let at = 0;
    for (const text of Object.values(FILES)) {
      content.fill(1, at + 512, at + 512 + text.length);
      at += 512 + Math.ceil(text.length / 512) * 512;
    }
    const kept: number[] = [];
    for (let index = 0; index < bytes.length; index += 1) {
      if (content[index] === 1 || (index > 520 && index % 53 !== 0)) continue;
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      await read(changed).then(
        () => kept.push(index),
        (error: unknown) => expect(error).to.be.instanceOf(EvidenceProblem),
      );
    }
    expect(kept).to.deep.equal([]);
    for (const other of [
      bytes.subarray(0, -1),
      bytes.subarray(0, -512),
      bytes.subarray(0, -1024),
      bytes.subarray(0, 700),
      Buffer.concat([bytes, Buffer.of(0)]),
      Buffer.concat([bytes, Buffer.alloc(512)]),
      Buffer.alloc(0),
    ]) {
      const error = await read(other).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error, String(other.length)).to.be.instanceOf(EvidenceProblem);
    }
  });

  it("takes nothing of a file's content for a file, where somebody goes on without reading it", async () => {
    const inner = (await bytesOf({ "b.json": "" })).subarray(0, 512);
    const path = join(folder, "nested.tar");
    writeFileSync(path, await bytesOf({ "a.json": inner.toString("latin1") }));
    const names: string[] = [];
    const error = await (async () => {
      for await (const { name } of filesOf(path)) names.push(name);
    })().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(names).to.deep.equal(["a.json"]);
    expect(error).to.be.instanceOf(EvidenceProblem);
  });

  it("takes no names and sizes but its own", async () => {
    for (const name of [
      "",
      "/a",
      "../a",
      "a/../b",
      "A",
      "a b",
      "a//b",
      "a/",
      `${"a".repeat(101)}`,
    ]) {
      expect(isBundleName(name), name).to.equal(false);
      const error = await bytesOf({ [name]: "" }).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error, name).to.be.instanceOf(RangeError);
    }
    const header = async (sizeBytes: number): Promise<unknown> => {
      const pieces = containerOf([{ name: "a", sizeBytes, content: [] }]);
      return pieces.next().then(
        ({ value }) => value,
        (thrown: unknown) => thrown,
      );
    };
    for (const sizeBytes of [-1, 1.5, NaN, Infinity, 8 * 1024 ** 3]) {
      expect(await header(sizeBytes), String(sizeBytes)).to.be.instanceOf(RangeError);
    }
    expect(await header(8 * 1024 ** 3 - 1), "8 GiB less one").to.have.length(512);
    const wrong = containerOf([{ name: "a", sizeBytes: 2, content: [Buffer.from("a")] }]);
    const error = await (async () => {
      for await (const piece of wrong) expect(piece.length).to.be.greaterThan(-1);
    })().then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).to.be.instanceOf(RangeError);
  });
});
