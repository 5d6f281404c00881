/** Finds the last bundle that is kept beside the vaults, past all that somebody else may have laid there. */

import type { AwsEnvironment } from "../aws/aws-clients";
import {
  awsFailure,
  isClockRefusal,
  isKeysRefusal,
  LockstepError,
  messageOf,
  throwIfAborted,
} from "../errors";
import type { Session } from "../events";
import type { SoundEvidence } from "../evidence/check-evidence";
import { evidenceHead } from "../evidence/evidence-head";
import { EvidenceProblem } from "../evidence/evidence-problem";
import { KeptObject } from "./kept-object";
import { keptEpochMs, keptKey, type KeptPlace } from "./kept-places";
import {
  addressOf,
  type KeptVersion,
  lastVersions,
  MOST_TRIED,
  NAME_IT,
  PlaceClients,
} from "./kept-versions";
import { followable, type OurBundles, whyOfOthers, whyOfOtherStack } from "./previous";

/** What S3 took as one object at all times. @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html (48.8 TiB by now) */
const MAX_KEPT_BYTES = 5 * 2 ** 40;

/**
 * AWS takes no request whose time is further from its own, so that no bundle was stored longer before its own date.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (RequestTimeTooSkewed)
 */
const MOST_SKEW_MS = 15 * 60_000;

/**
 * How many are brought whole and are then not sound. Each begins with a statement that was signed with the key, for this stack, by its name:
 * its rest was changed, which whoever may write there can do with as many bytes as they like.
 */
const MOST_UNSOUND = 3;

/** Which bundles are looked for. */
export interface WantedBundles extends OurBundles {
  /** Of the sources that are deployed. */
  readonly sourceBuckets: readonly string[];
}

/** What lay beside the vaults before the look. */
export interface FoundKept {
  /** The last bundle. Undefined: there is none. */
  readonly last: { readonly evidence: SoundEvidence; readonly address: string } | undefined;
  /** All that has the name of one, as far as it was looked at. */
  readonly seen: readonly KeptVersion[];
}

/**
 * Finds the last bundle of a stack that is kept beside any of the vaults: by its name, which begins with its date and ends with its
 * digest. What is not ours, or not what its name says, is passed over with a warning (`EvidencePassedOver`).
 * @param path where each is brought to, one after the other; the one that is found is there afterwards
 * @throws LockstepError that names `--previous` and `--new-chain` where a bucket cannot be asked, too many are passed over, or all
 */
export async function findLastKept(
  places: readonly KeptPlace[],
  wanted: WantedBundles,
  path: string,
  environment: AwsEnvironment,
  { emit, signal }: Session,
): Promise<FoundKept> {
  const seen = await lastVersions(places, wanted.stack, environment, signal);
  const tried = seen.slice(0, MOST_TRIED);
  const clients = new PlaceClients(environment);
  let unsoundCount = 0;
  try {
    for (const version of tried) {
      const found = await tryVersion(version, wanted, path, clients, signal);
      const address = addressOf(version);
      if ("evidence" in found) return { last: { evidence: found.evidence, address }, seen };
      const message = `${address} is passed over, and no bundle follows it: ${found.why}`;
      emit({ type: "warning", code: "EvidencePassedOver", message });
      if (found.isBrought && ++unsoundCount === MOST_UNSOUND) {
        throw unfollowable(
          `${MOST_UNSOUND} bundles are as they were signed at their beginning alone`,
          version,
        );
      }
    }
  } finally {
    clients.destroy();
  }
  const [first] = seen;
  if (first === undefined) return { last: undefined, seen };
  const named = `under the name of a bundle of the stack "${wanted.stack}" can be followed`;
  const what =
    seen.length > tried.length
      ? `None of ${MOST_TRIED} files ${named}, and there are more`
      : `Nothing ${named}`;
  throw unfollowable(`${what}; the first is`, first);
}

function unfollowable(what: string, version: KeptVersion): LockstepError {
  return new LockstepError("EvidenceUnreadable", `${what} ${addressOf(version)}.`, {
    hint: NAME_IT,
  });
}

/** What a version is: the last bundle, or why it is none, and whether it was brought whole for that. */
type Tried =
  { readonly evidence: SoundEvidence } | { readonly why: string; readonly isBrought: boolean };

async function tryVersion(
  version: KeptVersion,
  wanted: WantedBundles,
  path: string,
  clients: PlaceClients,
  signal: AbortSignal,
): Promise<Tried> {
  const why = whyOfName(version);
  if (why !== undefined) return { why, isBrought: false };
  const { s3 } = await clients.of(version.place);
  const object = new KeptObject(s3, version, signal);
  // What cannot be a bundle of ours costs its beginning, whatever its size.
  const other = await refused(async () => whyOfHead(object, version, wanted), signal);
  if (other !== undefined) return { why: other, isBrought: false };
  const refusal = await refused(async () => object.bringTo(path), signal);
  if (refusal !== undefined) return { why: refusal, isBrought: false };
  const found = await followable(path, wanted).catch((error: unknown) => {
    // A disk that cannot be read says nothing of what lies there; anything else is of what somebody made to fail.
    if (error instanceof Error && "syscall" in error) throw error;
    return { why: `it cannot be read: ${messageOf(error)}` };
  });
  return "why" in found ? { ...found, isBrought: true } : { evidence: found };
}

/** Why nothing of it is read. */
function whyOfName({ key, sizeBytes, storedEpochMs }: KeptVersion): string | undefined {
  const namedEpochMs = keptEpochMs(key);
  if (Number.isNaN(namedEpochMs)) return "there is no such date as in its name";
  if (namedEpochMs > storedEpochMs + MOST_SKEW_MS) {
    const stored = new Date(storedEpochMs).toISOString();
    return `by its name it was made later than it was stored, which AWS says was ${stored}`;
  }
  return sizeBytes > MAX_KEPT_BYTES
    ? `it has ${sizeBytes} bytes, as no bundle has here`
    : undefined;
}

/** Why its beginning is not that of a bundle which can be followed, by this name. */
async function whyOfHead(
  object: KeptObject,
  { key }: KeptVersion,
  { publicKey, sourceBuckets, stack }: WantedBundles,
): Promise<string | undefined> {
  try {
    const head = await evidenceHead(object, publicKey);
    return (
      whyOfOtherStack(head, stack) ??
      (keptKey(head) === key ? undefined : "its name is the one of another bundle") ??
      whyOfOthers(head.sourceBuckets, sourceBuckets)
    );
  } catch (error) {
    if (error instanceof EvidenceProblem) return error.message;
    throw error;
  }
}

/**
 * Asks for a version.
 * @returns what comes of it, or what AWS refuses it with: under a key of somebody else, or archived, one would stop each later run
 */
async function refused(
  ask: () => Promise<string | undefined | void>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    return (await ask()) ?? undefined;
  } catch (error) {
    throwIfAborted(signal);
    if (!isOfVersion(error)) throw error;
    return messageOf(error);
  }
}

/** Whether it is the version that is refused, and not the caller, or AWS that cannot answer. */
function isOfVersion(error: unknown): boolean {
  const status = awsFailure(error)?.httpStatus ?? 0;
  return status >= 400 && status < 500 && !isKeysRefusal(error) && !isClockRefusal(error);
}

/**
 * Tells, by a warning, that another bundle came beside the vaults since: both name the same one before them.
 * @param found what was there before the look
 */
export async function warnOfMeanwhile(
  { last, seen }: FoundKept,
  places: readonly KeptPlace[],
  stack: string,
  environment: AwsEnvironment,
  { emit, signal }: Session,
): Promise<void> {
  const known = new Set(seen.map(addressOf));
  const followed = last === undefined ? "" : keptKey(last.evidence);
  const warn = (message: string): void =>
    emit({ type: "warning", code: "EvidencePassedOver", message });
  try {
    const now = await lastVersions(places, stack, environment, signal);
    const came = now.filter((one) => one.key > followed && !known.has(addressOf(one)));
    const [first] = came;
    if (first === undefined) return;
    const others = came.length === 1 ? "" : ` (and ${came.length - 1} more)`;
    warn(
      `${addressOf(first)}${others} came while this bundle was made, which does not follow it: where it is sound, both name the same one before them`,
    );
  } catch (error) {
    throwIfAborted(signal);
    warn(`whether another bundle came while this one was made cannot be seen: ${messageOf(error)}`);
  }
}
