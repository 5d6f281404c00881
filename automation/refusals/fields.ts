/** What was tried at a vault, and what AWS answered: plain facts, as a bundle of evidence has them. */

/** What is tried. */
export const ATTEMPTS = ["shorten", "delete", "suspend", "policy", "delete-key", "bypass"] as const;

/**
 * One of them:
 * - `shorten`: the canary's lock ends an hour earlier
 * - `delete`: the canary is deleted by its version id
 * - `suspend`: versioning of the vault is suspended
 * - `policy`: the vault's bucket policy is written anew, with the text that it has
 * - `delete-key`: the vault's key is scheduled for deletion
 * - `bypass`: the canary is deleted, and GOVERNANCE bypassed
 */
export type Attempt = (typeof ATTEMPTS)[number];

/** Why AWS refused, by its own words; what they do not say is `not-known`. */
export const REFUSED_WHY = [
  "object-lock",
  "versioning-held",
  "resource-based-policy",
  "service-control-policy",
  "resource-control-policy",
  "identity-based-policy",
  "permissions-boundary",
  "session-policy",
  "vpc-endpoint-policy",
  "not-allowed",
  "not-known",
] as const;

/** One of them. Those that end in `policy` or `boundary` are explicit denials in it; `not-allowed` is that nothing allows it. */
export type RefusedWhy = (typeof REFUSED_WHY)[number];

/**
 * Why AWS did it:
 * - `governance`: a lock in GOVERNANCE mode gives way to whoever may bypass it
 * - `allowed`: nothing was in the way
 */
export type AcceptedWhy = "governance" | "allowed";

/**
 * Why something was not tried, or has no answer that counts:
 * - `no-canary`: none lies in the vault, locked for long enough
 * - `canary-spent`: an attempt before was accepted, and took the canary or its lock with it
 * - `declined`: whoever was asked said no
 * - `not-readable`: what has to be known before may not be read
 * - `not-safe`: were it accepted, it would not harm a canary alone
 * - `nothing-there`: the vault has no such thing
 * - `not-noted`: that it is about to be tried could not be written down before
 * - `no-principal`: the role cannot be assumed
 * - `by-design`: it is what this principal is there for
 * - `failed`: AWS answered something that neither refuses nor accepts
 */
export type NotTriedWhy =
  | "no-canary"
  | "canary-spent"
  | "declined"
  | "not-readable"
  | "not-safe"
  | "nothing-there"
  | "not-noted"
  | "no-principal"
  | "by-design"
  | "failed";

/**
 * What an answer shows of the vault:
 * - `lock`: Object Lock itself refused
 * - `guard`: the policy of the vault, or of its key, did
 * - `organization`: a policy of the organization did
 * - `nothing`: another right was missing, or it cannot be known, or it was not refused at all
 */
export type Shows = "lock" | "guard" | "organization" | "nothing";

/** One attempt, by one principal. Absent members: AWS did not say, or was not asked. */
export interface RefusalFact {
  /** Name of the vault in the config. */
  readonly vault: string;
  /** The vault's account. */
  readonly accountId: string;
  readonly attempt: Attempt;
  /** ARN, as STS tells the caller who it is; the role's where it could not be assumed. */
  readonly principal: string;
  /** ARN of the canary, the vault or its key. */
  readonly target: string;
  /** Of a canary. */
  readonly versionId?: string;
  readonly outcome: "refused" | "accepted" | "not-tried";
  readonly why: RefusedWhy | AcceptedWhy | NotTriedWhy;
  readonly shows: Shows;
  /** What it means, in a sentence or two for people. */
  readonly says: string;
  /** AWS's, as in `AccessDenied`. */
  readonly code?: string;
  /** AWS's words, as they came. */
  readonly message?: string;
  /** AWS's, by which its trail names the request. */
  readonly requestId?: string;
  /** ISO 8601: the `Date` of AWS's answer. */
  readonly date?: string;
}

/** An object of our own in a vault, and how its lock stands. */
export interface RefusalCanary {
  /** Name of the vault in the config. */
  readonly vault: string;
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
  /** Object Lock's word. */
  readonly lockMode: "GOVERNANCE" | "COMPLIANCE";
  /** ISO 8601: until when it stays, at the least. */
  readonly lockedUntil: string;
  /** How it was found once everything had been tried. `not-seen`: it could not be looked at. */
  readonly afterwards: "as-before" | "changed" | "gone" | "not-seen";
}

/** All that came of it. */
export interface RefusalsResult {
  /** In the order in which they were tried; every attempt is there for every vault and principal. */
  readonly attempts: readonly RefusalFact[];
  /** One for each vault that has one. */
  readonly canaries: readonly RefusalCanary[];
  /** What an earlier run had left behind, and was put right before anything was tried. In words. */
  readonly mended: readonly string[];
}
