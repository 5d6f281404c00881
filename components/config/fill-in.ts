/** Defaults that depend on other members, filled in when nothing was wrong. */

import type { z } from "zod";
import { ConfigError } from "./config-error";
import type { chainedSourceShape, fleetSourceShape, sourceShape, vaultShape } from "./shape";
import { didYouMean } from "./suggest";
import type { SourceConfig, VaultConfig } from "./types";
import { givenKeyArn, parseDurationDays } from "./values";

/** Retention of stage `pilot`: long enough to see a refusal, short enough to be rid of it. */
export const PILOT_RETENTION_DAYS = 1;
/** Retention of stage `governance` when none is given. `compliance` has no default, on purpose. */
export const DEFAULT_GOVERNANCE_RETENTION_DAYS = 30;

type ReadSource =
  | z.output<typeof fleetSourceShape>
  | ({ name: string } & z.output<typeof sourceShape>)
  | z.output<typeof chainedSourceShape>;

export function toVault(vault: z.output<typeof vaultShape>): VaultConfig {
  const { lock, ...rest } = vault;
  const { acknowledgement, maximumRetention, minimumRetention, stage } = lock;
  return {
    ...rest,
    lock: {
      stage,
      retentionDays: retentionDaysOf(lock),
      ...(acknowledgement === undefined ? {} : { acknowledgement }),
      ...(maximumRetention === undefined ? {} : { maximumRetentionDays: days(maximumRetention) }),
      ...(minimumRetention === undefined ? {} : { minimumRetentionDays: days(minimumRetention) }),
    },
  };
}

function retentionDaysOf(lock: z.output<typeof vaultShape>["lock"]): number {
  if (lock.stage === "pilot") return PILOT_RETENTION_DAYS;
  if (lock.retention === undefined) return DEFAULT_GOVERNANCE_RETENTION_DAYS;
  return days(lock.retention);
}

/** Of a retention that has passed its check. */
function days(retention: string): number {
  const parsed = parseDurationDays(retention);
  if ("problem" in parsed)
    throw new Error(`a retention passed its check and cannot be read: ${parsed.problem}`);
  return parsed.days;
}

/** A chained source has what its vault has: account, Region, bucket, and the way in unless it names one of its own. */
export function toSources(
  sources: readonly ReadSource[],
  vaults: readonly VaultConfig[],
): SourceConfig[] {
  return sources.map((source) => {
    if (!("vault" in source.bucket)) {
      const { bucket, ...rest } = source as Exclude<
        ReadSource,
        z.output<typeof chainedSourceShape>
      >;
      const { objectLock, ...others } = bucket;
      return {
        ...rest,
        bucket: {
          ...others,
          ...(objectLock === undefined
            ? {}
            : { objectLock: { mode: objectLock.mode, retentionDays: days(objectLock.retention) } }),
        },
      };
    }
    const { vault: vaultName } = source.bucket;
    const vault = vaults.find(({ name }) => name === vaultName);
    if (vault === undefined) throw new Error(`a chain passed its check without "${vaultName}"`);
    const { name, replicationRoleArn, roles, tags } = source;
    const access = (source.profile ?? source.assumeRoleArn) ? source : vault;
    const keyArn = givenKeyArn(vault.encryption);
    return {
      name,
      accountId: vault.accountId,
      region: vault.region,
      ...(access.profile === undefined ? {} : { profile: access.profile }),
      ...(access.assumeRoleArn === undefined ? {} : { assumeRoleArn: access.assumeRoleArn }),
      bucket: { name: vault.bucket.name, existing: true },
      chainedFrom: vaultName,
      kmsKeyArns: keyArn === undefined ? [] : [keyArn],
      ...(replicationRoleArn === undefined ? {} : { replicationRoleArn }),
      ...(tags === undefined ? {} : { tags }),
      ...(roles === undefined ? {} : { roles }),
    };
  });
}

/** @throws ConfigError when there is no such source, or several and none is named */
export function findSource(
  sources: readonly SourceConfig[],
  sourceName: string | undefined,
): SourceConfig {
  const names = sources.map(({ name }) => name);
  const [only, ...others] = sources;
  if (sourceName === undefined && only !== undefined && others.length === 0) return only;
  const found = sources.find(({ name }) => name === sourceName);
  if (found !== undefined) return found;
  const message =
    sourceName === undefined
      ? `has ${names.length} sources: name one of ${names.join(", ")}`
      : `has no source "${sourceName}": ${didYouMean(sourceName, names)}`;
  throw new ConfigError([{ path: "sources", message }]);
}
