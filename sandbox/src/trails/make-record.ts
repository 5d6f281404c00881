import type { ApiCall } from "../services/cloudtrail/api-call";
import type { World } from "../world/world";
import { apiElements, apiParameters, apiResource } from "./api-event";
import type { EventKind } from "./event-names";
import type { Recipients } from "./recipients";
import { bucketOf } from "./recipients";
import { eventTime, type RecordResource, type TrailRecord } from "./record";
import { s3AdditionalData, s3Elements, s3Parameters, s3Resources, tlsDetails } from "./s3-event";
import { foreignIdentity, userIdentity } from "./user-identity";

/** The one of records of September 2024 and later. */
const EVENT_VERSION = "1.11";

/** One event for one of its recipients. */
export interface EventCopy {
  readonly region: string;
  readonly recipientAccountId: string;
  readonly recipients: Recipients;
  readonly eventId: string;
  /** Of an event that two accounts have. */
  readonly sharedEventId?: string;
}

export function makeRecord(
  world: World,
  call: ApiCall,
  kind: EventKind,
  copy: EventCopy,
): TrailRecord {
  const isS3 = call.service === "s3" || call.service === "s3control";
  const isCallers = copy.recipientAccountId === copy.recipients.caller;
  const { presentsTls } = world.settings;
  const agent = call.request.headers["user-agent"] ?? "";
  return {
    eventVersion: EVENT_VERSION,
    userIdentity: isCallers ? userIdentity(call) : foreignIdentity(call),
    eventTime: eventTime(call.epochMs),
    eventSource: kind.source,
    eventName: kind.name,
    awsRegion: copy.region,
    sourceIPAddress: call.request.sourceAddress,
    // S3 puts what a client says of itself in brackets; its own name for a service has none.
    userAgent: isS3 && call.principal.kind !== "service" ? `[${agent}]` : agent,
    ...errorOf(call),
    requestParameters: isS3 ? s3Parameters(call) : apiParameters(call),
    responseElements: isS3 ? s3Elements(call, kind.isReadOnly) : apiElements(call, kind.isReadOnly),
    ...(isS3 ? { additionalEventData: s3AdditionalData(call, presentsTls) } : {}),
    requestID: call.requestId,
    eventID: copy.eventId,
    readOnly: kind.isReadOnly,
    ...resourcesOf(world, call, kind, isCallers),
    eventType: "AwsApiCall",
    managementEvent: kind.category === "Management",
    recipientAccountId: copy.recipientAccountId,
    ...(copy.sharedEventId === undefined ? {} : { sharedEventID: copy.sharedEventId }),
    eventCategory: kind.category,
    ...(presentsTls ? { tlsDetails: tlsDetails(call) } : {}),
  };
}

/** KMS's refusal has the name of the query protocol's (KMS Developer Guide, log entries of Decrypt). */
function errorOf({ error, service }: ApiCall): Partial<TrailRecord> {
  if (error === undefined) return {};
  const isKmsDenial = service === "kms" && error.code === "AccessDeniedException";
  return { errorCode: isKmsDenial ? "AccessDenied" : error.code, errorMessage: error.message };
}

/**
 * Whose bucket it is, a caller of another account is not told with a refusal.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-receive-logs-from-multiple-accounts.html
 */
function resourcesOf(
  world: World,
  call: ApiCall,
  kind: EventKind,
  isCallers: boolean,
): { readonly resources?: readonly RecordResource[] } {
  if (call.service !== "s3") {
    const resource = apiResource(world, call);
    return resource === undefined ? {} : { resources: [resource] };
  }
  const owner = bucketOf(world, call)?.accountId;
  const isHidden =
    isCallers &&
    owner !== call.principal.accountId &&
    call.error?.code === "AccessDenied" &&
    kind.category === "Data";
  const resources = s3Resources(call, kind.category === "Data", isHidden ? "" : owner);
  return resources === undefined ? {} : { resources };
}
