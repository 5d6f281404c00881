/** Everything that is looked at in a source's account. */

import { replicationOf } from "../../components/config/schema";
import type { ReplicationConfig, SourceConfig } from "../../components/config/types";
import { bucketArn, partitionOf } from "../../components/config/values";
import { configuredReplicationRole } from "../../components/derived-names";
import type { RuleOutputs, VaultOutputs } from "../../components/promise/outputs";
import { ruleOutputs } from "../../components/source/rule-outputs";
import { lockOf } from "../../components/vault/lock-of";
import { isLockstepError } from "../errors";
import { orElse } from "../guard/ask";
import type { BucketFacts, Fact, RoleFacts } from "../guard/facts";
import { readBucket } from "../guard/read-guard";
import { readKeyPolicy, readKeyState } from "../guard/read-key";
import { readRole } from "../guard/read-role";
import { readInventory } from "../inventory/read-inventory";
import { type DeployedPromise, deployedPromise } from "../promise/deployed-promise";
import type { DeployedSource } from "../stack/deployed-sources";
import { policiesAt } from "./check-policies";
import { judgeCaller, judgeJobs } from "./checks/jobs";
import { judgeSourceKey, judgeSourceKeyPolicy, judgeUnnamedKey } from "./checks/keys";
import {
  judgeInlinePolicies,
  judgeManagedPolicies,
  judgePolicy,
  judgeSimulation,
} from "./checks/policies";
import { judgeRole } from "./checks/roles";
import { judgeKmsTaken, judgeRuleKeys, judgeSettings, type RuleKeys } from "./checks/rules";
import {
  judgeArchived,
  judgeArchiveTiers,
  judgeLifecycle,
  judgeOperations,
  judgeSourceLock,
  type FilledVault,
} from "./checks/source";
import type { ExaminedPlace, Purpose } from "./examined-place";
import { finding, type FindingFields, type FoundAt } from "./finding";
import { readCallerRefusals } from "./read/caller";
import { readUnfinishedJobs } from "./read/jobs";
import { readManagedPolicies } from "./read/managed-policies";
import {
  type BucketReader,
  readArchived,
  readArchiveTiers,
  readHasKeys,
  readReplication,
} from "./read/source";
import { needsOf } from "./role-needs";
import { refusedRoles } from "./simulate-roles";

/** What the source is held against: the promise, or before the first `up` what the config is going to promise. */
interface Expected {
  readonly rules: readonly RuleOutputs[];
  readonly vaults: readonly FilledVault[];
  readonly vaultsByName: ReadonlyMap<string, VaultOutputs>;
}

export async function examineSource(
  examined: ExaminedPlace,
  source: SourceConfig,
  deployed: DeployedSource | undefined,
): Promise<readonly FindingFields[]> {
  const { clients, config, place, purpose, signal } = examined;
  const { access } = place;
  const replication = replicationOf(config, source.name);
  const arn = bucketArn(partitionOf(access.region), source.bucket.name);
  const at: FoundAt = { account: access.accountId, resource: arn };
  const expected = expectedOf(replication, deployed);
  const found: FindingFields[] = [];
  const bucket = source.bucket.name;
  const isThere = source.bucket.existing || deployed !== undefined;
  const facts = isThere
    ? await readBucket(bucket, access.accountId, clients.s3, signal)
    : undefined;
  if (facts?.bucket === "there") {
    const reader = { bucket, accountId: access.accountId, s3: clients.s3, signal };
    found.push(...(await settings(reader, facts, expected, purpose, at)));
    const takesKms = expected.rules.some((rule) => rule.sseKmsEncryptedObjects === true);
    found.push(...(await keys(examined, source, facts, takesKms, at)));
  }
  const needs = needsOf(replication);
  const ofOthers = await policiesAt({ ...place, clients }, needs, signal, facts?.policy);
  found.push(...ofOthers.flatMap((policy) => judgePolicy(policy, needs, at.account)));
  if (deployed === undefined || facts === undefined) return found;
  found.push(...(await ofDeployed(examined, deployed, facts, at)));
  for (const { refused, roleArn } of await refusedRoles(replication, clients.iam, signal)) {
    found.push(...judgeSimulation(roleArn, refused, access.accountId));
  }
  if (purpose === "doctor") found.push(rcpNote(at));
  found.push(...(await jobs(examined, deployed, at)));
  return found;
}

function expectedOf(
  { rules, vaults }: ReplicationConfig,
  deployed: DeployedSource | undefined,
): Expected {
  if (deployed !== undefined) {
    const { outputs } = deployed;
    return {
      rules: outputs.rules,
      vaults: outputs.vaults,
      vaultsByName: new Map(outputs.vaults.map((vault) => [vault.name, vault])),
    };
  }
  return {
    rules: rules.map((rule) => ruleOutputs(rule, vaults)),
    vaults: vaults.map(({ lock, name }) => ({ name, lock: lockOf(lock) })),
    vaultsByName: new Map(),
  };
}

/** Settings of the bucket itself, as far as they are judged without a promise too. */
async function settings(
  reader: BucketReader,
  facts: BucketFacts,
  { rules, vaults, vaultsByName }: Expected,
  purpose: Purpose,
  at: FoundAt,
): Promise<readonly FindingFields[]> {
  const ruleKeys: RuleKeys[] = [];
  for (const rule of rules) {
    // That a bucket is empty is no news to who deploys, and a job is made of what is missing.
    if (purpose === "backfill" || (purpose !== "doctor" && (rule.prefix ?? "") === "")) continue;
    ruleKeys.push({ rule, hasKeys: await readHasKeys(reader, rule.prefix ?? "") });
  }
  const isUnderKms =
    "value" in facts.encryption && facts.encryption.value.algorithm?.startsWith("aws:kms") === true;
  return [
    ...judgeRuleKeys(ruleKeys, at),
    ...judgeKmsTaken(isUnderKms, rules, vaultsByName, at),
    ...judgeSourceLock(facts.objectLock, vaults, at),
    ...judgeLifecycle(facts.lifecycle, at),
    ...(purpose === "doctor" ? judgeArchived(await readArchived(reader), at) : []),
    ...(purpose === "doctor" || purpose === "backfill"
      ? judgeArchiveTiers(await readArchiveTiers(reader), at)
      : []),
  ];
}

/** Keys that versions of the source are under. @param takesKms whether any rule takes such versions */
async function keys(
  { clients, place, purpose, signal }: ExaminedPlace,
  source: SourceConfig,
  facts: BucketFacts,
  takesKms: boolean,
  at: FoundAt,
): Promise<readonly FindingFields[]> {
  const { keyId } = "value" in facts.encryption ? facts.encryption.value : {};
  const used = new Set([...source.kmsKeyArns, ...(keyId === undefined ? [] : [keyId])]);
  const roleArn = configuredReplicationRole(source);
  const found: FindingFields[] = [];
  for (const key of used) {
    const [, , , region] = key.split(":");
    if (region !== undefined && region !== place.access.region) continue;
    const ofKey: FoundAt = { ...at, resource: key };
    const state = await readKeyState(key, clients.kms, signal);
    found.push(...judgeSourceKey(state, ofKey));
    if (purpose !== "doctor" || !takesKms) continue;
    const keyArn = "value" in state ? (state.value.arn ?? key) : key;
    found.push(...judgeUnnamedKey(keyArn, source.kmsKeyArns, roleArn, ofKey));
    const policy = await readKeyPolicy(keyArn, clients.kms, signal);
    const isOfAws = "value" in state && state.value.manager === "AWS";
    if (!isOfAws) found.push(...judgeSourceKeyPolicy(policy, roleArn, { ...at, resource: keyArn }));
  }
  return found;
}

/** What was deployed: rules, operations bucket, roles. A backfill looks at rules and roles itself. */
async function ofDeployed(
  examined: ExaminedPlace,
  deployed: DeployedSource,
  source: BucketFacts,
  at: FoundAt,
): Promise<readonly FindingFields[]> {
  const { config, outputs } = deployed;
  const { clients, place, purpose, signal } = examined;
  const { accountId } = place.access;
  const { operations } = outputs;
  const beside = await readBucket(operations.bucketName, accountId, clients.s3, signal);
  const found = [
    ...(purpose === "doctor" ? await ofPromise(examined, deployed, source, at) : []),
    ...judgeOperations(beside, { account: accountId, resource: operations.bucketArn }),
  ];
  // The policy of a bucket that was there before is looked at with those of given keys.
  const policiesOf = [
    {
      facts: beside,
      of: `operations bucket ${operations.bucketName}`,
      arn: operations.bucketArn,
    },
    ...(outputs.source.existing
      ? []
      : [{ facts: source, of: `bucket ${outputs.source.bucketName}`, arn: at.resource }]),
  ];
  for (const { arn, facts, of } of policiesOf) {
    const policy = { arn, of, statements: orElse(facts.policy, []) };
    found.push(...judgePolicy(policy, needsOf(config), accountId));
  }
  return found;
}

/** What is attached to a role, and its boundary. */
function managedPolicyArns({ attached, boundary }: RoleFacts): readonly string[] {
  return [
    ...("value" in attached ? attached.value : []),
    ...("value" in boundary && boundary.value !== undefined ? [boundary.value] : []),
  ];
}

async function ofPromise(
  { clients, place, signal }: ExaminedPlace,
  { config, outputs }: DeployedSource,
  source: BucketFacts,
  at: FoundAt,
): Promise<readonly FindingFields[]> {
  const { accountId } = place.access;
  let promise: DeployedPromise;
  try {
    promise = deployedPromise(outputs);
  } catch (error) {
    if (!isLockstepError(error) || error.code !== "StackOutOfDate") throw error;
    return [
      finding("stack-out-of-date", at, error.message.replace(/\.$/, ""), "there is no way by hand"),
    ];
  }
  const reader = { bucket: outputs.source.bucketName, accountId, s3: clients.s3, signal };
  const { bucketName: bucket, inventory: deployed } = promise.source;
  const inventory =
    deployed && (await readInventory({ accountId, bucket, id: deployed.id }, clients.s3, signal));
  const found = [
    ...judgeSettings(promise, {
      replication: valueOf(await readReplication(reader)),
      versioning: valueOf(source.versioning),
      ...(inventory && { inventory: valueOf(inventory) }),
    }),
  ];
  const needs = needsOf(config);
  if (outputs.roles === undefined) return found;
  for (const kind of ["replication", "batch", "checksum"] as const) {
    const role = outputs.roles[kind];
    if (role === undefined) continue;
    const facts = await readRole(role.roleArn, clients.iam, signal);
    found.push(...judgeRole(kind, role, facts, accountId));
    found.push(...judgeInlinePolicies(role.roleArn, facts.policies, needs, accountId));
    const managed = await readManagedPolicies(managedPolicyArns(facts), clients.iam, signal);
    found.push(...judgeManagedPolicies(role.roleArn, managed, needs, accountId));
  }
  return found;
}

/** A fact as the judge of drift takes it. */
function valueOf<Value>(fact: Fact<Value>): Value | { readonly unreadable: string } {
  return "unreadable" in fact ? fact : fact.value;
}

async function jobs(
  { callerArn, clients, nowEpochMs, place, purpose, signal }: ExaminedPlace,
  { outputs }: DeployedSource,
  at: FoundAt,
): Promise<readonly FindingFields[]> {
  const { accountId, region } = place.access;
  const refusals = await readCallerRefusals(
    callerArn,
    outputs.batchRoleArn,
    region,
    clients.iam,
    signal,
  );
  const ofCaller = judgeCaller(refusals, { account: accountId, resource: callerArn });
  if (purpose !== "doctor") return ofCaller;
  const unfinished = await readUnfinishedJobs(accountId, clients.s3control, signal);
  const takesKms = outputs.rules.some((rule) => rule.sseKmsEncryptedObjects === true);
  const rate = `rules of ${at.resource} take versions under SSE-KMS`;
  return [
    ...judgeJobs(unfinished, nowEpochMs, at),
    ...ofCaller,
    ...(takesKms ? [finding("kms-rate", at, rate, KMS_RATE_FIX)] : []),
  ];
}

const KMS_RATE_FIX =
  "for a large backfill ask for more in Service Quotas (AWS KMS, cryptographic operations, in both Regions); S3 Bucket Keys spare most calls";

function rcpNote(at: FoundAt): FindingFields {
  const what = `resource control policies of account ${at.account}'s organization are not looked at`;
  const fix =
    "except the two roles from them: `lockstep policies` writes one that does; `lockstep doctor --canary` shows whether they let the replication role in";
  return finding("resource-control-policies", at, what, fix);
}
