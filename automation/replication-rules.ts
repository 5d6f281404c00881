import {
  GetBucketReplicationCommand,
  GetObjectTaggingCommand,
  type ReplicationRule,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { LockstepOutputs } from "../components/outputs";
import { awsFailure, LockstepError } from "./errors";
import type { ListedVersion } from "./source-versions";

/** One rule as the source bucket has it now, with the vault that it fills. */
export interface LiveRule {
  readonly id: string;
  readonly isEnabled: boolean;
  readonly prefix: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Name of the vault; undefined when it fills a bucket that is not ours. */
  readonly vault: string | undefined;
  readonly destinationBucket: string;
  readonly takesKmsObjects: boolean;
}

/** Classes that neither live replication nor a batch job can read. */
const ARCHIVED_CLASSES = new Set(["GLACIER", "DEEP_ARCHIVE"]);

/** Where a version has to be, or why nowhere. */
export type Eligibility =
  { readonly vaults: readonly string[] } | { readonly ineligible: IneligibleReason };

export type IneligibleReason =
  | "delete marker"
  | "archived storage class"
  | "no rule matches"
  | "its rule is disabled"
  | "SSE-KMS not taken by its rule"
  | "itself a replica";

/**
 * The replication rules in force on the source bucket.
 * @throws LockstepError `RulesDisabled` when there is no configuration
 */
export async function readLiveRules(
  s3: S3Client,
  outputs: LockstepOutputs,
  signal?: AbortSignal,
): Promise<readonly LiveRule[]> {
  try {
    const output = await s3.send(
      new GetBucketReplicationCommand({ Bucket: outputs.source.bucketName }),
      { abortSignal: signal },
    );
    return (output.ReplicationConfiguration?.Rules ?? []).map((rule) => liveRule(rule, outputs));
  } catch (error) {
    if (awsFailure(error)?.code !== "ReplicationConfigurationNotFoundError") throw error;
    throw new LockstepError(
      "RulesDisabled",
      `${outputs.source.bucketName} has no replication configuration, so the job would fail.`,
      { hint: "Run `lockstep up` first.", cause: error },
    );
  }
}

/** Reads a rule in the form that the current API writes (with `Filter`) or in the first one (with `Prefix`). */
export function liveRule(
  rule: ReplicationRule,
  outputs: Pick<LockstepOutputs, "vaults">,
): LiveRule {
  const filter = rule.Filter;
  const tags = [...(filter?.And?.Tags ?? []), ...(filter?.Tag === undefined ? [] : [filter.Tag])];
  const arn = rule.Destination?.Bucket ?? "";
  return {
    id: rule.ID ?? "",
    isEnabled: rule.Status === "Enabled",
    prefix: filter?.And?.Prefix ?? filter?.Prefix ?? rule.Prefix ?? "",
    tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""])),
    vault: outputs.vaults.find((vault) => vault.bucketArn === arn)?.name,
    destinationBucket: arn.split(":::")[1] ?? arn,
    takesKmsObjects: rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === "Enabled",
  };
}

/** True when some rule looks at tags, so that the tags of versions have to be read. */
export function needsTags(rules: readonly LiveRule[]): boolean {
  return rules.some((rule) => Object.keys(rule.tags).length > 0);
}

/** The tags of one version. */
export async function readTags(
  s3: S3Client,
  bucket: string,
  version: ListedVersion,
  signal?: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const output = await s3.send(
    new GetObjectTaggingCommand({ Bucket: bucket, Key: version.key, VersionId: version.versionId }),
    { abortSignal: signal },
  );
  return Object.fromEntries(
    (output.TagSet ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]),
  );
}

/** What `eligibility` looks at beside the listing. */
export interface EligibilityFacts {
  readonly tags: Readonly<Record<string, string>>;
  readonly encryption?: string;
  readonly replicationStatus?: string;
  /** Replicas are passed on: by a job, never live. */
  readonly takesReplicas?: boolean;
}

/** Decides where a version has to be. Pure. */
export function eligibility(
  version: ListedVersion,
  facts: EligibilityFacts,
  rules: readonly LiveRule[],
): Eligibility {
  if (version.isDeleteMarker) return { ineligible: "delete marker" };
  if (ARCHIVED_CLASSES.has(version.storageClass)) return { ineligible: "archived storage class" };
  if (facts.replicationStatus === "REPLICA" && facts.takesReplicas !== true) {
    return { ineligible: "itself a replica" };
  }
  const matching = rules.filter(
    (rule) => rule.vault !== undefined && matches(rule, version, facts),
  );
  if (matching.length === 0) return { ineligible: "no rule matches" };
  const enabled = matching.filter((rule) => rule.isEnabled);
  if (enabled.length === 0) return { ineligible: "its rule is disabled" };
  const taking = facts.encryption?.startsWith("aws:kms")
    ? enabled.filter((rule) => rule.takesKmsObjects)
    : enabled;
  if (taking.length === 0) return { ineligible: "SSE-KMS not taken by its rule" };
  return { vaults: [...new Set(taking.flatMap((rule) => rule.vault ?? []))] };
}

function matches(rule: LiveRule, version: ListedVersion, facts: EligibilityFacts): boolean {
  if (!version.key.startsWith(rule.prefix)) return false;
  return Object.entries(rule.tags).every(([key, value]) => facts.tags[key] === value);
}
