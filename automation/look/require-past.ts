/** A point of time that nothing can be as new as. */

import { LockstepError } from "../errors";
import type { PointOfTime } from "../levels/spans";
import type { DeployedPromise } from "../promise/deployed-promise";
import { awsClock } from "./aws-clock";
import { KeyCursor } from "./key-cursor";
import type { LookOptions } from "./look";

/**
 * Refuses a date after now, by AWS's time: with one that is mistyped every look would look at nothing in full, and be clean. The time is that of
 * the first page of the source's listing; where something on the way took it out, this machine's.
 * @throws LockstepError `ConfigInvalid`
 */
export async function requirePast(
  since: PointOfTime | undefined,
  { source }: DeployedPromise,
  { clients, clock, signal }: Pick<LookOptions, "clients" | "clock" | "signal">,
): Promise<void> {
  if (since === undefined || "agoMs" in since) return;
  const first = await KeyCursor.begin(clients.source.s3, source.bucketName, signal);
  const nowEpochMs = awsClock(clock, first.answeredEpochMs)();
  if (since.epochMs <= nowEpochMs) return;
  const [from, now] = [since.epochMs, nowEpochMs].map((epochMs) => new Date(epochMs).toISOString());
  throw new LockstepError("ConfigInvalid", "That cannot be verified as it is asked for.", {
    problems: [
      {
        path: "--since",
        message: `${from} is later than now, ${now} by AWS's time: no version is so new. Write a date that is over, or a span as in 24h`,
      },
    ],
    hint: "See docs/levels.md for what each level proves.",
  });
}
