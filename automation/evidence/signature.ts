/**
 * Signatures with one valid encoding. ECDSA has two for everything that is signed, s and n - s, and lax readers of DER take many
 * more: the smaller s, in the shortest DER, is the only one here.
 */

/** How many points P-256 has. NIST SP 800-186, section 3.2.1.3. */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** The valid encoding of a signature as node or KMS makes it. @throws RangeError for what is no signature on P-256 */
export function canonicalSignature(der: Buffer): Buffer {
  const found = readDer(der);
  if (found === undefined) throw new RangeError("no signature on P-256");
  const { r, s } = found;
  return writeDer(r, s > ORDER / 2n ? ORDER - s : s);
}

/** Whether it is the valid encoding. */
export function isCanonicalSignature(der: Buffer): boolean {
  const found = readDer(der);
  return found !== undefined && found.s <= ORDER / 2n && writeDer(found.r, found.s).equals(der);
}

/** `SEQUENCE { r INTEGER, s INTEGER }`, RFC 3279, section 2.2.3; both short enough for lengths of one byte. */
function writeDer(r: bigint, s: bigint): Buffer {
  const body = Buffer.concat([integer(r), integer(s)]);
  return Buffer.concat([Buffer.of(0x30, body.length), body]);
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  // The first bit is the sign.
  const whole = (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, whole.length), whole]);
}

function readDer(der: Buffer): { readonly r: bigint; readonly s: bigint } | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined;
  const first = readInteger(der, 2);
  const second = first === undefined ? undefined : readInteger(der, first.end);
  if (first === undefined || second === undefined || second.end !== der.length) return undefined;
  return { r: first.value, s: second.value };
}

function readInteger(
  der: Buffer,
  start: number,
): { readonly value: bigint; readonly end: number } | undefined {
  const length = der[start + 1];
  if (der[start] !== 0x02 || length === undefined || length === 0) return undefined;
  const end = start + 2 + length;
  if (end > der.length || (der[start + 2] ?? 0) >= 0x80) return undefined;
  const value = BigInt(`0x${der.subarray(start + 2, end).toString("hex")}`);
  return value > 0n && value < ORDER ? { value, end } : undefined;
}
