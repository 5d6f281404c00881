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

/** Such characters as JSON writes them: `\u202e`. @param signs a global pattern of single characters */
export function asJsonWrites(text: string, signs: RegExp): string {
  return text.replaceAll(signs, (sign) =>
    Array.from(
      { length: sign.length },
      (_, index) => `\\u${sign.charCodeAt(index).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
