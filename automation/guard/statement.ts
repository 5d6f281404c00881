/**
 * What a policy statement means, apart from how it is written. AWS gives lists back in any order, a list of one as a
 * text, an account as its root user's ARN; conditions have no order either.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */

import { canonicalJson } from "../../components/promise/canonical-json";

/** A statement as a service gives it back: with elements that we never write, too. */
export interface ReadStatement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
  readonly Action?: unknown;
  readonly NotAction?: unknown;
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
}

/** The statements of a policy's text. @throws SyntaxError when it is not JSON */
export function statementsOf(policy: string): readonly ReadStatement[] {
  const { Statement } = JSON.parse(policy) as { Statement?: ReadStatement | ReadStatement[] };
  return Statement === undefined ? [] : Array.isArray(Statement) ? Statement : [Statement];
}

/** Equal texts mean equal statements. The Sid has no meaning. */
export function meaningOf(statement: ReadStatement): string {
  return canonicalJson({
    effect: statement.Effect,
    principal: principalsOf(statement.Principal),
    notPrincipal: principalsOf(statement.NotPrincipal),
    action: setOf(statement.Action, lowerCase),
    notAction: setOf(statement.NotAction, lowerCase),
    resource: setOf(statement.Resource),
    notResource: setOf(statement.NotResource),
    condition: conditionsOf(statement.Condition),
  });
}

/** The actions that a statement names, in lower case. */
export function actionsOf({ Action }: ReadStatement): readonly string[] {
  return setOf(Action, lowerCase) ?? [];
}

/** Whether a statement is about an action, wildcards and `NotAction` too. */
export function concerns(statement: ReadStatement, action: string): boolean {
  const matches = (patterns: readonly string[]) =>
    patterns.some((pattern) => wildcard(pattern).test(action.toLowerCase()));
  if (statement.NotAction !== undefined) {
    return !matches(setOf(statement.NotAction, lowerCase) ?? []);
  }
  return matches(actionsOf(statement));
}

/**
 * Roles that a statement leaves out by its condition on `aws:PrincipalArn`: with a Deny, those that it does not stop.
 * Only the form that we write is understood; anything else leaves nobody out.
 */
export function exceptedRoles({ Condition }: ReadStatement): readonly string[] {
  const conditions = conditionsOf(Condition) ?? {};
  return conditions["ArnNotLike"]?.["aws:principalarn"] ?? [];
}

/** Whether a statement refuses what it names to everybody but a role. */
export function deniesAllBut(roleArn: string, statement: ReadStatement): boolean {
  return statement.Effect === "Deny" && exceptedRoles(statement).includes(roleArn);
}

/**
 * Whether a statement hits a role: its principals are everybody, the role or the role's account, and its conditions, which
 * are on `aws:PrincipalArn` alone, hold for it.
 */
export function isAboutRole(statement: ReadStatement, roleArn: string): boolean {
  const named = principalsOf(statement.Principal)?.["AWS"] ?? [];
  const account = /^arn:[\w-]+:iam::(\d{12}):/.exec(roleArn)?.[1] ?? "";
  if (!["*", account, roleArn].some((principal) => named.includes(principal))) return false;
  return Object.entries(conditionsOf(statement.Condition) ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => {
      if (key !== "aws:principalarn") return false;
      const isMet = values.some((value) => wildcard(value).test(roleArn));
      return /Not/.test(operator) ? !isMet : isMet;
    }),
  );
}

/** Principals of an account, or everybody, that a trust policy lets assume its role. */
export function trustedWithin(
  trust: readonly ReadStatement[],
  accountId: string,
): readonly string[] {
  const named = trust
    .filter((statement) => statement.Effect === "Allow" && concerns(statement, "sts:AssumeRole"))
    .flatMap(({ Principal }) => principalsOf(Principal)?.["AWS"] ?? []);
  const isWithin = (principal: string): boolean =>
    principal === "*" ||
    principal === accountId ||
    new RegExp(`^arn:[\\w-]+:(iam|sts)::${accountId}:`).test(principal);
  return [...new Set(named.filter(isWithin))];
}

/**
 * Whether a statement holds wherever another one does: its principals, actions and resources match those of the other one,
 * and its conditions are the same, or none. False when that cannot be seen.
 */
export function holdsFor(wide: ReadStatement, narrow: ReadStatement): boolean {
  const negated = (statement: ReadStatement): string =>
    canonicalJson([
      principalsOf(statement.NotPrincipal) ?? null,
      setOf(statement.NotAction, lowerCase) ?? null,
      setOf(statement.NotResource) ?? null,
    ]);
  const conditions = conditionsOf(wide.Condition);
  return (
    wide.Effect === narrow.Effect &&
    negated(wide) === negated(narrow) &&
    (conditions === undefined ||
      canonicalJson(conditions) === canonicalJson(conditionsOf(narrow.Condition) ?? null)) &&
    matchesAll(setOf(wide.Action, lowerCase), setOf(narrow.Action, lowerCase)) &&
    matchesAll(setOf(wide.Resource), setOf(narrow.Resource)) &&
    Object.entries(principalsOf(narrow.Principal) ?? {}).every(([kind, names]) =>
      matchesAll(principalsOf(wide.Principal)?.[kind] ?? [], names),
    )
  );
}

/** Whether a text fits a pattern with `*` and `?`. */
export function matchesPattern(pattern: string, text: string): boolean {
  return wildcard(pattern).test(text);
}

/** The AWS principals that a statement names: `*`, account ids, ARNs. */
export function namedPrincipals(value: unknown): readonly string[] {
  return principalsOf(value)?.["AWS"] ?? [];
}

/**
 * Whether a bucket's policy names an account by its canonical user id.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html
 */
export function namesCanonicalUser(value: unknown): boolean {
  return principalsOf(value)?.["CanonicalUser"] !== undefined;
}

/** Whether a statement's principal is a service, or everybody. */
export function namesService(value: unknown, service: string): boolean {
  const { AWS = [], Service = [] } = principalsOf(value) ?? {};
  return AWS.includes("*") || Service.includes(service);
}

/** One text or several, as a list. */
export function listOf(value: unknown): readonly string[] {
  return setOf(value) ?? [];
}

function matchesAll(patterns: readonly string[] = [], texts: readonly string[] = []): boolean {
  return texts.every((text) => patterns.some((pattern) => wildcard(pattern).test(text)));
}

function wildcard(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`);
}

const lowerCase = (text: string): string => text.toLowerCase();
const asItIs = (text: string): string => text;

function setOf(value: unknown, normal: (text: string) => string = asItIs): string[] | undefined {
  if (value === undefined) return undefined;
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return [...new Set(list.map((item) => normal(textOf(item))))].sort();
}

/** Condition values may come as text, boolean or number. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** `*` and `{"AWS": "*"}` are the same; an account's id stands for its root user's ARN. */
function principalsOf(value: unknown): Record<string, string[]> | undefined {
  if (value === undefined) return undefined;
  const byKind = typeof value === "object" && value !== null ? value : { AWS: value };
  return Object.fromEntries(
    Object.entries(byKind).map(([kind, names]) => [
      kind,
      setOf(names, kind === "AWS" ? accountOf : asItIs) ?? [],
    ]),
  );
}

/** `111122223333` and the ARN of that account's root user; other principals as they are. */
function accountOf(principal: string): string {
  return /^arn:[\w-]+:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal;
}

/**
 * `ArnEquals` and `ArnLike` behave alike, as do their negations; keys have no case. An operator that is written twice in
 * different words keeps both.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
function conditionsOf(value: unknown): Record<string, Record<string, string[]>> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const conditions: Record<string, Record<string, string[]>> = {};
  for (const [operator, keys] of Object.entries(value as Record<string, object>)) {
    const name = SAME_OPERATORS[operator] ?? operator;
    const target = (conditions[name] ??= {});
    for (const [key, values] of Object.entries(keys)) {
      const lower = key.toLowerCase();
      // Two operators that behave alike with one key both have to hold: no longer what one of them says.
      const free = target[lower] === undefined ? lower : `${lower} (${operator})`;
      target[free] = setOf(values) ?? [];
    }
  }
  return Object.keys(conditions).length === 0 ? undefined : conditions;
}

const SAME_OPERATORS: Readonly<Record<string, string>> = {
  ArnEquals: "ArnLike",
  ArnNotEquals: "ArnNotLike",
};
