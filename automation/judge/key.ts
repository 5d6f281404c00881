import type { RuleOutputs, VaultOutputs } from "../../components/promise/outputs";
import type { VersionHead } from "../look/version-head";

export function isUnderKms(head: Pick<VersionHead, "encryption">): boolean {
  return head.encryption?.startsWith("aws:kms") === true;
}

/**
 * Says what is wrong with the key that a replica is under; undefined when nothing is. A replica keeps the type of an
 * encrypted source; under KMS its key is the promised one, of the rule or of the vault. A source from before S3 encrypted
 * everything takes the vault's default. Any other KMS key is somebody's who can take it away.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
export function keyProblem(
  source: Pick<VersionHead, "encryption"> | undefined,
  replica: Pick<VersionHead, "encryption" | "kmsKeyArn">,
  rule: Pick<RuleOutputs, "replicaKmsKeyId">,
  vault: Pick<VaultOutputs, "kmsKeyArn">,
): string | undefined {
  if (replica.encryption === "SSE-C") return "under a customer's key (SSE-C)";
  if (isUnderKms(replica)) {
    const promised = [rule.replicaKmsKeyId, vault.kmsKeyArn].filter((key) => key !== undefined);
    const wanted =
      source !== undefined && isUnderKms(source) ? (promised[0] ? [promised[0]] : []) : promised;
    if (replica.kmsKeyArn !== undefined && wanted.includes(replica.kmsKeyArn)) return undefined;
    const expected = wanted.length === 0 ? "no KMS key" : wanted.join(" or ");
    return `under the key ${replica.kmsKeyArn ?? "(not told)"}, ${expected} is promised`;
  }
  if (source === undefined) return undefined;
  if (isUnderKms(source)) {
    return `under ${replica.encryption ?? "no key"}, while its source is under ${source.encryption}`;
  }
  const takesDefault = source.encryption === undefined && vault.kmsKeyArn !== undefined;
  return takesDefault
    ? `under ${replica.encryption ?? "no key"}, ${vault.kmsKeyArn} is promised`
    : undefined;
}
