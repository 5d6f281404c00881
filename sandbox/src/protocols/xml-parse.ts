/**
 * A small strict XML reader. The SDK's own (`@aws-sdk/xml-builder`) forgets which values were attributes, drops text that
 * is only white space with a line break (a legal object key), decodes references above U+FFFF wrongly and accepts content after the
 * root element; a server that must refuse malformed documents cannot use it.
 *
 * Refuses document type declarations: they are the way to entity expansion, and no AWS request has one.
 */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Character data directly inside, references resolved. */
  readonly text: string;
}

export class XmlSyntaxError extends Error {
  constructor(reason: string, offset: number) {
    super(`${reason} at character ${offset}`);
    this.name = "XmlSyntaxError";
  }
}

/** Deeper than any AWS document; keeps a hostile one from exhausting the stack. */
const MAX_DEPTH = 64;

const NAME = /[A-Za-z_:\u0080-\uffff][-A-Za-z0-9._:\u0080-\uffff]*/y;
const REFERENCE = /&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]{2,4}));|&/g;
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};
const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

/** @throws XmlSyntaxError */
export function parseXml(source: string): XmlElement {
  const reader = new Reader(source.charCodeAt(0) === 0xfeff ? source.slice(1) : source);
  return reader.document();
}

class Reader {
  private at = 0;

  constructor(private readonly source: string) {}

  document(): XmlElement {
    this.skipMisc();
    if (this.source[this.at] !== "<") throw this.error("Expected the root element");
    const root = this.element(0);
    this.skipMisc();
    if (this.at < this.source.length) throw this.error("Content after the root element");
    return root;
  }

  private element(depth: number): XmlElement {
    if (depth > MAX_DEPTH) throw this.error("Elements are nested too deeply");
    this.at++;
    const name = this.name();
    const attributes = this.attributes();
    if (this.source.startsWith("/>", this.at)) {
      this.at += 2;
      return { name, attributes, children: [], text: "" };
    }
    this.expect(">");
    const children: XmlElement[] = [];
    let text = "";
    for (;;) {
      const next = this.source.indexOf("<", this.at);
      if (next < 0) throw this.error(`Element ${name} is not closed`);
      if (next > this.at) text += this.resolve(this.source.slice(this.at, next));
      this.at = next;
      if (this.source.startsWith("</", next)) {
        this.at += 2;
        if (this.name() !== name) throw this.error(`Element ${name} is closed by another name`);
        this.skipSpace();
        this.expect(">");
        return { name, attributes, children, text };
      }
      if (this.source.startsWith("<![CDATA[", next)) text += this.until("]]>", 9);
      else if (!this.skipCommentOrInstruction()) children.push(this.element(depth + 1));
    }
  }

  private attributes(): ReadonlyMap<string, string> {
    let attributes: Map<string, string> | undefined;
    for (;;) {
      const before = this.at;
      this.skipSpace();
      const character = this.source[this.at];
      if (character === ">" || character === "/") return attributes ?? NO_ATTRIBUTES;
      if (this.at === before) throw this.error("Expected white space before an attribute");
      const name = this.name();
      this.skipSpace();
      this.expect("=");
      this.skipSpace();
      const quote = this.source[this.at];
      if (quote !== '"' && quote !== "'") throw this.error("Expected a quoted attribute value");
      const value = this.until(quote, 1);
      if (value.includes("<")) throw this.error("An attribute value contains <");
      attributes ??= new Map();
      if (attributes.has(name)) throw this.error(`Attribute ${name} is given twice`);
      attributes.set(name, this.resolve(value));
    }
  }

  private resolve(text: string): string {
    const lines = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
    if (!lines.includes("&")) return lines;
    return lines.replace(REFERENCE, (match, hex?: string, decimal?: string, named?: string) => {
      if (named !== undefined) {
        const value = NAMED[named];
        if (value === undefined) throw this.error(`Unknown entity ${match}`);
        return value;
      }
      if (hex === undefined && decimal === undefined) throw this.error("A bare & in text");
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      if (code === 0 || code > 0x10ffff) throw this.error(`Unknown character ${match}`);
      return String.fromCodePoint(code);
    });
  }

  private skipMisc(): void {
    do this.skipSpace();
    while (this.skipCommentOrInstruction());
  }

  private skipCommentOrInstruction(): boolean {
    if (this.source.startsWith("<?", this.at)) this.until("?>", 2);
    else if (this.source.startsWith("<!--", this.at)) this.until("-->", 4);
    else if (this.source.startsWith("<!", this.at)) {
      throw this.error("Declarations are not allowed");
    } else return false;
    return true;
  }

  /** Text from `skip` characters on up to `end`, which is passed over. */
  private until(end: string, skip: number): string {
    const start = this.at + skip;
    const stop = this.source.indexOf(end, start);
    if (stop < 0) throw this.error(`Expected ${end}`);
    this.at = stop + end.length;
    return this.source.slice(start, stop);
  }

  private name(): string {
    NAME.lastIndex = this.at;
    const match = NAME.exec(this.source);
    if (match === null) throw this.error("Expected a name");
    this.at = NAME.lastIndex;
    return match[0];
  }

  private expect(character: string): void {
    if (this.source[this.at] !== character) throw this.error(`Expected ${character}`);
    this.at++;
  }

  private skipSpace(): void {
    for (;;) {
      const code = this.source.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at++;
    }
  }

  private error(reason: string): XmlSyntaxError {
    return new XmlSyntaxError(reason, this.at);
  }
}
