/**
 * Whether a Deny of a policy refuses what S3 asks for with one of our roles. Pure, and in three values: what a request carries
 * is known in part only.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */

import { parseRoleArn } from "../../components/config/values";
import {
  concerns,
  listOf,
  matchesPattern,
  namedPrincipals,
  namesCanonicalUser,
  type ReadStatement,
} from "../guard/statement";

/** `unknown`: it depends on what cannot be seen from here. */
export type Answer = "yes" | "no" | "unknown";

/** One thing that a role has to be allowed. */
export interface RoleNeed {
  readonly roleArn: string;
  readonly action: string;
  /** ARN of the bucket or key, or of its objects: `arn:aws:s3:::bucket/*`. */
  readonly resource: string;
  /** Account that owns the resource. */
  readonly ownerAccountId: string;
  readonly region: string;
}

/**
 * What a request may carry, of which it carries one: undefined stands for none. `unknown` where that cannot be told from here.
 * `elsewhere` is an address of S3 itself: it is there, and in no range that a firm would list as its own.
 */
type KeyValue = readonly (string | undefined)[] | "unknown" | "elsewhere";

const ABSENT: KeyValue = [undefined];

/** The lock that a version is written with. */
export const LOCK_KEY = /^s3:object-lock-/;

/** Whether an action writes a version, with the lock that it comes with. */
export function bringsLock(action: string): boolean {
  return action === "s3:ReplicateObject" || action === "s3:PutObject";
}

/**
 * S3 assumes the role and works from its own network: through no endpoint and from no VPC of yours, and, since the caller is a
 * role, not "via" an AWS service and not as a service principal. Nobody proves a device, and no browser sends it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_data-perimeters.html
 */
function keyValue(key: string, { action, ownerAccountId, region, roleArn }: RoleNeed): KeyValue {
  if (LOCK_KEY.test(key)) return bringsLock(action) ? "unknown" : ABSENT;
  // Other actions than one that writes an ACL do not have them.
  if (/^s3:x-amz-(acl$|grant-)/.test(key)) return action === "s3:PutObject" ? "unknown" : ABSENT;
  switch (key) {
    case "aws:principalarn":
      return [roleArn];
    case "aws:principalaccount":
      return [roleOf(roleArn).accountId];
    case "aws:principaltype":
      return ["AssumedRole"];
    case "aws:principalisawsservice":
      return ["false"];
    case "aws:viaawsservice":
      // A key is used through S3.
      return [action.startsWith("kms:") ? "true" : "false"];
    case "aws:securetransport":
      return ["true"];
    case "aws:requestedregion":
      return [region];
    case "aws:resourceaccount":
    case "s3:resourceaccount":
      return [ownerAccountId];
    case "aws:sourceip":
      return "elsewhere";
    case "aws:sourcevpc":
    case "aws:sourcevpce":
    case "aws:sourcevpcarn":
    case "aws:vpcsourceip":
    case "aws:vpceaccount":
    case "aws:vpceorgid":
    case "aws:vpceorgpaths":
    case "aws:sourcearn":
    case "aws:sourceaccount":
    case "aws:sourceorgid":
    case "aws:principalservicename":
    case "aws:username":
    case "aws:calledvia":
    case "aws:calledviafirst":
    case "aws:calledvialast":
    case "aws:federatedprovider":
    case "aws:sourceidentity":
    case "aws:multifactorauthage":
    case "aws:referer":
    case "aws:ec2instancesourcevpc":
    case "aws:ec2instancesourceprivateipv4":
      return ABSENT;
    case "aws:multifactorauthpresent":
      return ["false", undefined];
    case "s3:tlsversion":
      return ["1.2", "1.3"];
    default:
      return "unknown";
  }
}

/**
 * Whether the statement is a Deny that hits this need.
 * @throws TypeError when the need is of something else than a role
 */
export function refuses(statement: ReadStatement, need: RoleNeed): Answer {
  return statement.Effect === "Deny" ? hits(statement, need) : "no";
}

/**
 * Whether the statement is an Allow that gives this need.
 * @throws TypeError when the need is of something else than a role
 */
export function lets(statement: ReadStatement, need: RoleNeed): Answer {
  return statement.Effect === "Allow" ? hits(statement, need) : "no";
}

function hits(statement: ReadStatement, need: RoleNeed): Answer {
  if (!concerns(statement, need.action)) return "no";
  return all([
    hitsPrincipal(statement, need.roleArn),
    hitsResource(statement, need.resource),
    ...conditionsOf(statement).map((condition) => holds(condition, need)),
  ]);
}

/** Keys that decide the statement's condition, in lower case. */
export function conditionKeys(statement: ReadStatement): readonly string[] {
  return [...new Set(conditionsOf(statement).map(({ key }) => key))];
}

function hitsPrincipal(statement: ReadStatement, roleArn: string): Answer {
  const { accountId, name } = roleOf(roleArn);
  if (statement.NotPrincipal !== undefined) {
    const spared = namedPrincipals(statement.NotPrincipal);
    // Sparing a role takes its session too, whose name S3 chooses.
    return spared.includes(roleArn) ? "unknown" : "yes";
  }
  const named = namedPrincipals(statement.Principal);
  if (["*", accountId, roleArn].some((principal) => named.includes(principal))) return "yes";
  // An account by another name, which is not known here.
  if (namesCanonicalUser(statement.Principal)) return "unknown";
  return named.some((one) => one.includes(`:assumed-role/${name}/`)) ? "unknown" : "no";
}

function hitsResource(statement: ReadStatement, resource: string): Answer {
  if (statement.NotResource !== undefined) {
    const spared = listOf(statement.NotResource);
    if (spared.some((pattern) => matchesPattern(pattern, resource))) return "no";
    return isPartOf(spared, resource) ? "unknown" : "yes";
  }
  const named = listOf(statement.Resource);
  // A key's policy is about its key, whatever it writes.
  if (resource.includes(":kms:")) return "yes";
  if (named.some((pattern) => matchesPattern(pattern, resource))) return "yes";
  // Some of the objects are enough: their tasks fail.
  return isPartOf(named, resource) ? "yes" : "no";
}

/** Whether patterns are about some objects of a bucket, all of which are asked for. */
function isPartOf(patterns: readonly string[], resource: string): boolean {
  if (!resource.endsWith("/*")) return false;
  return patterns.some((pattern) => pattern.startsWith(resource.slice(0, -1)));
}

interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

function conditionsOf({ Condition }: ReadStatement): readonly Condition[] {
  if (typeof Condition !== "object" || Condition === null) return [];
  return Object.entries(Condition as Record<string, Record<string, unknown>>).flatMap(
    ([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => ({
        operator,
        key: key.toLowerCase(),
        values: listOf(values),
      })),
  );
}

function holds({ key, operator, values }: Condition, need: RoleNeed): Answer {
  const found = keyValue(key, need);
  const [, quantifier, name = "", ifExists] =
    /^(ForAnyValue:|ForAllValues:)?(.*?)(IfExists)?$/i.exec(operator) ?? [];
  const isNegated = /Not/i.test(name);
  if (found === "unknown") return "unknown";
  if (found === "elsewhere") {
    if (name === "Null") return values.includes("false") ? "yes" : "no";
    return isElsewhere(values, isNegated);
  }
  const holdsAbsent = isNegated || ifExists !== undefined || quantifier === "ForAllValues:";
  const answers = found.map((value): Answer => {
    if (name === "Null") return values.includes(String(value === undefined)) ? "yes" : "no";
    if (value === undefined) return holdsAbsent ? "yes" : "no";
    const isMet = matchesAny(name, values, value);
    if (isMet === "unknown") return "unknown";
    return isMet === isNegated ? "no" : "yes";
  });
  const [first = "unknown"] = answers;
  return answers.every((answer) => answer === first) ? first : "unknown";
}

/** An address of S3 is in a range that has every address, and else in none that is written down as a firm's own. */
function isElsewhere(ranges: readonly string[], isNegated: boolean): Answer {
  if (ranges.some((range) => /\/0$/.test(range))) return isNegated ? "no" : "yes";
  return isNegated ? "yes" : "unknown";
}

function matchesAny(
  operator: string,
  values: readonly string[],
  text: string,
): boolean | "unknown" {
  // A policy variable stands for a part of the request.
  if (values.some((value) => value.includes("${"))) return "unknown";
  switch (operator) {
    case "StringEquals":
    case "StringNotEquals":
    case "Bool":
      return values.includes(text);
    case "StringEqualsIgnoreCase":
    case "StringNotEqualsIgnoreCase":
      return values.some((value) => value.toLowerCase() === text.toLowerCase());
    case "StringLike":
    case "StringNotLike":
    case "ArnLike":
    case "ArnNotLike":
    case "ArnEquals":
    case "ArnNotEquals":
      return values.some((value) => matchesPattern(value, text));
    case "NumericLessThan":
      return values.some((value) => Number(text) < Number(value));
    default:
      return "unknown";
  }
}

function all(answers: readonly Answer[]): Answer {
  if (answers.includes("no")) return "no";
  return answers.every((answer) => answer === "yes") ? "yes" : "unknown";
}

function roleOf(roleArn: string): { readonly accountId: string; readonly name: string } {
  const role = parseRoleArn(roleArn);
  if (role === undefined) throw new TypeError(`expected the ARN of a role, got ${roleArn}`);
  return role;
}
