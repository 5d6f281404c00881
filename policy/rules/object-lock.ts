import { z } from "zod";
import { defineRule } from "../define-rule";
import { spokesmanOf, type Bucket } from "../program/bucket";
import { lockOf, type Lock, type Retention } from "../program/lock";
import type { Program } from "../program/program";
import { pairsOf, vaultsOf } from "../program/replications";
import type { PolicyViolation } from "../rule";
import { at, isRecord, listAt, type Read, UNKNOWN } from "../values";

/** What a class of data asks of the lock. */
const demand = z.strictObject({
  mode: z.enum(["GOVERNANCE", "COMPLIANCE"]).optional().describe("Absent: either."),
  minimumDays: z.number().int().min(1).max(36_500).default(1),
});

/**
 * A lock on the vault, with a default retention that is long enough for its data.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
export const objectLock = defineRule({
  id: "object-lock",
  title: "Vaults lock every version, for as long as its data class asks",
  severity: "error",
  rationale:
    "A replica keeps the retention of its source version. One that comes without any gets the vault's default retention; where the vault has none, whoever may delete in the vault deletes it.",
  fix: "Make the vault with objectLockEnabled, and give it a default retention (BucketObjectLockConfiguration, of aws-native objectLockConfiguration) with mode and days.",
  references: {
    securityHub: ["S3.15"],
    awsConfig: ["s3-bucket-default-lock-enabled"],
    controlTower: ["CT.S3.PR.9"],
    checkov: ["CKV_AWS_143"],
    nist80053: ["CP-6(2)"],
  },
  settings: {
    classTag: z
      .string()
      .min(1)
      .default("data-class")
      .describe("Tag of a vault that names its class."),
    classes: z
      .record(z.string(), demand)
      .default({})
      .describe("What each class asks, by the tag's value. Others are asked for any retention."),
    requireLock: z
      .boolean()
      .default(false)
      .describe(
        "Whether a destination of a replication without a lock is an error, not a warning.",
      ),
  },
  check: (program, { classTag, classes, requireLock }) =>
    [...vaultsOf(program)].flatMap((vault) => {
      const lock = lockOf(program, vault);
      const resource = spokesmanOf(vault);
      if (lock === undefined || resource === undefined || lock.isLocked === UNKNOWN) return [];
      const tag = tagOf(resource.props, classTag);
      const asked = typeof tag === "string" ? classes[tag] : undefined;
      if (!lock.isLocked) {
        const isNeeded = requireLock || asked !== undefined;
        return [
          {
            resource,
            severity: isNeeded ? ("error" as const) : ("warning" as const),
            message: "It is a destination of a replication and has no Object Lock.",
          },
        ];
      }
      return retentionProblems(program, vault, lock, asked).map((message) => ({
        resource: lock.resource,
        message,
      })) satisfies PolicyViolation[];
    }),
});

function retentionProblems(
  program: Program,
  vault: Bucket,
  { retention }: Lock,
  asked: z.output<typeof demand> | undefined,
): string[] {
  if (retention === UNKNOWN) return [];
  if (retention === undefined) {
    // Every version of a source with a default retention comes with one of its own.
    const isLockedBySource = pairsOf(program)
      .filter((pair) => pair.vault === vault)
      .every(({ source }) => {
        const own = lockOf(program, source)?.retention;
        return own === UNKNOWN || own !== undefined;
      });
    if (isLockedBySource && asked === undefined) return [];
    return [
      "It has Object Lock and no default retention: versions that come without one are not locked.",
    ];
  }
  return demandProblems(retention, asked);
}

function demandProblems(
  { days, mode }: Retention,
  asked: z.output<typeof demand> | undefined,
): string[] {
  if (asked === undefined) return [];
  const problems: string[] = [];
  if (asked.mode !== undefined && mode !== UNKNOWN && mode !== asked.mode) {
    problems.push(`Its data class asks for mode ${asked.mode}; it has ${mode ?? "none"}.`);
  }
  if (typeof days === "number" && days < asked.minimumDays) {
    problems.push(`Its data class asks for ${asked.minimumDays} days; it has ${days}.`);
  }
  return problems;
}

/** `aws` has tags by name, `aws-native` a list of them. */
function tagOf(props: Read, name: string): Read {
  const tags = at(props, "tags");
  if (isRecord(tags)) return tags[name];
  const list = listAt(props, "tags");
  if (list === UNKNOWN) return UNKNOWN;
  return at(
    list.find((tag) => at(tag, "key") === name),
    "value",
  );
}
