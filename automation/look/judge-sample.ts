/** Some of what is promised, which is looked at in full: a random sample, or what is new. */

import { forEachConcurrently } from "../concurrency";
import { planListed, planTagged } from "../judge/judge-listed";
import { SAMPLE_COUNT } from "../levels/choose-level";
import { randomSeed, SampleDraw } from "../levels/draw-sample";
import type { DeployedPromise } from "../promise/deployed-promise";
import { versionName, type ListedVersion } from "../proof/source-versions";
import type { SpilledList } from "../spill/spilled-list";
import { readTags, TAGS_LIMIT, type KnownFacts } from "./known-tags";
import type { LookOptions, LookSample } from "./look";

/** A sample that was drawn. */
export interface DrawnSample {
  /** Of the source's listing, ascending. */
  readonly indexes: Uint32Array;
  /** How it was drawn. */
  readonly facts: LookSample;
  /** Versions whose tags were read for it, by their index. */
  readonly known: ReadonlyMap<number, KnownFacts>;
}

/** How to draw one. */
export type SampleOptions = Pick<LookOptions, "clients" | "concurrency" | "level" | "signal"> & {
  readonly promise: DeployedPromise;
};

/**
 * Draws the sample, of the versions that are promised somewhere: by their keys, or by their tags, which are read where those alone say.
 * Of more than `TAGS_LIMIT` of such ones as many are drawn at random and read, and of the others it is told how many there are: they may be
 * promised, and a sample that none of them can be in says nothing of all. The seed is chosen here, once source and vaults were
 * listed: whoever laid something there could not know which versions would be looked at.
 */
export async function drawSample(
  versions: Iterable<ListedVersion> & Pick<SpilledList<ListedVersion>, "at">,
  options: SampleOptions,
): Promise<DrawnSample> {
  const { concurrency: limit, level, promise, signal } = options;
  const { sampleCount = SAMPLE_COUNT, seed = randomSeed() } = level ?? {};
  const draw = new SampleDraw(seed, sampleCount);
  const asked = new SampleDraw(seed, TAGS_LIMIT);
  let index = 0;
  for (const version of versions) {
    const place = index++;
    const { expected } = planListed(version, promise);
    if (expected.length === 0) continue;
    const isPromised = expected.some(({ isInQuestion }) => !isInQuestion);
    (isPromised ? draw : asked).offer(versionName(version), place);
  }
  const known = new Map<number, KnownFacts>();
  const places = asked.indexes();
  let inQuestionCount = asked.offeredCount - places.length;
  await forEachConcurrently(places, { limit, signal }, async (place) => {
    const version = versions.at(place);
    if (version === undefined) return;
    const facts = await readTags(version, options);
    known.set(place, facts);
    const { tags, tagsProblem } = facts;
    // What is gone is not promised any more.
    if (tags === undefined) inQuestionCount += tagsProblem?.code === "gone" ? 0 : 1;
    else if (planTagged(version, tags, promise).expected.length > 0) {
      draw.offer(versionName(version), place);
    }
  });
  const indexes = draw.indexes();
  const { offeredCount: populationCount } = draw;
  const facts = { seed, sizeCount: indexes.length, populationCount, inQuestionCount };
  return { indexes, facts, known };
}

/** The promised versions that are as new as `fromEpochMs`, or newer. */
export function newSince(
  versions: Iterable<ListedVersion>,
  promise: DeployedPromise,
  fromEpochMs: number,
): Uint32Array {
  const indexes: number[] = [];
  let index = 0;
  for (const version of versions) {
    const place = index++;
    if (version.lastModifiedEpochMs < fromEpochMs) continue;
    if (planListed(version, promise).expected.length > 0) indexes.push(place);
  }
  return Uint32Array.from(indexes);
}
