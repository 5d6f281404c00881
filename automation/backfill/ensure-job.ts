/** From an intent that is written down to its one job. */
import { awsFailure } from "../errors";
import type { Session } from "../events";
import { clientRequestToken, type JobIntent } from "./intent";
import type { Jobs } from "./jobs";
import type { Ledger, LedgerEntry } from "./ledger";

/** A job whose id is in the ledger. */
export interface NotedJob {
  readonly entry: LedgerEntry;
  readonly jobId: string;
  /** The ledger had its id before this run. */
  readonly isFromEarlierRun: boolean;
}

/** What makes the job of an intent. */
export interface EnsureJobOptions extends Session {
  readonly jobs: Jobs;
  readonly ledger: Ledger;
  /** Whether a job may still be made of an intent that has none; asked right before. What is against it was told. */
  readonly mayBeMade: (intent: JobIntent) => Promise<boolean>;
}

/** Makes sure that an intent has exactly one job, and that its id is written down. Undefined: it may have none any more. */
export async function ensureJob(
  options: EnsureJobOptions,
  entry: LedgerEntry,
  resumed: boolean,
): Promise<NotedJob | undefined> {
  const { jobs, ledger, signal } = options;
  const { intent } = entry.record;
  const tellCreated = (jobId: string, wasThere: boolean): void =>
    options.emit({
      type: "job-created",
      jobId,
      resumed: wasThere,
      clientRequestToken: clientRequestToken(intent),
    });
  if (entry.record.jobId !== undefined) {
    tellCreated(entry.record.jobId, true);
    return { entry, jobId: entry.record.jobId, isFromEarlierRun: true };
  }
  // A run that was stopped between CreateJob and its note left a job that only its description names.
  const found = await jobs.find(intent, signal);
  if (found === undefined && !(await options.mayBeMade(intent))) return undefined;
  const jobId = found ?? (await createJob(options, intent));
  const noted = await ledger.noteJob(entry, jobId, signal);
  tellCreated(jobId, found !== undefined || resumed);
  return { entry: noted, jobId, isFromEarlierRun: false };
}

async function createJob({ jobs, signal }: EnsureJobOptions, intent: JobIntent): Promise<string> {
  try {
    return await jobs.create(intent, signal);
  } catch (error) {
    // Another desk sent the same token in the same moment: then the job is there by now.
    if (awsFailure(error)?.code !== "IdempotencyException") throw error;
    const jobId = await jobs.find(intent, signal);
    if (jobId === undefined) throw error;
    return jobId;
  }
}
