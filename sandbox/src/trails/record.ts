/**
 * An event as CloudTrail writes it down.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export interface TrailRecord {
  readonly eventVersion: string;
  readonly userIdentity: object;
  /** Whole seconds, UTC. */
  readonly eventTime: string;
  readonly eventSource: string;
  readonly eventName: string;
  readonly awsRegion: string;
  readonly sourceIPAddress: string;
  readonly userAgent: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly requestParameters: object | null;
  readonly responseElements: object | null;
  readonly additionalEventData?: object;
  readonly requestID: string;
  readonly eventID: string;
  readonly readOnly: boolean;
  readonly resources?: readonly RecordResource[];
  readonly eventType: "AwsApiCall";
  readonly managementEvent: boolean;
  readonly recipientAccountId: string;
  /** Of an event that more than one account has. */
  readonly sharedEventID?: string;
  readonly eventCategory: "Management" | "Data";
  readonly tlsDetails?: object;
}

/** Either with an ARN or, for what is about many objects, with what their ARNs begin with. */
export interface RecordResource {
  readonly accountId?: string;
  readonly type: string;
  readonly ARN?: string;
  readonly ARNPrefix?: string;
}

/** `2026-07-30T12:00:00Z` */
export function eventTime(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

/** `2026-07-30T12:00:00Z` to `2026/07/30`: the folder of a day. */
export function folderOf(time: string): string {
  return time.slice(0, 10).replaceAll("-", "/");
}
