/** What became of a trial: its job's files, and the vaults' own word on its version. */
import type { WaitLimits } from "../../clock";
import type { Outcome } from "../../judge/outcome";
import { LockstepError, type Problem } from "../../errors";
import type { Session } from "../../events";
import { isOnItsWay } from "../../look/judge-in-full";
import { lookAtVersion, type VersionOptions } from "../../look/look-at-version";
import type { JudgedVersion, LookOptions } from "../../look/look";
import { untilSettled } from "../../look/until-settled";
import { listOne } from "../../look/join-listings";
import type { VaultListing } from "../../look/vault-listing";
import type { DeployedPromise } from "../../promise/deployed-promise";
import type { ListedVersion } from "../../proof/source-versions";
import { tasksOf, type JobFiles } from "../job-findings";
import { rowDifferences } from "../report-sets";
import { hasArrived } from "./choose";

export interface LookAtTrialOptions extends Pick<
  LookOptions,
  "annotations" | "clients" | "clock" | "signal"
> {
  readonly promise: DeployedPromise;
  readonly settleLimits: WaitLimits;
}

/** Looks at one version at every vault, until replication has its last word on it. */
async function lookAtTrial(
  version: ListedVersion,
  files: JobFiles,
  options: LookAtTrialOptions,
): Promise<JudgedVersion> {
  const { clients, clock, promise, settleLimits: limits, signal } = options;
  const tasks = tasksOf(files, promise.source.bucketName);
  let found: JudgedVersion = { version, outcomes: [] };
  const look = async (): Promise<readonly number[]> => {
    const listings = new Map<string, VaultListing>();
    for (const [name, access] of clients.vaults) {
      listings.set(name, await listOne(version, access, signal));
    }
    const by: VersionOptions = { ...options, listings, tasks };
    found = await lookAtVersion(version, by);
    return isOnItsWay(found) ? [0] : [];
  };
  await untilSettled(1, { clock, limits, signal, look });
  return found;
}

/** What a trial was tried with, and for. */
export interface TrialJobs {
  /** AWS's, of the job that waits for it. */
  readonly jobId: string;
  /** AWS's, of its own. */
  readonly trialJobId: string;
}

/**
 * Looks at the version of a trial whose job has ended, and tells what became of it.
 * @returns as `trialProblems`
 */
export async function judgeTrial(
  { jobId, trialJobId }: TrialJobs,
  version: ListedVersion,
  files: JobFiles,
  options: LookAtTrialOptions & Pick<Session, "emit">,
): Promise<readonly Problem[]> {
  const judged = await lookAtTrial(version, files, options);
  const problems = trialProblems(judged, files, options.promise);
  const { key, versionId } = version;
  const vaults = judged.outcomes.flatMap(({ vault }) => vault ?? []);
  const arrived = problems.length === 0;
  options.emit({ type: "trial", jobId, trialJobId, key, versionId, vaults, arrived });
  return problems;
}

/** Why a trial did not arrive as promised, each with its place and what to do; empty when it did. Pure. */
export function trialProblems(
  judged: JudgedVersion,
  files: JobFiles,
  promise: DeployedPromise,
): readonly Problem[] {
  const { accountId, bucketName } = promise.source;
  const wrong = judged.outcomes.filter(({ kind }) => kind === "failed" || kind === "unverifiable");
  const problems = wrong.map((outcome) => {
    const vault = promise.vaults.get(outcome.vault ?? "");
    const place =
      vault === undefined
        ? `account ${accountId}, source ${bucketName}`
        : `account ${vault.accountId}, vault ${vault.name} (${vault.bucketName})`;
    return { path: place, message: outcome.cause ?? outcome.code, fix: fixOf(outcome) };
  });
  const differences = [
    ...files.problems,
    ...rowDifferences({
      sourceBucket: bucketName,
      manifest: files.manifest,
      rows: files.report?.rows,
      reportHasAllTasks: true,
    }),
  ];
  const ofFiles = differences.map((message) => ({
    path: `account ${accountId}, operations bucket of ${bucketName}`,
    message,
    fix: "`lockstep doctor` looks at the batch role's rights and at the operations bucket",
  }));
  if (problems.length === 0 && !hasArrived(judged)) {
    const message = "it is promised at no vault any more";
    return [{ path: `account ${accountId}, source ${bucketName}`, message }, ...ofFiles];
  }
  return [...problems, ...ofFiles];
}

/** What to do, by what a look found. Codes that are not here are the doctor's to look into. */
const FIXES: Partial<Record<Outcome["code"], string>> = {
  "lock-weaker":
    "`lockstep up` restores the vault's default retention; the lock of this version `lockstep relock` extends",
  "wrong-key": "`lockstep up` restores the rule and the vault's default encryption",
  "wrong-class": "`lockstep up` restores the rule's storage class",
  "wrong-owner":
    "`lockstep up` restores the rule's owner override and the vault's object ownership",
  "no-right":
    "give the credentials that look into the vault what `lockstep policies --operator` names",
};

function fixOf({ code }: Outcome): string {
  return (
    FIXES[code] ??
    "`lockstep doctor` looks for the cause at roles, rules, policies and keys of both sides, and names the fix"
  );
}

/** The error of a trial that did not arrive. @param jobId of the job that waits for it */
export function trialFailed(
  { key, versionId }: { readonly key: string; readonly versionId: string },
  jobId: string,
  what: {
    readonly message: string;
    readonly problems?: readonly Problem[];
    readonly cause?: unknown;
  },
): LockstepError {
  const { cause, message, problems = [] } = what;
  return new LockstepError(
    "TrialFailed",
    `The trial of ${key} (version ${versionId}): ${message}`,
    {
      problems,
      cause,
      hint: `The job ${jobId} stays suspended as it was, and what was approved stays approved. Put the cause right and run \`lockstep backfill\` again: it tries once more. \`trial: false\` in lockstep:backfill lets the job run without.`,
    },
  );
}
