/**
 * Every version, as far as the listings of both sides tell. No version is asked for, but for its tags where only a rule that asks for tags
 * may want it, and its vault has it not, or not rightly.
 */

import { forEachConcurrently } from "../concurrency";
import { judgeListed, planListed, planTagged, type ListedPlan } from "../judge/judge-listed";
import type { Outcome } from "../judge/outcome";
import type { DeployedPromise } from "../promise/deployed-promise";
import { versionName, type ListedVersion } from "../proof/source-versions";
import { awsClock } from "./aws-clock";
import { listOne, type Listings } from "./join-listings";
import type { JudgedVersions } from "./judged-versions";
import { readTags, TAGS_LIMIT, type KnownFacts } from "./known-tags";
import { listedAgain } from "./listed-again";
import type { JudgedVersion, LookOptions } from "./look";
import { untilSettled } from "./until-settled";
import type { VaultListing } from "./vault-listing";
import { listedTraits } from "./version-traits";

/**
 * Replication brings most versions within 15 minutes, and with Replication Time Control promises to. What is that new and not at
 * the vault is looked at again, and called missing once it is older.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
 */
const ON_THE_WAY_MS = 15 * 60 * 1000;

/** Of older versions that are not there so many are looked at again: so many are not gone from the source in the meantime. */
const AGAIN_LIMIT = 10_000;

const PROGRESS_EVERY = 100_000;

/** What to judge, and where. */
export interface ByListingsOptions extends Pick<
  LookOptions,
  "clients" | "clock" | "concurrency" | "emit" | "settleLimits" | "signal" | "traits"
> {
  readonly promise: DeployedPromise;
  readonly listings: Listings;
  /** Those so new are on their way, and nobody waits for them. Milliseconds; default: they are waited for, for 15 minutes. */
  readonly objectiveMs?: number | undefined;
  /** Indexes of versions that are judged otherwise. */
  readonly except?: ReadonlySet<number>;
  /** Versions whose tags were read before, by their index: they are read again only of what is not right with them. */
  readonly known?: ReadonlyMap<number, KnownFacts> | undefined;
}

interface Judging extends ByListingsOptions {
  readonly nowAtAwsEpochMs: () => number;
}

/** A version's plan; of each version anew, since it costs less than to keep it. */
function planOf(
  version: ListedVersion,
  { promise }: ByListingsOptions,
  { tags }: KnownFacts = {},
): ListedPlan {
  return tags === undefined ? planListed(version, promise) : planTagged(version, tags, promise);
}

/** Judges every version but those that are excepted, and those that may have changed meanwhile once more. */
export async function judgeByListings(
  judged: JudgedVersions,
  given: ByListingsOptions,
): Promise<void> {
  const options: Judging = {
    ...given,
    nowAtAwsEpochMs: awsClock(given.clock, given.listings.answeredEpochMs),
  };
  const { clock, concurrency: limit, emit, except, listings, settleLimits, signal } = options;
  const { source } = listings;
  const again: number[] = [];
  // The first ones whose tags nobody has read, and those whose tags may be others by now.
  const asked = new Set<number>();
  let unreadCount = 0;
  // S3's time of the newest that may be waited for. Milliseconds since the Unix epoch.
  let newestEpochMs = 0;
  let oldCount = 0;
  let index = 0;
  for (const version of source) {
    const place = index++;
    if (place % PROGRESS_EVERY === 0) {
      signal.throwIfAborted();
      emit({ type: "verify-progress", doneCount: place, totalCount: source.length });
    }
    if (except?.has(place) === true) continue;
    const known = options.known?.get(place);
    const found = judgeAsListed(version, place, listings.vaults, options, known);
    judged.set(place, found);
    const isAsked = areTagsUnread(found) && unreadCount++ < TAGS_LIMIT;
    if (!isAsked) {
      if (!mayHaveChanged(found)) continue;
      if (!isNew(version, options) && oldCount++ >= AGAIN_LIMIT) continue;
    }
    if (isAsked || known !== undefined) asked.add(place);
    again.push(place);
    newestEpochMs = Math.max(newestEpochMs, version.lastModifiedEpochMs);
  }
  let isWaiting = false;
  let openCount = 0;
  const look = async (places: Uint32Array): Promise<readonly number[]> => {
    const left: number[] = [];
    await forEachConcurrently(places, { limit, signal }, async (place) => {
      const listedPlace = again[place] ?? 0;
      const version = source.at(listedPlace);
      if (version === undefined) return;
      const found = await lookAgain(version, options, asked.has(listedPlace));
      judged.set(listedPlace, found);
      const isWaitedFor = options.objectiveMs === undefined && isNew(found.version, options);
      if (!isWaitedFor || !mayHaveChanged(found)) return;
      left.push(place);
      newestEpochMs = Math.max(newestEpochMs, found.version.lastModifiedEpochMs);
    });
    if (isWaiting) {
      openCount -= places.length - left.length;
      const settledCount = source.length - openCount;
      emit({ type: "settle-progress", settledCount, totalCount: source.length });
    }
    return left;
  };
  const onWait = (waitingCount: number, leftMs: number): void => {
    isWaiting = true;
    openCount = waitingCount;
    const untilOldMs = newestEpochMs + ON_THE_WAY_MS - options.nowAtAwsEpochMs();
    const atMostSeconds = Math.ceil(Math.max(0, Math.min(leftMs, untilOldMs)) / 1000);
    emit({ type: "settle-wait", waitingCount, atMostSeconds, avoidedBy: "--rpo" });
  };
  await untilSettled(again.length, { clock, limits: settleLimits, signal, look, onWait });
  emit({ type: "verify-progress", doneCount: source.length, totalCount: source.length });
}

/** What a later look may find otherwise. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  "missing",
  "too-new",
  "content",
  "etag-differs",
]);

function mayHaveChanged({ outcomes }: JudgedVersion): boolean {
  return outcomes.some(({ code, kind }) => kind !== "proven" && PASSING_CODES.has(code));
}

function areTagsUnread({ outcomes }: JudgedVersion): boolean {
  return outcomes.some(({ code }) => code === "tags-unread");
}

function isNew(
  { lastModifiedEpochMs }: ListedVersion,
  { nowAtAwsEpochMs, objectiveMs = ON_THE_WAY_MS }: Judging,
): boolean {
  return lastModifiedEpochMs + objectiveMs > nowAtAwsEpochMs();
}

function judgeAsListed(
  version: ListedVersion,
  index: number,
  vaults: ReadonlyMap<string, VaultListing>,
  options: Judging,
  facts: KnownFacts = {},
): JudgedVersion {
  const { expected, outcomes: settled } = planOf(version, options, facts);
  const outcomes: Outcome[] = [...settled];
  for (const expectation of expected) {
    const { vault: name } = expectation;
    const vault = options.promise.vaults.get(name);
    const listing = vaults.get(name);
    if (vault === undefined || listing?.replicas === undefined) {
      const { key, versionId } = version;
      const cause = `nobody told how to reach the vault ${name}`;
      outcomes.push({ key, versionId, vault: name, kind: "unverifiable", code: "no-right", cause });
      continue;
    }
    outcomes.push(
      judgeListed(version, expectation, listing.replicas.at(index, version), vault, {
        foreignOwnerId: listing.foreignOwners.get(versionName(version)),
        isNew: isNew(version, options),
        ...facts,
      }),
    );
  }
  return { version, outcomes, ...listedTraits(options, expected) };
}

/**
 * Lists the key of one version once more, at the vaults first: what is gone from the source by then is no loss.
 * @param asksTags only its tags say whether it is wanted: what they take out of every rule costs no further request
 */
async function lookAgain(
  version: ListedVersion,
  options: Judging,
  asksTags: boolean,
): Promise<JudgedVersion> {
  const { clients, promise, signal } = options;
  const known = asksTags ? await readTags(version, options) : {};
  if (planOf(version, options, known).expected.length === 0) {
    return judgeAsListed(version, 0, new Map(), options, known);
  }
  const vaults = await listAtVaults(version, options, known);
  const now = await listedAgain(version, clients.source.s3, promise.source.bucketName, signal);
  if (now === undefined) {
    return judgeAsListed(version, 0, vaults, options, { ...known, isGone: true });
  }
  // The one version that can be written over is that of the id `null`.
  const isSame = now.etag === version.etag && now.sizeBytes === version.sizeBytes;
  if (isSame) return judgeAsListed(version, 0, vaults, options, known);
  const knownNow = asksTags ? await readTags(now, options) : {};
  return judgeAsListed(now, 0, await listAtVaults(now, options, knownNow), options, knownNow);
}

async function listAtVaults(
  version: ListedVersion,
  options: ByListingsOptions,
  known: KnownFacts,
): Promise<ReadonlyMap<string, VaultListing>> {
  const vaults = new Map<string, VaultListing>();
  for (const { vault } of planOf(version, options, known).expected) {
    const access = options.clients.vaults.get(vault);
    if (access !== undefined) vaults.set(vault, await listOne(version, access, options.signal));
  }
  return vaults;
}
