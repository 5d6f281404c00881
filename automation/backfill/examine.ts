import type { S3Client } from "@aws-sdk/client-s3";
import type { WaitLimits } from "../clock";
import { forEachConcurrently } from "../concurrency";
import type { Session } from "../events";
import {
  eligibility,
  needsTags,
  readTags,
  type Eligibility,
  type LiveRule,
} from "../replication-rules";
import { versionName, type ListedVersion } from "../source-versions";
import { settleVersions, type VersionHead } from "./settle";
import type { VersionOutcome } from "./verdict";
import { verifyReplicas, type ExpectedReplica, type VaultAccess } from "./verify";

export interface ExamineOptions extends Session {
  readonly s3: S3Client;
  readonly bucket: string;
  readonly rules: readonly LiveRule[];
  /** The source is itself a vault, so that its replicas go on to the next. */
  readonly takesReplicas?: boolean;
  readonly limits: WaitLimits;
  readonly concurrency: number;
}

/** One version with everything that the source says about it. */
export interface ExaminedVersion {
  readonly version: ListedVersion;
  /** Undefined for a delete marker. */
  readonly head: VersionHead | undefined;
  readonly eligibility: Eligibility;
}

/** Reads every version at the source, waiting for those still `PENDING`, and decides where each has to be. */
export async function examineVersions(
  versions: readonly ListedVersion[],
  options: ExamineOptions,
): Promise<readonly ExaminedVersion[]> {
  const heads = await settleVersions(versions, options);
  const tags = new Map<string, Readonly<Record<string, string>>>();
  if (needsTags(options.rules)) {
    await forEachConcurrently(
      versions.filter((version) => !version.isDeleteMarker),
      { limit: options.concurrency, signal: options.signal },
      async (version) => {
        tags.set(
          versionName(version),
          await readTags(options.s3, options.bucket, version, options.signal),
        );
      },
    );
  }
  return versions.map((version) => {
    const head = heads.get(versionName(version));
    const facts = {
      tags: tags.get(versionName(version)) ?? {},
      encryption: head?.encryption,
      replicationStatus: head?.replicationStatus,
      takesReplicas: options.takesReplicas === true,
    };
    return { version, head, eligibility: eligibility(version, facts, options.rules) };
  });
}

/** True when a job with the statuses `NONE` and `FAILED` would still find something to do. */
export function hasWorkLeft(examined: readonly ExaminedVersion[]): boolean {
  return examined.some(
    ({ eligibility: where, head }) =>
      "vaults" in where &&
      (head?.replicationStatus === undefined || head.replicationStatus === "FAILED"),
  );
}

/** What the job said about a version: an error of its task, or that it was listed. */
export interface TaskFacts {
  readonly error?: string;
}

export interface JudgeOptions extends Session {
  readonly vaults: ReadonlyMap<string, VaultAccess>;
  readonly concurrency: number;
  /** By `versionName`; the versions that the job's manifest lists. */
  readonly tasks: ReadonlyMap<string, TaskFacts>;
}

/** Looks into the vaults and says of every version what became of it. */
export async function judgeVersions(
  examined: readonly ExaminedVersion[],
  options: JudgeOptions,
): Promise<readonly VersionOutcome[]> {
  const expected: ExpectedReplica[] = [];
  for (const { version, head, eligibility: where } of examined) {
    if ("vaults" in where && head !== undefined) {
      expected.push({ version, source: head, vaults: where.vaults });
    }
  }
  const failures = new Map<string, { vault: string; cause: string }>();
  await verifyReplicas(expected, {
    ...options,
    onChecked: ({ version }, vault, check) => {
      const name = versionName(version);
      if (!check.ok && !failures.has(name)) failures.set(name, { vault, cause: check.cause });
    },
  });
  return examined.map((one) =>
    outcomeOf(one, options.tasks, failures.get(versionName(one.version))),
  );
}

/** Says what became of one version. Pure. */
export function outcomeOf(
  { version, head, eligibility: where }: ExaminedVersion,
  tasks: ReadonlyMap<string, TaskFacts>,
  failure: { readonly vault: string; readonly cause: string } | undefined,
): VersionOutcome {
  const task = tasks.get(versionName(version));
  const wasInJob = task !== undefined;
  if ("ineligible" in where) return { result: "ineligible", reason: where.ineligible, wasInJob };
  const { key, versionId } = version;
  if (failure !== undefined) {
    const why = [failure.cause, task?.error, statusWords(head?.replicationStatus)];
    const cause = why.filter((part) => part !== undefined).join("; ");
    return { result: "failed", key, versionId, vault: failure.vault, cause, wasInJob };
  }
  // There in every vault, whatever the source still says: with several vaults its one status may lag behind.
  return { result: "proven", wasInJob };
}

function statusWords(status: string | undefined): string | undefined {
  if (status === undefined) return "replication was never started for it";
  if (status === "PENDING") return "replication is still pending";
  if (status === "FAILED") return "replication failed";
  return undefined;
}
