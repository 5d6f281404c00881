/** `facts/trail.json` of a bundle, read strictly and held against the files of the trail. Pure. */

import { z } from "zod";
import { ATTEMPTS } from "../refusals/fields";
import { checkTrail } from "../trail/check-trail";
import type { SoughtAttempt, TrailFacts } from "../trail/fields";
import { EVENT } from "../trail/trail-event";
import { EvidenceProblem } from "./evidence-problem";
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
  date: z.iso.datetime(),
});

const TRAIL = z.strictObject({
  trails: z.array(text),
  digests: z.array(
    z.strictObject({
      file: text,
      signature: text,
      region: text,
      fingerprint: text,
      publicKey: text,
    }),
  ),
  events: z.array(
    z.strictObject({
      sought: SOUGHT.strict(),
      outcome: z.enum(["signed", "not-found", "not-yet", "no-trail", "not-readable", "unsound"]),
      says: text,
      log: text.optional(),
      digest: text.optional(),
      event: EVENT.optional(),
    }),
  ),
});

/** @throws EvidenceProblem `trail` */
export function readTrailFacts(value: unknown): TrailFacts {
  const found = TRAIL.safeParse(value);
  if (found.success) return found.data as TrailFacts;
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
  const all = [...open, ...answeredOf(attempts).filter(({ requestId }) => !done.has(requestId))];
  return [...new Map(all.map((one) => [one.requestId, one])).values()];
}

function isOpen(outcome: TrailFacts["events"][number]["outcome"]): boolean {
  return outcome === "not-yet" || outcome === "not-readable";
}

function idOf({ sought }: TrailFacts["events"][number]): string {
  return sought.requestId;
}
