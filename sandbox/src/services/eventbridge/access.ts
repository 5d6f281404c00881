import type { AccessNeed, ConditionKeys } from "../../authorization/model";
import type { RequestContext } from "../../world/operation";
import * as errors from "./errors";
import type { Rule } from "./state";

/** Rules are on the default bus, the only one there is. @throws AwsError ResourceNotFoundException */
export function requireDefaultBus(context: RequestContext, bus: string | undefined): void {
  if (bus === undefined || bus === "default" || bus === busArn(context)) return;
  throw errors.noSuchBus(bus.slice(bus.lastIndexOf("/") + 1));
}

export function busArn(context: RequestContext): string {
  return `arn:aws:events:${context.region}:${accountOf(context)}:event-bus/default`;
}

/** @throws AwsError ValidationException */
export function ruleArn(context: RequestContext, name: string | undefined): string {
  if (!/^[\w.-]{1,64}$/.test(name ?? "")) {
    throw errors.validation(
      `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
    );
  }
  return `arn:aws:events:${context.region}:${accountOf(context)}:rule/${name}`;
}

/** The permission for the running operation on a rule, there or not. */
export function ruleNeed(
  context: RequestContext,
  name: string | undefined,
  conditionKeys?: ConditionKeys,
): AccessNeed {
  return {
    action: `events:${context.operation}`,
    resource: ruleArn(context, name),
    conditionKeys,
  };
}

/** @throws AwsError ResourceNotFoundException */
export function findRule(context: RequestContext, name: string | undefined, bus?: string): Rule {
  requireDefaultBus(context, bus);
  const rule = context.world.eventBridge.rule(ruleArn(context, name));
  if (rule === undefined) throw errors.noSuchRule(name ?? "");
  return rule;
}

export function accountOf(context: RequestContext): string {
  const { accountId } = context.principal;
  if (accountId !== undefined) return accountId;
  throw errors.accessDenied(
    context,
    { action: `events:${context.operation}`, resource: "*" },
    { allowed: false, denial: "implicit" },
  );
}

/** One page of a list. @throws AwsError ValidationException */
export function page<Item>(
  items: readonly Item[],
  request: { readonly Limit?: number; readonly NextToken?: string },
): { readonly items: readonly Item[]; readonly NextToken?: string } {
  const match =
    request.NextToken === undefined
      ? undefined
      : /^from:(\d+)$/.exec(Buffer.from(request.NextToken, "base64").toString("latin1"));
  if (match === null) throw errors.validation("NextToken is not valid.");
  const from = Number(match?.[1] ?? 0);
  const end = from + (request.Limit ?? 100);
  return {
    items: items.slice(from, end),
    NextToken: end < items.length ? Buffer.from(`from:${end}`).toString("base64") : undefined,
  };
}
