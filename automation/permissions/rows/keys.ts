import type { OperatorRow } from "../operator-row";
import { READS_KEY } from "./actions";
import { keys, whenBothSidesAreSeen, whenKeysAreMade } from "./resources";

/** Rights on keys, in either account. */
export const KEY_ROWS: readonly Omit<OperatorRow, "side">[] = [
  {
    sid: "LookAtKeys",
    why: "keys are refreshed, and held against what was deployed; their ids are not known before",
    resources: keys,
    actions: {
      preview: [...READS_KEY, "kms:ListResourceTags"],
      up: [...READS_KEY, "kms:ListResourceTags"],
    },
  },
  {
    sid: "FindAliases",
    why: "an alias is found in the list of all; this action has no resource",
    resources: ({ makesAliases }) => (makesAliases ? ["*"] : []),
    actions: {
      preview: ["kms:ListAliases"],
      up: ["kms:ListAliases"],
    },
  },
  {
    sid: "MakeKeys",
    why: "keys have no ARN before they are made",
    resources: whenKeysAreMade(() => ["*"]),
    actions: { up: ["kms:CreateKey", "kms:TagResource"] },
  },
  {
    sid: "ConfigureKeys",
    why: "keys get their policy, rotation and alias",
    resources: whenKeysAreMade(({ arnOf }) => [
      arnOf("kms", "key/*", "*"),
      arnOf("kms", "alias/lockstep*", "*"),
    ]),
    actions: {
      up: [
        "kms:CreateAlias",
        "kms:EnableKeyRotation",
        "kms:PutKeyPolicy",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
      ],
    },
  },
];

/** Rights on the keys of a source alone. */
export const SOURCE_KEY_ROWS: readonly OperatorRow[] = [
  {
    sid: "UseSourceKeys",
    side: "source",
    why: "checksums of versions are encrypted under their key",
    resources: keys,
    actions: {
      backfill: ["kms:Decrypt"],
      verify: ["kms:Decrypt"],
      relock: ["kms:Decrypt"],
      approve: ["kms:Decrypt"],
    },
  },
];

/** Rights on the vault's key alone: what S3 writes and reads for us. */
export const VAULT_KEY_ROWS: readonly OperatorRow[] = [
  {
    sid: "LookAtGuardedKeys",
    side: "vault",
    why: "the key's guard is held against what was deployed",
    resources: keys,
    actions: { backfill: READS_KEY, verify: READS_KEY, relock: READS_KEY, doctor: READS_KEY },
  },
  {
    sid: "RestoreVaultKeys",
    side: "vault",
    why: "a key that was disabled, or is to be deleted, is put back",
    isRestoring: true,
    resources: keys,
    actions: { up: ["kms:CancelKeyDeletion", "kms:EnableKey"] },
  },
  {
    sid: "UseVaultKeys",
    side: "vault",
    why: "checksums of replicas and the promise's copy are encrypted under the vault's key",
    warnings: { up: "PromiseNotKept", approve: "NotLookedAt" },
    resources: whenBothSidesAreSeen(keys),
    actions: {
      up: ["kms:GenerateDataKey", "kms:Decrypt"],
      backfill: ["kms:Decrypt"],
      verify: ["kms:Decrypt"],
      prove: ["kms:GenerateDataKey", "kms:Decrypt"],
      relock: ["kms:GenerateDataKey", "kms:Decrypt"],
      approve: ["kms:Decrypt"],
    },
  },
];
