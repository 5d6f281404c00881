import { HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { nextIntervalMs, type WaitLimits } from "../clock";
import { forEachConcurrently } from "../concurrency";
import type { Session } from "../events";
import { versionName, type ListedVersion } from "../source-versions";

/** Checksums that S3 may know of a version, by SDK member name. */
export const CHECKSUM_MEMBERS = [
  "ChecksumCRC32",
  "ChecksumCRC32C",
  "ChecksumCRC64NVME",
  "ChecksumSHA1",
  "ChecksumSHA256",
] as const;

/** What a HEAD of one version says, at the source or at a vault. */
export interface VersionHead {
  readonly versionId: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly checksums: Readonly<Record<string, string>>;
  /** Absent: never eligible or never tried. */
  readonly replicationStatus: string | undefined;
  readonly encryption: string | undefined;
  readonly lockMode: string | undefined;
  readonly retainUntilEpochMs: number | undefined;
  readonly isOnLegalHold: boolean;
  readonly lastModifiedEpochMs: number;
}

/** Reads a version's HEAD. */
export async function headVersion(
  s3: S3Client,
  bucket: string,
  version: { readonly key: string; readonly versionId: string },
  signal?: AbortSignal,
): Promise<VersionHead> {
  const output = await s3.send(
    new HeadObjectCommand({
      Bucket: bucket,
      Key: version.key,
      VersionId: version.versionId,
      ChecksumMode: "ENABLED",
    }),
    { abortSignal: signal },
  );
  return versionHead(output);
}

function versionHead(output: HeadObjectCommandOutput): VersionHead {
  const checksums: Record<string, string> = {};
  for (const member of CHECKSUM_MEMBERS) {
    const value = output[member];
    if (value !== undefined) checksums[member] = value;
  }
  return {
    versionId: output.VersionId ?? "null",
    sizeBytes: output.ContentLength ?? 0,
    etag: output.ETag ?? "",
    checksums,
    replicationStatus: output.ReplicationStatus,
    encryption: output.SSECustomerAlgorithm === undefined ? output.ServerSideEncryption : "SSE-C",
    lockMode: output.ObjectLockMode,
    retainUntilEpochMs: output.ObjectLockRetainUntilDate?.getTime(),
    isOnLegalHold: output.ObjectLockLegalHoldStatus === "ON",
    lastModifiedEpochMs: output.LastModified?.getTime() ?? 0,
  };
}

export interface SettleOptions extends Session {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly limits: WaitLimits;
  readonly concurrency: number;
}

/**
 * Reads every version's HEAD at the source and waits until none is `PENDING`: a succeeded task of a job means that
 * replication was started, not that it is done. After the deadline what is left stays `PENDING` in the answer, by
 * `versionName`.
 */
export async function settleVersions(
  versions: readonly ListedVersion[],
  options: SettleOptions,
): Promise<ReadonlyMap<string, VersionHead>> {
  const heads = new Map<string, VersionHead>();
  const startEpochMs = options.clock.nowEpochMs();
  let open = versions.filter((version) => !version.isDeleteMarker);
  const totalCount = open.length;
  let intervalMs = options.limits.intervalMs;
  let settledCount = 0;
  for (;;) {
    const stillPending: ListedVersion[] = [];
    await forEachConcurrently(
      open,
      { limit: options.concurrency, signal: options.signal },
      async (version) => {
        const head = await headVersion(options.s3, options.bucket, version, options.signal);
        heads.set(versionName(version), head);
        if (head.replicationStatus === "PENDING") stillPending.push(version);
        else if (++settledCount % PROGRESS_EVERY === 0) {
          options.emit({ type: "settle-progress", settledCount, totalCount });
        }
      },
    );
    options.emit({ type: "settle-progress", settledCount, totalCount });
    const isLate = options.clock.nowEpochMs() - startEpochMs > options.limits.deadlineMs;
    if (stillPending.length === 0 || isLate) return heads;
    open = stillPending;
    await options.clock.sleep(intervalMs, options.signal);
    intervalMs = nextIntervalMs(intervalMs, options.limits);
  }
}

const PROGRESS_EVERY = 500;
