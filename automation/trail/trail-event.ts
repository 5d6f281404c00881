/** Finds an attempt's event in a log file, and holds the two against each other. Pure. */

import { z } from "zod";
import type { Attempt } from "../refusals/fields";
import { jsonOf } from "./digest-file";
import type { SoughtAttempt, TrailEvent } from "./fields";

/** The shape that an event has to have to be looked at. */
const EVENT = z.looseObject({
  eventTime: z.string(),
  eventSource: z.string(),
  eventName: z.string(),
  requestID: z.string().optional(),
  eventID: z.string(),
  errorCode: z.string().optional(),
  errorMessage: z.string().optional(),
  userIdentity: z.looseObject({ arn: z.string().optional() }),
  requestParameters: z.record(z.string(), z.unknown()).nullish(),
});

const LOG = z.looseObject({ Records: z.array(z.unknown()) });

/** The events of a request, each as it is in the content of a log file. */
export function eventsOf(bytes: Uint8Array, requestId: string): readonly TrailEvent[] {
  return recordsOf(bytes).filter((record): record is TrailEvent => {
    const event = EVENT.safeParse(record);
    return event.success && event.data.requestID === requestId;
  });
}

/** Every record of a log file; none for what is no log file. */
export function recordsOf(bytes: Uint8Array): readonly unknown[] {
  const log = LOG.safeParse(jsonOf(bytes));
  return log.success ? log.data.Records : [];
}

const NAMES: Readonly<Record<Attempt, readonly [source: string, name: string]>> = {
  shorten: ["s3.amazonaws.com", "PutObjectRetention"],
  delete: ["s3.amazonaws.com", "DeleteObject"],
  bypass: ["s3.amazonaws.com", "DeleteObject"],
  suspend: ["s3.amazonaws.com", "PutBucketVersioning"],
  policy: ["s3.amazonaws.com", "PutBucketPolicy"],
  "delete-key": ["kms.amazonaws.com", "ScheduleKeyDeletion"],
};

/** Two clocks of AWS's, one of which counts whole seconds. */
const TIME_TOLERANCE_MS = 5 * 60_000;

/** In which an event says something else than the attempt, by its members; empty where they agree. */
export function differences(event: TrailEvent, sought: SoughtAttempt): readonly string[] {
  const [source, name] = NAMES[sought.attempt];
  const { requestParameters: parameters } = event;
  const found: string[] = [];
  const check = (member: string, isSame: boolean): void => {
    if (!isSame) found.push(member);
  };
  check("eventSource", event.eventSource === source);
  check("eventName", event.eventName === name);
  check("userIdentity.arn", event.userIdentity.arn === sought.principal);
  check("errorCode", codeOf(event.errorCode) === codeOf(sought.code));
  const apartMs = Math.abs(Date.parse(event.eventTime) - Date.parse(sought.date));
  check("eventTime", apartMs <= TIME_TOLERANCE_MS);
  if (sought.attempt === "delete-key") {
    check("requestParameters.keyId", isAboutKey(event, sought.target));
  } else {
    const { bucket, key } = targetOf(sought.target);
    const { versionId } = sought;
    check("requestParameters.bucketName", parameters?.["bucketName"] === bucket);
    check("requestParameters.key", key === undefined || parameters?.["key"] === key);
    const told = parameters?.["versionId"] ?? versionId;
    check("requestParameters.versionId", told === versionId);
  }
  return found;
}

/**
 * CloudTrail has the codes of some services without their ending.
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/ct-scheduledeletion.html
 */
function codeOf(code: string | undefined): string {
  return (code ?? "").replace(/Exception$/, "");
}

/** Of a call that was refused KMS may tell no parameters; its message names the key then. */
function isAboutKey({ errorMessage, requestParameters }: TrailEvent, keyArn: string): boolean {
  const keyId = requestParameters?.["keyId"];
  return keyId === undefined ? errorMessage?.includes(keyArn) === true : keyId === keyArn;
}

function targetOf(arn: string): { readonly bucket: string; readonly key?: string } {
  const path = arn.replace(/^arn:[\w-]+:s3:::/, "");
  const slash = path.indexOf("/");
  return slash < 0
    ? { bucket: path }
    : { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}
