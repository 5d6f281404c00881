import type { AccessNeed, ConditionKeys } from "../../authorization/model";
import type { RequestContext } from "../../world/operation";

/** What the operations need. @see the Service Authorization Reference, "Actions, resources, and condition keys for Amazon CloudWatch" */

export const accountOf = (context: RequestContext): string => context.principal.accountId ?? "";

export function alarmArn(context: RequestContext, name: string): string {
  return `arn:aws:cloudwatch:${context.region}:${accountOf(context)}:alarm:${name}`;
}

/** Dashboards have no Region. */
export function dashboardArn(context: RequestContext, name: string): string {
  return `arn:aws:cloudwatch::${accountOf(context)}:dashboard/${name}`;
}

/** The running operation on a resource; `*` where it has no resource type. */
export function needOn(
  context: RequestContext,
  resource = "*",
  conditionKeys?: ConditionKeys,
): AccessNeed {
  return { action: `cloudwatch:${context.operation}`, resource, conditionKeys };
}

/** One need for each alarm that a request names. */
export function needsOnAlarms(
  context: RequestContext,
  names: readonly string[] | undefined,
): AccessNeed[] {
  return (names ?? []).map((name) => needOn(context, alarmArn(context, name)));
}
