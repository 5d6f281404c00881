/** `facts/trail.json` of a bundle, read strictly and held against the files of the trail. Pure. */

import { z } from "zod";
import { ATTEMPTS } from "../refusals/fields";
import { checkTrail } from "../trail/check-trail";
import type { EventOutcome, SoughtAttempt, TrailFacts } from "../trail/fields";
import { EvidenceProblem } from "./evidence-problem";
import { isInstant } from "./lines";
import { FILES } from "./statement";

const text = z.string();

const SOUGHT = z.object({
  vault: text,
  attempt: z.enum(ATTEMPTS),
  principal: text,
  target: text,
  versionId: text.optional(),
  outcome: z.enum(["refused", "accepted"]),
  code: text.optional(),
  requestId: text.min(1),
  date: text.refine(isInstant),
});

const OUTCOMES = [
  "signed",
  "not-found",
  "not-yet",
  "no-trail",
  "not-readable",
  "unsound",
] as const satisfies readonly EventOutcome[];

const SOUGHT_EVENT = z.looseObject({
  sought: z.looseObject({ requestId: text }),
  outcome: z.enum(OUTCOMES),
  says: text,
});

/** What has to be there of an event that is called signed, and of no other. */
const SHOWN = z.looseObject({
  log: text,
  digest: text,
  event: z.looseObject({ eventID: text, requestID: text }),
});

/**
 * What a check goes by. Of what was sought it is the request alone: the rest is what the signer says of it, as of every attempt.
 * `event` is left as it is: it is compared with a record, member by member.
 */
const TRAIL = z.looseObject({
  trails: z.array(text),
  digests: z.array(
    z.looseObject({
      file: text,
      signature: text,
      region: text,
      fingerprint: text,
      publicKey: text,
    }),
  ),
  events: z.array(z.custom(isSoughtEvent)),
});

function isSoughtEvent(value: unknown): boolean {
  const found = SOUGHT_EVENT.safeParse(value);
  if (!found.success) return false;
  if (found.data.outcome === "signed") return SHOWN.safeParse(value).success;
  return Object.keys(value as object).length === Object.keys(SOUGHT_EVENT.shape).length;
}

/** @throws EvidenceProblem `trail` */
export function readTrailFacts(value: unknown): TrailFacts {
  const found = TRAIL.safeParse(value);
  // As it is, and not as it was parsed: an event is held against a record of a log file, whole.
  if (found.success) return value as TrailFacts;
  throw new EvidenceProblem("trail", `${FILES.trail} has not the shape of its kind`);
}

/** @returns the facts as they are @throws EvidenceProblem `trail` where they do not follow from the files */
export function checkedTrail(
  facts: TrailFacts | undefined,
  files: ReadonlyMap<string, Uint8Array>,
): TrailFacts | undefined {
  const problem = checkTrail(facts ?? NOTHING, files);
  if (problem !== undefined) throw new EvidenceProblem("trail", problem);
  return facts;
}

const NOTHING = { digests: [], events: [] };

/** Attempts that AWS has answered, by what is known of them. */
export function answeredOf(attempts: readonly unknown[]): readonly SoughtAttempt[] {
  return attempts.flatMap((attempt) => {
    const found = SOUGHT.safeParse(attempt);
    return found.success ? [found.data as SoughtAttempt] : [];
  });
}

/** The attempts of a bundle whose events are still to be found: its own, and those whose digest had not come or could not be read. */
export function soughtNext(
  refusals: unknown,
  trail: TrailFacts | undefined,
): readonly SoughtAttempt[] {
  const { attempts = [] } = (refusals ?? {}) as { readonly attempts?: readonly unknown[] };
  const events = trail?.events ?? [];
  const done = new Set(events.filter((one) => !isOpen(one.outcome)).map(idOf));
  const open = events.filter(({ outcome }) => isOpen(outcome)).map(({ sought }) => sought);
  const own = answeredOf(attempts).filter(({ requestId }) => !done.has(requestId));
  const all = [...answeredOf(open), ...own];
  return [...new Map(all.map((one) => [one.requestId, one])).values()];
}

function isOpen(outcome: TrailFacts["events"][number]["outcome"]): boolean {
  return outcome === "not-yet" || outcome === "not-readable";
}

function idOf({ sought }: TrailFacts["events"][number]): string {
  return sought.requestId;
}
