import type {
  DashboardEntry,
  GetDashboardOutput,
  ListDashboardsOutput,
  ListTagsForResourceOutput,
  Tag,
} from "@aws-sdk/client-cloudwatch";
import { isAwsError } from "../../../world/aws-error";
import {
  alreadyExists,
  notFound,
  whenPresent,
  type HandlerContext,
  type ResourceType,
} from "../resource-type";
import { allPages } from "./all-pages";
import { updateCloudWatchTags } from "./cloudwatch-tags";

const TYPE = "AWS::CloudWatch::Dashboard";

/** `AWS::CloudWatch::Dashboard` over CloudWatch's own operations. */
export const cloudWatchDashboard: ResourceType = {
  actsOn: ["DashboardName", "DashboardBody", "Tags"],

  identifierOf: (model) => model["DashboardName"] as string | undefined,

  create(model, context) {
    const given = model["DashboardName"] as string | undefined;
    const name = given ?? `Dashboard-${context.world.random.uuid()}`;
    if (findDashboard(name, context) !== undefined) throw alreadyExists(TYPE, name);
    context.call("cloudwatch", "PutDashboard", {
      DashboardName: name,
      DashboardBody: model["DashboardBody"],
      Tags: model["Tags"],
    });
    return name;
  },

  read(name, context) {
    const dashboard = requireDashboard(name, context);
    const tags = tagsOf(dashboard, context);
    return {
      DashboardName: name,
      DashboardBody: dashboard.DashboardBody,
      ...(tags.length > 0 ? { Tags: tags } : {}),
    };
  },

  update(name, _current, desired, context) {
    const dashboard = requireDashboard(name, context);
    context.call("cloudwatch", "PutDashboard", {
      DashboardName: name,
      DashboardBody: desired["DashboardBody"],
    });
    const wanted = (desired["Tags"] ?? []) as readonly Tag[];
    const arn = dashboard.DashboardArn ?? "";
    updateCloudWatchTags(arn, tagsOf(dashboard, context), wanted, context);
  },

  delete(name, context) {
    requireDashboard(name, context);
    context.call("cloudwatch", "DeleteDashboards", { DashboardNames: [name] });
  },

  list: (_filter, context) =>
    allPages<ListDashboardsOutput, DashboardEntry>(
      (token) => context.call("cloudwatch", "ListDashboards", { NextToken: token }),
      (page) => ({ items: page.DashboardEntries, next: page.NextToken }),
    ).map((entry) => entry.DashboardName ?? ""),
};

function findDashboard(name: string, context: HandlerContext): GetDashboardOutput | undefined {
  return whenPresent(
    () => context.call<GetDashboardOutput>("cloudwatch", "GetDashboard", { DashboardName: name }),
    (error) => isAwsError(error, "DashboardNotFoundError"),
  );
}

function requireDashboard(name: string, context: HandlerContext): GetDashboardOutput {
  const dashboard = findDashboard(name, context);
  if (dashboard === undefined) throw notFound(TYPE, name);
  return dashboard;
}

function tagsOf(dashboard: GetDashboardOutput, context: HandlerContext): readonly Tag[] {
  return (
    context.call<ListTagsForResourceOutput>("cloudwatch", "ListTagsForResource", {
      ResourceARN: dashboard.DashboardArn,
    }).Tags ?? []
  );
}
