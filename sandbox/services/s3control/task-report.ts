import type { JobReport } from "@aws-sdk/client-s3-control";
import { csvLine } from "./csv-line";
import type { Task } from "./job";

/** What became of one task. */
export type TaskOutcome =
  | { readonly status: "succeeded" }
  | {
      readonly status: "failed";
      readonly httpStatus: number;
      readonly errorCode: string;
      readonly message: string;
    };

/** The lines of one results file. */
export interface ResultsFile {
  readonly status: TaskOutcome["status"];
  readonly lines: readonly string[];
}

/** AWS writes "one or more" files; how many lines it puts in one is not said. */
const LINES_PER_FILE = 500_000;

/** Gathers the lines of a completion report while tasks run. Keeps only what the report will hold. */
export class TaskReport {
  private readonly linesByStatus = { succeeded: [] as string[], failed: [] as string[] };

  constructor(private readonly request: JobReport | undefined) {}

  get isWanted(): boolean {
    return this.request?.Enabled === true;
  }

  add(task: Task, outcome: TaskOutcome): void {
    if (!this.isWanted) return;
    if (outcome.status === "succeeded" && this.request?.ReportScope === "FailedTasksOnly") return;
    this.linesByStatus[outcome.status].push(reportLine(task, outcome));
  }

  /** Succeeded and failed tasks in files of their own, no empty ones. */
  files(): readonly ResultsFile[] {
    const files: ResultsFile[] = [];
    for (const status of ["succeeded", "failed"] as const) {
      const lines = this.linesByStatus[status];
      for (let start = 0; start < lines.length; start += LINES_PER_FILE) {
        files.push({ status, lines: lines.slice(start, start + LINES_PER_FILE) });
      }
    }
    return files;
  }

  /** Frees the lines once the report is written. */
  clear(): void {
    this.linesByStatus.succeeded.length = 0;
    this.linesByStatus.failed.length = 0;
  }
}

/**
 * One line. The HTTP status stands before the error code, as in AWS's example rows and as seen on AWS, although the
 * report's own `ReportSchema` names them the other way round.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 */
export function reportLine(task: Task, outcome: TaskOutcome): string {
  const { bucketName, keyText, versionId } = task;
  return outcome.status === "succeeded"
    ? csvLine([bucketName, keyText, versionId, "succeeded", "200", "", "success"])
    : csvLine([
        bucketName,
        keyText,
        versionId,
        "failed",
        String(outcome.httpStatus),
        outcome.errorCode,
        outcome.message,
      ]);
}
