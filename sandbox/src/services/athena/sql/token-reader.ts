import { SyntaxMistake, type Token } from "./tokens";

/** Reads the tokens of a definition one after the other. */
export class TokenReader {
  private index = 0;

  /** `tokens` has an `end`. */
  constructor(private readonly tokens: readonly Token[]) {}

  get next(): Token {
    return this.tokens[Math.min(this.index, this.tokens.length - 1)] ?? NOTHING;
  }

  /** True, and past them, when these words or symbols come next. */
  take(...texts: readonly string[]): boolean {
    const isThere = texts.every((text, ahead) => {
      const token = this.tokens[this.index + ahead];
      const isPlain = token?.kind === "word" || token?.kind === "symbol";
      return isPlain && token.text.toLowerCase() === text.toLowerCase();
    });
    if (isThere) this.index += texts.length;
    return isThere;
  }

  /** @throws SyntaxMistake */
  expect(...texts: readonly string[]): void {
    for (const text of texts) {
      if (!this.take(text)) throw this.mistake(`'${text.toUpperCase()}'`);
    }
  }

  /** A name, in lower case as the catalog keeps it. @throws SyntaxMistake */
  name(): string {
    const { kind, value } = this.next;
    if (kind !== "word" && kind !== "backtick" && kind !== "double")
      throw this.mistake("identifier");
    this.index++;
    return value.toLowerCase();
  }

  /** A text in quotes. @throws SyntaxMistake */
  string(): string {
    const { kind, value } = this.next;
    if (kind !== "single" && kind !== "double") throw this.mistake("string");
    this.index++;
    return value;
  }

  /** Any token. */
  any(): Token {
    const token = this.next;
    this.index++;
    return token;
  }

  /** A list in brackets. @throws SyntaxMistake */
  list<Item>(readItem: () => Item): Item[] {
    this.expect("(");
    const items: Item[] = [];
    do items.push(readItem());
    while (this.take(","));
    this.expect(")");
    return items;
  }

  /** `("key" = "value", ...)` @throws SyntaxMistake */
  properties(): Map<string, string> {
    return new Map(
      this.list(() => {
        const key = this.string();
        this.expect("=");
        return [key, this.string()] as const;
      }),
    );
  }

  /** `db.table` or `table`. @throws SyntaxMistake */
  qualifiedName(): { readonly databaseName?: string; readonly name: string } {
    const first = this.name();
    if (!this.take(".")) return { name: first };
    const second = this.name();
    if (!this.take(".")) return { databaseName: first, name: second };
    return { databaseName: second, name: this.name() };
  }

  /** @throws SyntaxMistake when there is more */
  end(): void {
    this.take(";");
    if (this.next.kind !== "end") throw this.mistake("<EOF>");
  }

  mistake(expecting: string): SyntaxMistake {
    return new SyntaxMistake(
      this.next,
      `mismatched input '${this.next.kind === "end" ? "<EOF>" : this.next.text}'. Expecting: ${expecting}`,
    );
  }
}

const NOTHING: Token = { kind: "end", text: "", value: "", offset: 0, line: 1, column: 1 };
