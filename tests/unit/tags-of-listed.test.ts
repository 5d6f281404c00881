/** Versions that only a rule with tags may want, by listings: which are asked for their tags, and what becomes of the others. */

import { expect } from "chai";
import { formVerdict } from "../../automation/judge/verdict";
import type { Look } from "../../automation/look/look";
import { sampleWords } from "../../automation/levels/level-words";
import { lookAtPromise } from "../../automation/look/look-at-promise";
import { TAGS_LIMIT } from "../../automation/look/known-tags";
import { lookAtWorld, type Loss } from "../helpers/made-up-world";

const HERE = 5;

/** After the first few, which are at the vault, none is. */
async function lookedAt(
  lostCount: number,
  isTagged: (index: number) => boolean,
  level: "listing" | "full" = "listing",
): Promise<{ readonly look: Look; readonly askedCount: number; readonly listedCount: number }> {
  const lossOf = (index: number): Loss | undefined => (index < HERE ? undefined : "missing");
  const world = lookAtWorld({ versionsCount: HERE + lostCount, lossOf, isTagged });
  const look = await lookAtPromise({ ...world.options, level: { level } });
  return {
    look,
    askedCount: world.source["GetObjectTagging"] ?? 0,
    listedCount: world.source["ListObjectVersions"] ?? 0,
  };
}

describe("tags of versions by listings", function () {
  this.timeout(60_000);

  it("are read where the vault has not what a rule may want, and decide as in full", async () => {
    const isTagged = (index: number): boolean => index % 2 === 0;
    const [listed, full] = [await lookedAt(20, isTagged), await lookedAt(20, isTagged, "full")];
    expect(listed.askedCount).to.equal(20);
    // What no rule takes costs no further request.
    expect(listed.listedCount).to.equal(1 + 10);
    const codesOf = ({ look }: typeof listed): readonly string[] =>
      [...look.versions]
        .slice(HERE)
        .flatMap(({ outcomes, version }) =>
          outcomes.map(({ code, kind, vault = "" }) => `${version.key} ${vault} ${kind}/${code}`),
        );
    expect(codesOf(listed)).to.deep.equal(codesOf(full));
    const verdict = formVerdict({ look: listed.look });
    expect(verdict).to.deep.include({ clean: false, failed: 10, notApplicable: 10, proven: HERE });
  });

  it("leave a verdict clean where no rule wants what is not there", async () => {
    const { look } = await lookedAt(20, (index) => index < HERE);
    expect(formVerdict({ look })).to.deep.include({ clean: true, notApplicable: 20, proven: HERE });
  });

  it("are read of the first ten thousand, and the others are counted and in nobody's way", async () => {
    const { askedCount, look } = await lookedAt(TAGS_LIMIT + 7, (index) => index < HERE);
    expect(askedCount).to.equal(TAGS_LIMIT);
    const { doesNotProve, vaults, ...verdict } = formVerdict({ look });
    expect(verdict).to.deep.include({
      clean: true,
      notApplicable: TAGS_LIMIT,
      proven: HERE,
      unverifiable: 7,
      failures: [],
    });
    expect(doesNotProve).to.include("tag-rules");
    expect(vaults?.[0]?.codes).to.deep.include({ "unverifiable/tags-unread": 7 });
    const objective = { objectiveMs: 1, nowEpochMs: Date.now() };
    expect(formVerdict({ look: { ...look, objective } }).recoveryPoint).to.deep.include({
      met: true,
      notKnown: { vaults: [], versions: { "tags-unread": 7 } },
    });
    // A level that proves which versions the rules take is not clean beside one of which it does not know.
    expect(formVerdict({ look: { ...look, level: "full" } }).clean).to.equal(false);
  });

  for (const [status, isListed, code] of [
    [403, true, "no-right"],
    [404, false, "gone"],
    [400, true, "error"],
  ] as const) {
    it(`excuse nothing where they cannot be read: HTTP ${status} is ${code}`, async () => {
      const { options } = lookAtWorld({
        versionsCount: 2,
        lossOf: (index) => (index === 0 ? undefined : "missing"),
        isTagged: () => true,
      });
      const { s3 } = options.clients.source;
      const send = s3.send.bind(s3) as (command: object) => Promise<unknown>;
      const answer = Object.assign(new Error("no"), {
        name: "Refused",
        $fault: "client",
        $metadata: { httpStatusCode: status },
      });
      Object.assign(s3, {
        send: (command: { input: { Prefix?: string } }) => {
          const { name } = command.constructor;
          if (name === "GetObjectTaggingCommand") return Promise.reject(answer);
          // Listed at first, and no more when it is listed again.
          const isAgain = name === "ListObjectVersionsCommand" && command.input.Prefix;
          return isAgain && !isListed ? Promise.resolve({}) : send(command);
        },
      });
      const look = await lookAtPromise({ ...options, level: { level: "listing" } });
      const { clean, failures } = formVerdict({ look });
      expect({ clean, codes: failures.map((one) => `${one.kind}/${one.code}`) }).to.deep.equal({
        clean: false,
        codes: [`unverifiable/${code}`],
      });
    });
  }

  it("are of no avail alone: where nothing is proven a verdict is not clean", async () => {
    const { look } = await lookedAt(3, () => false);
    const versions = [...look.versions].slice(HERE).map(({ outcomes, ...one }) => ({
      ...one,
      outcomes: outcomes.map((outcome) => ({
        ...outcome,
        vault: "primary",
        kind: "unverifiable" as const,
        code: "tags-unread" as const,
      })),
    }));
    const { clean, disagreements } = formVerdict({ look: { ...look, versions } });
    expect({ clean, disagreements }).to.deep.equal({
      clean: false,
      disagreements: ["nothing is proven"],
    });
  });
});

describe("a sample where a rule asks for tags", function () {
  this.timeout(60_000);

  /** Each version with the tag has a weaker lock at the vault, which no listing tells; those without are not there. */
  async function sampled(
    untaggedCount: number,
    taggedCount: number,
    options: { readonly sampleCount?: number; readonly isWeak?: boolean } = {},
  ) {
    const isTagged = (index: number): boolean => index >= untaggedCount;
    const { isWeak = true, sampleCount = 20 } = options;
    const lossOf = (index: number): Loss | undefined =>
      isTagged(index) ? (isWeak ? "weaker-lock" : undefined) : "missing";
    const world = lookAtWorld({ versionsCount: untaggedCount + taggedCount, lossOf, isTagged });
    const level = { level: "sample", sampleCount, seed: "s1" } as const;
    const look = await lookAtPromise({ ...world.options, level });
    return { look, verdict: formVerdict({ look }), asked: world.source["GetObjectTagging"] ?? 0 };
  }

  it("is of what is promised: whoever writes much that is not makes nothing smaller", async () => {
    const { asked, verdict } = await sampled(300, 10);
    expect(verdict.clean).to.equal(false);
    expect(verdict.sample).to.deep.include({
      sizeCount: 10,
      populationCount: 10,
      wrongCount: 10,
      maxShareWrong: 1,
    });
    expect(verdict.sample).to.not.have.property("inQuestionCount");
    expect(verdict.proves).to.include("share-of-sample");
    // What is not wanted is asked once, and what is drawn once more when it is looked at in full.
    expect(asked).to.equal(310 + 10);
    expect(verdict.vaults?.[0]?.codes).to.deep.equal({ "failed/lock-weaker": 10 });
    expect(verdict.notApplicable).to.equal(300);
    expect(sampleWords(verdict.sample ?? fail())).to.equal(
      "10 of 10 promised versions in full, 10 of them wrong: at most 100 % of all are, with 95 % confidence (--sample-seed s1)",
    );
  });

  it("tells of a part of them what it may of all", async () => {
    const { verdict } = await sampled(30, 60, { isWeak: false });
    expect(verdict).to.deep.include({ clean: true, proven: 60, notApplicable: 30 });
    const { maxShareWrong, ...sample } = verdict.sample ?? fail();
    expect(sample).to.deep.include({ sizeCount: 20, populationCount: 60, wrongCount: 0 });
    expect(maxShareWrong).to.be.within(0.1, 0.15);
  });

  it("says nothing of all where tags were left unread, and tells of how many", async () => {
    const { verdict } = await sampled(TAGS_LIMIT, 7, { isWeak: false, sampleCount: 5 });
    const { inQuestionCount, maxShareWrong, populationCount, sizeCount } = verdict.sample ?? fail();
    expect({ inQuestionCount, maxShareWrong }).to.deep.equal({
      inQuestionCount: 7,
      maxShareWrong: 1,
    });
    expect(populationCount).to.be.within(1, 7);
    expect(sizeCount).to.equal(Math.min(5, populationCount));
    expect(verdict.doesNotProve).to.include("share-of-sample");
    expect(verdict.proves).to.not.include("share-of-sample");
    const words = sampleWords(verdict.sample ?? fail());
    expect(words).to.contain(
      `${sizeCount} of ${populationCount} promised versions in full, 0 of them wrong; it says nothing of all, since of 7 others the tags were not read`,
    );
    expect(words).to.not.contain("at most");
  });

  it("is of what is still promised when it is looked at", async () => {
    const { look } = await sampled(0, 10, { isWeak: false, sampleCount: 5 });
    const strip = formVerdict({ look });
    let strayCount = 0;
    const versions = [...look.versions].map((one) => {
      if (one.isSampled !== true || strayCount === 4) return one;
      strayCount++;
      const { key, versionId } = one.version;
      const outcome = { key, versionId, kind: "not-applicable", code: "out-of-scope" } as const;
      return { ...one, outcomes: [outcome] };
    });
    const stripped = formVerdict({ look: { ...look, versions } });
    expect(strip.sample).to.deep.include({ sizeCount: 5, populationCount: 10 });
    expect(stripped.sample).to.deep.include({ sizeCount: 1, populationCount: 6 });
    expect(stripped.sample?.maxShareWrong).to.be.greaterThan(strip.sample?.maxShareWrong ?? 1);
  });
});

function fail(): never {
  throw new Error("no sample");
}
