/** One line of CSV after RFC 4180, with its line feed: fields are quoted where they must be, inner quotes doubled. */
export function csvLine(fields: readonly string[]): string {
  return `${fields.map(csvField).join(",")}\n`;
}

/** One line of CSV with every field quoted, as S3 Inventory writes it. */
export function quotedCsvLine(fields: readonly string[]): string {
  return `${fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(",")}\n`;
}

function csvField(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
