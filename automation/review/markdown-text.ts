/** Text in a comment: whatever it says, it is shown and never obeyed, be it a table's bar, a tag, a mention or a comment's end. Pure. */

import { visible } from "../report/shown-text";

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
    text.length <= SHOWN_CHARACTERS
      ? text
      : `${text.slice(0, SHOWN_CHARACTERS).replace(/[\uD800-\uDBFF]$/, "")}... (cut)`;
  return `<code>${escaped(shown)}</code>`;
}

/**
 * A table of cells that are Markdown already; empty without a row.
 * @param limit the rows after it are only counted
 * @param all option with which one gets them
 */
export function tableOf(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  limit: number,
  all: string,
): string {
  if (rows.length === 0) return "";
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const lines = [header, header.map(() => "---"), ...rows.slice(0, limit)].map(line);
  const table = lines.join("\n");
  return rows.length > limit ? `${table}\n\n${moreOf(rows.length - limit, all)}` : table;
}

/** How many are not shown. @param all option with which one gets them */
export function moreOf(number: number, all: string): string {
  return `And ${number} more, all with ${all}.`;
}

function escaped(text: string): string {
  return visible(text).replaceAll(MARKUP, (sign) => `&#${sign.charCodeAt(0)};`);
}
