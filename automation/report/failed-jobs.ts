/** Why jobs failed, in words and statements. Each format escapes them itself. Pure. */

import type { JobHistory } from "./fields";
import { patchesOf } from "./patch-words";

/** One reason of one job. */
interface FailedJob {
  /** What happened, in AWS's words. */
  readonly failure: string;
  /** What it means, and what to do; empty where nobody knows. */
  readonly lines: readonly string[];
  readonly patches: ReturnType<typeof patchesOf>;
}

/** So many jobs that failed are explained, the latest; JSON has all. */
const JOBS_LIMIT = 10;

/** A row for each reason of the latest jobs that failed, in the order of the jobs. */
export function failedJobs(jobs: readonly JobHistory[]): readonly FailedJob[] {
  const failed = jobs.filter(({ outcome }) => outcome === "failed").slice(0, JOBS_LIMIT);
  return failed.flatMap(({ failureReasons, jobId, sequence }): readonly FailedJob[] => {
    const name = `Job ${jobId ?? `of record ${sequence}`}`;
    if (failureReasons === undefined || failureReasons.length === 0) {
      const lines = ["`lockstep jobs` asks AWS why, which keeps a job for 90 days after its end."];
      return [{ failure: `${name} failed, and its record does not say why`, lines, patches: [] }];
    }
    return failureReasons.map(({ code, explained, reason }) => ({
      failure: `${name} failed: ${code}: ${reason}`,
      lines:
        explained === undefined
          ? ["Nobody here knows these words: `lockstep doctor` looks for the cause."]
          : [
              `What it means: ${explained.what}.`,
              `In account ${explained.account}, role ${explained.role}: ${explained.fix}.`,
              `Does a further run help? ${explained.rerun === "yes" ? "Yes." : "Once this is done."}`,
              `AWS's page: ${explained.source}`,
            ],
      patches: patchesOf({ patches: explained?.patches }),
    }));
  });
}
