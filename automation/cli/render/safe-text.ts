/**
 * Text from AWS on a terminal. A key may hold any character: an escape sequence in one could move the cursor and write
 * "Verdict: clean" over what stands there, a line break could add that line. `--json` has every text exact. Pure.
 */

/** What moves, hides or turns text: control and format characters, line ends, lone surrogates, blanks but the space. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

/** The same, but for the line break. */
const UNSAFE_IN_LINES =
  /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** One line: what a terminal would obey or hide is shown as JSON writes it, as in `\u001b`. */
export function safeLine(text: string): string {
  return text.replaceAll(UNSAFE, escaped);
}

/** Several lines: as `safeLine`, and line breaks stay. */
export function safeLines(text: string): string {
  return text.replaceAll(UNSAFE_IN_LINES, escaped);
}

/**
 * A message of several lines, as the engine gives them: each line after the first is marked, so that none can be taken for
 * one of ours.
 */
export function safeMessage(text: string): string {
  return safeLines(text.replaceAll("\r\n", "\n").trimEnd()).replaceAll("\n", "\n  | ");
}

/** A key: blanks in a row are shown too, since enough of them would begin a new line of the terminal. */
export function safeKey(key: string): string {
  return safeLine(key).replaceAll(/(?<= ) /g, "\\u0020");
}

/** Members of events that may have several lines. */
const MESSAGES = new Set(["message", "hint", "text"]);

/** Values of events with every text made safe, by the names of their members. */
export function safeFields<Value>(value: Value, name?: string): Value {
  if (typeof value === "string") {
    const safe = MESSAGES.has(name ?? "") ? safeMessage : name === "key" ? safeKey : safeLine;
    return safe(value) as Value;
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown) => safeFields(item, name)) as Value;
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([member, inner]) => [
      safeLine(member),
      safeFields<unknown>(inner, member),
    ]),
  ) as Value;
}

function escaped(characters: string): string {
  let text = "";
  for (let index = 0; index < characters.length; index++) {
    const unit = characters.charAt(index);
    text += SHORT[unit] ?? `\\u${characters.charCodeAt(index).toString(16).padStart(4, "0")}`;
  }
  return text;
}
