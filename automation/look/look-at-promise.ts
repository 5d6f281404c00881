/**
 * Looks at the source and into the vaults, version by version, and holds what is there against the promise. Reading only; all
 * that is decided is decided by the pure functions of `automation/judge/`.
 */

import { readRolesDrift } from "../guard/check-roles";
import { nextIntervalMs } from "../clock";
import { forEachConcurrently } from "../concurrency";
import { sourceDrift } from "../judge/drift";
import type { ReplicaFacts, SourceFacts } from "../judge/facts";
import { judgeReplica, planVersion, type Expectation } from "../judge/judge-version";
import type { Outcome } from "../judge/outcome";
import { arePending } from "../judge/annotations";
import { needsTags } from "../judge/placement";
import { deployedPromise, type DeployedPromise } from "../promise/deployed-promise";
import { listVersions, versionName, type ListedVersion } from "../proof/source-versions";
import type { VaultAccess } from "../aws/stack-clients";
import { findAnnotations } from "./annotations";
import { findCovers } from "./covers";
import type { JudgedVersion, Look, LookOptions, TaskFacts } from "./look";
import { readSourceSettings } from "./source-settings";
import { findTags } from "./tags";
import { listVault, type VaultListing } from "./vault-listing";
import { findVersion, isUnreadable, type VersionHead } from "./version-head";

/**
 * Looks at every version of the source, and waits for those that are still on their way.
 * @param tasks by `versionName`: what a job said about them
 * @throws LockstepError `StackOutOfDate` when the stack has no promise
 */
export async function lookAtPromise(
  options: LookOptions,
  tasks: ReadonlyMap<string, TaskFacts> = new Map(),
): Promise<Look> {
  const promise = deployedPromise(options.outputs);
  const settings = await readSourceSettings(
    options.clients.source.s3,
    promise.source.bucketName,
    options.signal,
  );
  const versions = await listSource(options);
  const listings = await listVaults(versions, promise, options);
  const judged = await judgeVersions(versions, { ...options, promise, listings, tasks });
  const found: Look = {
    promise,
    ...(options.annotations === true ? { annotations: true } : {}),
    versions: judged,
    drift: [
      ...sourceDrift(promise, settings),
      ...(await readRolesDrift(promise.roles, options.clients.source.iam, options.signal)),
    ],
    covers: await findCovers(judged, listings, { ...options, promise }),
    ownVaults: ownVaults(promise, options.sharedVaults ?? []),
    listings,
  };
  const look = (await options.amend?.(found)) ?? found;
  await options.onLook?.(look);
  return look;
}

/** A bucket that was there before us may hold data of others, as may one that other sources fill. */
function ownVaults({ vaults }: DeployedPromise, shared: readonly string[]): readonly string[] {
  return [...vaults.values()].flatMap(({ guard, name }) =>
    guard?.existing === true || shared.includes(name) ? [] : [name],
  );
}

/** Every version and delete marker of the source bucket. */
async function listSource({
  clients,
  outputs,
  signal,
}: Pick<LookOptions, "clients" | "outputs" | "signal">): Promise<readonly ListedVersion[]> {
  const versions: ListedVersion[] = [];
  for await (const version of listVersions(clients.source.s3, outputs.source.bucketName, signal)) {
    versions.push(version);
  }
  return versions;
}

async function listVaults(
  versions: readonly ListedVersion[],
  promise: DeployedPromise,
  { clients, signal }: LookOptions,
): Promise<ReadonlyMap<string, VaultListing>> {
  const data = versions.filter(({ isDeleteMarker }) => !isDeleteMarker);
  const source = {
    keys: new Set(data.map(({ key }) => key)),
    names: new Set(data.map(versionName)),
  };
  const listings = new Map<string, VaultListing>();
  for (const name of promise.vaults.keys()) {
    const access = clients.vaults.get(name);
    if (access !== undefined) listings.set(name, await listVault(access, source, signal));
  }
  return listings;
}

interface JudgeOptions extends LookOptions {
  readonly promise: DeployedPromise;
  readonly listings: ReadonlyMap<string, VaultListing>;
  readonly tasks: ReadonlyMap<string, TaskFacts>;
}

const PROGRESS_EVERY = 500;

/**
 * Judges every version. One that is not rightly there while its source says `PENDING` is looked at again until the
 * deadline: a succeeded task of a job means that replication was started, not that it is done.
 */
async function judgeVersions(
  versions: readonly ListedVersion[],
  options: JudgeOptions,
): Promise<readonly JudgedVersion[]> {
  const { clock, emit, settleLimits: limits, signal } = options;
  const judged = new Map<string, JudgedVersion>();
  const startEpochMs = clock.nowEpochMs();
  const totalCount = versions.length;
  let open = versions;
  let doneCount = 0;
  let intervalMs = limits.intervalMs;
  for (;;) {
    const waiting: ListedVersion[] = [];
    await forEachConcurrently(open, { limit: options.concurrency, signal }, async (version) => {
      const found = await judgeVersion(version, options);
      judged.set(versionName(version), found);
      if (isOnItsWay(found)) waiting.push(version);
      else if (++doneCount % PROGRESS_EVERY === 0) {
        emit({ type: "verify-progress", doneCount, totalCount });
      }
    });
    emit({ type: "settle-progress", settledCount: doneCount, totalCount });
    const isLate = clock.nowEpochMs() - startEpochMs > limits.deadlineMs;
    if (waiting.length === 0 || isLate) break;
    open = waiting;
    await clock.sleep(intervalMs, signal);
    intervalMs = nextIntervalMs(intervalMs, limits);
  }
  emit({ type: "verify-progress", doneCount: totalCount, totalCount });
  return versions.flatMap((version) => judged.get(versionName(version)) ?? []);
}

/** Failures that replication may yet put right. */
const PASSING_CODES = new Set(["missing", "tags", "legal-hold", "event-hold", "lock-weaker"]);

function isOnItsWay({ hasPendingAnnotations, outcomes, sourceStatus }: JudgedVersion): boolean {
  return outcomes.some(({ code, kind }) => {
    if (kind !== "failed") return false;
    // Annotations come after their version, each with a status of its own.
    if (code === "annotations") return hasPendingAnnotations === true;
    return sourceStatus === "PENDING" && PASSING_CODES.has(code);
  });
}

async function judgeVersion(version: ListedVersion, options: JudgeOptions): Promise<JudgedVersion> {
  const source = await readSource(version, options);
  const { expected, outcomes: settled } = planVersion(source, options.promise);
  const outcomes = [...settled];
  for (const expectation of expected) {
    outcomes.push(await judgeAt(source, expectation, options));
  }
  const status = headOf(source)?.replicationStatus;
  const { annotations } = source;
  const hasPending =
    annotations !== undefined && !isUnreadable(annotations) && arePending(annotations);
  return {
    version,
    ...(status === undefined ? {} : { sourceStatus: status }),
    ...(hasPending ? { hasPendingAnnotations: true } : {}),
    outcomes,
  };
}

function headOf({ head }: SourceFacts): VersionHead | undefined {
  return head === undefined || isUnreadable(head) ? undefined : head;
}

async function readSource(version: ListedVersion, options: JudgeOptions): Promise<SourceFacts> {
  if (version.isDeleteMarker) return { version };
  const { clients, promise, signal } = options;
  const { s3 } = clients.source;
  const bucket = promise.source.bucketName;
  const head = await findVersion(s3, bucket, version, signal);
  if (isUnreadable(head) && head.unreadable === "missing") {
    const isGone = !(await isListed(version, options));
    // Listed and not found: asked once more, since something may have written it anew in between.
    if (isGone) return { version, head, isGone };
    return { version, head: await findVersion(s3, bucket, version, signal) };
  }
  return {
    version,
    head,
    ...(needsTags(version.key, promise.rules)
      ? { tags: await findTags(s3, bucket, version, signal) }
      : {}),
    ...(options.annotations === true && !isUnreadable(head)
      ? { annotations: await findAnnotations(s3, bucket, version, signal) }
      : {}),
  };
}

async function isListed(
  version: ListedVersion,
  { clients, promise, signal }: JudgeOptions,
): Promise<boolean> {
  const { s3 } = clients.source;
  for await (const found of listVersions(s3, promise.source.bucketName, signal, version.key)) {
    // Other keys may start with this one; they come after all of its versions.
    if (found.key !== version.key) return false;
    if (found.versionId === version.versionId) return true;
  }
  return false;
}

async function judgeAt(
  source: SourceFacts,
  expectation: Expectation,
  options: JudgeOptions,
): Promise<Outcome> {
  const { clients, listings, promise, signal, tasks } = options;
  const { version } = source;
  const name = expectation.placement.vault;
  const access = clients.vaults.get(name);
  const vault = promise.vaults.get(name);
  if (access === undefined || vault === undefined) {
    const { key, versionId } = version;
    const cause = `nobody told how to reach the vault ${name}`;
    return { key, versionId, vault: name, kind: "unverifiable", code: "no-right", cause };
  }
  const head = await findVersion(access.s3, vault.bucketName, version, signal);
  const foreignOwnerId = listings.get(name)?.foreignOwners.get(versionName(version));
  const jobError = tasks.get(versionName(version))?.error;
  const tags = await readBothTags(source, isUnreadable(head) ? undefined : head, access, options);
  const annotations =
    source.annotations === undefined || isUnreadable(head)
      ? undefined
      : await findAnnotations(access.s3, vault.bucketName, version, signal);
  const replica: ReplicaFacts = {
    head,
    ...(annotations === undefined ? {} : { annotations }),
    ...(foreignOwnerId === undefined ? {} : { foreignOwnerId }),
    ...(jobError === undefined ? {} : { jobError }),
    ...(tags === undefined ? {} : { tags }),
  };
  return judgeReplica(source, expectation, replica, vault);
}

/** The tags of both sides, where one of them says that it has some: a version without tags costs no request. */
async function readBothTags(
  source: SourceFacts,
  replica: VersionHead | undefined,
  vault: VaultAccess,
  { clients, promise, signal }: JudgeOptions,
): Promise<ReplicaFacts["tags"]> {
  const head = headOf(source);
  if (head === undefined || replica === undefined) return undefined;
  if ((head.tagCount ?? 0) === 0 && (replica.tagCount ?? 0) === 0) return undefined;
  const { version } = source;
  return {
    source:
      source.tags ??
      (await findTags(clients.source.s3, promise.source.bucketName, version, signal)),
    vault: await findTags(vault.s3, vault.outputs.bucketName, version, signal),
  };
}
