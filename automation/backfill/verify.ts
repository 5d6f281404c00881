import type { S3Client } from "@aws-sdk/client-s3";
import type { VaultOutputs } from "../../components/outputs";
import { forEachConcurrently } from "../concurrency";
import { awsFailure } from "../errors";
import type { Session } from "../events";
import type { ListedVersion } from "../source-versions";
import { headVersion, type VersionHead } from "./settle";

/** A version that has to be at some vaults, with what the source says about it. */
export interface ExpectedReplica {
  readonly version: ListedVersion;
  readonly source: VersionHead;
  readonly vaults: readonly string[];
}

/** What became of a version at one vault. */
export type ReplicaCheck = { readonly ok: true } | { readonly ok: false; readonly cause: string };

export interface VaultAccess {
  readonly outputs: VaultOutputs;
  readonly s3: S3Client;
}

export interface VerifyOptions extends Session {
  readonly vaults: ReadonlyMap<string, VaultAccess>;
  readonly concurrency: number;
  readonly onChecked: (expected: ExpectedReplica, vault: string, check: ReplicaCheck) => void;
}

/** Looks at every version in every vault where it has to be. */
export async function verifyReplicas(
  expected: readonly ExpectedReplica[],
  options: VerifyOptions,
): Promise<void> {
  const totalCount = expected.length;
  let doneCount = 0;
  await forEachConcurrently(
    expected,
    { limit: options.concurrency, signal: options.signal },
    async (replica) => {
      for (const name of replica.vaults) {
        const vault = options.vaults.get(name);
        const check: ReplicaCheck =
          vault === undefined
            ? { ok: false, cause: "the vault is not in the stack's outputs" }
            : await checkReplica(replica, vault, options);
        options.onChecked(replica, name, check);
      }
      if (++doneCount % PROGRESS_EVERY === 0) {
        options.emit({ type: "verify-progress", doneCount, totalCount });
      }
    },
  );
  options.emit({ type: "verify-progress", doneCount, totalCount });
}

const PROGRESS_EVERY = 500;

async function checkReplica(
  replica: ExpectedReplica,
  vault: VaultAccess,
  options: VerifyOptions,
): Promise<ReplicaCheck> {
  try {
    const head = await headVersion(
      vault.s3,
      vault.outputs.bucketName,
      replica.version,
      options.signal,
    );
    return compareReplica(replica, head, vault.outputs, options.clock.nowEpochMs());
  } catch (error) {
    const failure = awsFailure(error);
    if (failure?.httpStatus === 404) return { ok: false, cause: "not at the vault" };
    if (failure?.httpStatus === 405) return { ok: false, cause: "a delete marker at the vault" };
    if (failure?.httpStatus === 403) {
      return { ok: false, cause: "the vault does not let us look (HTTP 403)" };
    }
    throw error;
  }
}

/** Holds a replica against its source and its vault. Pure. */
export function compareReplica(
  replica: Pick<ExpectedReplica, "version" | "source">,
  head: VersionHead,
  vault: Pick<VaultOutputs, "lock">,
  nowEpochMs: number,
): ReplicaCheck {
  const { version, source } = replica;
  const bad = (cause: string): ReplicaCheck => ({ ok: false, cause });
  if (head.versionId !== version.versionId) return bad("another version id at the vault");
  if (head.sizeBytes !== source.sizeBytes) {
    return bad(`${head.sizeBytes} bytes at the vault, ${source.sizeBytes} at the source`);
  }
  if (head.replicationStatus !== "REPLICA") return bad("not marked REPLICA at the vault");
  if (!sameContent(source, head))
    return bad("other content at the vault (ETag or checksum differs)");
  return checkLock(replica, head, vault, nowEpochMs);
}

/**
 * Equal ETags are equal content. Different ones are so only where both are an MD5 of it: KMS, SSE-C and multipart uploads
 * make other ETags, and there a checksum of the same kind decides; where there is none, size and version id have to do.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
function sameContent(source: VersionHead, vault: VersionHead): boolean {
  if (source.etag === vault.etag) return true;
  let comparedCount = 0;
  for (const [name, value] of Object.entries(source.checksums)) {
    const other = vault.checksums[name];
    if (other === undefined) continue;
    if (other !== value) return false;
    comparedCount++;
  }
  return comparedCount > 0 || !(hasMd5Etag(source) && hasMd5Etag(vault));
}

function hasMd5Etag(head: VersionHead): boolean {
  const isPlain = head.encryption === undefined || head.encryption === "AES256";
  return isPlain && /^"?[0-9a-f]{32}"?$/.test(head.etag);
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Dates in headers have whole seconds. */
const DATE_ROUNDING_MS = 1000;

/**
 * A replica keeps its source's retention, which beats the vault's default. From which moment the default counts for a
 * replica is not documented, so the earlier of the two is asked for: the version's own date; and it must not be over.
 */
function checkLock(
  replica: Pick<ExpectedReplica, "version" | "source">,
  head: VersionHead,
  vault: Pick<VaultOutputs, "lock">,
  nowEpochMs: number,
): ReplicaCheck {
  const { source, version } = replica;
  const bad = (cause: string): ReplicaCheck => ({ ok: false, cause });
  const wantedMode = source.lockMode ?? vault.lock.mode;
  if (head.lockMode === undefined || head.retainUntilEpochMs === undefined) {
    return bad("not locked at the vault");
  }
  if (wantedMode === "COMPLIANCE" && head.lockMode !== "COMPLIANCE") {
    return bad(`locked in ${head.lockMode} mode at the vault, COMPLIANCE was expected`);
  }
  const wantedUntilEpochMs =
    source.retainUntilEpochMs ?? version.lastModifiedEpochMs + vault.lock.retentionDays * DAY_MS;
  if (head.retainUntilEpochMs + DATE_ROUNDING_MS < wantedUntilEpochMs) {
    return bad(
      `locked only until ${new Date(head.retainUntilEpochMs).toISOString()}, ` +
        `${new Date(wantedUntilEpochMs).toISOString()} was expected`,
    );
  }
  if (head.retainUntilEpochMs <= nowEpochMs) return bad("its lock at the vault is over");
  if (source.isOnLegalHold && !head.isOnLegalHold) return bad("without the source's legal hold");
  return { ok: true };
}
