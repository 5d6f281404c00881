import { invalidRequest } from "../errors";
import { tokensOf } from "./tokens";

/**
 * A query with its execution parameters in the place of its question marks, one after the other. A parameter is a literal as it
 * would stand in the query: a text has its quotes.
 * @throws AwsError InvalidRequestException when there are more or fewer; the texts are assumed
 * @see https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements-querying-using-execution-parameters.html
 */
export function withParameters(query: string, parameters: readonly string[] | undefined): string {
  const marks = tokensOf(query, "trino").filter(
    ({ kind, text }) => kind === "symbol" && text === "?",
  );
  if (marks.length !== (parameters?.length ?? 0)) {
    throw invalidRequest(
      `Incorrect number of parameters: expected ${marks.length} but found ${parameters?.length ?? 0}`,
    );
  }
  let text = "";
  let from = 0;
  marks.forEach(({ offset }, index) => {
    text += query.slice(from, offset) + literal(parameters?.[index] ?? "");
    from = offset + 1;
  });
  return text + query.slice(from);
}

function literal(parameter: string): string {
  const tokens = tokensOf(parameter, "trino");
  const [first, second] = tokens;
  const isSigned = first?.kind === "symbol" && first.text === "-" && second?.kind === "number";
  const isTyped =
    first?.kind === "word" &&
    /^(date|timestamp|time)$/i.test(first.text) &&
    second?.kind === "single";
  const isWord = first?.kind === "word" && /^(true|false|null)$/i.test(first.text);
  const isOne = first?.kind === "single" || first?.kind === "number" || isWord;
  const wanted = isSigned || isTyped ? 3 : 2;
  if ((isSigned || isTyped || isOne) && tokens.length === wanted) return parameter;
  throw invalidRequest(`The execution parameter ${parameter} is no literal.`);
}
