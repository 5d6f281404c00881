/**
 * Matching of policy strings. A pattern is prepared once into a matcher; plain strings, `*` and `prefix*`, which are
 * nearly all of them, cost one comparison. Others use the two-pointer method, which cannot backtrack for long.
 *
 * Source: IAM User Guide, "Policy variables and tags", "IAM JSON policy elements: Resource", and
 * "ARN condition operators" (each of the six parts of an ARN is matched on its own; the last may span colons).
 */

/** Values of condition keys of one request; keys are lower-cased. */
export interface KeyReader {
  get(key: string): string | readonly string[] | undefined;
}

export type Matcher = (text: string, keys: KeyReader) => boolean;

export interface PatternOptions {
  /** `*` and `?` are wildcards. `${*}` and `${?}` never are. */
  readonly wildcards: boolean;
  /** `${aws:username}` is replaced. Only in policies of version 2012-10-17. */
  readonly variables: boolean;
  readonly ignoreCase?: boolean;
}

// Control characters stand for wildcards in a prepared pattern. IAM allows none of them in a policy.
const ANY = "\u0001";
const ONE = "\u0002";

interface Variable {
  readonly key: string;
  readonly fallback?: string;
}

/** The pieces of a pattern, with its variables between them. */
type Template = readonly (string | Variable)[];

/** Prepares a plain pattern: an action, or a value of a String operator. */
export function compilePattern(source: string, options: PatternOptions): Matcher {
  const template = parse(source, options);
  const fold = options.ignoreCase === true;
  const plain = plainText(template);
  if (plain !== undefined) {
    const fixed = fixedMatcher(fold ? plain.toLowerCase() : plain);
    return fold ? (text) => fixed(text.toLowerCase()) : fixed;
  }
  return (text, keys) => {
    const pattern = expand(template, keys);
    if (pattern === undefined) return false;
    return fold ? glob(pattern.toLowerCase(), text.toLowerCase()) : glob(pattern, text);
  };
}

/** Prepares an ARN pattern, as in `Resource` and in the Arn operators. */
export function compileArnPattern(source: string, options: PatternOptions): Matcher {
  if (source === "*") return () => true;
  const template = parse(source, options);
  const plain = plainText(template);
  if (plain !== undefined) {
    const segments = splitArn(plain);
    const headIsPlain = !/[\u0001\u0002]/.test(segments.slice(0, 5).join(""));
    return headIsPlain ? fixedMatcher(plain) : (text) => globArn(segments, text);
  }
  return (text, keys) => {
    const pattern = expand(template, keys);
    return pattern !== undefined && globArn(splitArn(pattern), text);
  };
}

function fixedMatcher(pattern: string): (text: string) => boolean {
  const wildcard = pattern.search(/[\u0001\u0002]/);
  if (wildcard < 0) return (text) => text === pattern;
  if (wildcard === pattern.length - 1 && pattern.endsWith(ANY)) {
    const prefix = pattern.slice(0, -1);
    return (text) => text.startsWith(prefix);
  }
  return (text) => glob(pattern, text);
}

function parse(source: string, options: PatternOptions): Template {
  const template: (string | Variable)[] = [];
  let text = "";
  for (let index = 0; index < source.length; index++) {
    const character = source[index];
    if (character === "$" && options.variables && source[index + 1] === "{") {
      const end = source.indexOf("}", index);
      if (end !== -1) {
        const name = source.slice(index + 2, end);
        index = end;
        if (name === "*" || name === "?" || name === "$") {
          text += name;
        } else {
          template.push(text, parseVariable(name));
          text = "";
        }
        continue;
      }
    }
    if (options.wildcards && character === "*") text += ANY;
    else if (options.wildcards && character === "?") text += ONE;
    else text += character;
  }
  return [...template, text];
}

/** The whole pattern when it has no variable. */
function plainText(template: Template): string | undefined {
  const [text, ...others] = template;
  return typeof text === "string" && others.length === 0 ? text : undefined;
}

function parseVariable(name: string): Variable {
  const withDefault = /^\s*([^,\s]+)\s*,\s*'(.*)'\s*$/.exec(name);
  const key = withDefault?.[1] ?? name.trim();
  return { key: key.toLowerCase(), fallback: withDefault?.[2] };
}

/** Undefined when a variable has no single value: the comparison then never matches. */
function expand(template: Template, keys: KeyReader): string | undefined {
  let text = "";
  for (const part of template) {
    const value = typeof part === "string" ? part : (keys.get(part.key) ?? part.fallback);
    if (typeof value !== "string") return undefined;
    text += value;
  }
  return text;
}

/** At most six parts; the sixth keeps its colons. */
function splitArn(arn: string): string[] {
  const parts: string[] = [];
  let from = 0;
  while (parts.length < 5) {
    const colon = arn.indexOf(":", from);
    if (colon < 0) break;
    parts.push(arn.slice(from, colon));
    from = colon + 1;
  }
  parts.push(arn.slice(from));
  return parts;
}

function globArn(pattern: readonly string[], text: string): boolean {
  let from = 0;
  for (let index = 0; index < pattern.length - 1; index++) {
    const colon = text.indexOf(":", from);
    if (colon < 0 || !glob(pattern[index] ?? "", text.slice(from, colon))) return false;
    from = colon + 1;
  }
  return glob(pattern[pattern.length - 1] ?? "", text.slice(from));
}

function glob(pattern: string, text: string): boolean {
  let inPattern = 0;
  let inText = 0;
  let starInPattern = -1;
  let starInText = 0;
  while (inText < text.length) {
    const expected = pattern[inPattern];
    if (expected === ANY) {
      starInPattern = inPattern++;
      starInText = inText;
    } else if (expected === ONE || expected === text[inText]) {
      inPattern++;
      inText++;
    } else if (starInPattern >= 0) {
      inPattern = starInPattern + 1;
      inText = ++starInText;
    } else {
      return false;
    }
  }
  while (pattern[inPattern] === ANY) inPattern++;
  return inPattern === pattern.length;
}
