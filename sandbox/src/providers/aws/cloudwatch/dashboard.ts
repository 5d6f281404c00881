import {
  DeleteDashboardsCommand,
  GetDashboardCommand,
  PutDashboardCommand,
} from "@aws-sdk/client-cloudwatch";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import type { Clients } from "../clients";
import type { AwsType } from "../resource";

const inputs = z.strictObject({
  dashboardName: z.string(),
  dashboardBody: z.string(),
  region: z.string().optional(),
});

type Inputs = z.infer<typeof inputs>;

const ABSENT = ["DashboardNotFoundError", "ResourceNotFound", "ResourceNotFoundException"];

/** `aws.cloudwatch.Dashboard`. The id is the dashboard's name. */
export const dashboard: AwsType<Inputs> = {
  token: "aws:cloudwatch/dashboard:Dashboard",
  noun: "CloudWatch Dashboard",
  inputs,
  identity: ["dashboardName"],
  replaceOn: ["dashboardName", "region"],
  documents: ["dashboardBody"],
  computed: ["dashboardArn"],
  isRegional: true,

  async create(dashboard, clients) {
    await put(dashboard, clients);
    return dashboard.dashboardName;
  },

  async read(name, clients, region) {
    const found = await unlessAbsent(
      send(await clients.cloudwatch(region), new GetDashboardCommand({ DashboardName: name })),
      ...ABSENT,
    );
    if (found === undefined) return undefined;
    return {
      dashboardName: name,
      dashboardArn: found.DashboardArn,
      dashboardBody: found.DashboardBody,
    };
  },

  update: (_name, news, _olds, clients) => put(news, clients),

  async delete(name, { region }, clients) {
    await unlessAbsent(
      send(
        await clients.cloudwatch(region),
        new DeleteDashboardsCommand({ DashboardNames: [name] }),
      ),
      ...ABSENT,
    );
  },
};

async function put(dashboard: Inputs, clients: Clients): Promise<void> {
  const { DashboardValidationMessages: messages = [] } = await send(
    await clients.cloudwatch(dashboard.region),
    new PutDashboardCommand({
      DashboardName: dashboard.dashboardName,
      DashboardBody: dashboard.dashboardBody,
    }),
  );
  // CloudWatch keeps a dashboard with such messages; the provider leaves them to it as well.
  for (const { DataPath: path, Message: message } of messages) {
    process.stderr.write(`${dashboard.dashboardName}: ${path}: ${message}\n`);
  }
}
