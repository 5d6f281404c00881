/** Everything that is looked at in a vault's account. */

import type { VaultConfig } from "../../components/config/types";
import { bucketArn, givenKeyArn, partitionOf } from "../../components/config/values";
import { configuredReplicationRole } from "../../components/derived-names";
import { vaultKeyPolicy } from "../../components/policy-documents/vault-key-policy";
import type { VaultOutputs } from "../../components/promise/outputs";
import { lockOf } from "../../components/vault/lock-of";
import { sessionRoleArn } from "../aws/session-role";
import { trustProblem } from "../guard/break-glass-trust";
import { compareGuard } from "../guard/compare-guard";
import { lacksOf } from "../guard/given-key";
import { readBucket, readGuard } from "../guard/read-guard";
import { readKey } from "../guard/read-key";
import { policiesAt } from "./check-policies";
import { judgeVaultKey } from "./checks/keys";
import { judgeKeyPolicy, judgePolicy } from "./checks/policies";
import { judgeAdoption, judgeGuard, judgeOwnerOverride } from "./checks/vault";
import type { ExaminedPlace } from "./examined-place";
import { finding, type FindingFields, type FoundAt } from "./finding";
import { roleNeeds } from "./role-needs";

export async function examineVault(
  examined: ExaminedPlace,
  vault: VaultConfig,
  deployed: VaultOutputs | undefined,
): Promise<readonly FindingFields[]> {
  const { clients, config, place, signal } = examined;
  const { accountId, region } = place.access;
  const at: FoundAt = {
    account: accountId,
    resource: bucketArn(partitionOf(region), vault.bucket.name),
  };
  const needs = roleNeeds(config);
  const ofOthers = await policiesAt({ ...place, clients }, needs, signal);
  return [
    ...(deployed === undefined
      ? await beforeUp(examined, vault, at)
      : await guard(examined, deployed, at)),
    ...ofOthers.flatMap((policy) => judgePolicy(policy, needs, accountId)),
    ...(await givenKey(examined, vault)),
    ...(await breakGlass(examined, vault)),
  ];
}

async function beforeUp(
  { clients, place, purpose, signal }: ExaminedPlace,
  { bucket, lock }: VaultConfig,
  at: FoundAt,
): Promise<readonly FindingFields[]> {
  // The program of `up` reads a bucket that it adopts, and refuses one whose protections it would weaken.
  if (!bucket.existing || purpose !== "doctor") return [];
  const facts = await readBucket(bucket.name, place.access.accountId, clients.s3, signal);
  return judgeAdoption(facts, lockOf(lock), at);
}

/** The vault's own protections, held against the deployed ones. */
async function guard(
  { callerArn, clients, config, purpose, signal }: ExaminedPlace,
  deployed: VaultOutputs,
  at: FoundAt,
): Promise<readonly FindingFields[]> {
  // `backfill` tells the guard itself.
  if (purpose !== "doctor") return [];
  if (deployed.guard === undefined) {
    const what = `the outputs do not tell how vault ${deployed.name} is guarded`;
    const fix = "`lockstep up` once, where the vault is this stack's";
    return [finding("vault-not-known", at, what, fix)];
  }
  const guarded = { ...deployed, guard: deployed.guard };
  const facts = await readGuard(guarded, clients, signal);
  const losses = compareGuard(guarded, facts, sessionRoleArn(callerArn));
  const overrides = config.rules.some((rule) => rule.vault === deployed.name && rule.ownerOverride);
  return [
    ...judgeGuard(guarded, facts, losses),
    ...(overrides
      ? judgeOwnerOverride(deployed, facts.policy, guarded.guard.policyStatements, at)
      : []),
  ];
}

/** A key that the config names: it is its owner's, and `up` changes nothing of it. */
async function givenKey(
  { clients, config, signal }: ExaminedPlace,
  vault: VaultConfig,
): Promise<readonly FindingFields[]> {
  const keyArn = givenKeyArn(vault.encryption);
  if (keyArn === undefined) return [];
  const key = await readKey(keyArn, clients.kms, signal);
  const at: FoundAt = { account: vault.accountId, resource: keyArn };
  const roles = config.sources.map(configuredReplicationRole);
  const { Statement: statements } = vaultKeyPolicy({
    accountId: vault.accountId,
    region: vault.region,
    replicationRoleArns: roles,
    ...(config.inventory === undefined
      ? {}
      : { inventoryOfArn: bucketArn(partitionOf(vault.region), vault.bucket.name) }),
  });
  const wanted = statements.filter(({ Sid }) => Sid.startsWith("UsedByReplication"));
  const ofInventory = statements.find(({ Sid }) => Sid === "UsedByInventory");
  return [
    ...judgeVaultKey(key, at),
    ...("value" in key.policy
      ? judgeKeyPolicy(key.policy.value, roleNeeds(config), wanted, at)
      : []),
    ...lacksOf(key, vault.breakGlassRoleArn, ofInventory).map((lack) =>
      finding("given-key", at, `of the key of vault ${vault.name}: ${lack}`, GIVEN_KEY_FIX),
    ),
  ];
}

const GIVEN_KEY_FIX =
  "have its owner put it right, or `encryption: { kms: create }` for a key that Lockstep makes";

async function breakGlass(
  { environment, purpose, signal }: ExaminedPlace,
  vault: VaultConfig,
): Promise<readonly FindingFields[]> {
  const { accountId: account, breakGlassRoleArn } = vault;
  if (breakGlassRoleArn === undefined || purpose === "backfill") return [];
  const text = await trustProblem(vault, breakGlassRoleArn, environment, signal);
  if (text === undefined) return [];
  const what = `the break-glass role of vault ${vault.name} ${text.replace(/\.$/, "")}`;
  const fix = 'in its trust policy: {"Principal": {"AWS": "<ARN of a role of an account apart>"}}';
  return [finding("break-glass-trust", { account, resource: breakGlassRoleArn }, what, fix)];
}
