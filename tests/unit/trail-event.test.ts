/** Which event of CloudTrail an attempt is, and which is another thing's. */

import { expect } from "chai";
import type { SoughtAttempt } from "../../automation/trail/fields";
import { differences, eventsOf, recordsOf } from "../../automation/trail/trail-event";
import { EVENT, logOf, SOUGHT } from "../helpers/signed-trail";

const differencesOf = (event: object, sought: Partial<SoughtAttempt> = {}) => {
  const [read] = eventsOf(Buffer.from(logOf({ ...EVENT, ...event })), EVENT.requestID);
  if (read === undefined) throw new Error("no event");
  return differences(read, { ...SOUGHT, ...sought });
};

describe("the event of each attempt", () => {
  const [vault, key] = ["arn:aws:s3:::vault", "arn:aws:kms:eu-central-1:222222222222:key/1"];
  const s3 = "s3.amazonaws.com";
  const onBucket = { requestParameters: { bucketName: "vault" } };
  /**
   * As CloudTrail names what was called.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/ct-scheduledeletion.html
   */
  const EVENTS: readonly (readonly [SoughtAttempt["attempt"], object, Partial<SoughtAttempt>])[] = [
    ["shorten", { eventSource: s3, eventName: "PutObjectRetention" }, {}],
    ["delete", { eventSource: s3, eventName: "DeleteObject" }, {}],
    ["bypass", { eventSource: s3, eventName: "DeleteObject" }, {}],
    [
      "suspend",
      { ...onBucket, eventSource: s3, eventName: "PutBucketVersioning" },
      { target: vault, versionId: undefined },
    ],
    [
      "policy",
      { ...onBucket, eventSource: s3, eventName: "PutBucketPolicy" },
      { target: vault, versionId: undefined },
    ],
    [
      "delete-key",
      {
        eventSource: "kms.amazonaws.com",
        eventName: "ScheduleKeyDeletion",
        requestParameters: { keyId: key },
      },
      { target: key, versionId: undefined },
    ],
  ];

  for (const [attempt, event, sought] of EVENTS) {
    it(`is that of its own call and of no other: ${attempt}`, () => {
      expect(differencesOf(event, { ...sought, attempt })).to.deep.equal([]);
      const other = { ...event, eventSource: "iam.amazonaws.com", eventName: "GetUser" };
      expect(differencesOf(other, { ...sought, attempt })).to.deep.equal([
        "eventSource",
        "eventName",
      ]);
    });
  }

  it("is of the bucket that the attempt was made on, where it is about no object", () => {
    const event = { eventName: "PutBucketPolicy" };
    const sought = { attempt: "policy", target: vault, versionId: undefined } as const;
    const other = { ...event, requestParameters: { bucketName: "vaul" } };
    expect(differencesOf(other, sought)).to.deep.equal(["requestParameters.bucketName"]);
  });

  it("is five minutes from its answer at the most, before or after", () => {
    const at = (eventTime: string) =>
      differencesOf({ eventTime }, { date: "2026-11-30T08:20:00.000Z" });
    for (const eventTime of ["2026-11-30T08:15:00Z", "2026-11-30T08:25:00Z"]) {
      expect(at(eventTime), eventTime).to.deep.equal([]);
    }
    for (const eventTime of ["2026-11-30T08:14:59Z", "2026-11-30T08:25:01Z"]) {
      expect(at(eventTime), eventTime).to.deep.equal(["eventTime"]);
    }
  });

  it("has the code that was answered, with the ending that some services give it or without", () => {
    const codes = (errorCode: string, code: string) => differencesOf({ errorCode }, { code });
    expect(codes("AccessDenied", "AccessDeniedException")).to.deep.equal([]);
    expect(codes("AccessDeniedException", "AccessDenied")).to.deep.equal([]);
    expect(codes("ExceptionLimit", "Limit"), "no ending").to.deep.equal(["errorCode"]);
  });

  it("is none of a key's that neither its parameters nor its words name", () => {
    const event = { eventSource: "kms.amazonaws.com", eventName: "ScheduleKeyDeletion" };
    const sought = { attempt: "delete-key", target: key, versionId: undefined } as const;
    for (const requestParameters of [null, {}]) {
      const wordless = { ...event, requestParameters, errorMessage: undefined };
      expect(differencesOf(wordless, sought)).to.deep.equal(["requestParameters.keyId"]);
    }
  });
});

describe("a log file of CloudTrail", () => {
  it("has its records, and none where it is no log file", () => {
    expect(recordsOf(Buffer.from(logOf(EVENT, 1)))).to.deep.equal([EVENT, 1]);
    for (const text of ["", "no log", "[]", "{}", '{"Records":{}}']) {
      expect(recordsOf(Buffer.from(text)), text).to.deep.equal([]);
    }
    const text = Buffer.from(logOf({ ...EVENT, more: "?" }));
    expect(recordsOf(text)).to.have.length(1);
    text[text.lastIndexOf("?")] = 0xff;
    expect(recordsOf(text), "no UTF-8").to.deep.equal([]);
  });

  it("has events of texts: a record with another thing for a caller's name is none", () => {
    const named = (arn: unknown) =>
      eventsOf(
        Buffer.from(logOf({ ...EVENT, userIdentity: { ...EVENT.userIdentity, arn } })),
        EVENT.requestID,
      );
    expect(named(SOUGHT.principal)).to.have.length(1);
    expect(named(undefined), "a service has none").to.have.length(1);
    for (const arn of [1, null, [SOUGHT.principal]]) {
      expect(named(arn), JSON.stringify(arn)).to.deep.equal([]);
    }
  });
});
