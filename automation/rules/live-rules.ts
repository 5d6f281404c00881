import {
  GetBucketReplicationCommand,
  type ReplicationRule,
  type S3Client,
} from "@aws-sdk/client-s3";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { awsFailure, LockstepError } from "../errors";
import { liveFilter, type WholeFilter } from "./live-filter";

/** One rule as the source bucket has it now, with the vault that it fills. */
export interface LiveRule extends WholeFilter {
  readonly id: string;
  readonly isEnabled: boolean;
  /** Name of the vault; undefined when it fills a bucket that is not ours. */
  readonly vault: string | undefined;
  readonly destinationBucket: string;
  readonly takesKmsObjects: boolean;
}

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

/** Reads a rule as S3 answers it. */
export function liveRule(
  rule: ReplicationRule,
  outputs: Pick<LockstepOutputs, "vaults">,
): LiveRule {
  const arn = rule.Destination?.Bucket ?? "";
  return {
    id: rule.ID ?? "",
    isEnabled: rule.Status === "Enabled",
    ...liveFilter(rule),
    vault: outputs.vaults.find((vault) => vault.bucketArn === arn)?.name,
    destinationBucket: arn.split(":::")[1] ?? arn,
    takesKmsObjects: rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === "Enabled",
  };
}
