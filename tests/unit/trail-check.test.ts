/** The part of a bundle that AWS signed, held against its own files: facts that no program of ours writes are a problem, in words. */

import { expect } from "chai";
import { checkTrail } from "../../automation/trail/check-trail";
import type {
  SoughtEvent,
  TrailDigest,
  TrailEvent,
  TrailFacts,
} from "../../automation/trail/fields";
import { hourOf, readDigest } from "../../automation/trail/digest-file";
import { brokenLink } from "../../automation/trail/digest-links";
import { verifyDigest } from "../../automation/trail/verify-digest";
import {
  BUCKET,
  digest,
  digestKey,
  EVENT,
  KEY,
  logOf,
  OTHER_PAIR,
  signedTrail,
} from "../helpers/signed-trail";

type Files = ReadonlyMap<string, Uint8Array>;

const { facts, files } = signedTrail();
const LOG = "trail/logs/0002.json";

/** With other events or digests: the first of each is changed. */
function problemWith(
  event: Partial<Record<keyof SoughtEvent, unknown>>,
  others: { readonly digest?: Partial<TrailDigest>; readonly files?: Files } = {},
): string | undefined {
  const first = <Value>(values: readonly Value[], change: object): Value[] =>
    values.map((value, index) => (index === 0 ? { ...value, ...change } : value));
  const changed: Pick<TrailFacts, "digests" | "events"> = {
    digests: first(facts.digests, others.digest ?? {}),
    events: first(facts.events, event),
  };
  return checkTrail(changed, new Map([...files, ...(others.files ?? [])]));
}

describe("facts of a trail", () => {
  it("are right as they are", () => {
    expect(problemWith({})).to.equal(undefined);
  });

  it("are not right where what is called signed shows no event, or one without its request", () => {
    expect(problemWith({ event: undefined })).to.be.a("string");
    const { requestID, ...nameless } = EVENT;
    expect(problemWith({ event: nameless }), requestID).to.be.a("string");
  });

  it("are not right where an event is shown that is not called signed", () => {
    const events = facts.events.map((one, index) =>
      index === 1 ? { ...one, event: EVENT as TrailEvent } : one,
    );
    expect(checkTrail({ ...facts, events }, files)).to.be.a("string");
  });

  it("are not right with a request that is there twice, nor with an event that is", () => {
    const [first, second] = facts.events as readonly [SoughtEvent, SoughtEvent];
    const again = (one: SoughtEvent, requestId: string): SoughtEvent => ({
      ...one,
      sought: { ...one.sought, requestId },
    });
    const problemOf = (...events: readonly SoughtEvent[]) =>
      checkTrail({ ...facts, events }, files);
    expect(problemOf(first, again(second, "OTHER"))).to.equal(undefined);
    const twice = [
      problemOf(first, again(second, first.sought.requestId)),
      problemOf(first, second, second),
      problemOf(first, again(first, "OTHER")),
    ];
    for (const problem of twice) expect(problem).to.contain("twice");
  });

  it("are not right with the event of another request than the one that was looked for", () => {
    const [first] = facts.events as readonly [SoughtEvent];
    const other = { ...first, sought: { ...first.sought, requestId: "OTHER" } };
    expect(checkTrail({ ...facts, events: [first] }, files)).to.equal(undefined);
    expect(checkTrail({ ...facts, events: [other] }, files)).to.contain("OTHER");
  });

  it("are not right with an event of numbers that JSON has and ECMAScript has not, though the log file has them too", () => {
    const text = logOf(EVENT).replace('"e-1"', '"e-1","more":1e999');
    const made = digest({ logs: [{ key: "a.json.gz", text }] });
    const [event] = (JSON.parse(text) as { Records: [TrailEvent] }).Records;
    expect(event["more"]).to.equal(Infinity);
    const others = {
      digest: { signature: made.signature },
      files: new Map([
        ["trail/digests/0001.json", made.bytes],
        [LOG, Buffer.from(text)],
      ]),
    };
    expect(problemWith({ event }, others)).to.be.a("string");
  });

  it("name the digest that is not right, and tell its problems apart", () => {
    const [{ file, signature }] = facts.digests as readonly [TrailDigest];
    const foreign = digest({ by: OTHER_PAIR }).signature;
    const weak = digest({ change: { digestSignatureAlgorithm: "SHA1withRSA" } });
    const told = [
      problemWith({}, { files: new Map([[file, Buffer.from("{}")]]) }),
      problemWith({}, { files: new Map([[file, weak.bytes]]) }),
      problemWith({}, { digest: { fingerprint: "0" } }),
      problemWith({}, { digest: { signature: foreign } }),
      problemWith({}, { digest: { publicKey: `${KEY.der.toString("base64")} ` } }),
      problemWith({}, { files: new Map([[LOG, Buffer.from("{}")]]) }),
    ];
    expect(signature).to.not.equal(foreign);
    for (const problem of told) expect(problem).to.contain(file);
    expect(new Set(told).size, told.join("\n")).to.equal(told.length);
  });
});

describe("a digest that names itself before it", () => {
  it("is not the one that it names, however bucket and key are written there", () => {
    const place = `${BUCKET}/${digestKey("09")}`;
    const namesItself = (change: object): boolean => {
      const found = verifyDigest(digest({ change }), KEY);
      if ("problem" in found) throw new Error(found.problem);
      return brokenLink([found]) === found;
    };
    const [bucket, key] = ["previousDigestS3Bucket", "previousDigestS3Object"];
    expect(namesItself({ [bucket]: BUCKET, [key]: digestKey("09") })).to.equal(true);
    expect(namesItself({ [bucket]: undefined, [key]: place })).to.equal(true);
    expect(namesItself({ [bucket]: BUCKET, [key]: digestKey("08") })).to.equal(false);
    expect(namesItself({})).to.equal(false);
  });
});

describe("the hour of a digest", () => {
  it("is told where it begins and ends at once, too", () => {
    const digestEndTime = "2026-11-30T08:00:00Z";
    const content = readDigest(digest({ change: { digestEndTime } }).bytes);
    const found = content === undefined ? undefined : hourOf(content);
    expect(found?.start.toJSON()).to.equal("2026-11-30T08:00:00.000Z");
    expect(found?.end.toJSON()).to.equal("2026-11-30T08:00:00.000Z");
  });
});
