/** Text in a page: whatever it says, it is shown and never obeyed. Pure. */

import { visible, withoutMarkup } from "./shown-text";

export { visible };

/** Markup that was made here, of text that was escaped. */
export interface Html {
  readonly html: string;
}

/** What stands between the parts of a template. */
export type Inner = Html | string | number | undefined | readonly (Html | undefined)[];

/** A template of markup: what is put into it is escaped, unless it is markup itself. Undefined is nothing. */
export function markup(parts: TemplateStringsArray, ...values: readonly Inner[]): Html {
  const inner = values.map(htmlOf);
  return {
    html: parts.map((part, index) => `${part}${inner[index] ?? ""}`).join(""),
  };
}

/** A sentence of ours, with what stands between backticks as code. */
export function prose(text: string): Html {
  const parts = text.split("`").map(escaped);
  const isCode = (index: number): boolean => index % 2 === 1 && index < parts.length - 1;
  return {
    html: parts.map((part, index) => (isCode(index) ? `<code>${part}</code>` : part)).join(""),
  };
}

function htmlOf(value: Inner): string {
  if (value === undefined) return "";
  if (typeof value === "string" || typeof value === "number") return escaped(String(value));
  if ("html" in value) return value.html;
  return value.map(htmlOf).join("\n");
}

function escaped(text: string): string {
  return withoutMarkup(visible(text));
}
