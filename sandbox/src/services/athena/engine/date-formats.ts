import { notDone } from "../run/failure";
import { tokensOf, type Token } from "../sql/tokens";
import { quoted } from "./quoting";

/** Trino's functions with a format, and the engine's, whose format must stand in the query as it is. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  date_parse: "strptime",
  date_format: "strftime",
};

/** MySQL's letters, which Trino takes, where they differ from the engine's. */
const LETTERS: Readonly<Record<string, string>> = {
  "%i": "%M",
  "%M": "%B",
  "%s": "%S",
  "%W": "%A",
  "%h": "%I",
  "%e": "%-d",
  "%c": "%-m",
  "%k": "%-H",
  "%l": "%-I",
  "%r": "%I:%M:%S %p",
  "%T": "%H:%M:%S",
};

/** Names by which FUNCTIONS are called. */
export const FORMAT_FUNCTIONS = Object.keys(FUNCTIONS);

/**
 * A query with the calls of functions that take a format as the engine knows them.
 * @throws QueryFailed for a format that is no literal
 * @see https://docs.aws.amazon.com/athena/latest/ug/functions-env3.html
 */
export function withEngineFormats(query: string): string {
  const tokens = tokensOf(query, "trino");
  const replacements = new Map<Token, string>();
  tokens.forEach((token, index) => {
    const name = FUNCTIONS[token.value.toLowerCase()];
    if (name === undefined || token.kind !== "word" || tokens[index + 1]?.text !== "(") return;
    const format = secondArgument(tokens, index + 2);
    if (format === undefined) throw notDone(`${token.value} with a format that is no literal`);
    replacements.set(token, name);
    replacements.set(format, quoted(engineFormat(format.value)));
  });
  let text = "";
  let from = 0;
  for (const token of tokens) {
    const replacement = replacements.get(token);
    if (replacement === undefined) continue;
    text += query.slice(from, token.offset) + replacement;
    from = token.offset + token.text.length;
  }
  return text + query.slice(from);
}

/** The literal between the comma of a call and its closing bracket; `start` is the first token of the arguments. */
function secondArgument(tokens: readonly Token[], start: number): Token | undefined {
  let depth = 0;
  for (let index = start; index < tokens.length; index++) {
    const { text } = tokens[index] ?? { text: "" };
    if (/^[([]$/.test(text)) depth++;
    else if (/^[)\]]$/.test(text)) depth--;
    if (depth < 0) return undefined;
    if (depth > 0 || text !== ",") continue;
    const literal = tokens[index + 1];
    return literal?.kind === "single" && tokens[index + 2]?.text === ")" ? literal : undefined;
  }
  return undefined;
}

function engineFormat(format: string): string {
  return format.replace(/%[\s\S]/g, (letter) => LETTERS[letter] ?? letter);
}
