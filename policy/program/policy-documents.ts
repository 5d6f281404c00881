import { isRecord, listAt, type PropertyRecord, type Read, UNKNOWN, type Unknown } from "../values";

/** One statement of a policy; each member may be known after the deployment only. */
export type Statement = PropertyRecord;

/**
 * The statements of a policy, be it written as text or as an object.
 * @returns none where it is no policy; `UNKNOWN` where only the deployment tells it
 */
export function readDocument(document: Read): readonly Statement[] | Unknown {
  const parsed = typeof document === "string" ? parsedJson(document) : document;
  const statements = listAt(parsed, "Statement");
  if (statements === UNKNOWN) return UNKNOWN;
  return statements.some((statement) => statement === UNKNOWN)
    ? UNKNOWN
    : statements.filter((statement) => isRecord(statement));
}

/** A text that is no JSON is refused by AWS, not by a policy of ours. */
function parsedJson(text: string): Read {
  try {
    return JSON.parse(text) as Read;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The texts of a member, be it one or a list. */
export function textsOf(statement: Statement, member: string): readonly string[] | Unknown {
  const values = listAt(statement, member);
  if (values === UNKNOWN || values.includes(UNKNOWN)) return UNKNOWN;
  return values.filter((value) => typeof value === "string");
}

/** Whether a pattern of IAM covers a text: `*` stands for any characters, `?` for one; actions know no case. */
export function isCovered(text: string, pattern: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "is").test(text);
}
