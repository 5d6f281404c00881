/** Values in SQL. Pure. */

/** A text as SQL writes it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A name as SQL writes it. */
export function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** What a question may be asked with. */
export type Setting = string | number | readonly string[];

/** As SQL writes it. */
export function literal(value: Setting): string {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? quoted(value) : `[${value.map(quoted).join(", ")}]`;
}
