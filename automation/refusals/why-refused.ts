/** Why AWS refused, from its own words. Pure. */

import type { RefusedWhy, Shows } from "./fields";

/** What AWS answered. */
export interface RefusedAnswer {
  /** As in `AccessDenied`. */
  readonly code: string;
  /** As it came. */
  readonly message: string;
}

/**
 * AWS's sentence. Policies of an organization, and others in the same account, may be named by their ARN; an authorization id may
 * follow, with the address of its details. The reason is looked for from the end: what stands before it has names in it
 * that others choose.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied-authorization-id.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
 */
const SENTENCE = new RegExp(
  "^User: .* is not authorized to perform: .* " +
    "(?:with an explicit deny in an? (?<denying>[A-Za-z][A-Za-z -]*?)" +
    "|because no (?<silent>[A-Za-z][A-Za-z -]*?) allows the [\\w-]+:\\w+ action)" +
    String.raw`(?:: arn:\S+?)?\.?` +
    String.raw`(?:\s+Go to https://\S+ for complete details,.* authorization id: [0-9A-Za-z]+\.?)?$`,
  "s",
);

const DENYING: Readonly<Record<string, RefusedWhy>> = {
  "resource-based policy": "resource-based-policy",
  "service control policy": "service-control-policy",
  "resource control policy": "resource-control-policy",
  "identity-based policy": "identity-based-policy",
  "permissions boundary": "permissions-boundary",
  "session policy": "session-policy",
  "vpc endpoint policy": "vpc-endpoint-policy",
};

/** As S3 refuses to delete or to shorten. Recorded: https://github.com/versity/versitygw/issues/1330 */
const LOCKED = /^Access Denied because object protected by object lock\.?$/i;

/** In S3's older words a WORM configuration. Recorded: https://github.com/terraform-aws-modules/terraform-aws-s3-bucket/issues/90 */
const VERSIONING_HELD =
  /^An? (?:Object Lock|WORM) configuration is present on this bucket, so the versioning state cannot be changed\.?$/i;

/**
 * The reason that AWS gives. `not-known` where it gives none, as with a bare `Access Denied`, or words that are not AWS's as they
 * are known here.
 */
export function whyRefused({ code, message }: RefusedAnswer): RefusedWhy {
  if (code === "InvalidBucketState") {
    return VERSIONING_HELD.test(message) ? "versioning-held" : "not-known";
  }
  if (code === "AccessDenied" && LOCKED.test(message)) return "object-lock";
  const { denying, silent } = SENTENCE.exec(message)?.groups ?? {};
  if (silent !== undefined) return "not-allowed";
  return DENYING[denying?.toLowerCase() ?? ""] ?? "not-known";
}

/** What a refusal for this reason shows of the vault. A refusal for want of the caller's own rights shows nothing. */
export function shownBy(why: RefusedWhy): Shows {
  switch (why) {
    case "object-lock":
    case "versioning-held":
      return "lock";
    case "resource-based-policy":
      return "guard";
    case "service-control-policy":
    case "resource-control-policy":
      return "organization";
    default:
      return "nothing";
  }
}
