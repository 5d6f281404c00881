/** Looks again and again: no version falls between two of them, however long a source is listed and however late another one comes. */

import { expect } from "chai";
import fc from "fast-check";
import { chooseLevel } from "../../automation/levels/choose-level";
import type { Call } from "../../automation/environment/call";
import type { VerdictsResult, VerifyCallOptions } from "../../automation/environment/options";
import { watchVerdicts } from "../../automation/environment/watch-verdicts";
import type { LockstepEvent } from "../../automation/events";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const OVERLAP_MS = 15 * MINUTE_MS;
const START = Date.parse("2026-11-30T00:00:00Z");

/** How one look at one source goes. */
interface SourceLook {
  /** From its first page to its last. */
  readonly listingMs: number;
  /** What is on its way is waited for. */
  readonly waitMs: number;
}

/** One look at one source, as it was asked for. */
interface Asked {
  readonly source: string;
  /** AWS's time of the first page, and of the last. */
  readonly begunEpochMs: number;
  readonly endedEpochMs: number;
  /** Undefined: all are looked at in full, or what the options say. */
  readonly fromEpochMs: number | undefined;
}

/**
 * @param looks by look, how each of the sources `a`, `b`, ... goes, one after the other; the one after the last is not clean
 * @param tells whether AWS tells its time
 */
async function watched(
  options: VerifyCallOptions,
  looks: readonly (readonly SourceLook[])[],
  tells: (lookIndex: number) => boolean = () => true,
) {
  // AWS's; what the machine's clock says is far from it.
  let nowEpochMs = START;
  const asked: Asked[][] = [];
  const events: LockstepEvent[] = [];
  const call = {
    emit: (event: LockstepEvent) => void events.push(event),
    clock: {
      nowEpochMs: () => nowEpochMs * 2 - START - HOUR_MS * asked.length,
      sleep: (ms: number) => Promise.resolve(void (nowEpochMs += ms)),
    },
    signal: new AbortController().signal,
  } as unknown as Call;
  const result: VerdictsResult = await watchVerdicts(
    options,
    chooseLevel(options),
    call,
    async (_, __, { see, sinceOf }) => {
      const index = asked.length;
      const of: Asked[] = [];
      asked.push(of);
      for (const [place, { listingMs, waitMs }] of (looks[index] ?? []).entries()) {
        const source = String.fromCharCode(97 + place);
        const begunEpochMs = nowEpochMs;
        const fromEpochMs = sinceOf?.(source);
        nowEpochMs += listingMs;
        of.push({ source, begunEpochMs, endedEpochMs: nowEpochMs, fromEpochMs });
        nowEpochMs += waitMs;
        // Headers have whole seconds.
        const told = Math.floor(begunEpochMs / 1000) * 1000;
        await see(
          { config: { source: { name: source } } } as never,
          (tells(index) ? { begunEpochMs: told } : {}) as never,
        );
      }
      return { clean: index < looks.length, guard: [], sources: [] };
    },
  );
  return { asked: asked.slice(0, looks.length), events, result };
}

const quick: SourceLook = { listingMs: MINUTE_MS, waitMs: 0 };
const fromOf = (asked: readonly (readonly Asked[])[]) =>
  asked.map((look) => look.map(({ fromEpochMs }) => fromEpochMs));

/** Whether a version is in some look in full: it is listed once its page comes, and not at all where it is written after that. */
function isSeenInFull(
  { page, source, writtenEpochMs }: { source: string; page: number; writtenEpochMs: number },
  asked: readonly (readonly Asked[])[],
): boolean {
  return asked.some((look) =>
    look.some(({ begunEpochMs, endedEpochMs, fromEpochMs = -Infinity, ...one }) => {
      const listedEpochMs = begunEpochMs + page * (endedEpochMs - begunEpochMs);
      return (
        one.source === source && writtenEpochMs <= listedEpochMs && writtenEpochMs >= fromEpochMs
      );
    }),
  );
}

describe("watching verdicts", () => {
  it("looks in full first, then at what is new since each source was listed, and what was on its way then", async () => {
    const looks = [
      [quick, quick],
      [{ listingMs: MINUTE_MS, waitMs: 90 * MINUTE_MS }, quick],
      [quick, quick],
    ];
    const { asked, events, result } = await watched({ watch: true }, looks);
    const [first = [], second = []] = asked;
    const before = (look: readonly Asked[]) =>
      look.map(({ begunEpochMs }) => begunEpochMs - OVERLAP_MS);
    expect(fromOf(asked)).to.deep.equal([[undefined, undefined], before(first), before(second)]);
    expect(result.clean).to.equal(false);
    expect(events).to.deep.equal(Array(3).fill({ type: "next-look", inSeconds: 300 }));
  });

  it("leaves no version out, however long a source is listed and waited for, and however many there are", async () => {
    const minutes = (max: number) => fc.nat(max).map((count) => count * MINUTE_MS);
    const sourceLook = fc.record({ listingMs: minutes(240), waitMs: minutes(120) });
    const world = fc.integer({ min: 1, max: 3 }).chain((count) =>
      fc.record({
        looks: fc.array(fc.array(sourceLook, { minLength: count, maxLength: count }), {
          minLength: 2,
          maxLength: 6,
        }),
        intervalMinutes: fc.integer({ min: 1, max: 90 }),
        rpo: fc.constantFrom(undefined, "1m", "2h"),
        versions: fc.array(
          fc.record({
            source: fc.nat(count - 1).map((place) => String.fromCharCode(97 + place)),
            page: fc.double({ min: 0, max: 1, noNaN: true }),
            part: fc.double({ min: -0.1, max: 1, noNaN: true }),
          }),
          { minLength: 20, maxLength: 60 },
        ),
      }),
    );
    await fc.assert(
      fc.asyncProperty(world, async ({ intervalMinutes, looks, rpo, versions }) => {
        const interval = `${intervalMinutes}m`;
        const { asked } = await watched({ watch: true, interval, rpo }, looks);
        for (const { page, part, source } of versions) {
          const last = asked.at(-1)?.find((one) => one.source === source);
          if (last === undefined) throw new Error("no look");
          // At any time until the last look at its source has begun.
          const writtenEpochMs = START + part * (last.begunEpochMs - START);
          const version = { source, page, writtenEpochMs };
          expect(isSeenInFull(version, asked), JSON.stringify(version)).to.equal(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("begins where it is told to, and goes back as far as the objective", async () => {
    const options = { watch: true, since: "30d", rpo: "2h", interval: "10m" };
    const { asked } = await watched(options, [[quick], [quick]]);
    expect(fromOf(asked)).to.deep.equal([[undefined], [START - 2 * HOUR_MS]]);
  });

  it("looks as at first where AWS has not told its time, whatever the machine's clock says", async () => {
    const looks = [[quick], [quick], [quick]];
    const { asked } = await watched({ watch: true }, looks, (index) => index !== 0);
    const [, second] = asked;
    expect(fromOf(asked)).to.deep.equal([
      [undefined],
      [undefined],
      [(second?.[0]?.begunEpochMs ?? 0) - OVERLAP_MS],
    ]);
  });

  it("takes the full level for what it is, be it named or not", async () => {
    const { asked } = await watched({ watch: true, level: "full" }, [[quick], [quick]]);
    expect(fromOf(asked)).to.deep.equal([[undefined], [START - OVERLAP_MS]]);
  });

  it("looks each time as its level says, where it is not the full one", async () => {
    const { asked } = await watched({ watch: true, level: "listing" }, [[quick], [quick]]);
    expect(fromOf(asked)).to.deep.equal([[undefined], [undefined]]);
  });
});
