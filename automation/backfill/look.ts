/** Looking at the source and into the vaults, with a job's findings or without a job. */
import type { LockstepOutputs } from "../../components/outputs";
import type { WaitLimits } from "../clock";
import type { Session, VerdictFields } from "../events";
import { readLiveRules, type LiveRule } from "../replication-rules";
import { listVersions, type ListedVersion } from "../source-versions";
import type { StackClients } from "../stack-clients";
import { examineVersions, judgeVersions, type ExamineOptions, type TaskFacts } from "./examine";
import { formVerdict, type JobCounts } from "./verdict";

export interface LookOptions extends Session {
  readonly outputs: LockstepOutputs;
  readonly clients: StackClients;
  /** How to wait for replication to settle. */
  readonly settleLimits: WaitLimits;
  /** HEAD requests at once. */
  readonly concurrency: number;
}

/**
 * Looks at every version without a job.
 * @throws LockstepError `RulesDisabled` when there is no replication configuration
 */
export async function verifyStack(options: LookOptions): Promise<VerdictFields> {
  const rules = await readLiveRules(options.clients.source.s3, options.outputs, options.signal);
  const versions = await listSource(options);
  return lookAtVaults(options, rules, versions, new Map(), undefined);
}

/** Waits for the source to settle, looks into the vaults, and tells the verdict. */
export async function lookAtVaults(
  options: LookOptions,
  rules: readonly LiveRule[],
  versions: readonly ListedVersion[],
  tasks: ReadonlyMap<string, TaskFacts>,
  counts: JobCounts | undefined,
): Promise<VerdictFields> {
  const examined = await examineVersions(versions, examineOptions(options, rules));
  const vaults = options.clients.vaults;
  const outcomes = await judgeVersions(examined, { ...options, vaults, tasks });
  return tell(options, formVerdict(outcomes, counts));
}

/** The options of `examineVersions` for the source of a stack. */
export function examineOptions(options: LookOptions, rules: readonly LiveRule[]): ExamineOptions {
  return {
    ...options,
    s3: options.clients.source.s3,
    bucket: options.outputs.source.bucketName,
    rules,
    takesReplicas: options.outputs.source.chainedFrom !== undefined,
    limits: options.settleLimits,
  };
}

/** Tells a verdict and hands it on. */
export function tell(session: Session, verdict: VerdictFields): VerdictFields {
  session.emit({ type: "verdict", ...verdict });
  return verdict;
}

/** Every version and delete marker of the source bucket. */
export async function listSource(options: LookOptions): Promise<readonly ListedVersion[]> {
  const versions: ListedVersion[] = [];
  const { clients, outputs, signal } = options;
  for await (const version of listVersions(clients.source.s3, outputs.source.bucketName, signal)) {
    versions.push(version);
  }
  return versions;
}
