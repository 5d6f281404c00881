/** A text, in which `*` stands for any characters, or several of them. */
export type Patterns = string | readonly string[];

/** Undefined: everything matches. */
export function patternTest(
  patterns: Patterns | undefined,
): ((text: string | undefined) => boolean) | undefined {
  if (patterns === undefined) return undefined;
  const alternatives = (typeof patterns === "string" ? [patterns] : patterns).map((pattern) =>
    pattern
      .split("*")
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"))
      .join(".*"),
  );
  const expression = new RegExp(`^(?:${alternatives.join("|")})$`, "s");
  return (text) => text !== undefined && expression.test(text);
}
