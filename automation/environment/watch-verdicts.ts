/** Looking again and again, until there is something to tell. */

import type { LevelChoice } from "../levels/choose-level";
import type { Call } from "./call";
import type { Inspection } from "./inspection";
import type { VerdictsResult, VerifyCallOptions } from "./options";

/** Without an objective a version is waited for until it is so old; what was younger at one look is part of the next. */
const OVERLAP_MS = 15 * 60 * 1000;

/** One look at all sources. */
export type LookAtAll = (
  options: VerifyCallOptions,
  call: Call,
  inspection: Pick<Inspection, "see" | "sinceOf">,
) => Promise<VerdictsResult>;

/**
 * Looks, waits and looks again, until a verdict is not clean: that is answered. Ends with the call's signal otherwise.
 *
 * Of each source the next look takes in full what S3 calls as new as the first page of its last listing, less the overlap: what was written
 * before that page was there is on one of its pages, however long the others took, and what was written later is new to the next look.
 * Both times are AWS's, so that no clock of a machine and no wait at another source comes between. Where AWS did not tell them the source is
 * looked at as at first. Left out is a multipart upload alone that took longer than the overlap, since S3 dates it by when it was begun.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 * @throws what ends a look
 */
export async function watchVerdicts(
  options: VerifyCallOptions,
  { objectiveMs = 0, watchIntervalMs: intervalMs = 0 }: LevelChoice,
  call: Call,
  look: LookAtAll,
): Promise<VerdictsResult> {
  const overlapMs = Math.max(OVERLAP_MS, objectiveMs);
  const isFull = options.level === undefined || options.level === "full";
  let begun: ReadonlyMap<string, number> = new Map();
  for (;;) {
    const begins = new Map<string, number>();
    const before = begun;
    const result = await look(options, call, {
      sinceOf: (source) => {
        const begunEpochMs = before.get(source);
        return begunEpochMs === undefined ? undefined : begunEpochMs - overlapMs;
      },
      see: ({ config }, { begunEpochMs }) => {
        if (isFull && begunEpochMs !== undefined) begins.set(config.source.name, begunEpochMs);
        return Promise.resolve();
      },
    });
    if (!result.clean) return result;
    call.emit({ type: "next-look", inSeconds: intervalMs / 1000 });
    await call.clock.sleep(intervalMs, call.signal);
    begun = begins;
  }
}
