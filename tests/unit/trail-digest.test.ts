/** Digests of CloudTrail and the log files that they list, verified with nothing but bytes. */

import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import type { SoughtAttempt } from "../../automation/trail/fields";
import { hourOf, readDigest } from "../../automation/trail/digest-file";
import { differences, eventsOf } from "../../automation/trail/trail-event";
import {
  digestFolders,
  digestNamed,
  isOfTime,
  mayTell,
  organizationFolders,
} from "../../automation/trail/trail-places";
import {
  type DigestFile,
  isListed,
  verifyDigest,
  type VerifiedDigest,
} from "../../automation/trail/verify-digest";
import {
  BUCKET,
  derOf,
  digest,
  digestKey,
  EVENT,
  KEY,
  logOf,
  OTHER_PAIR as other,
  SOUGHT,
} from "../helpers/signed-trail";

const problemOf = (file: DigestFile, key = KEY) => {
  const found = verifyDigest(file, key);
  return "problem" in found ? found.problem : "none";
};

function verified(file: DigestFile): VerifiedDigest {
  const found = verifyDigest(file, KEY);
  if ("problem" in found) throw new Error(found.problem);
  return found;
}

describe("a digest of CloudTrail", () => {
  it("is verified by its key, its place, its content and the digest before it", () => {
    const first = digest({ hour: "09" });
    const second = digest({ hour: "10", previous: first });
    expect(problemOf(first)).to.equal("none");
    expect(problemOf(second)).to.equal("none");
    // It is signed with the one before it: another one there is another digest.
    const forked = digest({ hour: "09", logs: [{ key: "x", text: "y" }] });
    const moved = digest({ hour: "10", previous: forked });
    expect(problemOf({ ...second, signature: moved.signature })).to.equal("signature");
  });

  it("is not, with one bit of its content or signature changed", () => {
    const file = digest({ logs: [{ key: "a", text: "b" }] });
    for (let index = 0; index < file.bytes.length; index += 7) {
      const bytes = Buffer.from(file.bytes);
      bytes[index] = (bytes[index] ?? 0) ^ 1;
      expect(problemOf({ ...file, bytes }), `byte ${index}`).to.not.equal("none");
    }
    for (let index = 0; index < file.signature.length; index += 13) {
      const digit = file.signature[index] === "0" ? "1" : "0";
      const signature = file.signature.slice(0, index) + digit + file.signature.slice(index + 1);
      expect(problemOf({ ...file, signature }), `digit ${index}`).to.equal("signature");
    }
  });

  it("has one way to be written down", () => {
    const file = digest();
    for (const signature of [
      file.signature.toUpperCase(),
      `${file.signature} `,
      `${file.signature}0`,
      `${file.signature}zz`,
      "",
    ]) {
      expect(problemOf({ ...file, signature }), signature.slice(-4)).to.equal("signature");
    }
  });

  it("is not moved, renamed, of another algorithm or by another key", () => {
    const file = digest();
    expect(problemOf({ ...file, bucket: "others" })).to.equal("place");
    expect(problemOf({ ...file, key: digestKey("10") })).to.equal("place");
    expect(problemOf({ ...file, signatureAlgorithm: "SHA1withRSA" })).to.equal("algorithm");
    expect(problemOf(digest({ change: { digestSignatureAlgorithm: "none" } }))).to.equal(
      "algorithm",
    );
    expect(problemOf(digest({ by: other }))).to.equal("signature");
    expect(problemOf(file, { ...KEY, der: derOf(other) })).to.equal("signature");
    expect(problemOf(file, { ...KEY, fingerprint: "0" })).to.equal("key");
    expect(problemOf(file, { ...KEY, der: Buffer.from("no key") })).to.equal("key");
    const short = generateKeyPairSync("rsa", { modulusLength: 1024 });
    expect(problemOf(digest({ by: short }), { ...KEY, der: derOf(short) })).to.equal("key");
  });

  it("has the members of one", () => {
    for (const change of [
      { logFiles: undefined },
      { logFiles: [{}] },
      { logFiles: [{ hashAlgorithm: "MD5", hashValue: "0" }] },
      { digestEndTime: 1 },
      { previousDigestSignature: 1 },
      { digestS3Object: undefined },
    ]) {
      expect(problemOf(digest({ change })), JSON.stringify(change)).to.equal("content");
    }
    expect(problemOf({ ...digest(), bytes: Buffer.from("{") })).to.equal("content");
    expect(problemOf({ ...digest(), bytes: Buffer.from([0xff, 0xfe]) })).to.equal("content");
    const marked = Buffer.concat([Buffer.from("\ufeff"), digest().bytes]);
    expect(problemOf({ ...digest(), bytes: marked }), "byte order mark").to.equal("content");
    expect(problemOf(digest({ change: { later: "member" } }))).to.equal("none");
  });

  it("tells of an hour that there is, or is none that is looked at", () => {
    const hour = (change: object) => {
      const content = readDigest(digest({ change }).bytes);
      const found = content === undefined ? undefined : hourOf(content);
      return found === undefined ? "none" : `${found.start.toJSON()} ${found.end.toJSON()}`;
    };
    expect(hour({})).to.equal("2026-11-30T08:00:00.000Z 2026-11-30T09:00:00.000Z");
    expect(hour({ digestStartTime: "2026-13-45T99:99:99Z" })).to.equal("none");
    expect(hour({ digestEndTime: "2026-13-45T99:99:99Z" })).to.equal("none");
    expect(hour({ digestStartTime: "2026-11-30T09:00:01Z" }), "ends first").to.equal("none");
    expect(hour({ digestStartTime: undefined })).to.equal("none");
    expect(hour({ digestStartTime: {} })).to.equal("none");
  });

  it("lists log files by bucket, key and content", () => {
    const log = { key: "a.json.gz", text: "content" };
    const found = verified(digest({ logs: [log] }));
    const bytes = Buffer.from(log.text);
    expect(isListed(found, { bucket: BUCKET, key: log.key, bytes })).to.equal(true);
    expect(isListed(found, { bucket: "others", key: log.key, bytes })).to.equal(false);
    expect(isListed(found, { bucket: BUCKET, key: "b.json.gz", bytes })).to.equal(false);
    expect(isListed(found, { bucket: BUCKET, key: log.key, bytes: Buffer.from("x") })).to.equal(
      false,
    );
  });
});

describe("the event of an attempt", () => {
  const found = (event: object, sought: Partial<SoughtAttempt> = {}) => {
    const [read] = eventsOf(Buffer.from(logOf({ ...EVENT, ...event })), "ABCDEF");
    return read === undefined ? undefined : differences(read, { ...SOUGHT, ...sought });
  };

  it("is found by its request id, among records of any kind", () => {
    const bytes = Buffer.from(
      logOf(null, 1, { requestID: "OTHER" }, { requestID: "ABCDEF" }, EVENT),
    );
    expect(eventsOf(bytes, "ABCDEF")).to.deep.equal([EVENT]);
    expect(eventsOf(bytes, "GHIJKL")).to.deep.equal([]);
    expect(eventsOf(Buffer.from("no log"), "ABCDEF")).to.deep.equal([]);
    expect(eventsOf(Buffer.from("{}"), "ABCDEF")).to.deep.equal([]);
  });

  it("agrees with the attempt in what was asked, by whom, when, of what, and what came of it", () => {
    expect(found({})).to.deep.equal([]);
    expect(found({ eventSource: "kms.amazonaws.com" })).to.deep.equal(["eventSource"]);
    expect(found({ eventName: "GetObject" })).to.deep.equal(["eventName"]);
    expect(found({ userIdentity: {} })).to.deep.equal(["userIdentity.arn"]);
    expect(found({ errorCode: undefined })).to.deep.equal(["errorCode"]);
    expect(found({ errorCode: "NoSuchKey" })).to.deep.equal(["errorCode"]);
    expect(found({ eventTime: "2026-11-30T08:30:00Z" })).to.deep.equal(["eventTime"]);
    expect(found({ eventTime: "2026-13-45T99:99:99Z" })).to.deep.equal(["eventTime"]);
    const parameters = (change: object) =>
      found({ requestParameters: { ...EVENT.requestParameters, ...change } });
    expect(parameters({ bucketName: "others" })).to.deep.equal(["requestParameters.bucketName"]);
    expect(parameters({ key: "b" })).to.deep.equal(["requestParameters.key"]);
    expect(parameters({ versionId: "v2" })).to.deep.equal(["requestParameters.versionId"]);
    expect(parameters({ versionId: undefined })).to.deep.equal([]);
    expect(found({ requestParameters: null })).to.include("requestParameters.bucketName");
  });

  it("of an accepted attempt has no error", () => {
    const accepted = { outcome: "accepted", code: undefined } as const;
    expect(found({ errorCode: undefined }, accepted)).to.deep.equal([]);
    expect(found({}, accepted)).to.deep.equal(["errorCode"]);
  });

  it("of a key's deletion names the key, in its parameters or in its words", () => {
    const target = "arn:aws:kms:eu-central-1:222222222222:key/1";
    const key = {
      attempt: "delete-key",
      target,
      versionId: undefined,
      code: "AccessDeniedException",
    } as const;
    const event = { eventSource: "kms.amazonaws.com", eventName: "ScheduleKeyDeletion" };
    expect(found({ ...event, requestParameters: { keyId: target } }, key)).to.deep.equal([]);
    expect(found({ ...event, requestParameters: { keyId: "other" } }, key)).to.deep.equal([
      "requestParameters.keyId",
    ]);
    const errorMessage = `User: x is not authorized to perform: kms:ScheduleKeyDeletion on resource: ${target}`;
    expect(found({ ...event, requestParameters: null, errorMessage }, key)).to.deep.equal([]);
    expect(found({ ...event, requestParameters: null }, key)).to.deep.equal([
      "requestParameters.keyId",
    ]);
  });
});

describe("the places of a trail", () => {
  const trail = { name: "audit", homeRegion: "eu-west-1" };

  it("are digests of the hours behind an event, also of the next day", () => {
    const at = (time: string) =>
      digestFolders(
        "logs/AWSLogs/",
        { accountId: "222222222222", region: "eu-central-1" },
        Date.parse(time),
      );
    const folder = (day: string) =>
      `logs/AWSLogs/222222222222/CloudTrail-Digest/eu-central-1/${day}/`;
    expect(at("2026-11-30T08:20:00Z")).to.deep.equal([folder("2026/11/30")]);
    expect(at("2026-11-30T21:20:00Z")).to.deep.equal([folder("2026/11/30"), folder("2026/12/01")]);
  });

  it("are told from another trail's by their names", () => {
    const named = digestNamed(digestKey("09"), trail);
    expect(named?.endEpochMs).to.equal(Date.parse("2026-11-30T09:00:00Z"));
    const backfill = digestKey("09").replace(".json.gz", "_backfill.json.gz");
    expect(digestNamed(backfill, trail)?.endEpochMs).to.equal(named?.endEpochMs);
    expect(digestNamed(digestKey("09"), { ...trail, name: "other" })).to.equal(undefined);
    expect(digestNamed(digestKey("09"), { ...trail, homeRegion: "eu-north-1" })).to.equal(
      undefined,
    );
    expect(digestNamed("a/b.json.gz", trail)).to.equal(undefined);
    const at = (time: string) => named !== undefined && mayTell(named, Date.parse(time));
    expect(
      ["05:59", "06:00", "09:00", "09:01"].map((time) => at(`2026-11-30T${time}:00Z`)),
    ).to.deep.equal([false, true, true, false]);
  });

  it("have log files of its time, a minute apart at the most", () => {
    const log = {
      oldestEventTime: "2026-11-30T08:00:00Z",
      newestEventTime: "2026-11-30T08:30:00Z",
    };
    const at = (time: string, change: object = {}) =>
      isOfTime({ ...log, ...change }, Date.parse(`2026-11-30T${time}Z`));
    expect(
      ["07:58:59", "07:59:00", "08:20:00", "08:31:00", "08:31:01"].map((time) => at(time)),
    ).to.deep.equal([false, true, true, true, false]);
    expect(at("08:20:00", { oldestEventTime: "2026-13-45T99:99:99Z" })).to.equal(false);
    expect(at("08:20:00", { newestEventTime: undefined })).to.equal(false);
  });

  it("lie under the organization's id for a trail of an organization", () => {
    const folders = ["AWSLogs/222222222222/", "AWSLogs/o-abcdefghij/", "AWSLogs/o-1/"];
    expect(organizationFolders(folders)).to.deep.equal(["AWSLogs/o-abcdefghij/"]);
  });
});
