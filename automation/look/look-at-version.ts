/** One version, at the source and at every vault that it is promised at. Reading only. */

import { arePending } from "../judge/annotations";
import type { ReplicaFacts, SourceFacts } from "../judge/facts";
import { isUnderKms } from "../judge/key";
import { judgeReplica, planVersion, wantedLock, type Expectation } from "../judge/judge-version";
import { isMissing, type Outcome } from "../judge/outcome";
import { needsTags } from "../judge/placement";
import type { StackClients, VaultAccess } from "../aws/stack-clients";
import type { DeployedPromise } from "../promise/deployed-promise";
import { versionName, type ListedVersion } from "../proof/source-versions";
import { findAnnotations } from "./annotations";
import { listedAgain } from "./listed-again";
import type { Delivery, JudgedVersion, LookOptions, Tasks } from "./look";
import { findTags } from "./tags";
import type { VaultListing } from "./vault-listing";
import { findVersion, isUnreadable, type Unreadable, type VersionHead } from "./version-head";
import { AnswersSeen } from "./replica-answers";
import { TraitsSeen } from "./version-traits";

/** What one version is held against, and where it is looked for. */
export interface VersionOptions extends Pick<
  LookOptions,
  "annotations" | "answers" | "locks" | "onReplica" | "signal" | "traits"
> {
  readonly clients: {
    readonly source: Pick<StackClients["source"], "s3">;
    readonly vaults: ReadonlyMap<string, VaultAccess>;
  };
  readonly promise: DeployedPromise;
  /** By the vault's name: what no HEAD tells. */
  readonly listings: ReadonlyMap<string, Pick<VaultListing, "foreignOwners">>;
  /** By `versionName`: what a job said. */
  readonly tasks: Tasks;
}

/** Reads one version at the source and wherever it has to be, and judges it. */
export async function lookAtVersion(
  version: ListedVersion,
  options: VersionOptions,
): Promise<JudgedVersion> {
  const source = await readSource(version, options);
  const { expected, outcomes: settled } = planVersion(source, options.promise);
  const outcomes = [...settled];
  const traits = options.traits === true ? new TraitsSeen(options.locks) : undefined;
  const seen = options.answers === true ? new AnswersSeen() : undefined;
  const asking = seen?.seenBeside(options) ?? options;
  for (const expectation of expected) {
    outcomes.push(await judgeAt(source, expectation, traits?.seenBeside(asking) ?? asking));
  }
  const status = headOf(source)?.replicationStatus;
  const delivery = deliveryOf(source, expected, outcomes);
  const { annotations } = source;
  const hasPending =
    annotations !== undefined && !isUnreadable(annotations) && arePending(annotations);
  return {
    version,
    ...(status === undefined ? {} : { sourceStatus: status }),
    ...(hasPending ? { hasPendingAnnotations: true } : {}),
    outcomes,
    ...(delivery === undefined ? {} : { delivery }),
    ...(traits === undefined ? {} : { traits: traits.of(headOf(source), expected) }),
    ...(seen === undefined ? {} : { answers: seen.answers }),
  };
}

/** Kept of versions alone that are missing somewhere: there may be millions of others. */
function deliveryOf(
  source: SourceFacts,
  expected: readonly Expectation[],
  outcomes: readonly Outcome[],
): Delivery | undefined {
  const missing = outcomes.filter(isMissing);
  if (missing.length === 0) return undefined;
  const head = headOf(source);
  const { lockMode: mode, retainUntilEpochMs } = head ?? {};
  return {
    rules: new Map(expected.map(({ placement: { rule, vault } }) => [vault, rule.name])),
    isUnderKms: head !== undefined && isUnderKms(head),
    ...(mode === undefined || retainUntilEpochMs === undefined
      ? {}
      : { lock: { mode, retainUntilEpochMs } }),
  };
}

function headOf({ head }: SourceFacts): VersionHead | undefined {
  return head === undefined || isUnreadable(head) ? undefined : head;
}

async function readSource(version: ListedVersion, options: VersionOptions): Promise<SourceFacts> {
  if (version.isDeleteMarker) return { version };
  const { clients, promise, signal } = options;
  const { s3 } = clients.source;
  const bucket = promise.source.bucketName;
  const head = await findVersion(s3, bucket, version, signal);
  if (
    isUnreadable(head) &&
    (head.unreadable === "missing" || head.unreadable === "delete-marker")
  ) {
    const again = await listedAgain(version, s3, bucket, signal);
    // A delete marker without an id takes the place of the version without one.
    const isGone = again === undefined || again.isDeleteMarker;
    // Listed and not found: asked once more, since something may have written it anew in between.
    if (isGone) return { version, head, isGone };
    return sinceListed(version, await findVersion(s3, bucket, version, signal));
  }
  const since = sinceListed(version, head);
  if (since.isGone === true) return since;
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

/**
 * What is at the source now, where it is still what was listed. The version without an id may have been written over since then: what was
 * listed is gone, and what took its place is newer than the listing, as other new versions are.
 */
function sinceListed(version: ListedVersion, head: VersionHead | Unreadable): SourceFacts {
  const isAnother =
    version.versionId === "null" &&
    !isUnreadable(head) &&
    (head.etag !== version.etag || head.sizeBytes !== version.sizeBytes);
  if (!isAnother) return { version, head };
  const cause = "written over since it was listed";
  return { version, head: { unreadable: "missing", cause }, isGone: true };
}

async function judgeAt(
  source: SourceFacts,
  expectation: Expectation,
  options: VersionOptions,
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
  const outcome = judgeReplica(source, expectation, replica, vault);
  if (!isUnreadable(head)) {
    options.onReplica?.({
      version,
      vault: name,
      outcome,
      head,
      wanted: wantedLock(source, head, vault),
    });
  }
  return outcome;
}

/** The tags of both sides, where one of them says that it has some: a version without tags costs no request. */
async function readBothTags(
  source: SourceFacts,
  replica: VersionHead | undefined,
  vault: VaultAccess,
  { clients, promise, signal }: VersionOptions,
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
