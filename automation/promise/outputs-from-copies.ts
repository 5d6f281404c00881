/**
 * A stack whose state is lost or destroyed, as far as its promises' copies tell of it (`choose-copy.ts` says which are believed).
 * What a copy says was written by the vault's account, so it is always said where a promise came from.
 */

import type { OutputMap } from "@pulumi/pulumi/automation";
import { bucketArn, partitionOf } from "../../components/config/values";
import { replicationOf } from "../../components/config/schema";
import type { LockstepConfig } from "../../components/config/types";
import { vaultOperationsBucketName } from "../../components/derived-names";
import type { VaultOutputs } from "../../components/promise/outputs";
import { accountClients, type AwsEnvironment } from "../aws/aws-clients";
import { stackOutputs, type OutputsOfStack } from "../stack/deployed-sources";
import { isLockstepError, LockstepError, messageOf, throwIfAborted } from "../errors";
import type { PromiseCopyFields, Session } from "../events";
import type { GuardLoss } from "../judge/outcome";
import { chooseCopy, outputsOfCopy, type Choice, type PlacedCopy } from "./choose-copy";
import { allCopies } from "./read-copies";

/** What was taken from copies, and what stands against believing them. */
export interface TakenFromCopies {
  /** By the source's name; empty while the state tells what is deployed. */
  readonly origins: ReadonlyMap<string, PromiseCopyFields>;
  /** Of the guard: copies that cannot be read, or that say something else than the one that was taken. */
  readonly losses: readonly GuardLoss[];
}

/** A stack whose outputs may come from copies of its promises. Both answers come from one reading. */
export interface StackWithCopies extends OutputsOfStack {
  /** What was taken from copies: nothing while the state tells what is deployed. */
  taken(): Promise<TakenFromCopies>;
}

interface Read extends TakenFromCopies {
  readonly outputs: OutputMap;
}

/**
 * The same stack; where its outputs tell of no source, they are made of copies. Asked for once.
 * @param stack throws `StackNotDeployed` where there is none
 */
export function withCopies(
  stack: OutputsOfStack,
  config: LockstepConfig,
  environment: AwsEnvironment,
  session: Session,
): StackWithCopies {
  let read: Promise<Read> | undefined;
  const once = (): Promise<Read> =>
    (read ??= readStack(
      stack,
      config,
      (places) => placedCopies(places, environment, session),
      session,
    ));
  return {
    name: stack.name,
    outputs: async () => (await once()).outputs,
    taken: once,
  };
}

interface FoundCopies {
  readonly copies: readonly PlacedCopy[];
  readonly losses: readonly GuardLoss[];
}

async function readStack(
  stack: OutputsOfStack,
  config: LockstepConfig,
  lookFor: (config: LockstepConfig) => Promise<FoundCopies>,
  session: Session,
): Promise<Read> {
  const told = await outputsOrError(stack);
  if (!(told instanceof LockstepError)) {
    const stated = { name: stack.name, outputs: () => Promise.resolve(told) };
    const { source, sources } = await stackOutputs(stated);
    if (source !== undefined || sources !== undefined) {
      return { outputs: told, origins: new Map(), losses: [] };
    }
  }
  const { copies, losses } = await lookFor(config);
  const choices = config.sources.map(({ name }) => ({
    name,
    ...chooseCopy(replicationOf(config, name), copies),
  }));
  for (const choice of choices) tell(choice, session);
  const chosen = choices.flatMap(({ chosen: copy, name }) => (copy ? { copy, name } : []));
  if (chosen.length === 0) {
    const [refused] = choices.flatMap((choice) => choice.refused);
    if (refused !== undefined) throw notAsConfigured(refused);
    if (told instanceof LockstepError) throw told;
    return { outputs: told, origins: new Map(), losses: [] };
  }
  return {
    outputs: outputsOf(config, chosen),
    origins: new Map(chosen.map(({ copy, name }) => [name, fieldsOf(copy)])),
    losses: [...losses, ...choices.flatMap(lossesOf)],
  };
}

async function outputsOrError(stack: OutputsOfStack): Promise<OutputMap | LockstepError> {
  try {
    return await stack.outputs();
  } catch (error) {
    if (isLockstepError(error) && error.code === "StackNotDeployed") return error;
    throw error;
  }
}

/** What lies beside the vaults of the config. What cannot be looked at is said. */
async function placedCopies(
  { vaults }: LockstepConfig,
  environment: AwsEnvironment,
  { emit, signal }: Session,
): Promise<FoundCopies> {
  const copies: PlacedCopy[] = [];
  const losses: GuardLoss[] = [];
  for (const vault of vaults) {
    const bucket = vaultOperationsBucketName(vault.bucket.name);
    const clients = await accountClients(vault, environment);
    try {
      for (const { copy, key, unreadable } of await allCopies(clients.s3, bucket, signal)) {
        if (copy !== undefined) copies.push({ ...copy, vault: vault.name });
        else if (unreadable.length > 0) {
          const resource = `${bucketArn(partitionOf(vault.region), bucket)}/${key}`;
          losses.push(lossOf(vault.name, resource, "readable", { unreadable }));
        }
      }
    } catch (error) {
      throwIfAborted(signal);
      const message = `copies of the promise at s3://${bucket} cannot be read: ${messageOf(error)}`;
      emit({ type: "warning", code: "PromiseCopyUnreadable", message });
    } finally {
      clients.destroy();
    }
  }
  return { copies, losses };
}

type NamedChoice = Choice & { readonly name: string };

function tell({ chosen, name, refused }: NamedChoice, { emit }: Session): void {
  if (chosen !== undefined) {
    const message =
      `the stack's state tells nothing of ${name}: what was promised is taken from the copy ${wordsOf(chosen)}. ` +
      "Whoever administers that account could have written it: compare its digest with the promiseDigest of an earlier verdict.";
    emit({ type: "warning", code: "PromiseFromCopy", message });
  }
  for (const { copy, problems } of refused) {
    const paths = problems.map(({ path }) => path).join(", ");
    const message = `the copy ${wordsOf(copy)} says something else than the config and is not believed: ${paths}`;
    emit({ type: "warning", code: "PromiseCopyRefused", message });
  }
}

function wordsOf({ bucket, key, vault, versionId, writtenEpochMs }: PlacedCopy): string {
  const written = new Date(writtenEpochMs).toISOString();
  return `in the operations bucket of vault ${vault}, s3://${bucket}/${key}, version ${versionId} of ${written}`;
}

function fieldsOf({
  bucket,
  key,
  vault,
  versionId,
  writtenEpochMs,
}: PlacedCopy): PromiseCopyFields {
  return { vault, bucket, key, versionId, writtenAt: new Date(writtenEpochMs).toISOString() };
}

function lossesOf({ chosen, rivals }: NamedChoice): readonly GuardLoss[] {
  if (chosen === undefined) return [];
  return rivals.map(({ copy: { bucket, digest, key, promise, vault, versionId }, paths }) => {
    const place = promise.vaults.find(({ name }) => name === vault) ?? promise.source;
    const resource = `${bucketArn(partitionOf(place.region), bucket)}/${key}`;
    return lossOf(vault, resource, { digest: chosen.digest }, { digest, versionId, paths });
  });
}

function lossOf(vault: string, resource: string, expected: unknown, found: unknown): GuardLoss {
  return {
    vault,
    protection: "promise-copy",
    resource,
    expected,
    found,
    allows: "a promise to be believed that was never deployed, while the stack's state is lost",
    restoredBy: "owner",
    restore:
      "bring the stack's state back from a backup, or hold the digests of the copies against the promiseDigest of an earlier verdict",
  };
}

function notAsConfigured({ copy, problems }: Choice["refused"][number]): LockstepError {
  return new LockstepError(
    "StackOutOfDate",
    `The stack's state is lost, and no copy of its promise says what the config says; the newest is ${wordsOf(copy)}.`,
    {
      problems,
      hint: "Bring the stack's state or the config that was deployed back. A copy that says something else may be planted.",
    },
  );
}

/** Everything that a verdict needs. */
function outputsOf(
  { isFleet }: LockstepConfig,
  chosen: readonly { readonly copy: PlacedCopy; readonly name: string }[],
): OutputMap {
  const vaults = new Map<string, VaultOutputs>();
  const newestLast = [...chosen].sort(
    ({ copy: one }, { copy: other }) => one.writtenEpochMs - other.writtenEpochMs,
  );
  for (const { copy } of newestLast) {
    for (const vault of copy.promise.vaults) vaults.set(vault.name, vault);
  }
  const sources = chosen.map(({ copy, name }) => ({ ...outputsOfCopy(copy), name }));
  const outputs = { ...(isFleet ? { sources } : sources[0]), vaults: [...vaults.values()] };
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, { value, secret: false }]),
  );
}
