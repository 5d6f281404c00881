/** Where a backfill carries on: at the record that is not settled, or at a job that no record names. */
import { LockstepError } from "../errors";
import type { Session } from "../events";
import { descriptionStart, type JobIntent } from "./intent";
import { TRIAL } from "./job-kind";
import type { Jobs } from "./jobs";
import type { Ledger, LedgerEntry, LedgerPages, SetAside } from "./ledger";

export interface TakeUpOptions extends Session {
  readonly ledger: Ledger;
  readonly jobs: Jobs;
  /** An intent as this configuration makes it, without a manifest. */
  readonly intentOf: (sequence: number) => JobIntent;
  /** A job that was made elsewhere and is to be carried on. */
  readonly adoptJobId?: string | undefined;
  /** Keys of files that were named already. */
  readonly namedAside: Set<string>;
}

/** What the ledger says at the start of a job. */
export interface TakenUp {
  /** Not settled: to be carried on. */
  readonly entry: LedgerEntry | undefined;
  /** Settled records of ours, the latest first. */
  readonly settled: readonly LedgerEntry[];
  readonly nextSequence: number;
}

/** As many set aside files are named one by one. */
const NAMED_LIMIT = 10;

/**
 * Reads the ledger. Records that are not ours, or name a job that is not, are set aside and named. Then no job of this source
 * may be left that runs without a record: one that does is carried on, so that there are never two.
 */
export async function takeUp(options: TakeUpOptions): Promise<TakenUp> {
  const { jobs, ledger, signal } = options;
  const pages = await openLedger(options);
  const { open } = pages;
  if (options.adoptJobId !== undefined) return adoptJob(options.adoptJobId, pages, options);
  if (open !== undefined) return taken(pages, open);
  const jobId = await jobs.findUnfinished(signal);
  if (jobId === undefined) return taken(pages, undefined);
  // It may be the job of a desk that began after we had read.
  const again = await openLedger(options);
  if (again.open !== undefined) return taken(again, again.open);
  options.emit({
    type: "warning",
    code: "JobAdopted",
    message: `The job ${jobId} has not ended, and no record of the ledger names it. It is carried on.`,
  });
  const entry = await ledger.adopt(options.intentOf(again.nextSequence), jobId, signal);
  return taken(again, entry);
}

/**
 * Notes a job that was made elsewhere. It has to work on this source's bucket under the batch role, and to report to where
 * reports are read: else nobody could hold what it did against anything.
 * @throws LockstepError `JobNotFound`, `JobNotOurs`, `LedgerConflict` while another job is under way
 */
async function adoptJob(
  jobId: string,
  pages: LedgerPages & { readonly open: LedgerEntry | undefined },
  { intentOf, jobs, ledger, signal }: TakeUpOptions,
): Promise<TakenUp> {
  const { open } = pages;
  const known = pages.entries.find(({ record }) => record.jobId === jobId);
  if (known !== undefined && known === open) return taken(pages, open);
  if (known !== undefined) {
    throw new LockstepError(
      "JobEnded",
      `The ledger has the job ${jobId}, and its verdict, already.`,
      {
        hint: "`lockstep verify` looks at what the vaults hold now.",
      },
    );
  }
  if (open !== undefined) {
    const under = open.record.jobId ?? `intent ${open.record.intent.sequence}`;
    throw new LockstepError("LedgerConflict", `Another job is under way: ${under}.`, {
      hint: `\`lockstep backfill\` carries it on; afterwards ${jobId} can be adopted.`,
    });
  }
  const job = await jobs.read(jobId, signal);
  const isTrial = job.Description?.startsWith(descriptionStart(TRIAL)) === true;
  const why = isTrial ? "it is the trial of another job" : jobs.whyForeign(job);
  if (why !== undefined) {
    throw new LockstepError("JobNotOurs", `The job ${jobId} cannot be adopted: ${why}.`, {
      hint: `\`lockstep watch ${jobId}\` follows it, and \`lockstep verify\` looks at what it brought.`,
    });
  }
  const intent = intentOf(pages.nextSequence);
  const reportScope = job.Report?.ReportScope ?? intent.reportScope;
  return taken(pages, await ledger.adopt({ ...intent, reportScope }, jobId, signal));
}

function taken(pages: LedgerPages, entry: LedgerEntry | undefined): TakenUp {
  return {
    entry,
    settled: pages.entries.filter(({ record }) => record.state === "settled"),
    nextSequence: pages.nextSequence,
  };
}

/** The ledger, and its latest record if that is neither settled nor of a job of others. */
async function openLedger(
  options: TakeUpOptions,
): Promise<LedgerPages & { readonly open: LedgerEntry | undefined }> {
  const { jobs, ledger, signal } = options;
  const pages = await ledger.open(signal);
  const [latest] = pages.entries;
  const aside = [...pages.aside];
  let open = latest?.record.state === "settled" ? undefined : latest;
  if (open?.record.jobId !== undefined) {
    const why = await jobs.foreignJob(open.record.jobId, signal);
    if (why !== undefined) {
      aside.push({
        key: open.key,
        why: `the job ${open.record.jobId} that it names is not ours: ${why}`,
      });
      open = undefined;
    }
  }
  nameAside(aside, options);
  return { ...pages, open };
}

function nameAside(aside: readonly SetAside[], options: TakeUpOptions): void {
  const fresh = aside.filter(({ key }) => !options.namedAside.has(key));
  for (const { key, why } of fresh.slice(0, NAMED_LIMIT)) {
    options.emit({
      type: "warning",
      code: "LedgerSetAside",
      message: `Set aside in the ledger: ${key}: ${why}.`,
    });
  }
  if (fresh.length > NAMED_LIMIT) {
    options.emit({
      type: "warning",
      code: "LedgerSetAside",
      message: `Set aside in the ledger: ${fresh.length - NAMED_LIMIT} more files.`,
    });
  }
  for (const { key } of fresh) options.namedAside.add(key);
}
