import { mkdir, rm, stat, utimes } from "node:fs/promises";
import type { Clock } from "../clock";

/** A lock not refreshed for this long belongs to a process that is gone. */
const STALE_AFTER_MS = 30_000;
const REFRESH_EVERY_MS = 5_000;
const LOOK_EVERY_MS = 500;

export interface FolderLockOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  /** Called while another process holds the lock. */
  readonly onWaiting?: (elapsedMs: number) => void;
}

/**
 * Runs `work` while holding the lock at `lockFolder`, so that two clones on one machine do not build at the same time.
 * The lock is a folder, which only one process can make, and is refreshed as long as its owner lives.
 */
export async function withFolderLock<Result>(
  lockFolder: string,
  options: FolderLockOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const startEpochMs = options.clock.nowEpochMs();
  while (!(await tryLock(lockFolder))) {
    if (await isStale(lockFolder, options.clock)) {
      await rm(lockFolder, { recursive: true, force: true });
      continue;
    }
    options.onWaiting?.(options.clock.nowEpochMs() - startEpochMs);
    await options.clock.sleep(LOOK_EVERY_MS, options.signal);
  }
  const refresh = setInterval(() => {
    const now = new Date();
    // A failed refresh only makes the lock look stale early; the rename at the end of the work is atomic anyway.
    utimes(lockFolder, now, now).catch(() => undefined);
  }, REFRESH_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(refresh);
    await rm(lockFolder, { recursive: true, force: true });
  }
}

async function tryLock(lockFolder: string): Promise<boolean> {
  try {
    await mkdir(lockFolder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function isStale(lockFolder: string, clock: Clock): Promise<boolean> {
  try {
    return clock.nowEpochMs() - (await stat(lockFolder)).mtimeMs > STALE_AFTER_MS;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
