import * as errors from "./errors";

/** A `multipart/form-data` body up to its file. What comes after the file is ignored, as S3 does. */
export interface FormData {
  /** In the order of the form, by lower-cased name. */
  readonly fields: ReadonlyMap<string, FormField>;
  readonly file: FormFile;
}

export interface FormField {
  /** As the form writes it. */
  readonly name: string;
  /** Fields of one name are joined with a comma. */
  readonly value: Buffer;
}

export interface FormFile {
  /** Without folders; undefined when the part names no file. */
  readonly name?: string;
  readonly body: Buffer;
}

/** Of all that stands before the content of the file. */
const MAXIMUM_FIELDS_BYTES = 20_480;
const CRLF = Buffer.from("\r\n");
const END_OF_HEADERS = Buffer.from("\r\n\r\n");

/**
 * Reads a form. The file is the `form-data` part named `file`, whether or not it has a filename.
 * @throws AwsError PreconditionFailed, MalformedPOSTRequest, MaxPostPreDataLengthExceeded, InvalidArgument
 * @see https://www.rfc-editor.org/rfc/rfc7578 and RFC 2046, section 5.1
 */
export function readFormData(contentType: string | undefined, body: Buffer): FormData {
  const fields = new Map<string, FormField>();
  for (const part of parts(body, boundaryOf(contentType))) {
    const isFile = part.name.toLowerCase() === "file";
    const headBytes = isFile ? part.contentStart : part.contentStart + part.content.length;
    if (headBytes > MAXIMUM_FIELDS_BYTES) throw errors.fieldsTooLarge(MAXIMUM_FIELDS_BYTES);
    if (isFile) {
      const name = part.filename?.replace(/^.*[/\\]/s, "");
      return { fields, file: { name, body: part.content } };
    }
    const lower = part.name.toLowerCase();
    const earlier = fields.get(lower);
    fields.set(lower, {
      name: part.name,
      value:
        earlier === undefined
          ? part.content
          : Buffer.concat([earlier.value, Buffer.from(","), part.content]),
    });
  }
  throw errors.noFile();
}

function boundaryOf(contentType: string | undefined): string {
  const [, type = "", parameters = ""] = /^\s*([^;\s]+)\s*(.*)$/s.exec(contentType ?? "") ?? [];
  if (type.toLowerCase() !== "multipart/form-data") throw errors.notMultipart();
  const boundary = parametersOf(parameters).get("boundary");
  if (boundary === undefined || boundary === "") throw errors.malformedForm();
  return boundary;
}

interface Part {
  readonly name: string;
  readonly filename?: string;
  readonly content: Buffer;
  /** In the whole body. */
  readonly contentStart: number;
}

function* parts(body: Buffer, boundary: string): Generator<Part> {
  const dashes = Buffer.from(`--${boundary}`);
  let at = afterDelimiter(body, dashes, 0, true);
  while (at !== undefined && at.isLast === false) {
    const start = at.end;
    // A part may begin with the empty line that ends its headers.
    const hasNoHeaders = body.subarray(start, start + 2).equals(CRLF);
    const headersEnd = hasNoHeaders ? start : body.indexOf(END_OF_HEADERS, start);
    if (headersEnd < 0) throw errors.malformedForm();
    const contentStart = headersEnd + (hasNoHeaders ? CRLF : END_OF_HEADERS).length;
    const next = afterDelimiter(body, dashes, contentStart - CRLF.length, false);
    if (next === undefined || next.start < contentStart - CRLF.length) throw errors.malformedForm();
    const disposition = dispositionOf(body.toString("utf8", start, headersEnd));
    if (disposition !== undefined) {
      const content = body.subarray(contentStart, Math.max(contentStart, next.start));
      yield { ...disposition, content, contentStart };
    }
    at = next;
  }
  if (at === undefined) throw errors.malformedForm();
}

interface Delimiter {
  /** Where the line break before it starts. */
  readonly start: number;
  readonly end: number;
  readonly isLast: boolean;
}

/** The next delimiter line from `from` on; a line that only begins like one belongs to the content. */
function afterDelimiter(
  body: Buffer,
  dashes: Buffer,
  from: number,
  mayBeFirst: boolean,
): Delimiter | undefined {
  if (mayBeFirst && body.subarray(0, dashes.length).equals(dashes)) {
    const first = delimiterAt(body, 0, dashes.length);
    if (first !== undefined) return first;
  }
  const line = Buffer.concat([CRLF, dashes]);
  for (
    let start = body.indexOf(line, from);
    start >= 0;
    start = body.indexOf(line, start + line.length)
  ) {
    const found = delimiterAt(body, start, start + line.length);
    if (found !== undefined) return found;
  }
  return undefined;
}

function delimiterAt(body: Buffer, start: number, afterDashes: number): Delimiter | undefined {
  let end = afterDashes;
  if (body.toString("latin1", end, end + 2) === "--") {
    return { start, end: end + 2, isLast: true };
  }
  while (body[end] === 0x20 || body[end] === 0x09) end++;
  const isLineEnd = body.subarray(end, end + CRLF.length).equals(CRLF);
  return isLineEnd ? { start, end: end + CRLF.length, isLast: false } : undefined;
}

function dispositionOf(headers: string): { name: string; filename?: string } | undefined {
  const [, parameters] = /^content-disposition:[ \t]*form-data[ \t]*(;.*)$/im.exec(headers) ?? [];
  if (parameters === undefined) return undefined;
  const found = parametersOf(parameters);
  const name = found.get("name");
  return name === undefined ? undefined : { name, filename: found.get("filename") };
}

/** `; name="a"; other=b`. A backslash only escapes a quote: browsers of old send whole paths of Windows. */
function parametersOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = "", quoted, token = ""] of text.matchAll(
    /;\s*([^=;\s]+)=(?:"((?:\\"|[^"])*)"|([^;\s]*))/g,
  )) {
    found.set(name.toLowerCase(), quoted?.replaceAll('\\"', '"') ?? token);
  }
  return found;
}
