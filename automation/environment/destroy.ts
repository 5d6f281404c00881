import { isLockstepError, LockstepError } from "../errors";
import type { EventTable } from "../events";
import { destroyStack, detachStack } from "../stack/deploy";
import {
  keptResources,
  SHARED_TYPES,
  sharedResources,
  stateResources,
  type StateResource,
} from "../stack/kept-resources";
import { findLocks, type VaultLock } from "../stack/locked-data";
import { openStack } from "../stack/workspace";
import { requireConfirm, type Call } from "./call";
import { forEachSource, openToChange, type OpenedStack } from "./opened";
import type { CallOptions, DestroyResult } from "./options";

type Kept = Readonly<EventTable["kept"]>;

/** Takes down a stack: what holds data stays, and is named with the date until which nobody can take it away. */
export async function destroy(_options: CallOptions, call: Call): Promise<DestroyResult> {
  requireConfirm(call, "what is taken down");
  const opened = await openToChange(call, "select");
  const { stack } = opened.address;
  const resources = await stateResources(opened.stack);
  if (resources.length === 0) {
    throw new LockstepError("StackNotDeployed", `The stack ${stack} has nothing to take down.`);
  }
  const kept = keptOf(keptResources(resources), await locksOf(opened, call));
  for (const fields of kept) call.emit({ type: "kept", ...fields });
  const text = `Take down the rest of the stack ${stack}?`;
  if (!(await call.confirm({ code: "destroy", text }))) {
    throw new LockstepError("Declined", "Nothing was taken down.");
  }
  if (sharedResources(resources).length > 0) {
    const { address, config, engine } = opened;
    const options = { detached: true };
    await detachStack(
      await openStack(address, config, engine, "select", call.signal, options),
      call,
    );
  }
  await destroyStack(opened.stack, call);
  return { kept };
}

/** The locks in the vaults; none for a stack that was never deployed to its end, whose vaults are still empty. */
async function locksOf(opened: OpenedStack, call: Call): Promise<readonly VaultLock[]> {
  // The source's team may not look into the vaults, and has none to take down.
  if (opened.config.side !== "both") return [];
  try {
    const locks = await forEachSource(opened, call, ({ clients }) =>
      findLocks([...clients.vaults.values()], call),
    );
    return locks.flat();
  } catch (error) {
    if (isLockstepError(error) && error.code === "StackNotDeployed") return [];
    throw error;
  }
}

/** What people know by name: buckets and keys. Their settings stay with them. */
const KEPT_KINDS: Readonly<Record<string, string>> = {
  "aws:s3/bucket:Bucket": "a bucket with data or with the record of what was done",
  "aws:s3/bucketVersioning:BucketVersioning": "versioning stays on",
  "aws-native:s3:Bucket": "a vault is never deleted",
  "aws-native:kms:Key": "the key of what is in the vault",
  "aws:kms/key:Key": "the key of what is in its bucket",
  "aws:s3/bucketReplicationConfig:BucketReplicationConfig":
    "the replication rules of others stay; ours are taken out",
  "aws:s3/bucketNotification:BucketNotification":
    "the notifications of others stay; ours are taken out",
  "aws:iam/rolePolicy:RolePolicy":
    "our inline policy stays on a role of others, which the configuration of the bucket needs",
};

function keptOf(resources: readonly StateResource[], locks: readonly VaultLock[]): readonly Kept[] {
  const kept = new Map<string, Kept>();
  for (const { id, type } of resources) {
    const reason = KEPT_KINDS[type];
    if (reason === undefined || id === undefined) continue;
    // A bucket is named once, and again for what it shares with others.
    const key = SHARED_TYPES.has(type) ? `${type} ${id}` : id;
    if (kept.has(key)) continue;
    const lock = locks.find(({ bucketName }) => bucketName === id);
    kept.set(
      key,
      lock === undefined || SHARED_TYPES.has(type)
        ? { resource: id, reason }
        : { resource: id, reason: "it cannot be destroyed", lockedUntil: lock.untilAtLeast },
    );
  }
  return [...kept.values()];
}
