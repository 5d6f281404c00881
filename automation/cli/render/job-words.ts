import type { ExplainedJobFailure } from "../../backfill/explained-failures";
import type { JobFields, JobReportFields, LineageFields } from "../../jobs/fields";
import { patchesOf } from "../../report/patch-words";
import { count, counted, duration, formatUsd, timeLeft } from "./words";

/** Words for one job: a line, and one more for each thing to know of it. */
export function jobLines(job: JobFields): readonly string[] {
  const { attention, failureReasons, jobId, whyNotOurs } = job;
  return [
    `  ${jobId}  ${job.status.padEnd(10)}  ${whose(job)}  ${progressWords(job)}`,
    `      ${timeWords(job)}, priority ${job.priority}, ${formatUsd(job.costUsd)}${placeWords(job)}`,
    ...(job.description === "" ? [] : [`      ${job.description}`]),
    ...(whyNotOurs === undefined ? [] : [`      not of this stack: ${whyNotOurs}`]),
    ...(attention === null ? [] : [`      ${attention.code}: ${attention.message}`]),
    ...failureReasons.flatMap(({ code, explained, reason }) => [
      `      failed: ${code}: ${reason}`,
      ...(explained === undefined ? [] : explainedLines(explained)),
    ]),
  ];
}

function explainedLines({
  account,
  fix,
  patches,
  role,
  source,
  what,
}: ExplainedJobFailure): readonly string[] {
  return [
    `        ${what}: ${fix} (account ${account}, role ${role}; ${source})`,
    ...patchesOf({ patches }).map(
      ({ statement, where }) => `        statement ${where}: ${JSON.stringify(statement)}`,
    ),
  ];
}

function whose({ kind, ours }: JobFields): string {
  if (!ours) return "others";
  return kind === "trial" || kind === "relock" ? kind.padEnd(6) : "ours  ";
}

function placeWords({ bucket, operation, ours, vault }: JobFields): string {
  const what = `, ${ours ? "" : `${operation} `}on ${bucket}`;
  return vault === undefined ? what : `${what}, in the account of vault ${vault}`;
}

function progressWords(job: JobFields): string {
  const { failedCount, remainingMs, succeededCount, tasksPerSecond, totalCount } = job;
  return [
    `${count(succeededCount + failedCount)} of ${count(totalCount)} tasks`,
    ...(failedCount === 0 ? [] : [`${count(failedCount)} failed`]),
    ...(tasksPerSecond === null ? [] : [`${count(Math.round(tasksPerSecond))}/s`]),
    ...(remainingMs === null ? [] : [`${timeLeft(remainingMs)} left`]),
  ].join(", ");
}

function timeWords({ activeSeconds, createdAt, endedAt }: JobFields): string {
  return [
    `created ${createdAt}`,
    ...(endedAt === "unknown" ? [] : [`ended ${endedAt}`]),
    ...(activeSeconds === null || activeSeconds === 0
      ? []
      : [`active for ${duration(activeSeconds * 1000)}`]),
  ].join(", ");
}

/** Words for what the report of a job tells. */
export function jobReportLine({
  jobId,
  outcomes,
  scope,
  tasksCount,
  trial,
}: JobReportFields): string {
  const kinds = outcomes.map(({ errorCode, httpStatus, status, tasksCount: number }) => {
    const codes = [...(httpStatus === null ? [] : [httpStatus]), errorCode].join(" ").trim();
    return `${count(number)} ${status}${codes === "" ? "" : ` (${codes})`}`;
  });
  const which = scope === "AllTasks" ? "" : " of failed tasks alone";
  const what = `report of ${trial === true ? "the trial " : ""}${jobId}${which}`;
  return `  ${what}: ${[counted(tasksCount, "task"), ...kinds].join(", ")}`;
}

/** Words for the attempts of one version. */
export function lineageLines({
  attempts,
  key,
  source,
  versionId,
}: LineageFields): readonly string[] {
  return [
    `  ${key} ${versionId} of ${source}`,
    ...(attempts.length === 0 ? ["      no job had a task for it"] : []),
    ...attempts.map(({ errorCode, jobId, message, outcome, trial }) => {
      const why = errorCode === undefined ? "" : `: ${errorCode}: ${message ?? ""}`;
      return `      ${jobId}  ${outcome}${trial === true ? " (trial)" : ""}${why}`;
    }),
  ];
}
