/** What may become of a bundle on its way from the signer: each change of it gives other bytes of much the same meaning. */

import { canonicalText } from "../../automation/evidence/canonical";

/** A number from 0 on, less than the given one. */
export type Draw = (limit: number) => number;

/** What changes a bundle's bytes; undefined where it finds nothing to change. */
export type Mutation = (bundle: Buffer, draw: Draw, others: OtherBundles) => Buffer | undefined;

/** Bundles to take pieces of. */
export interface OtherBundles {
  /** An earlier one of the same environment. */
  readonly earlier: Buffer;
  /** One of another environment, by the same key. */
  readonly foreign: Buffer;
  /** The same, signed by another key. */
  readonly byAnotherKey: Buffer;
}

const BLOCK = 512;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

interface Member {
  readonly name: string;
  readonly header: Buffer;
  readonly content: Buffer;
}

function membersOf(bundle: Buffer): Member[] {
  const members: Member[] = [];
  for (let at = 0; bundle[at] !== 0 && at < bundle.length;) {
    const header = bundle.subarray(at, at + BLOCK);
    const size = Number.parseInt(header.toString("latin1", 124, 135), 8);
    const name = header.toString("latin1", 0, 100).split("\0")[0] ?? "";
    members.push({ name, header, content: bundle.subarray(at + BLOCK, at + BLOCK + size) });
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return members;
}

function packed(members: readonly Member[]): Buffer {
  const pieces = members.flatMap(({ content, header }) => {
    const sized = Buffer.from(header);
    sized.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
    return [summed(sized), content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...pieces, Buffer.alloc(2 * BLOCK)]);
}

/** A header with the right sum. */
function summed(header: Buffer): Buffer {
  header.write("        ", 148, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** With one file's content changed. */
function withContent(
  bundle: Buffer,
  name: string,
  change: (content: Buffer) => Buffer | undefined,
): Buffer | undefined {
  const members = membersOf(bundle);
  const index = members.findIndex((member) => member.name === name);
  const member = members[index];
  const content = member && change(member.content);
  if (member === undefined || content === undefined) return undefined;
  members[index] = { ...member, content };
  return packed(members);
}

/** With the lines in another order, or of another number. */
function withLines(bundle: Buffer, change: (lines: string[]) => void): Buffer | undefined {
  return withContent(bundle, "lines.ndjson", (content) => {
    const lines = content.toString().split("\n").slice(0, -1);
    change(lines);
    return Buffer.from(lines.map((line) => `${line}\n`).join(""));
  });
}

interface Envelope {
  payload: string;
  payloadType: string;
  signatures: { keyid: string; sig: string }[];
}

function withEnvelope(bundle: Buffer, change: (envelope: Envelope) => unknown): Buffer | undefined {
  return withContent(bundle, "statement.dsse.json", (content) => {
    const changed = change(JSON.parse(content.toString()) as Envelope);
    return Buffer.from(typeof changed === "string" ? changed : `${canonicalText(changed)}\n`);
  });
}

function withSignature(bundle: Buffer, change: (sig: string) => string): Buffer | undefined {
  return withEnvelope(bundle, ({ signatures: [first], ...envelope }) => {
    if (first === undefined) return undefined;
    return { ...envelope, signatures: [{ ...first, sig: change(first.sig) }] };
  });
}

/** With what was signed edited, and nothing signed anew. */
function withPayload(bundle: Buffer, change: (payload: string) => string): Buffer | undefined {
  return withEnvelope(bundle, ({ payload, ...envelope }) => {
    const text = Buffer.from(payload, "base64").toString();
    return { ...envelope, payload: Buffer.from(change(text)).toString("base64") };
  });
}

/** The signature that fits as well: n - s for s, with a length of its own. */
function twin(sig: string): string {
  const der = Buffer.from(sig, "base64");
  const r = der.subarray(2, 4 + (der[3] ?? 0));
  const s = BigInt(`0x${der.subarray(6 + (der[3] ?? 0)).toString("hex")}`);
  const other = Buffer.from(`00${(ORDER - s).toString(16).padStart(64, "0")}`, "hex");
  const body = Buffer.concat([r, Buffer.of(2, other.length), other]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]).toString("base64");
}

/** A long length where a short one is enough, as BER has it. */
function longLength(sig: string): string {
  const der = Buffer.from(sig, "base64");
  return Buffer.concat([der.subarray(0, 1), Buffer.of(0x81), der.subarray(1)]).toString("base64");
}

function swapped<Item>(items: Item[], one: number, other: number): void {
  const [first, second] = [items[one], items[other]];
  if (first === undefined || second === undefined) return;
  items[one] = second;
  items[other] = first;
}

function taken(from: Buffer, name: string): Buffer | undefined {
  return membersOf(from).find((member) => member.name === name)?.content;
}

/** Every kind of change, by what it is. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  "a bit flipped": (bundle, draw) => {
    const changed = Buffer.from(bundle);
    const at = draw(bundle.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << draw(8));
    return changed;
  },
  "a bit of the statement flipped": (bundle, draw) =>
    withContent(bundle, "statement.dsse.json", (content) => {
      const changed = Buffer.from(content);
      const at = draw(content.length);
      changed[at] = (changed[at] ?? 0) ^ (1 << draw(8));
      return changed;
    }),
  "cut off": (bundle, draw) => bundle.subarray(0, draw(bundle.length)),
  "a piece cut out": (bundle, draw) => {
    const start = draw(bundle.length - 1);
    const end = start + 1 + draw(bundle.length - start - 1);
    return Buffer.concat([bundle.subarray(0, start), bundle.subarray(end)]);
  },
  "something appended": (bundle, draw) => Buffer.concat([bundle, Buffer.alloc(1 + draw(1024))]),
  "files in another order": (bundle, draw) => {
    const members = membersOf(bundle);
    swapped(members, draw(members.length), draw(members.length));
    return packed(members);
  },
  "a file left out": (bundle, draw) => {
    const members = membersOf(bundle);
    members.splice(draw(members.length), 1);
    return packed(members);
  },
  "a file there twice": (bundle, draw) => {
    const members = membersOf(bundle);
    const member = members[draw(members.length)];
    return packed(member === undefined ? members : [...members, member]);
  },
  "a file under another name": (bundle, draw) => {
    const members = membersOf(bundle);
    const index = draw(members.length);
    const member = members[index];
    if (member === undefined) return undefined;
    const header = Buffer.from(member.header);
    header.write("x", draw(member.name.length), "latin1");
    members[index] = { ...member, header };
    return packed(members);
  },
  "lines in another order": (bundle, draw) =>
    withLines(bundle, (lines) => swapped(lines, draw(lines.length), draw(lines.length))),
  "a line left out": (bundle, draw) =>
    withLines(bundle, (lines) => void lines.splice(draw(lines.length), 1)),
  "a line there twice": (bundle, draw) =>
    withLines(bundle, (lines) => {
      const at = draw(lines.length);
      lines.splice(at, 0, lines[at] ?? "");
    }),
  "a line edited": (bundle, draw) =>
    withLines(bundle, (lines) => {
      const at = draw(lines.length);
      lines[at] = (lines[at] ?? "")
        .replace('"kind":"failed"', '"kind":"proven"')
        .replace("2033", "2034");
    }),
  "a line spelt otherwise": (bundle, draw) =>
    withLines(bundle, (lines) => {
      const at = draw(lines.length);
      lines[at] = JSON.stringify(JSON.parse(lines[at] ?? "{}"), null, 1).replaceAll("\n", "");
    }),
  "lines of another environment": (bundle, _draw, { foreign }) =>
    withContent(bundle, "lines.ndjson", () => taken(foreign, "lines.ndjson")),
  "the statement of another environment": (bundle, _draw, { foreign }) =>
    withContent(bundle, "statement.dsse.json", () => taken(foreign, "statement.dsse.json")),
  "a promise of another environment": (bundle, _draw, { foreign }) =>
    withContent(bundle, "promises/0001.json", () => taken(foreign, "promises/0001.json")),
  "an old statement": (bundle, _draw, { earlier }) =>
    withContent(bundle, "statement.dsse.json", () => taken(earlier, "statement.dsse.json")),
  "an old signature": (bundle, _draw, { earlier }) => {
    const old = taken(earlier, "statement.dsse.json")?.toString() ?? "{}";
    const { signatures } = JSON.parse(old) as Envelope;
    return withEnvelope(bundle, (envelope) => ({ ...envelope, signatures }));
  },
  "signed by another key": (_bundle, _draw, { byAnotherKey }) => byAnotherKey,
  "another key under the name of ours": (bundle, _draw, { byAnotherKey }) => {
    const other = JSON.parse(
      taken(byAnotherKey, "statement.dsse.json")?.toString() ?? "{}",
    ) as Envelope;
    return withSignature(bundle, () => other.signatures[0]?.sig ?? "");
  },
  "a verdict edited": (bundle, draw) =>
    withPayload(bundle, (text) =>
      draw(2) === 0
        ? text.replaceAll('"clean":false', '"clean":true')
        : text.replace(/"(proven|open|line)Count":\d+/, '"$1Count":999'),
    ),
  "an attempt made refused": (bundle) =>
    withContent(bundle, "facts/refusals.json", (content) =>
      Buffer.from(content.toString().replace('"accepted"', '"refused"')),
    ),
  "attempts edited in the verdict": (bundle) =>
    withPayload(bundle, (text) => text.replace('"accepted":1', '"accepted":0')),
  "a digest edited": (bundle, draw) =>
    withPayload(bundle, (text) => text.replace(/[0-9a-f]{64}/, draw(10).toString().repeat(64))),
  "a stack renamed": (bundle) =>
    withPayload(bundle, (text) => text.replace('"stack":"dev"', '"stack":"prod"')),
  "a second signature": (bundle) =>
    withEnvelope(bundle, ({ signatures, ...envelope }) => ({
      ...envelope,
      signatures: [...signatures, ...signatures],
    })),
  "blanks in the envelope": (bundle, draw) =>
    withEnvelope(bundle, (envelope) => `${JSON.stringify(envelope, null, 1 + draw(4))}\n`),
  "no end of line": (bundle) => withEnvelope(bundle, (envelope) => canonicalText(envelope)),
  "a further member": (bundle) =>
    withEnvelope(bundle, (envelope) => ({ ...envelope, comment: "nothing" })),
  "a key id in capitals": (bundle) =>
    withEnvelope(bundle, ({ signatures, ...envelope }) => ({
      ...envelope,
      signatures: signatures.map(({ keyid, sig }) => ({ keyid: keyid.toUpperCase(), sig })),
    })),
  "no key id": (bundle) =>
    withEnvelope(bundle, ({ signatures, ...envelope }) => ({
      ...envelope,
      signatures: signatures.map(({ sig }) => ({ sig })),
    })),
  "base64 without padding": (bundle) => withSignature(bundle, (sig) => sig.replaceAll("=", "")),
  "base64 with blanks": (bundle, draw) =>
    withSignature(bundle, (sig) => {
      const at = draw(sig.length);
      return `${sig.slice(0, at)} ${sig.slice(at)}`;
    }),
  "base64 with other last bits": (bundle) =>
    withSignature(bundle, (sig) =>
      sig.replace(/([A-Za-z0-9+/])(=+)$/, (_all, last: string, end: string) => {
        const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        return `${letters[letters.indexOf(last) + 1] ?? last}${end}`;
      }),
    ),
  "base64 for addresses": (bundle) =>
    withEnvelope(bundle, ({ payload, signatures, ...envelope }) => ({
      ...envelope,
      payload,
      signatures: signatures.map(({ keyid, sig }) => ({
        keyid,
        sig: sig.replaceAll("+", "-").replaceAll("/", "_"),
      })),
    })),
  "the twin of the signature": (bundle) => withSignature(bundle, twin),
  "a signature in BER": (bundle) => withSignature(bundle, longLength),
  "a signature with something after it": (bundle) =>
    withSignature(bundle, (sig) =>
      Buffer.concat([Buffer.from(sig, "base64"), Buffer.of(0)]).toString("base64"),
    ),
  "the statement spelt otherwise": (bundle, draw) =>
    withPayload(bundle, (text) => JSON.stringify(JSON.parse(text), null, 1 + draw(2))),
  "another owner in a header": (bundle, draw) => {
    const members = membersOf(bundle);
    const index = draw(members.length);
    const member = members[index];
    if (member === undefined) return undefined;
    const header = Buffer.from(member.header);
    header.write(`${(1 + draw(1000)).toString(8).padStart(7, "0")}\0`, 108, "latin1");
    members[index] = { ...member, header };
    return packed(members);
  },
  "another time in a header": (bundle, draw) => {
    const members = membersOf(bundle);
    const index = draw(members.length);
    const member = members[index];
    if (member === undefined) return undefined;
    const header = Buffer.from(member.header);
    header.write(`${(1 + draw(1e9)).toString(8).padStart(11, "0")}\0`, 136, "latin1");
    members[index] = { ...member, header };
    return packed(members);
  },
};
