/** Holds a vault's live key against the one that was deployed. Pure. */

import { compareStatements } from "./compare-statements";
import type { GuardFacts } from "./facts";
import type { GuardedVault } from "./guarded-vault";
import type { Losses } from "./losses";
import { actionsOf, deniesAllBut, type ReadStatement } from "./statement";

export function compareKey(vault: GuardedVault, { key }: GuardFacts, losses: Losses): void {
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
      losses.allows.keyState,
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
    losses.add("key-material", "AWS_KMS", "EXTERNAL", losses.allows.keyMaterial, undefined, {
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
      const words = expected === null ? losses.allows.keyPolicy : allows;
      losses.add("key-policy", expected, found, words, "kms:PutKeyPolicy", { resource });
    }
  }
  if (policy !== undefined && !isOurs) {
    compareKeyOfOthers(vault, policy.value, losses);
  }
  if (isOurs && facts?.value.state === "Enabled") {
    const rotates = losses.read("key-rotation", key.rotates, resource);
    if (rotates?.value === false) {
      losses.add("key-rotation", true, false, losses.allows.keyRotation, "kms:EnableKeyRotation", {
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
    statements.filter((statement) => deniesAllBut(breakGlassRoleArn, statement)).flatMap(actionsOf),
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
