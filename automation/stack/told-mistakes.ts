import type { Problem } from "../errors";

/** An error that the program told through the engine: what it is about, and the mistakes that it lists. */
export interface ToldError {
  readonly headline: string;
  readonly mistakes: readonly Problem[];
}

/**
 * Takes the mistakes out of a message of the engine. The program's own errors come as one text, in the form of `ArgumentsError`: a
 * headline that ends in a colon, then a line `  path: reason` for each. A text of any other form is a headline alone. Pure.
 */
export function readToldError(message: string): ToldError {
  const [headline = "", ...lines] = message.split("\n");
  const mistakes = lines.map((line) => /^ {2}([a-zA-Z]\S*): (.+)$/.exec(line));
  const isList = headline.endsWith(":") && mistakes.length > 0 && mistakes.every(Boolean);
  if (!isList) return { headline: message, mistakes: [] };
  return {
    headline,
    mistakes: mistakes.flatMap((match) =>
      match === null ? [] : [{ path: match[1] ?? "", message: match[2] ?? "" }],
    ),
  };
}
