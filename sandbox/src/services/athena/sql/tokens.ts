/** Athena has two languages: Hive's for definitions, Trino's for queries. */
export type Dialect = "hive" | "trino";

/**
 * `double` is what stands in double quotes: a name to Trino, a text to Hive. A `backtick` is a name to Hive, and nothing to Trino.
 */
export type TokenKind = "word" | "number" | "single" | "double" | "backtick" | "symbol" | "end";

export interface Token {
  readonly kind: TokenKind;
  /** As it stands there. */
  readonly text: string;
  /** Without quotes and escapes. */
  readonly value: string;
  readonly offset: number;
  readonly line: number;
  /** From 1 on, as Trino counts. */
  readonly column: number;
}

/** A mistake of syntax, in Trino's words: `line 1:8: mismatched input 'x'`. */
export class SyntaxMistake extends Error {
  constructor(token: Pick<Token, "line" | "column">, reason: string) {
    super(`line ${token.line}:${token.column}: ${reason}`);
    this.name = "SyntaxMistake";
  }
}

const WORD = /[A-Za-z_][\w$]*/y;
const NUMBER = /(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/y;
const SPACE = /(\s|--[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const SYMBOL = /<>|!=|<=|>=|\|\||->|=>|::|[\s\S]/y;

const QUOTES: Readonly<Record<string, TokenKind>> = {
  "'": "single",
  '"': "double",
  "`": "backtick",
};

/** @throws SyntaxMistake for a quote that nothing ends */
export function tokensOf(text: string, dialect: Dialect): Token[] {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const tokens: Token[] = [];
  let line = 0;
  let offset = 0;
  const add = (kind: TokenKind, length: number, value: string): void => {
    while ((lineStarts[line + 1] ?? Infinity) <= offset) line++;
    const column = offset - (lineStarts[line] ?? 0) + 1;
    const piece = text.slice(offset, offset + length);
    tokens.push({ kind, text: piece, value, offset, line: line + 1, column });
    offset += length;
  };
  for (;;) {
    offset += matchAt(SPACE, text, offset)?.length ?? 0;
    const character = text[offset];
    if (character === undefined) {
      add("end", 0, "<EOF>");
      return tokens;
    }
    const quoted = QUOTES[character];
    if (quoted !== undefined) {
      const end = closingQuote(text, offset, dialect === "hive" && quoted !== "backtick");
      if (end === undefined) {
        add(quoted, 1, character);
        throw new SyntaxMistake(tokens.at(-1) ?? START, `mismatched input '${character}'`);
      }
      const inner = text.slice(offset + 1, end);
      const plain = inner.replaceAll(character + character, character);
      add(quoted, end + 1 - offset, dialect === "hive" ? withoutEscapes(plain) : plain);
      continue;
    }
    const word = matchAt(WORD, text, offset);
    if (word !== undefined) {
      add("word", word.length, word);
      continue;
    }
    const number = matchAt(NUMBER, text, offset);
    if (number !== undefined) add("number", number.length, number);
    else {
      const symbol = matchAt(SYMBOL, text, offset) ?? character;
      add("symbol", symbol.length, symbol);
    }
  }
}

const START = { line: 1, column: 1 };

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

/** Where the quote that begins at `start` ends. A doubled one does not, nor in Hive one behind a backslash. */
function closingQuote(text: string, start: number, hasEscapes: boolean): number | undefined {
  const quote = text[start];
  for (let index = start + 1; index < text.length; index++) {
    if (hasEscapes && text[index] === "\\") index++;
    else if (text[index] === quote) {
      if (text[index + 1] !== quote) return index;
      index++;
    }
  }
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0" };

function withoutEscapes(text: string): string {
  return text
    .replace(/\\u([0-9a-fA-F]{4})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(parseInt(octal, 8)))
    .replace(/\\([\s\S])/g, (_all, character: string) => ESCAPES[character] ?? character);
}
