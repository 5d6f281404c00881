/**
 * Has Athena read the reports of jobs, in the source's account and where they lie: what they tell of one key, and how many tasks ended how.
 * Reports are the source's word: this is a history, and proves nothing.
 */

import type { AthenaConfig } from "../../../components/config/types";
import { chargedBytes } from "../../analysis/athena/price";
import { intentFrame } from "../../backfill/intent";
import type { JobSnapshot } from "../../backfill/job-state";
import { Jobs } from "../../backfill/jobs";
import { whyUnread } from "../../backfill/unread-report";
import { isLockstepError, LockstepError } from "../../errors";
import { agreeTo } from "../../look/athena/agree";
import { atWork, type AthenaAt } from "../../look/athena/at-work";
import type { AthenaPlanFields } from "../../look/athena/fields";
import { planOfPlace } from "../../look/athena/plan";
import { counted } from "../../words";
import type { JobsOptions } from "../source-jobs";
import { TaskOutcomes, type ReportedJob, type ToldReport } from "../told-report";
import { QUESTIONS, reportSteps } from "./report-answers";
import { findParts, type AskedJob, type FoundPart, type ReportsPlace } from "./report-parts";
import type { ReportsAthena } from "./reports-athena";
import { expectedCount, heldAgainst } from "./seen-tasks";

/** The section of the config that names the Athena of each source's account, and its budget. */
const BACKFILL_SECTION = "lockstep:backfill";

type Told = ToldReport | LockstepError;

/**
 * Asks, once somebody has agreed to the price; where no report has a row nobody is asked.
 * @param key as it is
 * @returns what the report of each of the jobs tells; `ReportUnreadable` for one that cannot be read, or of which Athena has seen a part
 * @throws LockstepError `BudgetExceeded`, `Declined` before anything is charged; `AthenaQueryFailed`
 */
export async function askReports(
  options: JobsOptions,
  jobs: readonly ReportedJob[],
  key: string,
  athena: ReportsAthena,
): Promise<(job: ReportedJob) => Promise<ToldReport>> {
  const { clients, clock, outputs, signal } = options;
  let nowEpochMs: number | undefined;
  const reports: ReportsPlace = {
    s3: clients.source.s3,
    bucket: outputs.operations.bucketName,
    prefix: outputs.operations.reportPrefix,
    signal,
    onDate: (epochMs) => (nowEpochMs = Math.max(epochMs, nowEpochMs ?? 0)),
  };
  const told = new Map<string, Told>();
  const asked: AskedJob[] = [];
  for (const job of jobs) {
    const parts = await findParts(job.jobId, reports).catch(unreadable);
    if (isLockstepError(parts)) told.set(job.jobId, parts);
    else if (parts.length > 0) asked.push({ ...job, parts });
    else told.set(job.jobId, { rows: [], outcomes: new TaskOutcomes() });
  }
  if (asked.length > 0) {
    const plan = planOf(options, asked, athena);
    await agreeTo(agreementOf(plan), athena, options.emit);
    const { database } = athena.place;
    const answers = await atWork(
      athenaAt(options, athena.place),
      reportSteps({ ...options, asked, key, reports, database }),
      { ...options, nowEpochMs: nowEpochMs ?? clock.nowEpochMs() },
    );
    for (const [jobId, answer] of answers) told.set(jobId, answer);
  }
  await holdAgainstCounts(options, jobs, told);
  return (job) => {
    const found = told.get(job.jobId);
    if (found === undefined) throw new Error(`nothing was asked of the job ${job.jobId}`);
    return isLockstepError(found) ? Promise.reject(found) : Promise.resolve(found);
  };
}

function unreadable(error: unknown): LockstepError {
  const why = whyUnread(error);
  if (why === undefined) throw error;
  return isLockstepError(error)
    ? error
    : new LockstepError("ReportUnreadable", why, { cause: error });
}

function planOf(
  { outputs, source }: JobsOptions,
  asked: readonly AskedJob[],
  { budgetUsd, place }: ReportsAthena,
): AthenaPlanFields {
  const parts = asked.flatMap((job) => job.parts);
  const bytesOf = (some: readonly FoundPart[]): number =>
    some.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const charged = chargedBytes(QUESTIONS.map(() => bytesOf(parts)));
  const reports = planOfPlace(outputs.source.region, place, charged);
  return {
    source,
    vaults: [],
    reports: { ...reports, jobsCount: asked.length },
    chargedBytes: charged,
    usd: reports.usd,
    othersUsd: 0,
    broughtBytes: bytesOf(parts.filter(({ tellsMd5 }) => !tellsMd5)),
    budgetUsd: budgetUsd ?? null,
  };
}

function agreementOf(plan: AthenaPlanFields) {
  const jobs = counted(plan.reports?.jobsCount ?? 0, "job");
  return {
    plan,
    section: BACKFILL_SECTION,
    besides: `of the reports of ${jobs}, in the account of source ${plan.source}`,
    without: "Without --engine athena reports are read on this machine.",
  };
}

function athenaAt({ clients, outputs, source }: JobsOptions, place: AthenaConfig): AthenaAt {
  const { accountId, bucketName, region } = outputs.source;
  return {
    where: `source ${source}`,
    region,
    accountId,
    place,
    section: BACKFILL_SECTION,
    s3: clients.source.s3,
    athena: clients.source.athena,
    buckets: { source: bucketName, other: outputs.operations.bucketName },
  };
}

/** What a report tells of fewer tasks than its job had is not known. Where nobody tells any more how many those were, that is said. */
async function holdAgainstCounts(
  { clients, emit, outputs, signal, source }: JobsOptions,
  jobs: readonly ReportedJob[],
  told: Map<string, Told>,
): Promise<void> {
  const known = new Jobs(clients.source.s3control, intentFrame(outputs));
  let uncounted = 0;
  for (const { jobId, record } of jobs) {
    const report = told.get(jobId);
    if (report === undefined || isLockstepError(report)) continue;
    const job = await known.describe(jobId, signal).catch(forgotten);
    const expected = expectedCount(record, job);
    if (expected === undefined) uncounted++;
    else told.set(jobId, heldAgainst(jobId, report, expected));
  }
  if (uncounted === 0) return;
  const message = `How many tasks the reports of ${counted(uncounted, "job")} of source ${source} should tell nobody tells any more: rows that Athena left out would not be missed`;
  emit({ type: "note", message });
}

function forgotten(error: unknown): JobSnapshot | undefined {
  if (!isLockstepError(error) || error.code !== "JobNotFound") throw error;
  return undefined;
}
