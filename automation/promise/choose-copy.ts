/**
 * Which of the copies that lie beside the vaults is believed when the stack's state is lost. Pure.
 *
 * Whoever administers a vault's account may write into the operations bucket, without the break-glass role too: a promise of
 * their own, with its right digest, and a later date than ours. AWS sets the date, and ours cannot be taken away while it is
 * locked or the bucket's policy is there, so that a planted copy lies beside ours and is newer. Therefore:
 * - a copy has to say what the config says: source, rules, locks, names, stage, break-glass role, keys. One that says something else
 *   is not believed, whatever its date;
 * - of what the config does not say (statements of policies, the roles, since when a lock is deployed) copies are all there is.
 *   When those that agree with the config differ from each other, the newest is taken and no verdict is clean beside the others.
 *
 * What is left: where `lockstep up` never wrote a copy, the one that is planted is the only one. It is always said that a promise
 * came from a copy, and its digest is in every verdict, to be held against that of an earlier one.
 */

import { canonicalJson } from "../../components/promise/canonical-json";
import {
  configuredReplicationRole,
  derivedNames,
  vaultOperationsBucketName,
} from "../../components/derived-names";
import { bucketArn, partitionOf } from "../../components/config/values";
import type { ReplicationConfig } from "../../components/config/types";
import { OPERATIONS_PREFIXES } from "../../components/operations-prefixes";
import type { LockstepOutputs, VaultOutputs } from "../../components/promise/outputs";
import type { PromiseParts } from "../../components/promise/promise";
import type { Problem } from "../errors";
import { differences } from "../stack/up-to-date";
import { isRecord } from "./copy";
import type { PromiseCopy } from "./read-copies";

/** A copy, and the vault beside which it lies. */
export interface PlacedCopy extends PromiseCopy {
  /** Name in the config. */
  readonly vault: string;
}

/** A copy of another promise that agrees with the config too. */
export interface Rival {
  readonly copy: PlacedCopy;
  /** Paths of what it says otherwise than the chosen one. */
  readonly paths: readonly string[];
}

export interface Choice {
  /** Undefined: no copy of this source agrees with the config. */
  readonly chosen?: PlacedCopy;
  readonly rivals: readonly Rival[];
  /** Newer than the chosen one, or all there are; each says something else than the config. */
  readonly refused: readonly { readonly copy: PlacedCopy; readonly problems: readonly Problem[] }[];
}

/** @param copies of any source, beside any vault */
export function chooseCopy(config: ReplicationConfig, copies: readonly PlacedCopy[]): Choice {
  const newestFirst = oldestOfEach(copies)
    .filter(({ promise }) => isOf(config, promise))
    .sort((one, other) => other.writtenEpochMs - one.writtenEpochMs);
  const judged = newestFirst.map((copy) => ({ copy, problems: copyProblems(config, copy) }));
  const [chosen, ...others] = judged.flatMap(({ copy, problems }) =>
    problems.length === 0 ? copy : [],
  );
  const refused = judged.filter(
    ({ copy, problems }) =>
      problems.length > 0 && (chosen === undefined || copy.writtenEpochMs >= chosen.writtenEpochMs),
  );
  if (chosen === undefined) return { rivals: [], refused };
  const rivals = others.map((copy) => ({
    copy,
    paths: differingPaths(copy.promise, chosen.promise),
  }));
  return { chosen, rivals, refused };
}

/** One promise lies beside several vaults. It is as old as its oldest copy. */
function oldestOfEach(copies: readonly PlacedCopy[]): readonly PlacedCopy[] {
  const oldest = new Map<string, PlacedCopy>();
  for (const copy of copies) {
    const before = oldest.get(copy.digest);
    if (before === undefined || copy.writtenEpochMs < before.writtenEpochMs) {
      oldest.set(copy.digest, copy);
    }
  }
  return [...oldest.values()];
}

function isOf({ source }: ReplicationConfig, promise: PromiseParts): boolean {
  const { accountId, bucketName, region } = promise.source;
  return (
    accountId === source.accountId && region === source.region && bucketName === source.bucket.name
  );
}

/** What a copy tells, as a stack's outputs would: the source's operations bucket has a name that follows from the source's. */
export function outputsOfCopy({
  digest,
  promise,
}: Pick<PromiseCopy, "digest" | "promise">): LockstepOutputs {
  const { bucketName, region } = promise.source;
  const operations = derivedNames(bucketName).operationsBucketName;
  return {
    ...promise,
    operations: {
      bucketName: operations,
      bucketArn: bucketArn(partitionOf(region), operations),
      ...OPERATIONS_PREFIXES,
    },
    promise: { version: 1, digest },
  };
}

/** Where a copy says something else than the config. */
function copyProblems(
  config: ReplicationConfig,
  copy: Pick<PromiseCopy, "digest" | "promise">,
): readonly Problem[] {
  const outputs = outputsOfCopy(copy);
  const problems = [...differences(config, outputs)];
  const compare = (path: string, wanted: unknown, found: unknown): void => {
    if (wanted === found) return;
    problems.push({
      path,
      message: `is ${shown(found)} in the copy, ${shown(wanted)} in the config`,
    });
  };
  const { source } = config;
  const { source: copied } = copy.promise;
  compare("source.existing", source.bucket.existing, copied.existing);
  compare("source.bucketArn", arnOf(source.region, source.bucket.name), copied.bucketArn);
  // A bucket that was there may have a role of its own, which the config need not name.
  if (!source.bucket.existing || source.replicationRoleArn !== undefined) {
    compare(
      "source.replicationRoleArn",
      configuredReplicationRole(source),
      copied.replicationRoleArn,
    );
  }
  config.vaults.forEach((vault, index) => {
    const found = copy.promise.vaults.find(({ name }) => name === vault.name);
    if (found !== undefined) compareVault(`vaults[${index}]`, vault, found, compare);
  });
  return problems;
}

function compareVault(
  path: string,
  {
    accountId,
    breakGlassRoleArn,
    bucket,
    encryption,
    lock,
    region,
  }: ReplicationConfig["vaults"][number],
  { bucketArn: arn, guard, kmsKeyArn, lock: found, operationsBucketName }: VaultOutputs,
  compare: (path: string, wanted: unknown, found: unknown) => void,
): void {
  compare(`${path}.bucketArn`, arnOf(region, bucket.name), arn);
  compare(
    `${path}.operationsBucketName`,
    vaultOperationsBucketName(bucket.name),
    operationsBucketName,
  );
  compare(`${path}.guard.stage`, lock.stage, guard?.stage);
  compare(`${path}.guard.existing`, bucket.existing, guard?.existing);
  compare(`${path}.guard.breakGlassRoleArn`, breakGlassRoleArn, guard?.breakGlassRoleArn);
  compare(
    `${path}.lock.minimumRetentionDays`,
    lock.minimumRetentionDays,
    found.minimumRetentionDays,
  );
  if (lock.maximumRetentionDays !== undefined) {
    compare(
      `${path}.lock.maximumRetentionDays`,
      lock.maximumRetentionDays,
      found.maximumRetentionDays,
    );
  }
  const { kms } = encryption;
  if (kms === "create") {
    // Which key was made only the copy says; whose it is follows from the vault.
    const own = `arn:${partitionOf(region)}:kms:${region}:${accountId}:key/`;
    compare(`${path}.kmsKeyArn`, own, kmsKeyArn?.slice(0, own.length));
  } else {
    compare(`${path}.kmsKeyArn`, kms === "none" ? undefined : kms, kmsKeyArn);
  }
}

function arnOf(region: string, bucketName: string): string {
  return bucketArn(partitionOf(region), bucketName);
}

/** Down to the members that differ: `vaults[0].guard.policyStatements`. */
export function differingPaths(one: unknown, other: unknown, path = ""): readonly string[] {
  if (canonicalJson(one ?? null) === canonicalJson(other ?? null)) return [];
  const isList = Array.isArray(one) && Array.isArray(other);
  // Of a policy's statements the list says enough.
  if (path.endsWith("tatements") || !(isList || (isRecord(one) && isRecord(other)))) return [path];
  const names = new Set([...Object.keys(one as object), ...Object.keys(other as object)]);
  return [...names].flatMap((name) =>
    differingPaths(
      (one as Record<string, unknown>)[name],
      (other as Record<string, unknown>)[name],
      isList ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`,
    ),
  );
}

function shown(value: unknown): string {
  return value === undefined ? "absent" : String(value);
}
