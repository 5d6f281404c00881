import type { CompiledPolicy, Grant, Principal } from "./model";
import type { KeyReader } from "./patterns";
import { isExcepted, matchPrincipals, strongerGrant } from "./principals";
import { statementsOf } from "./statement";
import type { Statement } from "./statement";

/** One request as policies see it. */
export interface PolicyRequest {
  readonly principal: Principal;
  /** Lower-cased. */
  readonly action: string;
  readonly resource: string;
  readonly keys: KeyReader;
}

/** What one policy says of one request. */
export interface PolicyResult {
  /** The first Deny that applies. */
  readonly deny?: Statement;
  /** The first Allow that applies. */
  readonly allow?: Statement | undefined;
  /** Of a resource policy: how directly its Allows name the caller. */
  readonly grant?: Grant | undefined;
}

/** Evaluates one policy. A policy with principals is a resource policy; one without applies to whom it is attached. */
export function evaluatePolicy(policy: CompiledPolicy, request: PolicyRequest): PolicyResult {
  let allow: Statement | undefined;
  let grant: Grant | undefined;
  for (const statement of statementsOf(policy)) {
    // No early end on an Allow: a later Deny wins, and a later Allow may name the caller more directly.
    if (!matchesAction(statement, request)) continue;
    if (!matchesResource(statement, request)) continue;
    const named = principalGrant(statement, request.principal);
    if (named === undefined) continue;
    if (!statement.conditions.every((condition) => condition(request.keys))) continue;
    if (statement.effect === "Deny") return { deny: statement };
    allow ??= statement;
    grant = strongerGrant(grant, named);
  }
  return { allow, grant };
}

function matchesAction(statement: Statement, request: PolicyRequest): boolean {
  for (const matcher of statement.actions) {
    if (matcher(request.action, request.keys)) return !statement.actionsAreExcluded;
  }
  return statement.actionsAreExcluded;
}

function matchesResource(statement: Statement, request: PolicyRequest): boolean {
  if (!statement.hasResources) return true;
  for (const matcher of statement.resources) {
    if (matcher(request.resource, request.keys)) return !statement.resourcesAreExcluded;
  }
  return statement.resourcesAreExcluded;
}

/** Undefined when the statement is not about this caller. */
function principalGrant(statement: Statement, caller: Principal): Grant | undefined {
  if (statement.principals === undefined) return "identity";
  if (statement.principalsAreExcluded) {
    return isExcepted(statement.principals, caller) ? undefined : "identity";
  }
  // `account` means less in an Allow, which only delegates, than in a Deny, which reaches all of the account.
  return matchPrincipals(statement.principals, caller);
}
