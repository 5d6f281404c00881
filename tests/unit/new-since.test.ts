/** Which versions are looked at in full: what is new, or what is drawn; and that nothing is as new as a time to come. */

import type { S3Client } from "@aws-sdk/client-s3";
import { expect } from "chai";
import { isLockstepError } from "../../automation/errors";
import { drawSample, newSince } from "../../automation/look/judge-sample";
import { requirePast } from "../../automation/look/require-past";
import type { LevelChoice } from "../../automation/levels/choose-level";
import type { PointOfTime } from "../../automation/levels/spans";
import { VERSION } from "../helpers/judged-world";
import { listedBucket } from "../helpers/listed-buckets";
import { lookOf } from "../helpers/looks";

const { promise: ALL } = lookOf([]);
/** Of what is in the folder `kept/` alone. */
const PROMISE = { ...ALL, rules: ALL.rules.map((rule) => ({ ...rule, prefix: "kept/" })) };

const listed = (key: string, lastModifiedEpochMs = 0, isDeleteMarker = false) => ({
  ...VERSION,
  key,
  lastModifiedEpochMs,
  isDeleteMarker,
});
const LISTING = [
  listed("kept/old", 999),
  listed("left/new", 1_001),
  listed("kept/just", 1_000),
  listed("kept/marker", 1_001, true),
  listed("kept/new", 1_001),
];

describe("what is new", () => {
  it("is what is promised and as new as the point of time, or newer, by its place in the listing", () => {
    expect([...newSince(LISTING, PROMISE, 1_000)]).to.deep.equal([2, 4]);
    expect([...newSince(LISTING, PROMISE, 1_001)]).to.deep.equal([4]);
    expect([...newSince(LISTING, PROMISE, 1_002)]).to.deep.equal([]);
    expect([...newSince(LISTING, ALL, 0)]).to.deep.equal([0, 1, 2, 4]);
  });
});

describe("a sample", () => {
  const draw = (versions: typeof LISTING, level: LevelChoice, promise = PROMISE) =>
    drawSample(versions, {
      level,
      promise,
      clients: {} as never,
      concurrency: 2,
      signal: new AbortController().signal,
    });

  it("is of what is promised alone, and tells of how much it was drawn", async () => {
    const facts = { seed: "s", populationCount: 3, inQuestionCount: 0 };
    expect(await draw(LISTING, { level: "sample", sampleCount: 10, seed: "s" })).to.deep.equal({
      indexes: Uint32Array.of(0, 2, 4),
      facts: { ...facts, sizeCount: 3 },
      known: new Map(),
    });
    const one = await draw(LISTING, { level: "sample", sampleCount: 1, seed: "s" });
    expect(one.facts).to.deep.equal({ ...facts, sizeCount: 1 });
    expect([0, 2, 4]).to.include.members([...one.indexes]);
  });

  it("is of a thousand, by a seed that nobody could know before, where neither was asked for", async () => {
    const many = Array.from({ length: 1_001 }, (_, index) => listed(`kept/${index}`));
    const [one, other] = [
      (await draw(many, { level: "sample" })).facts,
      (await draw(many, { level: "sample" })).facts,
    ];
    expect(one).to.include({ sizeCount: 1_000, populationCount: 1_001 });
    expect(one.seed).to.not.equal(other.seed);
  });

  it("counts what tags want that were read, and what is wanted by its key whatever they are", async () => {
    const [rule] = PROMISE.rules;
    if (rule === undefined) throw new Error("no rule");
    const keyed = { ...rule, name: "keyed", prefix: "kept/new", priority: 1 };
    const tagged = { ...rule, prefix: "kept/", priority: 2, tags: { keep: "yes" } };
    const answers: Readonly<Record<string, object | number>> = {
      "kept/old": { TagSet: [{ Key: "keep", Value: "yes" }] },
      "kept/just": { TagSet: [] },
      "kept/gone": 404,
      "kept/refused": 403,
    };
    const asked: string[] = [];
    const s3 = {
      send: ({ input: { Key } }: { input: { Key: string } }) => {
        asked.push(Key);
        const answer = answers[Key];
        if (typeof answer === "object") return Promise.resolve(answer);
        const $metadata = { httpStatusCode: answer };
        return Promise.reject(Object.assign(new Error("no"), { $fault: "client", $metadata }));
      },
    };
    const drawn = await drawSample([...LISTING, listed("kept/gone"), listed("kept/refused")], {
      level: { level: "sample", seed: "s" },
      promise: { ...PROMISE, rules: [keyed, tagged] },
      clients: { source: { s3 } } as never,
      concurrency: 2,
      signal: new AbortController().signal,
    });
    expect([...drawn.indexes]).to.deep.equal([0, 4]);
    expect(drawn.facts).to.deep.include({ populationCount: 2, inQuestionCount: 1 });
    expect(asked.sort()).to.deep.equal(["kept/gone", "kept/just", "kept/old", "kept/refused"]);
    expect([...drawn.known.keys()].sort()).to.deep.equal([0, 2, 5, 6]);
  });
});

describe("a point of time to look from", () => {
  const NOW = Date.UTC(2026, 10, 30, 12);

  /** @param awsEpochMs AWS's date; undefined where something took it out */
  function require(since: PointOfTime | undefined, awsEpochMs?: number, onAsk = () => undefined) {
    const date = awsEpochMs === undefined ? undefined : new Date(awsEpochMs).toUTCString();
    const answers = listedBucket({ entries: [] });
    const s3 = {
      send: (command: {
        middlewareStack: {
          resolve: (...args: unknown[]) => (args: object) => Promise<{ output: object }>;
        };
      }) => {
        onAsk();
        const handler = command.middlewareStack.resolve(
          async () => ({
            response: { headers: { date } },
            output: await answers.send(command as never),
          }),
          {},
        );
        return handler({ input: {} }).then(({ output }) => output);
      },
    } as unknown as S3Client;
    return requirePast(since, ALL, {
      clients: { source: { s3 } } as never,
      clock: { nowEpochMs: () => NOW, sleep: () => Promise.reject(new Error("slept")) },
      signal: new AbortController().signal,
    });
  }
  const refusalOf = (epochMs: number, awsEpochMs?: number) =>
    require({ epochMs }, awsEpochMs).then(
      () => undefined,
      (error: unknown) => error,
    );

  it("asks nobody where there is none, or where it is a span until now", async () => {
    const asked = () => expect.fail("asked");
    await require(undefined, NOW, asked);
    await require({ agoMs: 1 }, NOW, asked);
  });

  it("may be now, and not a moment later, by AWS's time or else by this machine's", async () => {
    const YEAR_MS = 365 * 24 * 3_600_000;
    for (const [nowEpochMs, awsEpochMs] of [
      [NOW, undefined],
      [NOW - YEAR_MS, NOW - YEAR_MS],
      [NOW + YEAR_MS, NOW + YEAR_MS],
    ] as const) {
      expect(await refusalOf(nowEpochMs, awsEpochMs)).to.equal(undefined);
      const error = await refusalOf(nowEpochMs + 1, awsEpochMs);
      if (!isLockstepError(error)) throw error;
      expect(error.code).to.equal("ConfigInvalid");
      expect(error.hint).to.contain("docs/levels.md");
      const [from, now] = [1, 0].map((more) => new Date(nowEpochMs + more).toISOString());
      expect(error.problems).to.have.length(1);
      expect(error.problems?.[0]?.path).to.equal("--since");
      expect(error.problems?.[0]?.message).to.contain(
        `${from} is later than now, ${now} by AWS's time`,
      );
    }
  });
});
