/** Looks at a source and its vaults for what a canary needs to know. Nothing is changed. */

import { randomBytes } from "node:crypto";
import type { LockstepOutputs } from "../../components/promise/outputs";
import { callerIdentity } from "../aws/aws-clients";
import type { StackClients } from "../aws/stack-clients";
import type { Session } from "../events";
import { readBucket } from "../guard/read-guard";
import { sourceDrift } from "../judge/drift";
import { readSourceSettings } from "../look/source-settings";
import { deployedPromise, type DeployedPromise } from "../promise/deployed-promise";
import { planCanaries, type PlannedCanary, type RuleWithoutCanary } from "./plan-canaries";
import { ruleAtVault } from "./seen-canaries";
import { type CanaryStay, type Retentions, staysOf } from "./stays";
import { canaryBody } from "./write-canary";

/** A source of a deployed stack that canaries are written into. */
export interface CanarySource {
  /** Of the one source, as its stack tells them. */
  readonly outputs: LockstepOutputs;
  /** As `stackClients` makes them. */
  readonly clients: StackClients;
  /** Rules at vaults that need none, as `seenCanaries` answers. Absent: each gets one. */
  readonly seen?: ReadonlySet<string> | undefined;
  /** Asked of each planned canary in turn whether it is written. Absent: each is. */
  readonly isWanted?: ((canary: PlannedCanary) => boolean) | undefined;
}

/** A canary as it would be written. */
export interface ReadyCanary extends PlannedCanary {
  readonly body: string;
  readonly stays: readonly CanaryStay[];
}

/** What would be written into one source. */
export interface ReadySource extends CanarySource {
  readonly promise: DeployedPromise;
  readonly canaries: readonly ReadyCanary[];
  readonly without: readonly RuleWithoutCanary[];
}

/** @throws LockstepError `StackOutOfDate` */
export async function prepareCanaries(
  source: CanarySource,
  { clock, signal }: Session,
): Promise<ReadySource> {
  const { clients, outputs } = source;
  const promise = deployedPromise(outputs);
  const { accountId, bucketName } = promise.source;
  const { s3 } = clients.source;
  const [caller, settings, bucket] = await Promise.all([
    callerIdentity(clients.source, signal),
    readSourceSettings(s3, promise.source, signal),
    readBucket(bucketName, accountId, s3, signal),
  ]);
  // A lock ends by AWS's time.
  const nowEpochMs = caller.answeredEpochMs ?? clock.nowEpochMs();
  const { encryption } = bucket;
  const isUnderKms =
    "value" in encryption && encryption.value.algorithm?.startsWith("aws:kms") === true;
  const { canaries, without } = planCanaries({
    rules: promise.rules,
    drift: sourceDrift(promise, settings),
    isChained: promise.source.chainedFrom !== undefined,
    isUnderKms,
    nowEpochMs,
    random: () => randomBytes(4).toString("hex"),
  });
  const vaults = await readVaults(source, promise, signal);
  const retentions = { source: { bucket: bucketName, objectLock: bucket.objectLock }, vaults };
  const content = {
    promise: promise.digest,
    writtenBy: caller.arn,
    writtenEpochMs: nowEpochMs,
  };
  return {
    ...source,
    promise,
    without,
    canaries: canaries
      .filter((canary) => !isSeen(canary, source.seen) && source.isWanted?.(canary) !== false)
      .map((canary) => ({
        ...canary,
        body: canaryBody(canary, content),
        stays: staysOf(canary, retentions, nowEpochMs),
      })),
  };
}

/** Each of its rules has one already at that vault. */
function isSeen({ rules, vaults }: PlannedCanary, seen: ReadonlySet<string> | undefined): boolean {
  return rules.every((rule, index) => seen?.has(ruleAtVault(rule, vaults[index] ?? "")) === true);
}

async function readVaults(
  { clients }: CanarySource,
  { vaults }: DeployedPromise,
  signal: AbortSignal,
): Promise<Retentions["vaults"]> {
  const found: Retentions["vaults"][number][] = [];
  for (const { accountId, bucketName, lock, name } of vaults.values()) {
    const access = clients.vaults.get(name);
    if (access === undefined) continue;
    const { objectLock } = await readBucket(bucketName, accountId, access.s3, signal);
    found.push({ name, bucket: bucketName, promised: lock, objectLock });
  }
  return found;
}
