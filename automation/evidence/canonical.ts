/** The one text of a JSON value: RFC 8785. Evidence is compared byte by byte, so that nothing has a second spelling. Pure. */

/** What is nested deeper is none of ours, and would end a program that goes into it. */
const MAX_DEPTH = 100;

/**
 * Members in the order of their names' UTF-16 units, no blanks, numbers and strings as ECMAScript writes them. Members that are
 * undefined are left out.
 * @throws TypeError for what JSON has no word for, and for what is nested in a hundred others
 * @see https://www.rfc-editor.org/rfc/rfc8785#section-3.2
 */
export function canonicalText(value: unknown): string {
  return textOf(value, 0);
}

function textOf(value: unknown, depth: number): string {
  if (depth >= MAX_DEPTH) throw new TypeError("JSON is nested too deep");
  if (value === null || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "string") return stringText(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${value.map((member) => textOf(member, depth + 1)).join(",")}]`;
  if (typeof value !== "object") throw new TypeError(`JSON has no word for ${String(value)}`);
  const members = value as Readonly<Record<string, unknown>>;
  const texts: string[] = [];
  for (const name of Object.keys(members).sort(byUnits)) {
    const member = members[name];
    if (member !== undefined) texts.push(`${stringText(name)}:${textOf(member, depth + 1)}`);
  }
  return `{${texts.join(",")}}`;
}

const HALF_CHARACTERS = /\p{Surrogate}/gu;

/** A text of others without half characters, which have no bytes in UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(HALF_CHARACTERS, "\ufffd");
}

/** What has no bytes has no text, and no place in an order. */
function stringText(value: string): string {
  if (value.search(HALF_CHARACTERS) >= 0)
    throw new TypeError("JSON has no text for half a character");
  return JSON.stringify(value);
}

/**
 * Reads JSON that is written as `canonicalText` writes it.
 * @returns undefined for any other bytes: blanks, another order, a member twice, what is no UTF-8
 */
export function readCanonical(bytes: Buffer): { readonly value: unknown } | undefined {
  let value: unknown;
  let text: string;
  try {
    value = JSON.parse(bytes.toString("utf8"));
    text = canonicalText(value);
  } catch {
    // What is no JSON has no text.
    return undefined;
  }
  return bytes.equals(Buffer.from(text, "utf8")) ? { value } : undefined;
}

function byUnits(left: string, right: string): number {
  return left < right ? -1 : 1;
}
