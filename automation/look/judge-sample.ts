/** Some of what is promised, which is looked at in full: a random sample, or what is new. */

import type { LevelChoice } from "../levels/choose-level";
import { SAMPLE_COUNT } from "../levels/choose-level";
import { randomSeed, SampleDraw } from "../levels/draw-sample";
import type { DeployedPromise } from "../promise/deployed-promise";
import { versionName, type ListedVersion } from "../proof/source-versions";
import { planListed } from "../judge/judge-listed";
import type { LookSample } from "./look";

/** A sample that was drawn. */
export interface DrawnSample {
  /** Of the source's listing, ascending. */
  readonly indexes: Uint32Array;
  /** How it was drawn. */
  readonly facts: LookSample;
}

/**
 * Draws the sample, of all versions that a rule may want somewhere. The seed is chosen here, once source and vaults were
 * listed: whoever laid something there could not know which versions would be looked at.
 */
export function drawSample(
  versions: Iterable<ListedVersion>,
  promise: DeployedPromise,
  { sampleCount = SAMPLE_COUNT, seed = randomSeed() }: LevelChoice,
): DrawnSample {
  const draw = new SampleDraw(seed, sampleCount);
  let index = 0;
  for (const version of versions) {
    const place = index++;
    if (planListed(version, promise).expected.length === 0) continue;
    draw.offer(versionName(version), place);
  }
  const indexes = draw.indexes();
  const { offeredCount: populationCount } = draw;
  return { indexes, facts: { seed, sizeCount: indexes.length, populationCount } };
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
