import type {
  PutEventsRequest,
  PutEventsRequestEntry,
  PutEventsResponse,
  PutEventsResultEntry,
} from "@aws-sdk/client-eventbridge";
import type { Operation, RequestContext } from "../../world/operation";
import { accountOf, busArn, requireDefaultBus } from "./access";
import * as errors from "./errors";

const BATCH_LIMIT_COUNT = 10;

/** Each entry is taken or refused by itself. */
export const putEvents: Operation<PutEventsRequest, PutEventsResponse> = {
  access: (input, context) => [
    {
      action: "events:PutEvents",
      resource: busArn(context),
      conditionKeys: { "events:source": (input.Entries ?? []).map(({ Source }) => Source ?? "") },
    },
  ],
  handle(input, context) {
    if (input.EndpointId !== undefined) throw errors.notImplemented("EndpointId of PutEvents");
    const given = input.Entries ?? [];
    if (given.length === 0 || given.length > BATCH_LIMIT_COUNT) {
      throw errors.validation(
        `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and ${BATCH_LIMIT_COUNT}`,
      );
    }
    for (const entry of given) requireDefaultBus(context, entry.EventBusName);
    const entries = given.map((entry) => putEntry(entry, context));
    return {
      FailedEntryCount: entries.filter(({ ErrorCode }) => ErrorCode !== undefined).length,
      Entries: entries,
    };
  },
};

function putEntry(entry: PutEventsRequestEntry, context: RequestContext): PutEventsResultEntry {
  for (const name of ["Source", "DetailType", "Detail"] as const) {
    if ((entry[name] ?? "") === "") {
      return {
        ErrorCode: "InvalidArgument",
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
    }
  }
  if (entry.Source?.startsWith("aws.")) {
    return {
      ErrorCode: "NotAuthorizedForSourceException",
      ErrorMessage: "Not authorized for the source.",
    };
  }
  const detail = jsonObject(entry.Detail ?? "");
  if (detail === undefined) {
    return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  }
  const EventId = context.world.eventBridge.send({
    accountId: accountOf(context),
    region: context.region,
    source: entry.Source ?? "",
    detailType: entry.DetailType ?? "",
    resources: entry.Resources ?? [],
    detail,
    atEpochMs: entry.Time?.getTime() ?? context.nowEpochMs,
  });
  return { EventId };
}

function jsonObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
