/**
 * The replication rule, once: its members, what each takes, and its defaults.
 *
 * Everything else that knows a rule follows from this shape: the types here, the loose reading (`loose-config.ts`), the defaults of
 * config and library (`complete-rules.ts`), the rule among the outputs (`promise/outputs.ts`), and the rule of the component
 * package (`package/rule.ts`, which `npm run docs:package-schema` writes).
 */

import { z } from "zod";
import {
  expected,
  flag,
  keyArn,
  oneOf,
  refined,
  storageClass,
  tagFilter,
  text,
  wholeNumber,
} from "./value-shapes";

/** A priority as S3 takes it, be it of a rule or of a batch job. */
export const priority = wholeNumber(0, 2_147_483_647);

const filterShape = z.strictObject(
  {
    /** Start of the keys, at most 1024 bytes; in S3 no slash stands before them. Absent: any. */
    prefix: refined(
      "a key prefix of at most 1024 bytes",
      (value) => Buffer.byteLength(value) <= 1024,
    )
      .optional()
      .describe("Start of the keys, which in S3 have no slash before them. Default: any."),
    /** Tags that an object has to have, at most ten. Absent: any. */
    tags: tagFilter
      .optional()
      .describe("Tags that an object has to have, at most ten. Default: any."),
  },
  { error: expected("{ prefix, tags }, or {} for the whole bucket") },
);

export const ruleShape = z.strictObject(
  {
    /** The rule's ID in S3. */
    name: refined("a rule's name of 1 to 255 printable ASCII characters", (value) =>
      /^[\x20-\x7e]{1,255}$/.test(value),
    ).describe("The rule's ID in S3, 1 to 255 printable ASCII characters."),
    /** Whether the rule works. A backfill finds nothing while all rules are Disabled. Default: Enabled. */
    status: oneOf(["Enabled", "Disabled"])
      .default("Enabled")
      .describe(
        "Whether the rule works. A backfill finds nothing while all rules are Disabled. Default: Enabled.",
      ),
    /** Larger wins among the rules that send the same version to the same vault. */
    priority: priority
      .optional()
      .describe(
        "Larger wins among rules to the same vault; used once per source bucket. Default: the lowest free number, also beside rules of others; required as soon as two rules send to one vault.",
      ),
    /** Neither prefix nor tags: the whole bucket. Both: both must match. All tags must match. */
    filter: filterShape
      .default({})
      .describe("What is replicated; prefix and tags must match, all of them. Default: all."),
    /** Name of the source that the rule is for; absent: each source that is no vault. */
    source: text("the name of a source")
      .optional()
      .describe("Name of the source that the rule is for. Default: each source that is no vault."),
    /** Name of a vault of this config. */
    vault: text("the name of a vault").describe("Name of the vault that the rule sends to."),
    /** Class of this rule's replicas. Absent: that of the vault, else that of the source version. */
    storageClass: storageClass
      .optional()
      .describe(
        "Class of this rule's replicas. Default: that of the vault, else that of the source version.",
      ),
    /** Whether versions under SSE-KMS are replicated. Absent: as soon as there is a key for the replicas. */
    sseKmsEncryptedObjects: flag(
      "Whether versions under SSE-KMS are replicated. Default: as soon as there is a key for the replicas.",
    ).optional(),
    /** Key of this rule's replicas, in the vault's account and Region. Absent: the vault's key, if it has one. */
    replicaKmsKeyId: keyArn
      .optional()
      .describe(
        "ARN of the key of this rule's replicas, in the vault's account and Region. Default: the vault's key, if it has one.",
      ),
    /** `AccessControlTranslation` to the destination's owner. A vault owns its replicas without it too. */
    ownerOverride: flag(
      "Whether replicas are given to the destination's owner (AccessControlTranslation); across accounts only. A vault owns its replicas without it too. Default: false.",
    ).default(false),
    /** S3 Replication Time Control: 15 minutes, at a price. Needs `metrics`. */
    replicationTimeControl: flag(
      "S3 Replication Time Control: 15 minutes, charged per GB. Needs metrics. Default: false.",
    ).default(false),
    /** Replication metrics and events. Absent: as soon as there is monitoring, since alarms are made of them. */
    metrics: flag(
      "Replication metrics and failure events, charged as CloudWatch custom metrics. Default: true with monitoring, else false.",
    ).optional(),
    /** Whether a delete marker made at the source is replicated. Never reaches a version. */
    deleteMarkerReplication: flag(
      "Whether delete markers are replicated; they never reach a version. Not together with tags. Default: false.",
    ).default(false),
    /** Whether changes of tags, retention and legal hold on a version that is a replica itself are replicated. */
    replicaModifications: flag(
      "Whether changes of tags, retention and legal hold on a version that is a replica itself are replicated. Default: false.",
    ).default(false),
  },
  { error: expected("a rule: name, vault and what it matches") },
);

/** A rule that was read: what depends on other members may still be absent. */
type ReadRule = z.output<typeof ruleShape>;

/** What a rule matches. */
export type RuleFilter = ReadRule["filter"];

/** A rule with every default filled in. */
export interface RuleConfig extends ReadRule {
  /** Larger wins among the rules that send the same version to the same vault; used once per source bucket. */
  priority: number;
  /** Replication metrics and events, charged as CloudWatch custom metrics. */
  metrics: boolean;
  /** The priority was left out: it gives way to rules of others, and stays as it was deployed. */
  hasDefaultPriority?: true;
}

/** A rule as a program writes it: what is left out has the default of the config. */
export interface RuleArgs
  extends z.input<typeof ruleShape>, Pick<RuleConfig, "hasDefaultPriority"> {}

/** Whether S3 measures a rule: Replication Time Control brings metrics with it. Pure. */
export function hasMetrics({
  metrics,
  replicationTimeControl,
}: {
  /** As in the config. */
  readonly metrics?: boolean | undefined;
  /** The same. */
  readonly replicationTimeControl?: boolean | undefined;
}): boolean {
  return metrics === true || replicationTimeControl === true;
}
