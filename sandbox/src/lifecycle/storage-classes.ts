/**
 * Between which storage classes lifecycle moves a version, and from which size on.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */

const ARCHIVES = ["GLACIER", "DEEP_ARCHIVE"];

/** The waterfall: only downwards. REDUCED_REDUNDANCY is in no line of it but "any class to the archives". */
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  STANDARD: ["STANDARD_IA", "INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", ...ARCHIVES],
  REDUCED_REDUNDANCY: ARCHIVES,
  STANDARD_IA: ["INTELLIGENT_TIERING", "ONEZONE_IA", "GLACIER_IR", ...ARCHIVES],
  INTELLIGENT_TIERING: ["ONEZONE_IA", "GLACIER_IR", ...ARCHIVES],
  ONEZONE_IA: ARCHIVES,
  GLACIER_IR: ARCHIVES,
  GLACIER: ["DEEP_ARCHIVE"],
  DEEP_ARCHIVE: [],
};

/**
 * Where two rules ask for different classes, S3 takes the cheaper: the later one here. INTELLIGENT_TIERING stands before
 * all but the archives ("How Amazon S3 handles conflicts in lifecycle configurations").
 */
const BY_PREFERENCE = [
  "STANDARD_IA",
  "ONEZONE_IA",
  "GLACIER_IR",
  "INTELLIGENT_TIERING",
  "GLACIER",
  "DEEP_ARCHIVE",
];

/** 128 KB in S3's words: smaller objects are not moved unless the rule has size bounds of its own. */
const MINIMUM_TRANSITION_BYTES = 128 * 1024;

export function canTransition(from: string, to: string): boolean {
  return TARGETS[from]?.includes(to) ?? false;
}

/** True when S3 would rather move to `left` than to `right`. */
export function isPreferred(left: string, right: string): boolean {
  return BY_PREFERENCE.indexOf(left) > BY_PREFERENCE.indexOf(right);
}

/** @param minimumSize `TransitionDefaultMinimumObjectSize` of the configuration */
export function isLargeEnough(
  sizeBytes: number,
  to: string,
  minimumSize: string | undefined,
): boolean {
  if (sizeBytes >= MINIMUM_TRANSITION_BYTES) return true;
  return minimumSize === "varies_by_storage_class" && ARCHIVES.includes(to);
}
