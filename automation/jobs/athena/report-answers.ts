/** What Athena does for a lineage: tables over the reports where they lie, and two questions. */

import type { Row } from "../../analysis/analysis";
import { REPORT_TABLE_COLUMNS, reportQuery } from "../../analysis/athena/report-query";
import type { AthenaTable } from "../../analysis/athena/table";
import { withWorkFolder } from "../../analysis/work-folder";
import type { ReportQuestion } from "../../analysis/question-text";
import { REPORT_COLUMNS } from "../../analysis/reported";
import { parseReportRow, taskCodes, type ReportRow } from "../../backfill/report";
import { isLockstepError, LockstepError } from "../../errors";
import { answerRows, type PlacedSession } from "../../look/athena/answer-rows";
import type { WorkSteps } from "../../look/athena/at-work";
import { contentOfBytes, locationIn, putInto, type WorkPlace } from "../../look/athena/work-place";
import { SpilledList } from "../../spill/spilled-list";
import { counted } from "../../words";
import type { JobsOptions } from "../source-jobs";
import { TaskOutcomes, type ToldReport } from "../told-report";
import { checkPart, touchedPart, type AskedJob, type ReportsPlace } from "./report-parts";
import { unseen } from "./seen-tasks";

/** In this order. Each reads every report as a whole. */
export const QUESTIONS: readonly ReportQuestion[] = ["report_counts", "reported"];

/** Of each job, by its id. */
export type ReportAnswers = ReadonlyMap<string, ToldReport | LockstepError>;

/** What is asked, and where. */
export interface AskedReports extends Pick<JobsOptions, "emit" | "outputs" | "source"> {
  /** In the order in which they are asked for: a place in it stands for a job wherever Athena is told of one. */
  readonly asked: readonly AskedJob[];
  /** As it is. */
  readonly key: string;
  readonly reports: ReportsPlace;
  /** Of the Data Catalog. */
  readonly database: string;
}

/** What is done where Athena works. */
export function reportSteps(options: AskedReports): WorkSteps<ReportAnswers> {
  const { asked, database, reports } = options;
  return {
    // First: whoever finds the folder of a look that was killed can tell by them which tables there may be.
    begin: async (work) => {
      for (const [place, { parts }] of asked.entries()) {
        const links = parts.map((part) => `s3://${reports.bucket}/${part.key}\n`).join("");
        const content = contentOfBytes(Buffer.from(links));
        await putInto(work, `${folderOf(place)}/symlink.txt`, content);
      }
    },
    tables: (work) =>
      asked.map((_, place) => ({
        ...tableIn(database, work.name, folderOf(place)),
        columns: REPORT_TABLE_COLUMNS,
        format: "CSV",
        location: locationIn(work, folderOf(place)),
        isLinked: true,
      })),
    tablesOf: (look, folders) =>
      [...folders]
        .filter((folder) => /^job_\d+$/.test(folder))
        .map((folder) => tableIn(database, look, folder)),
    ask: (session, work) => withWorkFolder((folder) => ask(options, session, work, folder)),
  };
}

function folderOf(place: number): string {
  return `job_${place}`;
}

function tableIn(
  database: string,
  look: string,
  folder: string,
): Pick<AthenaTable, "database" | "name"> {
  return { database, name: `${look}_${folder}` };
}

/** What is found of one job, as it comes. */
export class Finding {
  readonly rows = new SpilledList<ReportRow>();
  readonly outcomes = new TaskOutcomes();
  /** Why its report is not as its job left it. */
  problem: LockstepError | undefined;
  /** Rows that are no tasks. */
  strayCount = 0;

  constructor(private readonly jobId: string) {}

  /** What is told of it in the end. */
  get told(): ToldReport | LockstepError {
    if (this.problem !== undefined) return this.problem;
    if (this.strayCount > 0) {
      return unseen(
        `Athena reads ${counted(this.strayCount, "row")} of the report of the job ${this.jobId} as none of a task`,
      );
    }
    // A part that holds something has a row at least.
    if (this.outcomes.tasksCount === 0) {
      return unseen(`Athena has seen nothing of the report of the job ${this.jobId}`);
    }
    return this;
  }
}

async function ask(
  { asked, database, emit, key, outputs, reports, source }: AskedReports,
  session: PlacedSession,
  work: WorkPlace,
  folder: string,
): Promise<ReportAnswers> {
  const findings = asked.map(({ jobId }) => new Finding(jobId));
  for (const [place, { parts }] of asked.entries()) {
    for (const part of parts) {
      try {
        await checkPart(part, reports);
      } catch (error) {
        if (!isLockstepError(error) || error.code !== "ReportUnreadable") throw error;
        const finding = findings[place];
        if (finding !== undefined) finding.problem ??= error;
      }
    }
  }
  const tables = asked.map((_, place) => tableIn(database, work.name, folderOf(place)));
  const settings = { bucket: outputs.source.bucketName, key };
  for (const question of QUESTIONS) {
    const onRan = ({ scannedBytes }: { readonly scannedBytes: number }): void =>
      emit({ type: "athena-answered", source, question, scannedBytes });
    const query = reportQuery(question, tables, settings);
    for await (const row of answerRows(query, session, { s3: work.s3, folder, onRan })) {
      const finding = findings[Number(row["place"])];
      if (finding === undefined) {
        throw new LockstepError(
          "AthenaQueryFailed",
          "Athena has answered of no job that was asked of.",
        );
      }
      if (question === "report_counts") addCount(row, finding);
      else addRow(row, finding, asked[Number(row["place"])]?.jobId ?? "");
    }
  }
  await requireUntouched(asked, reports);
  return new Map(asked.map(({ jobId }, place) => [jobId, findings[place]?.told ?? unseen(jobId)]));
}

function addCount(row: Row, finding: Finding): void {
  const tasksCount = Number(row["tasks_count"]);
  if (row["is_task"] !== true) {
    finding.strayCount += tasksCount;
    return;
  }
  const codes = taskCodes(String(row["error_code"] ?? ""), String(row["http_status_code"] ?? ""));
  finding.outcomes.add({ ...codes, succeeded: row["task_status"] === "succeeded" }, tasksCount);
}

function addRow(row: Row, finding: Finding, jobId: string): void {
  const fields = REPORT_COLUMNS.slice(0, FIELDS_OF_TASK).map((name) => String(row[name] ?? ""));
  try {
    finding.rows.push(parseReportRow(fields, `a row of the report of the job ${jobId}`));
  } catch (error) {
    if (!isLockstepError(error) || error.code !== "ReportUnreadable") throw error;
    finding.problem ??= error;
  }
}

const FIELDS_OF_TASK = 7;

/** @throws LockstepError `AthenaQueryFailed` where Athena may have read something else than what was checked */
async function requireUntouched(asked: readonly AskedJob[], reports: ReportsPlace): Promise<void> {
  const key = await touchedPart(
    asked.flatMap(({ parts }) => parts),
    reports,
  );
  if (key === undefined) return;
  throw new LockstepError(
    "AthenaQueryFailed",
    `While Athena was asked, s3://${reports.bucket}/${key} was changed, archived or taken away.`,
    {
      hint: "What it answered is not used. See who writes into the operations bucket beside the source, where reports lie.",
    },
  );
}
