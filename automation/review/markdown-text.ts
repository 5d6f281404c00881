/** Text in a comment: whatever it says, it is shown and never obeyed, be it a table's bar, a tag, a mention, a link or a comment's end. Pure. */

import { visible } from "../report/shown-text";
import { cut } from "../words";

/** GitHub takes 65,536 characters in a comment. */
export const COMMENT_CHARACTERS = 60_000;

/** So many characters are shown of one value. */
const SHOWN_CHARACTERS = 160;

/** ASCII punctuation that is markup somewhere in a line of GitHub's or GitLab's Markdown. */
const MARKUP = /[!"#$%&'*+;<>?@[\\\]^_`{|}~]/g;

/**
 * What GitHub's and GitLab's Markdown make a link or a mention of, in code too: `@`, which is escaped by then, `://`, and the dot of `www.`.
 * A comment within keeps them from it, also where somebody looks at the text once more after the Markdown.
 * @see https://github.github.com/gfm/#autolinks-extension-
 */
const LINKED = /&#64;|:\/(?=\/)|(?<=www)\./gi;

/** A sentence, in full. */
export function plain(text: string): string {
  return escaped(text);
}

/** So many characters are shown of a line. */
const SHOWN_LINE_CHARACTERS = 300;

/**
 * A sentence of which somebody else may have written a part, in one line that is cut; in Markdown it takes at most four times as much.
 * @param limit characters that are shown
 */
export function plainCut(text: string, limit = SHOWN_LINE_CHARACTERS): string {
  const shown = visible(text);
  // One sign may take fifteen characters.
  for (let length = limit; ; length = Math.floor(length / 2)) {
    const line = escaped(cut(shown, length));
    if (line.length <= 4 * limit) return line;
  }
}

/** A value or a name, in full up to a length. Empty stays empty. */
export function code(text: string): string {
  if (text === "") return "";
  const whole = visible(text);
  const shown =
    whole.length <= SHOWN_CHARACTERS ? whole : `${whole.slice(0, SHOWN_CHARACTERS)}... (cut)`;
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

/** A sign that is markup is named by its number. */
function escaped(text: string): string {
  return visible(text)
    .replaceAll(MARKUP, numbered)
    .replaceAll(LINKED, (sign) => `${sign.startsWith("&") ? sign : numbered(sign)}<!-- -->`);
}

function numbered(sign: string): string {
  return `&#${sign.charCodeAt(0)};${sign.slice(1)}`;
}
