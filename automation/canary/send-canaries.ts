/**
 * Canaries, from the question to what became of them:
 *
 *     look at retentions and rules -> plan -> ask -> write -> follow at the source -> look into the vaults
 *
 * What was written stays. Whoever stops in between is told what and where.
 */

import type { WaitLimits } from "../clock";
import { awsFailure, failureText, LockstepError } from "../errors";
import type { Confirm, Session } from "../events";
import type { DeployedPromise } from "../promise/deployed-promise";
import { type CanaryEnd, followCanaries } from "./follow-canaries";
import { type CanaryAtVault, lookAtCanary } from "./look-at-canary";
import type { RuleWithoutCanary } from "./plan-canaries";
import {
  type CanarySource,
  prepareCanaries,
  type ReadyCanary,
  type ReadySource,
} from "./prepare-canaries";
import { canaryQuestion } from "./stays";
import { writeCanary, type WrittenCanary } from "./write-canary";

/** Which canaries, and how long to wait for them. */
export interface CanaryOptions extends Session {
  /** All that are asked for in one question. */
  readonly sources: readonly CanarySource[];
  /** Is asked whether they may be written, which nobody can undo before their locks end. */
  readonly confirm: Confirm;
  /** How to wait for replication. Its deadline is no error. */
  readonly limits: WaitLimits;
}

/** What became of one canary. */
export interface CanaryResult extends CanaryEnd {
  /** As it was written. */
  readonly canary: WrittenCanary;
  /** One for each vault that it was written for. */
  readonly atVaults: readonly CanaryAtVault[];
}

/** A canary that S3 did not take. */
export interface RefusedCanary {
  /** Where it would have been. */
  readonly key: string;
  /** S3's, as in `AccessDenied`. */
  readonly code: string;
  /** S3's words. */
  readonly cause: string;
}

/** What became of the canaries of one source. */
export interface SentCanaries {
  /** What they were held against. */
  readonly promise: DeployedPromise;
  /** In the order in which they were written. */
  readonly results: readonly CanaryResult[];
  /** Those that S3 did not take. */
  readonly refused: readonly RefusedCanary[];
  /** Rules that no canary shows anything of. */
  readonly without: readonly RuleWithoutCanary[];
}

/**
 * Writes canaries, waits for live replication and looks into the vaults.
 * @returns in the order of the sources
 * @throws LockstepError `Declined` before anything is written; `StackOutOfDate`, `Aborted`
 */
export async function sendCanaries(options: CanaryOptions): Promise<readonly SentCanaries[]> {
  const ready: ReadySource[] = [];
  for (const source of options.sources) ready.push(await prepareCanaries(source, options));
  await requireConsent(ready, options.confirm);
  const written: WrittenOne[] = [];
  const refused = new Map<ReadySource, RefusedCanary[]>();
  try {
    for (const source of ready) refused.set(source, await writeAll(source, written, options));
    const followed = written.map(({ canary, source }) => ({
      ...canary,
      s3: source.clients.source.s3,
    }));
    const ends = await followCanaries(followed, options.limits, options);
    const results = new Map<ReadySource, CanaryResult[]>();
    for (const { canary, source } of written) {
      const end = ends.get(canary.key);
      if (end === undefined) throw new TypeError(`nobody followed ${canary.key}`);
      const atVaults = await lookAtCanary(canary, end.head, { ...source, signal: options.signal });
      for (const one of atVaults) tellOutcome(one, options);
      results.set(source, [...(results.get(source) ?? []), { ...end, canary, atVaults }]);
    }
    return ready.map((source) => ({
      promise: source.promise,
      without: source.without,
      results: results.get(source) ?? [],
      refused: refused.get(source) ?? [],
    }));
  } catch (error) {
    warnOfWritten(written, options);
    throw error;
  }
}

async function requireConsent(ready: readonly ReadySource[], confirm: Confirm): Promise<void> {
  const canaries = ready.flatMap((source) => source.canaries);
  if (canaries.length === 0) return;
  const asked = canaries.map(({ body, key, stays }) => ({
    key,
    stays,
    sizeBytes: Buffer.byteLength(body),
  }));
  if (await confirm({ code: "canary", text: canaryQuestion(asked) })) return;
  throw new LockstepError("Declined", "No canary was written.", {
    hint: "Nothing was made or changed.",
  });
}

/** A canary that S3 has, or may have where its answer never came. */
interface WrittenOne {
  readonly source: ReadySource;
  canary: WrittenCanary;
}

async function writeAll(
  source: ReadySource,
  written: WrittenOne[],
  session: Session,
): Promise<RefusedCanary[]> {
  const refused: RefusedCanary[] = [];
  for (const planned of source.canaries) {
    const one = { source, canary: unanswered(planned, source) };
    written.push(one);
    try {
      one.canary = await writeCanary(
        source.clients.source.s3,
        one.canary.bucket,
        planned,
        planned.body,
        session.signal,
      );
      tellWritten(one.canary, planned, session);
    } catch (error) {
      const failure = awsFailure(error);
      if (failure?.httpStatus !== 403) throw error;
      written.pop();
      refused.push({ key: planned.key, code: failure.code, cause: failureText(failure) });
    }
  }
  return refused;
}

function unanswered(
  { body, key, rules, tags, vaults }: ReadyCanary,
  { promise }: ReadySource,
): WrittenCanary {
  return {
    key,
    rules,
    tags,
    vaults,
    bucket: promise.source.bucketName,
    versionId: "",
    sizeBytes: Buffer.byteLength(body),
  };
}

function tellWritten(
  { bucket, key, rules, sizeBytes, versionId }: WrittenCanary,
  { stays }: ReadyCanary,
  { emit }: Session,
): void {
  emit({ type: "canary-written", bucket, key, versionId, sizeBytes, rules, stays });
}

function tellOutcome(outcome: CanaryAtVault, { emit }: Session): void {
  const { cause, code, key, kind, lockMode, lockedUntil, vault, versionId } = outcome;
  emit({
    type: "canary-judged",
    key,
    versionId,
    vault,
    kind,
    code,
    ...(cause === undefined ? {} : { cause }),
    ...(lockMode === undefined ? {} : { lockMode }),
    ...(lockedUntil === undefined ? {} : { lockedUntil }),
  });
}

/** Replication goes on without us. */
function warnOfWritten(written: readonly WrittenOne[], { emit }: Session): void {
  for (const { canary, source } of written) {
    const { bucket, key, vaults, versionId } = canary;
    const stays = source.canaries.find((one) => one.key === key)?.stays ?? [];
    const locks = stays.flatMap(({ lockedUntil, mode, vault }) =>
      mode === undefined || lockedUntil === undefined
        ? []
        : [`at ${vault ?? "the source"} in ${mode} mode until ${lockedUntil}`],
    );
    const what =
      versionId === ""
        ? `the canary ${key} may have been written into ${bucket}`
        : `the canary ${key} (version ${versionId}) stays in ${bucket}`;
    const locked = locks.length === 0 ? "" : ` It is locked, or will be, ${locks.join(", ")}.`;
    const message = `${what}, and S3 still replicates it to ${vaults.join(", ")}.${locked} Nothing has to be put right; \`lockstep verify\` looks at it like at any other version.`;
    emit({ type: "warning", code: "CanaryStays", message });
  }
}
