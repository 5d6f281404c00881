import { quotedCsvLine } from "../../../values/csv-line";

/** How OpenCSVSerde is set up. */
export interface OpenCsvSettings {
  readonly separator: string;
  readonly quote: string;
  readonly escape: string;
}

/** @see https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html */
export function openCsvSettings(properties: ReadonlyMap<string, string>): OpenCsvSettings {
  return {
    separator: properties.get("separatorChar") ?? properties.get("field.delim") ?? ",",
    quote: properties.get("quoteChar") ?? '"',
    escape: properties.get("escapeChar") ?? "\\",
  };
}

/**
 * True for a file that every reader of CSV takes alike: no escape characters, and no line feed in quotes, which ends a line to
 * OpenCSVSerde.
 */
export function isPlainCsv(data: Buffer, { separator, quote, escape }: OpenCsvSettings): boolean {
  if (separator.length !== 1 || quote !== '"') return false;
  if (escape !== quote && data.includes(escape)) return false;
  const quoteCode = quote.charCodeAt(0);
  let isQuoted = false;
  for (const code of data) {
    if (code === quoteCode) isQuoted = !isQuoted;
    else if (isQuoted && (code === 10 || code === 13)) return false;
  }
  return true;
}

/** The same rows as plain CSV with commas, as OpenCSVSerde reads them. */
export function plainCsv(data: Buffer, settings: OpenCsvSettings): Buffer {
  const lines = data.toString("utf8").split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return Buffer.from(lines.map((line) => quotedCsvLine(fieldsOf(line, settings))).join(""));
}

/** One line; a field whose quote nothing ends goes on to the end of the line. */
function fieldsOf(line: string, { separator, quote, escape }: OpenCsvSettings): string[] {
  const fields: string[] = [];
  let field = "";
  let isQuoted = false;
  for (let index = 0; index < line.length; index++) {
    const character = line[index] ?? "";
    const next = line[index + 1];
    const isEscape = character === escape && (next === quote || next === escape);
    if (isEscape && (isQuoted || escape !== quote) && next !== undefined) {
      field += next;
      index++;
    } else if (character === quote) {
      if (isQuoted && next === quote) {
        field += quote;
        index++;
      } else isQuoted = !isQuoted;
    } else if (character === separator && !isQuoted) {
      fields.push(field);
      field = "";
    } else field += character;
  }
  fields.push(field);
  return fields;
}
