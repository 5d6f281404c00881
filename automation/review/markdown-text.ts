/** Text in a comment: whatever it says, it is shown and never obeyed, be it a table's bar, a tag, a mention or a comment's end. Pure. */

/** So many characters are shown of one value. */
const SHOWN_CHARACTERS = 160;

/** ASCII punctuation that is markup somewhere in a line of GitHub's or GitLab's Markdown. */
const MARKUP = /[!"#$%&'*+;<>?@[\\\]^_`{|}~]/g;

/** A sentence. */
export function plain(text: string): string {
  // A comment between the sign and the name keeps it from being a mention.
  return escaped(text).replaceAll("&#64;", "&#64;<!-- -->");
}

/** A value or a name, in full up to a length. Empty stays empty. */
export function code(text: string): string {
  if (text === "") return "";
  const shown =
    text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}... (cut)`;
  return `<code>${escaped(shown)}</code>`;
}

/** A table of cells that are Markdown already; empty without a row. @param limit the rows after it are only counted */
export function tableOf(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  limit: number,
): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const lines = [header, header.map(() => "---"), ...rows.slice(0, limit)].map(line);
  const more = rows.length - limit;
  return more > 0 ? `${lines.join("\n")}\n\nAnd ${more} more, all with --json.` : lines.join("\n");
}

function escaped(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, " ")
    .replaceAll(MARKUP, (sign) => `&#${sign.charCodeAt(0)};`);
}
