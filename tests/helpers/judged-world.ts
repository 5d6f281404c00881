/** Facts of one version and its replica, all of them right; a test changes what it is about. */

import type { RuleOutputs } from "../../components/promise/outputs";
import type { ReplicaFacts, SourceFacts, VaultPromise } from "../../automation/judge/facts";
import { judgeReplica, planVersion } from "../../automation/judge/judge-version";
import type { Outcome } from "../../automation/judge/outcome";
import type { Unreadable, VersionHead } from "../../automation/look/version-head";
import type { ListedVersion } from "../../automation/proof/source-versions";

export const DAY_MS = 86_400_000;
/** AWS's time in the tests of the judge. */
export const NOW = Date.UTC(2026, 6, 30);

export const VERSION: ListedVersion = {
  key: "records/a",
  versionId: "v1",
  isDeleteMarker: false,
  sizeBytes: 3,
  etag: '"900150983cd24fb0d6963f7d28e17f72"',
  storageClass: "STANDARD",
  lastModifiedEpochMs: NOW - DAY_MS,
};

export const SOURCE_HEAD: VersionHead = {
  versionId: "v1",
  sizeBytes: 3,
  etag: VERSION.etag,
  checksums: {},
  replicationStatus: "COMPLETED",
  encryption: "AES256",
  lockMode: undefined,
  retainUntilEpochMs: undefined,
  isOnLegalHold: false,
  lastModifiedEpochMs: VERSION.lastModifiedEpochMs,
};

export const REPLICA_HEAD: VersionHead = {
  ...SOURCE_HEAD,
  replicationStatus: "REPLICA",
  lockMode: "GOVERNANCE",
  retainUntilEpochMs: NOW + 30 * DAY_MS,
  answeredEpochMs: NOW,
};

export const VAULT: VaultPromise = {
  name: "primary",
  lock: { mode: "GOVERNANCE", retentionDays: 30, since: new Date(NOW - 90 * DAY_MS).toISOString() },
};

export const RULE: RuleOutputs = { name: "all", status: "Enabled", priority: 1, vault: "primary" };

export interface World {
  version?: Partial<ListedVersion>;
  /** `unreadable` in place of a HEAD. */
  source?: Partial<VersionHead> | Unreadable;
  replica?: Partial<VersionHead> | Unreadable;
  sourceFacts?: Partial<SourceFacts>;
  replicaFacts?: Partial<ReplicaFacts>;
  vault?: Partial<VaultPromise>;
  rules?: readonly RuleOutputs[];
  chainedFrom?: string;
}

/** Every outcome of the one version. */
export function judgeWorld(world: World = {}): readonly Outcome[] {
  const version = { ...VERSION, ...world.version };
  const head = (
    base: VersionHead,
    change: Partial<VersionHead> | Unreadable | undefined,
  ): VersionHead | Unreadable =>
    change !== undefined && "unreadable" in change ? change : { ...base, ...change };
  const source: SourceFacts = {
    version,
    head: head(SOURCE_HEAD, world.source),
    ...world.sourceFacts,
  };
  const promise = {
    source: world.chainedFrom === undefined ? {} : { chainedFrom: world.chainedFrom },
    rules: world.rules ?? [RULE],
  };
  const { expected, outcomes } = planVersion(source, promise);
  const replica: ReplicaFacts = {
    head: head(REPLICA_HEAD, world.replica),
    ...world.replicaFacts,
  };
  return [
    ...outcomes,
    ...expected.map((one) => judgeReplica(source, one, replica, { ...VAULT, ...world.vault })),
  ];
}

/** The one outcome, as `kind/code`. */
export function codeOf(world: World = {}): string {
  return judgeWorld(world)
    .map(({ code, kind }) => `${kind}/${code}`)
    .join(" ");
}
