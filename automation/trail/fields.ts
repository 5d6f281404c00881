/** What a trail shows of refusals, as plain data beside the files that it is verified by. */

import type { Attempt } from "../refusals/fields";

/** An attempt whose event is looked for, as the bundle of its run has it. */
export interface SoughtAttempt {
  /** Name of the vault in the config. */
  readonly vault: string;
  /** What was tried. */
  readonly attempt: Attempt;
  /** ARN of whoever tried it. */
  readonly principal: string;
  /** ARN of the canary, the vault or its key. */
  readonly target: string;
  /** Of a canary. */
  readonly versionId?: string;
  /** What AWS answered. */
  readonly outcome: "refused" | "accepted";
  /** AWS's, as in `AccessDenied`. Absent: it did not say. */
  readonly code?: string;
  /** AWS's. */
  readonly requestId: string;
  /** ISO 8601: AWS's date of its answer. */
  readonly date: string;
}

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

/** An event of CloudTrail, whole, with the members that are gone by. */
export interface TrailEvent {
  /** ISO 8601, of whole seconds. */
  readonly eventTime: string;
  /** The service, as in `s3.amazonaws.com`. */
  readonly eventSource: string;
  /** The action, as in `DeleteObject`. */
  readonly eventName: string;
  /** The request's, as AWS answered it. */
  readonly requestID?: string | undefined;
  /** CloudTrail's own. */
  readonly eventID: string;
  /** As in `AccessDenied`. Absent: the call was not refused. */
  readonly errorCode?: string | undefined;
  /** AWS's words. */
  readonly errorMessage?: string | undefined;
  /** Who called. */
  readonly userIdentity: {
    /** Of the caller, or of the session. */
    readonly arn?: string | undefined;
    /** Whatever else CloudTrail says. */
    readonly [member: string]: unknown;
  };
  /** What was asked, in words of the service. Null or absent where CloudTrail tells none. */
  readonly requestParameters?: Readonly<Record<string, unknown>> | null | undefined;
  /** Whatever else CloudTrail says. */
  readonly [member: string]: unknown;
}

/** What is known of one attempt's event. */
export interface SoughtEvent {
  /** As the bundle of its run has it: what whoever signs the bundle says of the request. Its event is of the same request id. */
  readonly sought: SoughtAttempt;
  /** What became of it. */
  readonly outcome: EventOutcome;
  /** In a sentence for people. */
  readonly says: string;
  /** With `signed`: name in the bundle of the log file that has it. */
  readonly log?: string;
  /** With `signed`: name in the bundle of a digest that lists the log file. */
  readonly digest?: string;
  /** With `signed`: the event, as it is in the log file. */
  readonly event?: TrailEvent;
}

/** A digest, with what lies beside it in the object's metadata. */
export interface TrailDigest {
  /** As in `trail/digests/0001.json`: it lies in the bundle out of its compression. */
  readonly file: string;
  /** Lower-case hexadecimal. */
  readonly signature: string;
  /** Whose key has signed it: CloudTrail has others in each. */
  readonly region: string;
  /** The key's, as CloudTrail names it. */
  readonly fingerprint: string;
  /** PKCS #1, DER, base64, as CloudTrail's `ListPublicKeys` gave it: the signer's word. */
  readonly publicKey: string;
}

/** `facts/trail.json`. */
export interface TrailFacts {
  /** ARNs of the trails whose files these are: the signer's word. */
  readonly trails: readonly string[];
  /** Those that list a log file of an event. */
  readonly digests: readonly TrailDigest[];
  /** One for each request that was looked for, and no two of the same. */
  readonly events: readonly SoughtEvent[];
}
