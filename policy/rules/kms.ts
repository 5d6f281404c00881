import { z } from "zod";
import { defineRule } from "../define-rule";
import { encryptionOf } from "../program/bucket-aspects";
import { accountsOf, areTwoAccounts } from "../program/pair-accounts";
import { replicatedBuckets, rulesOf } from "../program/replications";
import { isEnabled, isKmsOptedIn, replicaKeyOf } from "../program/rule-facts";
import { spokesmanOf } from "../program/bucket";
import type { PolicyViolation } from "../rule";
import { UNKNOWN } from "../values";

/**
 * Default encryption under a KMS key that replication can use.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
export const kmsAtRest = defineRule({
  id: "kms-at-rest",
  title: "Vaults of another account use no key that only S3 in that account can use",
  severity: "error",
  rationale:
    "S3 encrypts every bucket; a KMS key adds a right that has to be granted apart. The account's own key aws/s3 has a policy that nobody can change, so across accounts neither a replica can be written under it nor anything under it be read.",
  fix: "Encrypt with a customer managed key (kmsMasterKeyId), or with S3's keys (AES256).",
  references: {
    securityHub: ["S3.17"],
    awsConfig: ["s3-default-encryption-kms"],
    controlTower: ["CT.S3.PR.10"],
    checkov: ["CKV_AWS_145"],
    nist80053: ["SC-12(2)", "SC-13", "SC-28", "SC-28(1)"],
  },
  settings: {
    requireKms: z
      .boolean()
      .default(false)
      .describe("Whether both sides of a replication have to be encrypted under a KMS key."),
  },
  check: (program, { requireKms }) => [
    ...rulesOf(program).flatMap(([rule, replication]): PolicyViolation[] => {
      if (areTwoAccounts(accountsOf(program, replication, rule)) !== true) return [];
      const [vault, ...others] = rule.destinations;
      if (vault === undefined || others.length > 0) return [];
      const encryption = encryptionOf(program, vault);
      if (encryption === undefined || encryption === UNKNOWN) return [];
      const { algorithm, key, resource } = encryption;
      if (!isKms(algorithm) || !isOwnKeyOfS3(key)) return [];
      return [
        { resource, message: "It encrypts under aws/s3, and its source is in another account." },
      ];
    }),
    ...(requireKms ? [...replicatedBuckets(program)] : []).flatMap((bucket): PolicyViolation[] => {
      const encryption = encryptionOf(program, bucket);
      const resource = spokesmanOf(bucket);
      if (resource === undefined || encryption === UNKNOWN) return [];
      const algorithm = encryption?.algorithm;
      if (algorithm === UNKNOWN || isKms(algorithm)) return [];
      return [
        {
          resource: encryption?.resource ?? resource,
          message: "It is not encrypted under a KMS key.",
        },
      ];
    }),
  ],
});

/**
 * The opt-in for versions under KMS keys, and the key for their replicas: both or neither.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_SourceSelectionCriteria.html
 */
export const replicaKey = defineRule({
  id: "replica-key",
  title: "A rule names a replica key if and only if it takes versions under KMS keys along",
  severity: "error",
  rationale:
    "S3 leaves out, without a word, every version under a KMS key unless the rule opts in. It refuses an opt-in without a replica key, and a replica key without the opt-in.",
  fix: 'Set sourceSelectionCriteria.sseKmsEncryptedObjects.status "Enabled" together with destination.encryptionConfiguration.replicaKmsKeyId, a customer managed key in the vault\'s account and Region; or neither.',
  references: { nist80053: ["SC-12(2)", "SC-28(1)"] },
  settings: {},
  check: (program) =>
    rulesOf(program).flatMap(([rule, replication]): PolicyViolation[] => {
      const { resource, source } = replication;
      const optedIn = isKmsOptedIn(rule);
      const key = replicaKeyOf(rule);
      if (optedIn === UNKNOWN || isEnabled(rule) === false) return [];
      const violation = (message: string): PolicyViolation[] => [
        { resource, message: `${rule.label}: ${message}` },
      ];
      if (optedIn && key === undefined) return violation("it opts in and names no replica key.");
      if (!optedIn && key !== undefined)
        return violation("it names a replica key and does not opt in.");
      if (optedIn && isOwnKeyOfS3(key) && areTwoAccounts(accountsOf(program, replication, rule))) {
        return violation("aws/s3 cannot be the replica key across accounts.");
      }
      if (optedIn || source === undefined) return [];
      const encryption = encryptionOf(program, source);
      if (encryption === undefined || encryption === UNKNOWN || !isKms(encryption.algorithm))
        return [];
      return violation(
        "its source encrypts under a KMS key, and it does not opt in: nothing new is replicated.",
      );
    }),
});

function isKms(algorithm: string | undefined | typeof UNKNOWN): boolean {
  return algorithm === "aws:kms" || algorithm === "aws:kms:dsse";
}

/** Without a key S3 takes the account's `aws/s3`. */
function isOwnKeyOfS3(key: string | undefined | typeof UNKNOWN): boolean {
  return key === undefined || (key !== UNKNOWN && key.endsWith("alias/aws/s3"));
}
