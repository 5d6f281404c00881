import { lockedUntilEpochMs } from "../look/version-head";
import type { VaultAccess } from "../aws/stack-clients";
import type { Session } from "../events";
import { listVersions } from "../proof/source-versions";

/** A vault that holds locked data. */
export interface VaultLock {
  /** Name of the vault in the config. */
  readonly vault: string;
  /** As S3 has it. */
  readonly bucketName: string;
  /** ISO 8601. The latest date among the versions looked at; others may be locked for longer. */
  readonly untilAtLeast: string;
}

/** How many versions of a vault are looked at for the date. */
const LOOK_LIMIT = 50;

/** The vaults that hold locked versions, with a date until which they do at least. */
export async function findLocks(
  vaults: readonly VaultAccess[],
  session: Session,
): Promise<readonly VaultLock[]> {
  const locks: VaultLock[] = [];
  for (const { outputs, s3 } of vaults) {
    let untilEpochMs = 0;
    let seenCount = 0;
    for await (const version of listVersions(s3, outputs.bucketName, session.signal)) {
      if (version.isDeleteMarker) continue;
      const until = await lockedUntilEpochMs(s3, outputs.bucketName, version, session.signal);
      untilEpochMs = Math.max(untilEpochMs, until);
      if (++seenCount >= LOOK_LIMIT) break;
    }
    if (untilEpochMs <= session.clock.nowEpochMs()) continue;
    locks.push({
      vault: outputs.name,
      bucketName: outputs.bucketName,
      untilAtLeast: new Date(untilEpochMs).toISOString(),
    });
  }
  return locks;
}
