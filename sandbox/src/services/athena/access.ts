import type { AccessNeed } from "../../authorization/model";
import type { RequestContext } from "../../world/operation";
import * as errors from "./errors";
import type { AthenaPlace, QueryExecution, WorkGroup } from "./model";
import { PRIMARY, type AthenaScope } from "./state";

/** @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonathena.html */

/** The account and Region of a request. @throws AwsError AccessDeniedException for who is of no account */
export function placeOf(context: RequestContext): AthenaPlace {
  const { accountId } = context.principal;
  if (accountId === undefined) throw errors.accessDenied(actionNeed(context));
  return { accountId, region: context.region };
}

export function scopeOf(context: RequestContext): AthenaScope {
  return context.world.athena.scope(placeOf(context));
}

/** The right to an action that has no resource. */
export function actionNeed(context: RequestContext): AccessNeed {
  return { action: `athena:${context.operation}`, resource: "*" };
}

/** The right to the running operation in a work group, there or not. */
export function workGroupNeed(context: RequestContext, name: string | undefined): AccessNeed {
  const { accountId, region } = placeOf(context);
  return {
    action: `athena:${context.operation}`,
    resource: `arn:aws:athena:${region}:${accountId}:workgroup/${name ?? PRIMARY}`,
  };
}

/** The right to the running operation on a data catalog. */
export function catalogNeed(context: RequestContext, name: string | undefined): AccessNeed {
  const { accountId, region } = placeOf(context);
  return {
    action: `athena:${context.operation}`,
    resource: `arn:aws:athena:${region}:${accountId}:datacatalog/${name ?? "AwsDataCatalog"}`,
  };
}

/** @throws AwsError InvalidRequestException */
export function findWorkGroup(context: RequestContext, name: string | undefined): WorkGroup {
  const found = scopeOf(context).workGroups.get(name ?? PRIMARY);
  if (found === undefined) throw errors.noSuchWorkGroup(name ?? PRIMARY);
  return found;
}

/** @throws AwsError InvalidRequestException */
export function findExecution(context: RequestContext, id: string | undefined): QueryExecution {
  const found = scopeOf(context).executions.get(id ?? "");
  if (found === undefined) throw errors.noSuchExecution(id ?? "");
  return found;
}

/** The right to the running operation in the work group of a query; of one that is not there in the primary (assumed). */
export function executionNeed(context: RequestContext, id: string | undefined): AccessNeed {
  return workGroupNeed(context, scopeOf(context).executions.get(id ?? "")?.workGroupName);
}

/** One page of a list. @throws AwsError InvalidRequestException */
export function page<Item>(
  items: readonly Item[],
  request: { readonly MaxResults?: number; readonly NextToken?: string },
  limit = 50,
): { readonly items: readonly Item[]; readonly NextToken?: string } {
  const { MaxResults = limit, NextToken } = request;
  if (MaxResults < 1 || MaxResults > limit) {
    throw errors.invalidRequest(`MaxResults is more than maximum allowed length ${limit}.`);
  }
  const from = NextToken === undefined ? 0 : tokenOffset(NextToken);
  const end = from + MaxResults;
  return {
    items: items.slice(from, end),
    NextToken: end < items.length ? offsetToken(end) : undefined,
  };
}

export function offsetToken(offset: number): string {
  return Buffer.from(`from:${offset}`).toString("base64");
}

/** @throws AwsError InvalidRequestException */
export function tokenOffset(token: string): number {
  const match = /^from:(\d+)$/.exec(Buffer.from(token, "base64").toString("latin1"));
  if (match === null) throw errors.invalidRequest("NextToken is not valid.");
  return Number(match[1]);
}
