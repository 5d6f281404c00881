import { isIP } from "node:net";
import type { CompiledPolicy } from "./model";
import { statementsOf } from "./statement";
import type { NamedPrincipal, Statement } from "./statement";

/**
 * Condition keys that make a grant to everyone not public when they are fixed to values without wildcards.
 * Source: S3 User Guide, "Blocking public access", "The meaning of public".
 */
const NARROWING_KEYS = new Set([
  "aws:sourceip",
  "aws:sourcearn",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:sourceowner",
  "aws:sourceaccount",
  "aws:principalarn",
  "aws:principalaccount",
  "aws:principalorgid",
  "aws:principalorgpaths",
  "aws:userid",
  "s3:x-amz-server-side-encryption-aws-kms-key-id",
  "s3:dataaccesspointarn",
  "s3:dataaccesspointaccount",
]);

const NARROWING_OPERATORS = new Set([
  "stringequals",
  "stringequalsignorecase",
  "stringlike",
  "arnequals",
  "arnlike",
  "ipaddress",
]);

/** Whether S3 calls the policy public: it lets in whoever comes, as `BlockPublicPolicy` refuses. */
export function isPublicPolicy(policy: CompiledPolicy): boolean {
  return statementsOf(policy).some(
    (statement) =>
      statement.effect === "Allow" && namesEveryone(statement) && !isNarrowed(statement),
  );
}

function namesEveryone(statement: Statement): boolean {
  if (statement.principals === undefined) return false;
  return statement.principalsAreExcluded || statement.principals.some(isAnybody);
}

/** Everyone, or whoever has an account at a public identity provider (one of the User Guide's examples of a public policy). */
function isAnybody(principal: NamedPrincipal): boolean {
  if (principal.kind === "federated") return !principal.provider.startsWith("arn:");
  return principal.kind === "everyone";
}

function isNarrowed(statement: Statement): boolean {
  return Object.entries(statement.conditionBlock).some(([operator, keys]) => {
    // `IfExists` lets in who has no such key; only the plain forms narrow.
    const name = operator.toLowerCase().replace("foranyvalue:", "");
    if (!NARROWING_OPERATORS.has(name)) return false;
    return Object.entries(keys).some(
      ([key, values]) =>
        NARROWING_KEYS.has(key.toLowerCase()) && values.every((value) => isFixed(key, value)),
    );
  });
}

function isFixed(key: string, value: string): boolean {
  const lowerKey = key.toLowerCase();
  if (lowerKey === "aws:sourceip") return isNarrowRange(value);
  // Policy variables and wildcards stand for many values; an ARN is fixed when its account is.
  if (ARN_KEYS.has(lowerKey)) {
    const [, , service, , account = "", resource = ""] = value.split(":");
    const isBucket = service === "s3" && account === "";
    return !/[*?$]/.test(isBucket ? resource : account) && (account !== "" || isBucket);
  }
  // All sessions of one role.
  const fixed = lowerKey === "aws:userid" ? value.replace(/^([^:]+):\*$/, "$1") : value;
  return !/[*?]|\$\{/.test(fixed);
}

const ARN_KEYS = new Set(["aws:sourcearn", "aws:principalarn", "s3:dataaccesspointarn"]);

/** "Values broader than /8 for IPv4 and /32 for IPv6" are public. An address alone is the narrowest. */
function isNarrowRange(range: string): boolean {
  const [address = "", bits = "128"] = range.split("/");
  const version = isIP(address);
  return version !== 0 && Number(bits) >= (version === 4 ? 8 : 32);
}
