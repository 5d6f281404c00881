import * as errors from "./errors";

/**
 * The policy of a form upload: which forms its signer lets through.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export interface PostPolicy {
  readonly expiresEpochMs: number;
  readonly conditions: readonly PostCondition[];
}

export interface PostCondition {
  readonly test: FieldTest | SizeTest;
  /** As AWS shows it when it fails: as the policy writes it, a simple condition as `["eq", ...]`. */
  readonly text: string;
}

interface FieldTest {
  readonly kind: "eq" | "starts-with";
  /** Lower-cased, without `$`; undefined when the `$` is missing, which never holds. */
  readonly field?: string;
  readonly value: string;
}

/** Inclusive. `undefined` for a limit that is no number, which never holds. */
interface SizeTest {
  readonly kind: "content-length-range";
  readonly minimumBytes?: number;
  readonly maximumBytes?: number;
}

/** What a policy is held against. */
export interface PostedForm {
  /** The values by lower-cased name, variables filled in; with `bucket`, which the address of the form gives. */
  readonly values: ReadonlyMap<string, string>;
  /** The names as the form writes them, by lower-cased name. */
  readonly names: ReadonlyMap<string, string>;
  readonly sizeBytes: number;
}

/** Fields that no condition needs to be about; neither needs one that begins with `x-ignore-`. */
const UNCOVERED = new Set(["policy", "x-amz-signature", "signature", "awsaccesskeyid", "file"]);
const EXPIRATION = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const INVALID_JSON = "Invalid JSON.";

/** @param encoded base64, as the form has it. @throws AwsError InvalidPolicyDocument */
export function parsePostPolicy(encoded: string): PostPolicy {
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.toString("base64") !== encoded) {
    throw errors.invalidPolicyDocument("invalid Base64 encoding.");
  }
  if (bytes.length === 0) {
    throw errors.invalidPolicyDocument("Expecting '{' but found End-of-Input");
  }
  const json = bytes.toString("utf8");
  const document = parsedObject(json);
  for (const name of Object.keys(document)) {
    if (name === "expiration" || name === "conditions") continue;
    throw errors.invalidPolicyDocument(`Unexpected: "${name}"`);
  }
  const expiresEpochMs = expirationOf(document["expiration"]);
  const { conditions } = document;
  if (conditions === undefined) throw errors.invalidPolicyDocument("Policy missing conditions.");
  if (!Array.isArray(conditions)) {
    throw errors.invalidPolicyDocument("Invalid 'conditions' value: must be a List.");
  }
  const texts = conditionTexts(json);
  return {
    expiresEpochMs,
    conditions: conditions.map((condition: unknown, index) =>
      parseCondition(condition, texts[index] ?? JSON.stringify(condition)),
    ),
  };
}

/** @throws AwsError AccessDenied, EntityTooLarge, EntityTooSmall */
export function checkPostPolicy(policy: PostPolicy, form: PostedForm, nowEpochMs: number): void {
  if (nowEpochMs > policy.expiresEpochMs) throw errors.policyExpired();
  const covered = new Set<string>();
  for (const { test, text } of policy.conditions) {
    if (test.kind === "content-length-range") continue;
    if (test.field !== undefined) covered.add(test.field);
    if (!holds(test, form)) throw errors.conditionFailed(text);
  }
  for (const field of form.values.keys()) {
    if (covered.has(field) || UNCOVERED.has(field) || field.startsWith("x-ignore-")) continue;
    throw errors.extraField(form.names.get(field) ?? field);
  }
  for (const { test, text } of policy.conditions) {
    if (test.kind === "content-length-range") checkSize(test, text, form.sizeBytes);
  }
}

function holds(test: FieldTest, form: PostedForm): boolean {
  const value = test.field === undefined ? undefined : form.values.get(test.field);
  if (value === undefined) return false;
  if (test.kind === "eq") return value === test.value;
  // Only the value of this field is a list; every item must begin as the condition says.
  const items =
    test.field === "content-type" ? value.split(",").map((item) => item.trim()) : [value];
  return items.every((item) => item.startsWith(test.value));
}

function checkSize(test: SizeTest, text: string, sizeBytes: number): void {
  const { minimumBytes, maximumBytes } = test;
  if (minimumBytes === undefined || maximumBytes === undefined) throw errors.conditionFailed(text);
  if (sizeBytes > maximumBytes) throw errors.fileTooLarge(sizeBytes, maximumBytes);
  if (sizeBytes < minimumBytes) throw errors.fileTooSmall(sizeBytes, minimumBytes);
}

function parsedObject(json: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) throw errors.invalidPolicyDocument(INVALID_JSON);
    throw error;
  }
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw errors.invalidPolicyDocument(INVALID_JSON);
  }
  return document as Readonly<Record<string, unknown>>;
}

function expirationOf(value: unknown): number {
  if (value === undefined) throw errors.invalidPolicyDocument("Policy missing expiration.");
  if (typeof value !== "string") throw errors.invalidPolicyDocument(INVALID_JSON);
  const epochMs = EXPIRATION.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(epochMs)) {
    throw errors.invalidPolicyDocument(`Invalid 'expiration' value: '${value}'`);
  }
  return epochMs;
}

function parseCondition(condition: unknown, text: string): PostCondition {
  if (Array.isArray(condition)) return { test: parseTest(condition), text };
  if (typeof condition !== "object" || condition === null) {
    throw errors.invalidPolicyDocument("Invalid condition test: must be a List or Object.");
  }
  const [property, second] = Object.entries(condition as Readonly<Record<string, unknown>>);
  if (property === undefined || second !== undefined) {
    throw errors.invalidPolicyDocument(
      "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
    );
  }
  const [name, value] = property;
  if (value === null) throw errors.invalidPolicyDocument(INVALID_JSON);
  if (typeof value !== "string") {
    throw errors.invalidPolicyDocument("Invalid Simple-Condition: value must be a string.");
  }
  return {
    test: { kind: "eq", field: name.toLowerCase(), value },
    text: `["eq", ${JSON.stringify(`$${name}`)}, ${JSON.stringify(value)}]`,
  };
}

function parseTest(condition: readonly unknown[]): FieldTest | SizeTest {
  const [operation, first, second] = condition;
  if (operation === undefined) {
    throw errors.invalidPolicyDocument("Invalid Condition: missing operation identifier.");
  }
  if (typeof operation !== "string") throw errors.invalidPolicyDocument(INVALID_JSON);
  const kind = operation.toLowerCase();
  if (kind !== "eq" && kind !== "starts-with" && kind !== "content-length-range") {
    throw errors.invalidPolicyDocument(`Invalid Condition: unknown operation '${operation}'.`);
  }
  if (condition.length !== 3) {
    throw errors.invalidPolicyDocument(`Invalid ${operation}: wrong number of arguments.`);
  }
  if (kind === "content-length-range") {
    return { kind, minimumBytes: limitOf(first), maximumBytes: limitOf(second) };
  }
  if (typeof first !== "string" || typeof second !== "string") {
    throw errors.invalidPolicyDocument(INVALID_JSON);
  }
  const field = first.startsWith("$") ? first.slice(1).toLowerCase() : undefined;
  return { kind, field, value: second };
}

/** A limit may stand in quotes; one that is then no number makes the condition fail (recorded). */
function limitOf(limit: unknown): number | undefined {
  if (typeof limit === "string") return /^\d+$/.test(limit) ? Number(limit) : undefined;
  if (typeof limit === "number" && Number.isInteger(limit) && limit >= 0) return limit;
  throw errors.invalidPolicyDocument(INVALID_JSON);
}

/** The conditions as the document writes them, white space and all. `json` is a valid object. */
function conditionTexts(json: string): string[] {
  let texts: string[] = [];
  let depth = 0;
  let latest = "";
  let member = "";
  let start: number | undefined;
  for (const { 0: token, index } of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]/g)) {
    const isBetween = start !== undefined && depth === 2;
    if (token === ":" && depth === 1) member = JSON.parse(latest) as string;
    if (isBetween && (token === "," || token === "]")) {
      texts.push(json.slice(start, index).trim());
      start = token === "," ? index + 1 : undefined;
    }
    if (token === "[" && depth === 1 && member === "conditions") {
      texts = [];
      start = index + 1;
    }
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
    else latest = token;
  }
  return texts;
}
