/** Holds the live protections of a vault against those that were deployed. Pure. */

import type { LifecycleRule } from "@aws-sdk/client-s3";
import type { VaultGuardOutputs, VaultOutputs } from "../../components/outputs";
import { parseRoleArn } from "../../components/config/values";
import type { GuardLoss } from "../judge/outcome";
import type { Fact, GuardFacts } from "./facts";
import { compareStatements } from "./compare-statements";
import { actionsOf, exceptedRoles, type ReadStatement } from "./statement";
import { ALLOWS } from "./what-it-allows";

/** A vault whose protections are known: not one of another team's stack. */
export type GuardedVault = VaultOutputs & { readonly guard: VaultGuardOutputs };

/**
 * Everything that is not as deployed.
 * @param callerRoleArn the role that the vault account's credentials are of; a break-glass role may restore everything
 */
export function compareGuard(
  vault: GuardedVault,
  facts: GuardFacts,
  callerRoleArn?: string,
): readonly GuardLoss[] {
  if (facts.bucket === "gone") {
    const loss = new Losses(vault, facts, callerRoleArn);
    loss.add("bucket", "there", "gone", ALLOWS.bucket, undefined);
    return loss.found;
  }
  const losses = new Losses(vault, facts, callerRoleArn);
  comparePolicy(vault, facts, losses);
  compareRetention(vault, facts, losses);
  compareSettings(vault, facts, losses);
  compareKey(vault, facts, losses);
  return losses.found;
}

/** Collects losses: each knows by which action it is restored, and so who may restore it. */
class Losses {
  readonly found: GuardLoss[] = [];
  readonly #denied: ReadonlySet<string>;

  constructor(
    private readonly vault: GuardedVault,
    facts: GuardFacts,
    callerRoleArn: string | undefined,
  ) {
    this.#denied = deniedActions(vault.guard.breakGlassRoleArn, facts, callerRoleArn);
  }

  /**
   * @param restoredWith the action that restores it; undefined: whoever may create a bucket
   * @param owner with what only the owner can put right: how
   */
  add(
    protection: string,
    expected: unknown,
    found: unknown,
    allows: string,
    restoredWith: string | undefined,
    about: { readonly resource?: string; readonly owner?: string } = {},
  ): void {
    const byBreakGlass = restoredWith !== undefined && this.#denied.has(restoredWith.toLowerCase());
    this.found.push({
      vault: this.vault.name,
      protection,
      resource: about.resource ?? this.vault.bucketArn,
      expected: expected ?? null,
      found: found ?? null,
      allows,
      restoredBy: about.owner !== undefined ? "owner" : byBreakGlass ? "break-glass" : "up",
      ...(about.owner === undefined ? {} : { restore: about.owner }),
    });
  }

  /** The value of a fact; one that could not be read is a loss of its own. */
  read<Value>(
    protection: string,
    fact: Fact<Value>,
    resource?: string,
  ): { value: Value } | undefined {
    if (!("unreadable" in fact)) return fact;
    this.add(
      protection,
      "readable",
      { unreadable: fact.unreadable },
      ALLOWS.unreadable,
      undefined,
      {
        ...(resource === undefined ? {} : { resource }),
        owner: `let the credentials of the vault account use ${fact.action}`,
      },
    );
    return undefined;
  }
}

/** Actions that the live policies refuse to everybody but the break-glass role. */
function deniedActions(
  breakGlassRoleArn: string | undefined,
  { key, policy }: GuardFacts,
  callerRoleArn: string | undefined,
): ReadonlySet<string> {
  if (breakGlassRoleArn === undefined) return new Set();
  if (callerRoleArn !== undefined && isSameRole(callerRoleArn, breakGlassRoleArn)) return new Set();
  const statements = [
    ...("value" in policy ? (policy.value ?? []) : []),
    ...(key !== undefined && "value" in key.policy ? key.policy.value : []),
  ];
  const denying = statements.filter(
    (statement) =>
      statement.Effect === "Deny" && exceptedRoles(statement).includes(breakGlassRoleArn),
  );
  return new Set(denying.flatMap(actionsOf));
}

/** STS does not tell a role's path. */
function isSameRole(one: string, other: string): boolean {
  const [left, right] = [one, other].map(parseRoleArn);
  return left?.accountId === right?.accountId && left?.name === right?.name;
}

function comparePolicy(vault: GuardedVault, { policy }: GuardFacts, losses: Losses): void {
  const read = losses.read("bucket-policy", policy);
  if (read === undefined) return;
  const differences = compareStatements(vault.guard.policyStatements, read.value ?? [], {
    replicationActions: ["s3:ReplicateObject", "s3:ReplicateTags"],
    theirsMayStay: vault.guard.existing,
  });
  for (const { allows, expected, found, isTheirs } of differences) {
    losses.add("bucket-policy", expected, found, allows, "s3:PutBucketPolicy", {
      ...(isTheirs && vault.guard.existing
        ? { owner: "take the statement out of the bucket's policy" }
        : {}),
    });
  }
}

function compareRetention({ lock }: GuardedVault, facts: GuardFacts, losses: Losses): void {
  const read = losses.read("object-lock", facts.objectLock);
  if (read === undefined) return;
  const { days, enabled, mode } = read.value;
  const expected = { mode: lock.mode, days: lock.retentionDays };
  if (enabled && mode === expected.mode && days === expected.days) return;
  const found = mode === undefined ? null : { mode, days };
  const isWeaker =
    (days ?? 0) < lock.retentionDays || (lock.mode === "COMPLIANCE" && mode !== "COMPLIANCE");
  const allows =
    found === null
      ? ALLOWS.noDefaultRetention
      : isWeaker
        ? ALLOWS.weakerRetention
        : ALLOWS.longerRetention;
  losses.add("object-lock", expected, found, allows, "s3:PutBucketObjectLockConfiguration");
}

function compareSettings(vault: GuardedVault, facts: GuardFacts, losses: Losses): void {
  const versioning = losses.read("versioning", facts.versioning);
  if (versioning !== undefined && versioning.value !== "Enabled") {
    const { value } = versioning;
    losses.add("versioning", "Enabled", value, ALLOWS.versioning, "s3:PutBucketVersioning");
  }
  const lifecycle = losses.read("lifecycle", facts.lifecycle);
  // The rules of a bucket that was there before are its own.
  if (lifecycle !== undefined && !vault.guard.existing) {
    for (const rule of lifecycle.value.filter(takesAway)) {
      losses.add("lifecycle", null, rule, ALLOWS.lifecycle, "s3:PutLifecycleConfiguration");
    }
  }
  compareEncryption(vault, facts, losses);
  const access = losses.read("public-access-block", facts.publicAccess);
  if (access !== undefined) {
    const off = PUBLIC_ACCESS_MEMBERS.filter((member) => access.value[member] !== true);
    if (off.length > 0) {
      const [expected, found] = [true, false].map((value) =>
        Object.fromEntries(off.map((member) => [member, value])),
      );
      losses.add(
        "public-access-block",
        expected,
        found,
        ALLOWS.publicAccess,
        "s3:PutBucketPublicAccessBlock",
      );
    }
  }
  const ownership = losses.read("ownership", facts.ownership);
  if (ownership !== undefined && ownership.value !== "BucketOwnerEnforced") {
    losses.add(
      "ownership",
      "BucketOwnerEnforced",
      ownership.value,
      ALLOWS.ownership,
      "s3:PutBucketOwnershipControls",
    );
    const grants = losses.read("acl", facts.grants);
    if (grants !== undefined && grants.value.length > 0) {
      losses.add("acl", [], grants.value, ALLOWS.acl, "s3:PutBucketAcl");
    }
  }
  const payment = losses.read("request-payment", facts.requestPayment);
  if (payment !== undefined && (payment.value ?? "BucketOwner") !== "BucketOwner") {
    losses.add(
      "request-payment",
      "BucketOwner",
      payment.value,
      ALLOWS.requestPayment,
      "s3:PutBucketRequestPayment",
    );
  }
  const replication = losses.read("replication", facts.replicatesInto);
  if (replication !== undefined && !vault.guard.isChained && replication.value.length > 0) {
    losses.add(
      "replication",
      [],
      replication.value,
      ALLOWS.replication,
      "s3:PutReplicationConfiguration",
      vault.guard.existing ? { owner: "delete the bucket's replication configuration" } : {},
    );
  }
}

function compareEncryption(vault: GuardedVault, facts: GuardFacts, losses: Losses): void {
  const read = losses.read("encryption", facts.encryption);
  if (read === undefined) return;
  const { algorithm, keyId } = read.value;
  if (vault.kmsKeyArn === undefined) {
    // Without a key of ours, the encryption of a bucket that was there before stays as it is.
    if (vault.guard.existing || algorithm === "AES256") return;
    const found = { algorithm, keyId };
    const expected = { algorithm: "AES256" };
    losses.add("encryption", expected, found, ALLOWS.encryption, "s3:PutEncryptionConfiguration");
    return;
  }
  const isKms = algorithm === "aws:kms" || algorithm === "aws:kms:dsse";
  // S3 gives the key back as it was named: by its ARN, or by its id.
  if (isKms && (keyId === vault.kmsKeyArn || vault.kmsKeyArn.endsWith(`:key/${keyId ?? ""}`))) {
    return;
  }
  losses.add(
    "encryption",
    { algorithm: "aws:kms", keyId: vault.kmsKeyArn },
    { algorithm, keyId },
    ALLOWS.encryption,
    "s3:PutEncryptionConfiguration",
  );
}

function compareKey(vault: GuardedVault, { key }: GuardFacts, losses: Losses): void {
  const { keyPolicyStatements } = vault.guard;
  if (key === undefined || vault.kmsKeyArn === undefined) return;
  const resource = vault.kmsKeyArn;
  const isOurs = keyPolicyStatements !== undefined;
  const facts = losses.read("key", key.facts, resource);
  if (facts !== undefined && facts.value.state !== "Enabled") {
    const { deletedOn, state } = facts.value;
    losses.add(
      "key",
      { state: "Enabled" },
      { state, deletedOn },
      ALLOWS.keyState,
      "kms:EnableKey",
      {
        resource,
        // A key of others is theirs to enable, and one that is gone is gone.
        ...(isOurs && state !== "gone"
          ? {}
          : { owner: state === "gone" ? NO_WAY_BACK : "enable the key, or cancel its deletion" }),
      },
    );
  }
  if (facts?.value.origin === "EXTERNAL") {
    const owner = "use a key whose material AWS KMS made";
    losses.add("key-material", "AWS_KMS", "EXTERNAL", ALLOWS.keyMaterial, undefined, {
      resource,
      owner,
    });
  }
  const policy = losses.read("key-policy", key.policy, resource);
  if (policy !== undefined && keyPolicyStatements !== undefined) {
    const differences = compareStatements(keyPolicyStatements, policy.value, {
      replicationActions: ["kms:Encrypt", "kms:GenerateDataKey", "kms:Decrypt"],
      theirsMayStay: false,
    });
    for (const { allows, expected, found } of differences) {
      const words = expected === null ? ALLOWS.keyPolicy : allows;
      losses.add("key-policy", expected, found, words, "kms:PutKeyPolicy", { resource });
    }
  }
  if (policy !== undefined && !isOurs) {
    compareKeyOfOthers(vault, policy.value, losses);
  }
  if (isOurs && facts?.value.state === "Enabled") {
    const rotates = losses.read("key-rotation", key.rotates, resource);
    if (rotates?.value === false) {
      losses.add("key-rotation", true, false, ALLOWS.keyRotation, "kms:EnableKeyRotation", {
        resource,
      });
    }
  }
}

/** A given key has its owner's policy. With a break-glass role it has to protect the key as one that we make does. */
function compareKeyOfOthers(
  { guard: { breakGlassRoleArn }, kmsKeyArn }: GuardedVault,
  statements: readonly ReadStatement[],
  losses: Losses,
): void {
  if (breakGlassRoleArn === undefined) return;
  const refused = new Set(
    statements
      .filter(
        (statement) =>
          statement.Effect === "Deny" && exceptedRoles(statement).includes(breakGlassRoleArn),
      )
      .flatMap(actionsOf),
  );
  const open = KEY_LOSS_ACTIONS.filter(
    (action) => !refused.has(action.toLowerCase()) && !refused.has("kms:*"),
  );
  if (open.length === 0) return;
  losses.add("key-policy", { denied: KEY_LOSS_ACTIONS }, { notDenied: open }, KEY_LOSS, undefined, {
    resource: kmsKeyArn ?? "",
    owner: `deny these actions in the key's policy to everybody but ${breakGlassRoleArn}`,
  });
}

const KEY_LOSS_ACTIONS = ["kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy"];
const KEY_LOSS =
  "every administrator of the vault account to destroy the key and with it all replicas";
const NO_WAY_BACK = "there is no way back: what was encrypted under the key is lost";

const PUBLIC_ACCESS_MEMBERS = [
  "BlockPublicAcls",
  "BlockPublicPolicy",
  "IgnorePublicAcls",
  "RestrictPublicBuckets",
] as const;

/** Whether a lifecycle rule deletes, hides or moves versions; uploads that were never finished are none. */
function takesAway(rule: LifecycleRule): boolean {
  if (rule.Status !== "Enabled") return false;
  return [
    rule.Expiration,
    rule.NoncurrentVersionExpiration,
    rule.Transitions,
    rule.NoncurrentVersionTransitions,
  ].some((action) => action !== undefined);
}
