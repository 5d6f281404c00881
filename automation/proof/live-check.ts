import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { VaultAccess } from "../aws/stack-clients";
import { headVersion } from "../look/version-head";
import { nextIntervalMs, type WaitLimits } from "../clock";
import { awsFailure, LockstepError } from "../errors";
import type { Session } from "../events";

/** A new object whose way into the vaults is watched. */
export interface LiveObject {
  readonly key: string;
  readonly body: string;
}

export interface LiveCheckOptions extends Session {
  readonly source: S3Client;
  readonly bucket: string;
  readonly vaults: readonly VaultAccess[];
  readonly objects: readonly LiveObject[];
  readonly limits: WaitLimits;
}

/**
 * Writes new objects into the source bucket and waits until live replication has brought each into every vault.
 * @throws LockstepError `LiveReplicationMissing` naming the first object that did not arrive in time
 */
export async function checkLiveReplication(options: LiveCheckOptions): Promise<void> {
  for (const object of options.objects) {
    const writtenEpochMs = options.clock.nowEpochMs();
    const output = await options.source.send(
      new PutObjectCommand({ Bucket: options.bucket, Key: object.key, Body: object.body }),
      { abortSignal: options.signal },
    );
    const version = { key: object.key, versionId: output.VersionId ?? "null" };
    options.emit({ type: "live-object", state: "written", ...version, elapsedMs: 0 });
    for (const vault of options.vaults) {
      await waitForArrival(version, vault, options);
      options.emit({
        type: "live-object",
        state: "arrived",
        ...version,
        vault: vault.outputs.name,
        elapsedMs: options.clock.nowEpochMs() - writtenEpochMs,
      });
    }
  }
}

async function waitForArrival(
  version: { readonly key: string; readonly versionId: string },
  vault: VaultAccess,
  options: LiveCheckOptions,
): Promise<void> {
  const startEpochMs = options.clock.nowEpochMs();
  let intervalMs = options.limits.intervalMs;
  while (!(await hasArrived(version, vault, options.signal))) {
    if (options.clock.nowEpochMs() - startEpochMs > options.limits.deadlineMs) {
      const source = await headVersion(options.source, options.bucket, version, options.signal);
      throw new LockstepError(
        "LiveReplicationMissing",
        `${version.key} did not arrive in the vault ${vault.outputs.name} by live replication; ` +
          `its status at the source is ${source.replicationStatus ?? "(none: no rule took it)"}.`,
        { hint: "Look at the replication role's policy, the vault's policy and the keys of both." },
      );
    }
    await options.clock.sleep(intervalMs, options.signal);
    intervalMs = nextIntervalMs(intervalMs, options.limits);
  }
}

async function hasArrived(
  version: { readonly key: string; readonly versionId: string },
  vault: VaultAccess,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const head = await headVersion(vault.s3, vault.outputs.bucketName, version, signal);
    return head.replicationStatus === "REPLICA";
  } catch (error) {
    if (awsFailure(error)?.httpStatus === 404) return false;
    throw error;
  }
}
