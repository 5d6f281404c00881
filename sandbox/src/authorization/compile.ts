import { compileCondition } from "./conditions";
import { MalformedPolicy } from "./malformed-policy";
import type { CompiledPolicy } from "./model";
import { compileArnPattern, compilePattern } from "./patterns";
import { parsePrincipals } from "./principals";
import type { Condition, Statement } from "./statement";

export { MalformedPolicy } from "./malformed-policy";
export { isPublicPolicy } from "./public-policy";

/**
 * What a policy is for, which decides the elements it must and must not have: `identity` (also boundaries, session
 * policies and control policies), `resource`, `trust` (a role's), `any` (a kind is read from nothing: either shape).
 */
export type PolicyKind = "identity" | "resource" | "trust" | "any";

/** The one that the sandbox is. */
const PARTITION = "aws";

const STATEMENT_FIELDS = new Set([
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
]);

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Prepares a policy document for evaluation.
 * @throws MalformedPolicy when AWS would refuse the document
 */
export function compilePolicy(document: string | object, kind: PolicyKind = "any"): CompiledPolicy {
  const text = typeof document === "string" ? document : JSON.stringify(document);
  const parsed = typeof document === "string" ? parseJson(document) : document;
  if (!isObject(parsed)) throw invalidJson();
  for (const field of Object.keys(parsed)) {
    if (field !== "Version" && field !== "Id" && field !== "Statement") throw unknownField(field);
  }
  const version = parsed["Version"] ?? "2008-10-17";
  if (version !== "2012-10-17" && version !== "2008-10-17") {
    throw new MalformedPolicy(
      "invalid-version",
      "The policy must contain a valid version string",
      String(version),
    );
  }
  const list = parsed["Statement"];
  if (list === undefined) throw missingField("Statement");
  const items: readonly unknown[] = Array.isArray(list) ? list : [list];
  if (items.length === 0) {
    throw new MalformedPolicy(
      "missing-field",
      "Could not parse the policy: Statement is empty!",
      "Statement",
    );
  }
  const variables = version === "2012-10-17";
  const statements = items.map((item, index) => compileStatement(item, index, kind, variables));
  refuseRepeatedSids(items);
  return { text, document: parsed, statements };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalidJson();
  }
}

function compileStatement(
  item: unknown,
  index: number,
  kind: PolicyKind,
  variables: boolean,
): Statement {
  if (!isObject(item)) throw invalidJson();
  for (const field of Object.keys(item)) {
    if (!STATEMENT_FIELDS.has(field)) throw unknownField(field);
  }
  const { Sid: sid = "" } = item;
  if (typeof sid !== "string") throw invalidSid(String(sid));
  if (kind === "identity" && !/^[A-Za-z0-9]*$/.test(sid)) throw invalidSid(sid);
  const effect = item["Effect"];
  if (effect === undefined) throw missingField("Effect");
  if (effect !== "Allow" && effect !== "Deny") {
    throw new MalformedPolicy(
      "invalid-effect",
      `Invalid effect: ${String(effect)}`,
      String(effect),
    );
  }
  checkPresence(item, kind);
  const actionsAreExcluded = item["NotAction"] !== undefined;
  const actions = strings(item, actionsAreExcluded ? "NotAction" : "Action");
  const resourcesAreExcluded = item["NotResource"] !== undefined;
  const hasResources = resourcesAreExcluded || item["Resource"] !== undefined;
  const resources = hasResources
    ? strings(item, resourcesAreExcluded ? "NotResource" : "Resource")
    : [];
  const principalsAreExcluded = item["NotPrincipal"] !== undefined;
  const principalElement = item["NotPrincipal"] ?? item["Principal"];
  const conditionBlock = readConditionBlock(item["Condition"]);
  return {
    name: sid !== "" ? sid : `Statement[${index}]`,
    effect,
    actions: actions.map((action) => {
      checkAction(action);
      return compilePattern(action.toLowerCase(), { wildcards: true, variables });
    }),
    actionsAreExcluded,
    resources: resources.map((resource) => {
      checkResource(resource);
      if (kind === "identity") checkPartition(resource);
      return compileArnPattern(resource, { wildcards: true, variables });
    }),
    resourcesAreExcluded,
    hasResources,
    principals:
      principalElement === undefined
        ? undefined
        : parsePrincipals(principalElement, principalsAreExcluded ? "NotPrincipal" : "Principal"),
    principalsAreExcluded,
    conditions: compileConditions(conditionBlock, variables),
    conditionBlock,
  };
}

function checkPresence(item: JsonObject, kind: PolicyKind): void {
  for (const field of ["Action", "Resource", "Principal"]) {
    const both = item[field] !== undefined && item[`Not${field}`] !== undefined;
    if (both) throw new MalformedPolicy("both-fields", "Syntax errors in policy.", field);
  }
  const has = (field: string) => item[field] !== undefined || item[`Not${field}`] !== undefined;
  if (!has("Action")) throw missingField("Action");
  if (kind === "identity" && has("Principal")) throw prohibitedField("Principal");
  if ((kind === "resource" || kind === "trust") && !has("Principal"))
    throw missingField("Principal");
  if (kind === "trust" && has("Resource")) throw prohibitedField("Resource");
  if ((kind === "identity" || kind === "resource") && !has("Resource")) {
    throw missingField("Resource");
  }
}

function strings(item: JsonObject, field: string): readonly string[] {
  const value = item[field];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.length === 0) {
    throw field.endsWith("Resource")
      ? new MalformedPolicy("invalid-resource", "Policy has invalid resource")
      : missingField(field);
  }
  return values.map((text) => {
    if (typeof text !== "string") throw invalidJson();
    return text;
  });
}

function checkAction(action: string): void {
  if (action !== "*" && !/^[A-Za-z0-9-]+:[A-Za-z0-9*?_-]+$/.test(action)) {
    throw new MalformedPolicy("invalid-action", "Policy has invalid action", action);
  }
}

function checkResource(resource: string): void {
  if (resource !== "*" && !/^(arn:|\*:)/.test(resource)) {
    throw new MalformedPolicy("invalid-resource", "Policy has invalid resource", resource);
  }
}

/** A partition knows its own resources alone; a wildcard may stand for it (seen on AWS). */
function checkPartition(resource: string): void {
  const partition = /^arn:([^:*?]*):/.exec(resource)?.[1];
  if (partition === undefined || partition === PARTITION) return;
  throw new MalformedPolicy(
    "foreign-partition",
    `Partition "${partition}" is not valid for resource "${resource}".`,
    resource,
  );
}

function readConditionBlock(element: unknown): Statement["conditionBlock"] {
  if (element === undefined) return {};
  if (!isObject(element)) throw invalidJson();
  const block: Record<string, Record<string, readonly string[]>> = {};
  for (const [operator, keys] of Object.entries(element)) {
    if (!isObject(keys)) throw invalidJson();
    const byKey: Record<string, readonly string[]> = {};
    for (const [key, value] of Object.entries(keys)) byKey[key] = conditionValues(value);
    block[operator] = byKey;
  }
  return block;
}

function conditionValues(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((one) => {
    if (typeof one === "string" || typeof one === "number" || typeof one === "boolean") {
      return String(one);
    }
    throw invalidJson();
  });
}

function compileConditions(
  block: Statement["conditionBlock"],
  variables: boolean,
): readonly Condition[] {
  return Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => compileCondition(operator, key, values, variables)),
  );
}

function refuseRepeatedSids(items: readonly unknown[]): void {
  const seen = new Set<unknown>();
  for (const item of items) {
    const sid = (item as JsonObject)["Sid"];
    if (sid === undefined || sid === "") continue;
    if (seen.has(sid)) {
      throw new MalformedPolicy(
        "duplicate-sid",
        "Statement IDs (SID) in a single policy must be unique.",
        String(sid),
      );
    }
    seen.add(sid);
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalidJson(): MalformedPolicy {
  return new MalformedPolicy("invalid-json", "This policy contains invalid Json");
}

function invalidSid(sid: string): MalformedPolicy {
  return new MalformedPolicy("invalid-sid", "Statement IDs (SID) must be alpha-numeric.", sid);
}

function missingField(field: string): MalformedPolicy {
  return new MalformedPolicy("missing-field", `Missing required field ${field}`, field);
}

function prohibitedField(field: string): MalformedPolicy {
  return new MalformedPolicy("prohibited-field", `Has prohibited field ${field}`, field);
}

function unknownField(field: string): MalformedPolicy {
  return new MalformedPolicy("unknown-field", `Unknown field ${field}`, field);
}
