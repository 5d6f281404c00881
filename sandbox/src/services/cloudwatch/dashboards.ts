import type {
  DeleteDashboardsInput,
  DeleteDashboardsOutput,
  GetDashboardInput,
  GetDashboardOutput,
  ListDashboardsInput,
  ListDashboardsOutput,
  PutDashboardInput,
  PutDashboardOutput,
} from "@aws-sdk/client-cloudwatch";
import { requestTagKeys } from "../../authorization/request-tags";
import type { Operation, RequestContext } from "../../world/operation";
import { accountOf, dashboardArn, needOn } from "./access";
import { isJson } from "./alarm-operations";
import * as errors from "./errors";
import { page } from "./input-rules";
import type { Dashboard } from "./model";
import { putTags } from "./tags";

const PAGE_SIZE = 1000;

/** The body must be JSON with a list of widgets; what the widgets say is not looked into. */
export const putDashboard: Operation<PutDashboardInput, PutDashboardOutput> = {
  access: (input, context) => [
    needOn(context, dashboardArn(context, input.DashboardName ?? ""), requestTagKeys(input.Tags)),
  ],
  handle(input, context) {
    const name = input.DashboardName ?? "";
    if (!/^[\w-]{1,255}$/.test(name)) {
      throw errors.invalidDashboard(
        "The value of field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).",
      );
    }
    const body = input.DashboardBody ?? "";
    if (!isJson(body) || !hasWidgets(body)) {
      throw errors.invalidDashboard(
        "The dashboard body is invalid, there must be a JSON object with a list of widgets.",
      );
    }
    const { cloudWatch } = context.world;
    const dashboards = cloudWatch.dashboardsOf(accountOf(context));
    const arn = dashboardArn(context, name);
    if (input.Tags !== undefined && !dashboards.has(name)) {
      putTags(cloudWatch.tagsOf(arn), input.Tags);
    }
    dashboards.set(name, { name, arn, body, modifiedEpochMs: context.nowEpochMs });
    return { DashboardValidationMessages: [] };
  },
};

export const getDashboard: Operation<GetDashboardInput, GetDashboardOutput> = {
  access: (input, context) => [needOn(context, dashboardArn(context, input.DashboardName ?? ""))],
  handle(input, context) {
    const { arn, body, name } = findDashboard(input.DashboardName, context);
    return { DashboardArn: arn, DashboardBody: body, DashboardName: name };
  },
};

export const listDashboards: Operation<ListDashboardsInput, ListDashboardsOutput> = {
  access: (_input, context) => [needOn(context)],
  handle(input, context) {
    const found = [...context.world.cloudWatch.dashboardsOf(accountOf(context)).values()]
      .filter(({ name }) => name.startsWith(input.DashboardNamePrefix ?? ""))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
    const { items, nextToken } = page(found, PAGE_SIZE, input.NextToken);
    return {
      DashboardEntries: items.map(({ arn, body, modifiedEpochMs, name }) => ({
        DashboardName: name,
        DashboardArn: arn,
        LastModified: new Date(modifiedEpochMs),
        Size: Buffer.byteLength(body),
      })),
      NextToken: nextToken,
    };
  },
};

/** All of the named dashboards are there, or none is deleted (API reference, DeleteDashboards). */
export const deleteDashboards: Operation<DeleteDashboardsInput, DeleteDashboardsOutput> = {
  access: (input, context) =>
    (input.DashboardNames ?? []).map((name) => needOn(context, dashboardArn(context, name))),
  handle(input, context) {
    if (input.DashboardNames === undefined) throw errors.required("DashboardNames");
    const { cloudWatch } = context.world;
    for (const { arn, name } of input.DashboardNames.map((one) => findDashboard(one, context))) {
      cloudWatch.dashboardsOf(accountOf(context)).delete(name);
      cloudWatch.forgetTags(arn);
    }
    return {};
  },
};

function findDashboard(name: string | undefined, context: RequestContext): Dashboard {
  const dashboard = context.world.cloudWatch.dashboardsOf(accountOf(context)).get(name ?? "");
  if (dashboard === undefined) throw errors.noSuchDashboard(name ?? "");
  return dashboard;
}

function hasWidgets(body: string): boolean {
  const parsed: unknown = JSON.parse(body);
  return (
    typeof parsed === "object" &&
    parsed !== null &&
    "widgets" in parsed &&
    Array.isArray(parsed.widgets)
  );
}
