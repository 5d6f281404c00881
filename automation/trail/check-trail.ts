/** Verifies the part of a bundle that AWS itself has signed, with nothing but the bundle. Pure: no network, no AWS. */

import type { EventOutcome, SoughtAttempt, TrailDigest, TrailFacts } from "./fields";
import { differences, eventOf, type TrailEvent } from "./trail-event";
import { follows, isListed, type VerifiedDigest, verifyDigest } from "./verify-digest";

/** What a bundle's files say of one attempt. */
export interface CheckedEvent {
  readonly requestId: string;
  /** `signed`, or why not. */
  readonly outcome: Exclude<EventOutcome, "not-yet" | "no-trail" | "not-readable">;
  /** With `signed`: as CloudTrail wrote it down. */
  readonly event?: TrailEvent;
  /** With `unsound`: what is wrong, in words. */
  readonly why?: string;
}

/** What a bundle's files say of all. */
export interface CheckedTrail {
  readonly events: readonly CheckedEvent[];
  /** Files that are not as they were signed, in words; empty where all are. */
  readonly problems: readonly string[];
  /** Digests that are there one behind the other, and follow each other: nothing was taken out between them. */
  readonly linksCount: number;
}

/**
 * @param fileOf the bytes of a file of the bundle by its name; undefined where there is none
 * @param sought the attempts, as the bundle's own refusals tell them
 */
export function checkTrail(
  { digests, keys, logs }: Pick<TrailFacts, "digests" | "keys" | "logs">,
  fileOf: (name: string) => Uint8Array | undefined,
  sought: readonly SoughtAttempt[],
): CheckedTrail {
  const problems: string[] = [];
  const verified: VerifiedDigest[] = [];
  for (const digest of digests) {
    const found = verifiedOf(digest, keys, fileOf(digest.file));
    if (typeof found === "string") problems.push(`${digest.file}: ${found}`);
    else verified.push(found);
  }
  const sound = new Map<string, Uint8Array>();
  for (const log of logs) {
    const bytes = fileOf(log.file);
    if (bytes === undefined) problems.push(`${log.file}: is not there`);
    else if (verified.some((digest) => isListed(digest, { ...log, bytes }))) {
      sound.set(log.file, bytes);
    } else problems.push(`${log.file}: no signed digest lists it as it is`);
  }
  const links = verified.filter((next) => verified.some((previous) => follows(next, previous)));
  return {
    problems,
    linksCount: links.length,
    events: sought.map((one) => checked(one, [...sound.values()])),
  };
}

function verifiedOf(
  digest: TrailDigest,
  keys: TrailFacts["keys"],
  bytes: Uint8Array | undefined,
): VerifiedDigest | string {
  if (bytes === undefined) return "is not there";
  let problem = "no public key of its Region is there";
  for (const { fingerprint, region, value } of keys) {
    if (region !== digest.region) continue;
    const der = Buffer.from(value, "base64");
    // One way to write a key down: what decodes to the same bytes is another bundle.
    if (der.toString("base64") !== value) continue;
    const found = verifyDigest({ ...digest, bytes }, { fingerprint, der });
    if (!("problem" in found)) return found;
    // Another key of the Region may be the one.
    if (found.problem !== "key" || problem.startsWith("no ")) problem = PROBLEMS[found.problem];
  }
  return problem;
}

const PROBLEMS = {
  content: "is no digest",
  place: "says that it lies elsewhere",
  algorithm: "is signed in a way that is not known here",
  key: "is not signed by any key that is there",
  signature: "is not as CloudTrail signed it",
} as const;

function checked(sought: SoughtAttempt, logs: readonly Uint8Array[]): CheckedEvent {
  const { requestId } = sought;
  for (const bytes of logs) {
    const event = eventOf(bytes, requestId);
    if (event === undefined) continue;
    const other = differences(event, sought);
    if (other.length === 0) return { requestId, outcome: "signed", event };
    return { requestId, outcome: "unsound", why: `its event has another ${other.join(", ")}` };
  }
  return { requestId, outcome: "not-found" };
}
