import { destroyStack, detachStack } from "../../stack/deploy";
import { LockstepError, isLockstepError } from "../../errors";
import type { EventTable } from "../../events";
import {
  keptResources,
  SHARED_TYPES,
  sharedResources,
  stateResources,
  type StateResource,
} from "../../stack/kept-resources";
import { findLocks, type VaultLock } from "../../stack/locked-data";
import type { CommandContext, CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { openStack } from "../../stack/workspace";
import { forEachSource, openNamedStack, type OpenedStack } from "./stack-command";

type Kept = Readonly<EventTable["kept"]>;

/** `lockstep destroy`: what holds data stays, and is named with the date until which nobody can take it away. */
export const destroy: CommandHandler = async (context) => {
  const opened = await openNamedStack(context, "select");
  const { stack } = opened.address;
  const resources = await stateResources(opened.stack);
  if (resources.length === 0) {
    throw new LockstepError("StackNotDeployed", `The stack ${stack} has nothing to take down.`);
  }
  const kept = keptOf(keptResources(resources), await locksOf(opened, context));
  for (const fields of kept) context.emit({ type: "kept", ...fields });
  const text = `Take down the rest of the stack ${stack}?`;
  if (!(await context.confirm({ code: "destroy", text }))) {
    throw new LockstepError("Declined", "Nothing was taken down.");
  }
  if (sharedResources(resources).length > 0) {
    const { address, config, engine } = opened;
    const options = { detached: true };
    await detachStack(
      await openStack(address, config, engine, "select", context.signal, options),
      context,
    );
  }
  await destroyStack(opened.stack, context);
  context.emit({
    type: "done",
    command: "destroy",
    next: [
      ...kept.flatMap(({ lockedUntil, resource }) =>
        lockedUntil === undefined
          ? []
          : [`${resource} stays; locked until ${lockedUntil} at least`],
      ),
      `lockstep up --stack ${stack}    takes up again what stays, and replicates into it`,
    ],
  });
  return EXIT.ok;
};

/** The locks in the vaults; none for a stack that was never deployed to its end, whose vaults are still empty. */
async function locksOf(
  opened: OpenedStack,
  context: CommandContext,
): Promise<readonly VaultLock[]> {
  // The source's team may not look into the vaults, and has none to take down.
  if (opened.config.side !== "both") return [];
  try {
    const locks = await forEachSource(opened, context, ({ clients }) =>
      findLocks([...clients.vaults.values()], context),
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
