/** What a trail shows of refusals, as plain data beside the files that it is verified by. */

import type { Attempt, RefusalFact } from "../refusals/fields";

/** An attempt whose event is looked for, as a run before has it. */
export type SoughtAttempt = Pick<
  RefusalFact,
  "vault" | "attempt" | "principal" | "target" | "versionId" | "code" | "outcome"
> & {
  /** AWS's. */
  readonly requestId: string;
  /** ISO 8601: AWS's date of its answer. */
  readonly date: string;
};

/**
 * What became of looking for an event:
 * - `signed`: it is in a log file that a digest lists, which CloudTrail has signed
 * - `not-found`: in none of the log files of its time
 * - `not-yet`: in none, and the digest of its hour may still come
 * - `no-trail`: no trail of the vault's account and Region has its log files validated
 * - `not-readable`: trail, keys or files may not be read
 * - `unsound`: a file is there that is not as it was signed, or the event says something else than the attempt
 */
export type EventOutcome =
  "signed" | "not-found" | "not-yet" | "no-trail" | "not-readable" | "unsound";

/** What is known of one attempt's event. */
export interface SoughtEvent {
  /** Name of the vault in the config. */
  readonly vault: string;
  readonly attempt: Attempt;
  readonly requestId: string;
  readonly outcome: EventOutcome;
  /** In a sentence for people. */
  readonly says: string;
  /** With `signed`: the log file that has it, and the digest that lists that, by their names in the bundle. */
  readonly log?: string;
  readonly digest?: string;
  /** With `signed`: CloudTrail's own id of the event. */
  readonly eventId?: string;
  /** With `signed`: CloudTrail's time, ISO 8601. */
  readonly eventTime?: string;
}

/** A file of the trail, as it lies in the bundle: out of its compression. */
export interface TrailFile {
  /** As in `trail/logs/0001.json`. */
  readonly file: string;
  /** Where it was in S3. */
  readonly bucket: string;
  readonly key: string;
}

/** A digest, with what lies beside it in the object's metadata. */
export interface TrailDigest extends TrailFile {
  /** Lower-case hexadecimal. */
  readonly signature: string;
  readonly signatureAlgorithm: string;
  /** Whose key has signed it. */
  readonly region: string;
}

/** A public key of CloudTrail, as its `ListPublicKeys` gave it. */
export interface TrailKey {
  /** A key is one Region's. */
  readonly region: string;
  readonly fingerprint: string;
  /** PKCS #1, DER, base64. */
  readonly value: string;
  /** ISO 8601. Absent where AWS says none. */
  readonly validFrom?: string;
  readonly validUntil?: string;
}

/** `facts/trail.json`. */
export interface TrailFacts {
  /** ARNs of the trails whose files these are. */
  readonly trails: readonly string[];
  readonly keys: readonly TrailKey[];
  readonly digests: readonly TrailDigest[];
  readonly logs: readonly TrailFile[];
  /** One for each attempt that was looked for. */
  readonly events: readonly SoughtEvent[];
}
