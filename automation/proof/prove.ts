/**
 * Tries what must not be possible in a vault, with the rights of whoever runs it, and keeps the refusals.
 *
 * Nothing here ever sends `x-amz-bypass-governance-retention`: in GOVERNANCE mode an administrator's attempt with it
 * would succeed and take real data away.
 */
import {
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { headVersion } from "../look/version-head";
import type { VaultAccess } from "../aws/stack-clients";
import { awsFailure, LockstepError } from "../errors";
import type { EventTable, Session } from "../events";
import { listVersions, type ListedVersion } from "./source-versions";

/** One attempt and how it was refused: the fields of the event `refusal`. */
export type Refusal = Readonly<EventTable["refusal"]>;

/** Codes by which S3 refuses what Object Lock or the vault's policy forbids. */
const REFUSAL_CODES = new Set(["AccessDenied", "InvalidBucketState"]);
const HOUR_MS = 60 * 60 * 1000;

/**
 * Tries to delete a locked version, to shorten its retention and to suspend versioning; each has to be refused.
 * @throws LockstepError `AttemptNotRefused` when one is not; `NoVersionsFound` when the vault holds no locked version
 */
export async function proveRefusals(
  vault: VaultAccess,
  session: Session,
): Promise<readonly Refusal[]> {
  const { s3, outputs } = vault;
  const bucket = outputs.bucketName;
  const { version, retainUntilEpochMs, lockMode } = await lockedVersion(vault, session);
  const target = { Bucket: bucket, Key: version.key, VersionId: version.versionId };
  const refusals: Refusal[] = [];
  const attempt = async (action: string, send: () => Promise<unknown>): Promise<void> => {
    const refusal = await refusalOf(action, outputs.name, send);
    refusals.push(refusal);
    session.emit({ type: "refusal", ...refusal });
  };
  await attempt("delete-locked-version", () =>
    s3.send(new DeleteObjectCommand(target), { abortSignal: session.signal }),
  );
  // Half of what is left: shorter than now, and still a valid date.
  const nowEpochMs = session.clock.nowEpochMs();
  const shorterEpochMs = nowEpochMs + Math.max(HOUR_MS, (retainUntilEpochMs - nowEpochMs) / 2);
  await attempt("shorten-retention", () =>
    s3.send(
      new PutObjectRetentionCommand({
        ...target,
        Retention: { Mode: lockMode, RetainUntilDate: new Date(shorterEpochMs) },
      }),
      { abortSignal: session.signal },
    ),
  );
  await attempt("suspend-versioning", () =>
    s3.send(
      new PutBucketVersioningCommand({
        Bucket: bucket,
        VersioningConfiguration: { Status: "Suspended" },
      }),
      { abortSignal: session.signal },
    ),
  );
  return refusals;
}

interface LockedVersion {
  readonly version: ListedVersion;
  readonly retainUntilEpochMs: number;
  readonly lockMode: "GOVERNANCE" | "COMPLIANCE";
}

/** How many versions are looked at in search of a locked one. */
const SEARCH_LIMIT = 100;

async function lockedVersion(vault: VaultAccess, session: Session): Promise<LockedVersion> {
  const { s3, outputs } = vault;
  let seenCount = 0;
  for await (const version of listVersions(s3, outputs.bucketName, session.signal)) {
    if (version.isDeleteMarker) continue;
    if (++seenCount > SEARCH_LIMIT) break;
    const found = await lockOf(s3, outputs.bucketName, version, session);
    if (found !== undefined) return found;
  }
  throw new LockstepError(
    "NoVersionsFound",
    `The vault ${outputs.name} holds no locked version to try on.`,
    { hint: "Run `lockstep backfill` first, or write an object to the source." },
  );
}

async function lockOf(
  s3: S3Client,
  bucket: string,
  version: ListedVersion,
  session: Session,
): Promise<LockedVersion | undefined> {
  const { lockMode, retainUntilEpochMs } = await headVersion(s3, bucket, version, session.signal);
  if (lockMode !== "GOVERNANCE" && lockMode !== "COMPLIANCE") return undefined;
  // With less time left, a shorter date could be a longer one by the time it is sent.
  if (retainUntilEpochMs === undefined) return undefined;
  if (retainUntilEpochMs < session.clock.nowEpochMs() + 2 * HOUR_MS) return undefined;
  return { version, lockMode, retainUntilEpochMs };
}

async function refusalOf(
  action: string,
  vault: string,
  send: () => Promise<unknown>,
): Promise<Refusal> {
  try {
    await send();
  } catch (error) {
    const failure = awsFailure(error);
    if (failure === undefined || !REFUSAL_CODES.has(failure.code)) throw error;
    return { action, errorCode: failure.code, message: failure.message, vault };
  }
  throw new LockstepError("AttemptNotRefused", `${action} was not refused in the vault ${vault}.`, {
    hint: "The vault is not immutable. Look at its Object Lock configuration and policy at once.",
  });
}
