/**
 * Verifies the part of a bundle that AWS itself has signed, with nothing but the bundle. Pure: no network, no AWS.
 *
 *     event -> is in a log file -> whose SHA-256 is in a digest -> which a key of CloudTrail has signed
 *
 * Where two digests lie one behind the other, the later one names the earlier, which has to be it. Between others nothing is known, and
 * nothing is claimed: a bundle has no digest that no event needs.
 *
 * Nothing may be there that no event needs: what is left out, added or swapped is seen, also where the bundle's signer did it.
 */

import { canonicalText } from "../evidence/canonical";
import { readDigest } from "./digest-file";
import { brokenLink, FOLLOWS_ANOTHER } from "./digest-links";
import type { SoughtEvent, TrailDigest, TrailFacts } from "./fields";
import { recordsOf } from "./trail-event";
import { DIGEST_PROBLEMS, sha256Hex, type VerifiedDigest, verifyDigest } from "./verify-digest";

/**
 * What is wrong, in words; undefined where every event that is called signed is one of the request that was looked for, in a log file that
 * the key of a digest has signed for. No request is there twice, and no event: whoever signs the bundle makes no two of one.
 * @param files every file of the trail in the bundle, by name
 */
export function checkTrail(
  { digests, events }: Pick<TrailFacts, "digests" | "events">,
  files: ReadonlyMap<string, Uint8Array>,
): string | undefined {
  const bytesOf = (name: string): Uint8Array => files.get(name) ?? new Uint8Array();
  const signed = events.filter(({ outcome }) => outcome === "signed");
  const needed = namesOf(signed, "digest");
  const known = [...needed, ...namesOf(signed, "log")];
  if (
    !isSame(known, [...files.keys()].sort()) ||
    !isSame(needed, digests.map(({ file }) => file).sort())
  ) {
    return "a file of the trail is not there, or no event needs it";
  }
  const requests = events.map(({ sought }) => sought.requestId);
  if (!isOnce(requests) || !isOnce(signed.map(({ event }) => event?.eventID))) {
    return "a request is there twice, or an event is";
  }
  const verified = new Map<string, VerifiedDigest>();
  for (const digest of digests) {
    const found = verifiedOf(digest, bytesOf(digest.file));
    if (typeof found === "string") return `${digest.file} ${found}`;
    verified.set(digest.file, found);
  }
  const broken = brokenLink([...verified.values()]);
  if (broken !== undefined) return `${broken.digestS3Object} ${FOLLOWS_ANOTHER}`;
  for (const { digest = "", event, log = "", outcome, sought } of events) {
    if (outcome !== "signed") {
      if (event === undefined) continue;
      return `an event is told of ${sought.requestId}, which is not called signed`;
    }
    const hash = sha256Hex(bytesOf(log));
    if (verified.get(digest)?.logFiles.some(({ hashValue }) => hashValue === hash) !== true) {
      return `${log} is not as ${digest} lists it`;
    }
    if (event?.requestID !== sought.requestId) {
      return `the event that is shown for ${sought.requestId} is another request's`;
    }
    if (!recordsOf(bytesOf(log)).some((record) => isSame(record, event))) {
      return `the event of ${sought.requestId} is not in ${log}`;
    }
  }
  return undefined;
}

/** Each once, in order; `trail/digests/` comes before `trail/logs/`. */
function namesOf(events: readonly SoughtEvent[], member: "digest" | "log"): readonly string[] {
  return [...new Set(events.map((event) => event[member] ?? ""))].sort();
}

function isOnce(names: readonly unknown[]): boolean {
  return new Set(names).size === names.length;
}

function isSame(one: unknown, other: unknown): boolean {
  const text = textOf(one);
  return text !== undefined && text === textOf(other);
}

/** Numbers of JSON that are none of ECMAScript's are in no event of CloudTrail: such a record is no event's. */
function textOf(value: unknown): string | undefined {
  try {
    return canonicalText(value);
  } catch {
    return undefined;
  }
}

function verifiedOf(
  { fingerprint, publicKey, signature }: TrailDigest,
  bytes: Uint8Array,
): VerifiedDigest | string {
  const content = readDigest(bytes);
  if (content === undefined) return DIGEST_PROBLEMS.content;
  const der = Buffer.from(publicKey, "base64");
  // One way to write a key down: what decodes to the same bytes is another bundle.
  if (der.toString("base64") !== publicKey) return "has a key in another text than it may have";
  const { digestS3Bucket: bucket, digestS3Object: key } = content;
  const signatureAlgorithm = content.digestSignatureAlgorithm;
  const file = { bucket, key, bytes, signature, signatureAlgorithm };
  const found = verifyDigest(file, { fingerprint, der });
  return "problem" in found ? DIGEST_PROBLEMS[found.problem] : found;
}
