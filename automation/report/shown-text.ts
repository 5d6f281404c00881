/** Text in a document of markup: whatever it says, it is shown. Pure. */

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** What HTML and XML take for markup, in content and in attributes, as they show it. */
export function withoutMarkup(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/** What would hide, turn or end a line of text, or is no character at all. */
const UNSAFE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/gu;

/** Shows all of a text in one line: what would hide, turn or end it as JSON writes it, as in `\u202e`. */
export function visible(text: string): string {
  return text.replaceAll(UNSAFE, (sign) =>
    Array.from(
      { length: sign.length },
      (_, index) => `\\u${sign.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
