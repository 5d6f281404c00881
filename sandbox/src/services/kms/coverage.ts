import { notes, type ServiceCoverage } from "../../coverage/coverage-model";

export const coverage: ServiceCoverage = {
  operations: {
    CreateKey: {
      state: "partial",
      note: "symmetric encryption keys; RSA, ECC and Edwards keys for SIGN_VERIFY; RSA keys for encryption, keys for key agreement, SM2, ML-DSA, ML-KEM, HMAC, multi-Region, imported and custom-store keys are refused by name",
      evidence: "API",
    },
    ...notes(
      [
        "DescribeKey",
        "ListKeys",
        "UpdateKeyDescription",
        "GetKeyPolicy",
        "PutKeyPolicy",
        "ListKeyPolicies",
        "EnableKey",
        "DisableKey",
        "ScheduleKeyDeletion",
        "CancelKeyDeletion",
        "CreateAlias",
        "UpdateAlias",
        "DeleteAlias",
        "ListAliases",
        "TagResource",
        "UntagResource",
        "ListResourceTags",
        "GenerateRandom",
      ],
      { state: "done", evidence: "API" },
    ),
    ...notes(["Sign", "Verify"], {
      state: "partial",
      note: "messages and digests, with every algorithm of the key specs but `ED25519_PH_SHA_512`, which is refused by name",
      evidence:
        "API; texts of `InvalidKeyUsageException` recorded for Encrypt, that `KMSInvalidSignatureException` has none and the text for a message type are assumed",
    }),
    GetPublicKey: {
      state: "done",
      note: "the pair of an RSA key is made when it is first used, which takes seconds, in which nothing else is answered, and differs from run to run; other pairs follow from the seed",
      evidence: "API; the text of `UnsupportedOperationException` is assumed",
    },
    ...notes(["EnableKeyRotation", "DisableKeyRotation", "GetKeyRotationStatus"], {
      state: "partial",
      note: "dates only: the key material stays",
      evidence: "API",
    }),
    ...notes(["CreateGrant", "ListGrants", "ListRetirableGrants", "RetireGrant", "RevokeGrant"], {
      state: "done",
      note: "a grant counts at once, or after `settings.iamPropagationDelayMs` without its token; other constraints than those on the encryption context are refused",
      evidence: "API; KMS Developer Guide, grants",
    }),
    ...notes(
      ["Encrypt", "Decrypt", "ReEncrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"],
      {
        state: "partial",
        note: "AES-256-GCM bound to key and encryption context; `Recipient` is refused",
        evidence: "API",
      },
    ),
  },
  rules: [
    {
      rule: "Key policies decide; identity policies count only where the key policy delegates to the account",
      state: "done",
      evidence: "KMS Developer Guide, key policies",
    },
    {
      rule: "`kms:ViaService`, `kms:EncryptionContext:*`, `kms:CallerAccount`, `kms:KeySpec`, `kms:KeyUsage`, `kms:SigningAlgorithm`, `kms:MessageType`",
      state: "done",
      evidence: "KMS Developer Guide, condition keys",
    },
    {
      rule: "The `aws/s3` managed key is usable in its own account only",
      state: "done",
      evidence: "UG replication-config-for-kms-objects",
    },
    {
      rule: "Objects are not encrypted in memory: permissions, key states and headers are as on AWS",
      state: "partial",
      evidence: "encryption at rest cannot be seen by a client",
    },
  ],
};
