/**
 * What CloudTrail signed, in a bundle. Whoever signs the bundle is the hostile side here: each change is signed anew with the right key,
 * and neither of the two programs that check may take it.
 */

import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { canonicalText } from "../../../automation/evidence/canonical";
import { checkEvidence } from "../../../automation/evidence/check-evidence";
import { evidenceFields } from "../../../automation/evidence/evidence-fields";
import { EvidenceProblem } from "../../../automation/evidence/evidence-problem";
import { FILES } from "../../../automation/evidence/statement";
import type { TrailFacts } from "../../../automation/trail/fields";
import type { DigestFile } from "../../../automation/trail/verify-digest";
import {
  BundleFolder,
  KEYS,
  loadScript,
  soundOf,
  subjectsAnew,
  type CheckWithScript,
} from "../../helpers/evidence-bundles";
import {
  derOf,
  digest,
  EVENT,
  KEY,
  logOf,
  OTHER_PAIR,
  signedTrail,
  SOUGHT,
} from "../../helpers/signed-trail";

const [{ publicKey }] = KEYS;
const [DIGEST, LOG] = ["trail/digests/0001.json", "trail/logs/0002.json"];

type Facts = { -readonly [Name in keyof TrailFacts]: TrailFacts[Name] };

describe("the part of a bundle that AWS signed", () => {
  let folder: BundleFolder;
  let script: CheckWithScript;
  let path: string;
  before(async () => {
    folder = new BundleFolder();
    script = await loadScript(folder);
    path = (await folder.bundle({ trail: signedTrail() })).path;
  });
  after(() => folder.remove());

  /** Both programs have to say the same. */
  async function problemOf(bundle: string): Promise<string> {
    const found = await checkEvidence(bundle, { publicKey });
    expect(script(bundle, publicKey).sound, "the script").to.equal(found.sound);
    return found.sound ? "none" : found.problem.code;
  }

  /** Of the bundle with the change, signed anew. */
  async function problemWith(change: (files: Map<string, Buffer>) => void): Promise<string> {
    return problemOf(await folder.changed(path, change, subjectsAnew));
  }

  /** With other facts of the trail, and other files of it; undefined takes one away. */
  function problemOfTrail(
    change: (facts: Facts) => object,
    changed: Readonly<Record<string, Uint8Array | undefined>> = {},
  ): Promise<string> {
    return problemWith((files) => {
      const facts = JSON.parse(files.get(FILES.trail)?.toString() ?? "") as Facts;
      const text = `${canonicalText({ ...facts, ...change(facts) })}\n`;
      files.set(FILES.trail, Buffer.from(text));
      for (const [name, bytes] of Object.entries(changed)) {
        if (bytes === undefined) files.delete(name);
        else files.set(name, Buffer.from(bytes));
      }
    });
  }

  const firstDigest = (change: object) => (facts: Facts) => ({
    digests: facts.digests.map((one) => ({ ...one, ...change })),
  });
  const firstEvent = (change: object) => (facts: Facts) => ({
    events: facts.events.map((one, index) => (index === 0 ? { ...one, ...change } : one)),
  });
  const secondEvent = (change: object) => (facts: Facts) => ({
    events: facts.events.map((one, index) => (index === 1 ? { ...one, ...change } : one)),
  });
  const same = (): object => ({});

  it("is sound as it is, and a reader is told what CloudTrail wrote down, and what stays the signer's word", async () => {
    expect(await problemOf(path)).to.equal("none");
    expect(await problemOfTrail(same), "signed anew").to.equal("none");
    const check = await checkEvidence(path, { publicKey });
    const { meaning, trail } = evidenceFields(check, false);
    expect(trail?.events.map(({ outcome }) => outcome)).to.deep.equal(["signed", "not-yet"]);
    const text = meaning.join("\n");
    expect(text).to.contain(
      "1 of 2 requests that were looked for have an event in log files of CloudTrail",
    );
    expect(text).to.contain("Which attempt a request was, is the signer's.");
    expect(text).to.contain(
      `CloudTrail: 2026-11-30T08:20:01Z DeleteObject vault/a/lockstep-canary/x.json (version v1) by ${SOUGHT.principal}: refused with AccessDenied (Access Denied because object protected by object lock.); request ABCDEF.`,
    );
    expect(text).to.match(
      new RegExp(`the key ${KEY.fingerprint} of eu-central-1 is CloudTrail's is the signer's word`),
    );
    expect(text).to.contain("AWS has signed nothing but those events");
  });

  it("says so where there is none", async () => {
    const trail = { facts: { trails: [], digests: [], events: [] }, files: new Map() };
    const bundle = await folder.bundle({ trail });
    expect(await problemOf(bundle.path)).to.equal("none");
    const told = evidenceFields(await checkEvidence(bundle.path, { publicKey }), false);
    expect(told.meaning.join("\n"))
      .to.contain("No event of a trail is in it")
      .and.to.contain("no signature of AWS is in it");
    const without = await folder.bundle();
    const { trail: none, meaning } = evidenceFields(
      await checkEvidence(without.path, { publicKey }),
      false,
    );
    expect(none).to.equal(undefined);
    expect(meaning.join("\n")).to.not.contain("of a trail");
  });

  it("is not sound with a bit of a digest or of a log file flipped", async () => {
    const { files } = signedTrail();
    for (const name of [DIGEST, LOG]) {
      const bytes = files.get(name) ?? new Uint8Array();
      for (let at = 0; at < bytes.length; at += 41) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
        const problem = await problemOfTrail(same, { [name]: flipped });
        expect(problem, `${name}, byte ${at}`).to.equal("trail");
      }
    }
  });

  it("is not sound with a cut chain from the key to the event", async () => {
    const second = digest({ hour: "10" });
    const entry = { ...signedTrail().facts.digests[0], signature: second.signature };
    const cases = {
      "no digest": problemOfTrail(() => ({ digests: [] }), { [DIGEST]: undefined }),
      "no entry": problemOfTrail(() => ({ digests: [] })),
      "no file": problemOfTrail(same, { [DIGEST]: undefined }),
      "no log file": problemOfTrail(same, { [LOG]: undefined }),
      "another digest": problemOfTrail(firstDigest({ signature: second.signature }), {
        [DIGEST]: second.bytes,
      }),
      "one digest more": problemOfTrail(
        ({ digests }) => ({ digests: [...digests, { ...entry, file: "trail/digests/0003.json" }] }),
        { "trail/digests/0003.json": second.bytes },
      ),
      "one log file more": problemOfTrail(same, { "trail/logs/0003.json": Buffer.from(logOf()) }),
      "a digest twice": problemOfTrail(({ digests }) => ({ digests: [...digests, ...digests] })),
      "an event without its digest": problemOfTrail(firstEvent({ digest: undefined })),
      "an event without its log file": problemOfTrail(firstEvent({ log: undefined })),
      "a digest for a log file": problemOfTrail(firstEvent({ log: DIGEST }), { [LOG]: undefined }),
      "no facts": problemWith((files) => void files.delete(FILES.trail)),
    };
    for (const [name, problem] of Object.entries(cases)) {
      expect(await problem, name).to.equal("trail");
    }
  });

  it("is not sound with another key, nor with another text of one or of a signature", async () => {
    const weak = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const own = signedTrail({ by: OTHER_PAIR });
    const byWeak = signedTrail({ by: weak });
    const publicKeyOf = (pair: typeof weak) => derOf(pair).toString("base64");
    const [{ publicKey: right = "", signature = "" } = {}] = signedTrail().facts.digests;
    const bySelf = (trail: typeof own, pair: typeof weak) =>
      problemOfTrail(
        firstDigest({ ...trail.facts.digests[0], publicKey: publicKeyOf(pair) }),
        Object.fromEntries(trail.files),
      );
    const cases = {
      "another key": problemOfTrail(firstDigest({ publicKey: publicKeyOf(OTHER_PAIR) })),
      "signed by another": problemOfTrail(
        firstDigest({ ...own.facts.digests[0] }),
        Object.fromEntries(own.files),
      ),
      "a weak key": bySelf(byWeak, weak),
      "another name of the key": problemOfTrail(firstDigest({ fingerprint: "0" })),
      "no key": problemOfTrail(firstDigest({ publicKey: "" })),
      "a blank behind the key": problemOfTrail(firstDigest({ publicKey: `${right} ` })),
      "large letters": problemOfTrail(firstDigest({ signature: signature.toUpperCase() })),
      "no signature": problemOfTrail(firstDigest({ signature: "" })),
    };
    for (const [name, problem] of Object.entries(cases)) {
      expect(await problem, name).to.equal("trail");
    }
    // A key of the signer's own is one that no reader finds at CloudTrail: it is told to whoever checks.
    expect(await bySelf(own, OTHER_PAIR), "the signer's own key").to.equal("none");
  });

  /** Two events, each signed for by the digest of its hour, of which the later one names the digest of the hour before. */
  function twoHours({ first, named = first }: { first: DigestFile; named?: DigestFile }) {
    const SECOND = { ...EVENT, requestID: "SECOND", eventID: "e-2" };
    const texts = [logOf(EVENT), logOf(SECOND)];
    const second = digest({
      ...{ hour: "09", previous: named },
      logs: [{ key: "b.json.gz", text: texts[1] ?? "" }],
    });
    const trail = signedTrail();
    const [file, log] = ["trail/digests/0003.json", "trail/logs/0004.json"];
    const [entry] = trail.facts.digests;
    const [event] = trail.facts.events;
    const entryOf = (of: DigestFile, by: typeof OTHER_PAIR | undefined, name: string) => ({
      ...{ ...entry, file: name, signature: of.signature },
      ...(by && { publicKey: derOf(by).toString("base64") }),
    });
    return (by?: typeof OTHER_PAIR) =>
      problemOfTrail(
        () => ({
          digests: [entryOf(first, by, DIGEST), entryOf(second, undefined, file)],
          events: [
            event,
            {
              ...event,
              sought: { ...SOUGHT, requestId: "SECOND" },
              event: SECOND,
              digest: file,
              log,
            },
          ],
        }),
        {
          [DIGEST]: first.bytes,
          [LOG]: Buffer.from(texts[0] ?? ""),
          [file]: second.bytes,
          [log]: Buffer.from(texts[1] ?? ""),
        },
      );
  }

  it("is not sound where a digest is not the one that the next one names before it", async () => {
    const logs = [{ key: "a.json.gz", text: logOf(EVENT) }];
    const genuine = digest({ hour: "08", logs });
    expect(await twoHours({ first: genuine })()).to.equal("none");
    // Of an hour between them nothing is known.
    const elsewhere = digest({ hour: "07", logs });
    expect(await twoHours({ first: elsewhere, named: genuine })()).to.equal("none");
    const forged = digest({ hour: "08", logs, by: OTHER_PAIR });
    expect(await twoHours({ first: forged, named: genuine })(OTHER_PAIR)).to.equal("trail");
    // With CloudTrail's own key, and another content of the same place.
    const other = digest({ hour: "08", logs, change: { awsAccountId: "111111111111" } });
    expect(await twoHours({ first: other, named: genuine })()).to.equal("trail");
    const wrongHash = { ...genuine, bytes: other.bytes };
    expect(await twoHours({ first: genuine, named: wrongHash })()).to.equal("trail");
    const wrongSignature = { ...genuine, signature: elsewhere.signature };
    expect(await twoHours({ first: genuine, named: wrongSignature })()).to.equal("trail");
  });

  it("is not sound where an event is another than in its log file, or called what it is not", async () => {
    const cases = {
      accepted: problemOfTrail(firstEvent({ event: { ...EVENT, errorCode: undefined } })),
      "by another": problemOfTrail(firstEvent({ event: { ...EVENT, userIdentity: {} } })),
      more: problemOfTrail(firstEvent({ event: { ...EVENT, note: "proven" } })),
      none: problemOfTrail(firstEvent({ event: undefined })),
      "not called signed": problemOfTrail(firstEvent({ outcome: "not-found" })),
      "told, and not called signed": problemOfTrail(secondEvent({ event: EVENT })),
      "shown, and not called signed": problemOfTrail(
        secondEvent({ event: EVENT, digest: DIGEST, log: LOG }),
      ),
      "called signed": problemOfTrail(({ events }) => ({
        events: events.map((one) => ({ ...one, outcome: "signed" })),
      })),
    };
    for (const [name, problem] of Object.entries(cases)) {
      expect(await problem, name).to.equal("trail");
    }
  });

  it("is not written where it is not sound", async () => {
    const trail = signedTrail();
    const files = new Map([...trail.files, [LOG, Buffer.from(logOf(EVENT))]]);
    const error = await folder.bundle({ trail: { ...trail, files } }).catch((it: unknown) => it);
    expect(error instanceof EvidenceProblem && error.code).to.equal("trail");
  });

  it("leaves to the next bundle what it waits for: answered attempts of its own, and events that had not come", async () => {
    const soughtOf = async (wish: Parameters<BundleFolder["bundle"]>[0]) =>
      (await soundOf((await folder.bundle(wish)).path)).sought.map(({ requestId }) => requestId);
    const attempt = (requestId?: string) => ({
      ...{ ...SOUGHT, requestId, accountId: "222222222222", why: "object-lock", shows: "lock" },
      says: "Refused.",
    });
    const refusals = {
      attempts: [attempt("NEW"), attempt(), { outcome: "not-tried", shows: "nothing" }],
    };
    expect(await soughtOf({})).to.deep.equal([]);
    expect(await soughtOf({ refusals })).to.deep.equal(["NEW"]);
    expect(await soughtOf({ trail: signedTrail() })).to.deep.equal(["GHIJKL"]);
    expect(await soughtOf({ refusals, trail: signedTrail() })).to.deep.equal(["GHIJKL", "NEW"]);
    const withOutcome = async (outcome: "not-readable" | "not-found" | "no-trail" | "unsound") => {
      const { facts, files } = signedTrail();
      const events = facts.events.map((one, index) => (index === 1 ? { ...one, outcome } : one));
      return soughtOf({ trail: { facts: { ...facts, events }, files } });
    };
    expect(await withOutcome("not-readable")).to.deep.equal(["GHIJKL"]);
    expect(await withOutcome("not-found")).to.deep.equal([]);
    expect(await withOutcome("no-trail")).to.deep.equal([]);
    expect(await withOutcome("unsound")).to.deep.equal([]);
    const done = { attempts: [attempt("ABCDEF"), attempt("GHIJKL")] };
    expect(await soughtOf({ refusals: done, trail: signedTrail() })).to.deep.equal(["GHIJKL"]);
  });
});
