import type { JobReport } from "@aws-sdk/client-s3-control";
import { csvLine } from "../../values/csv-line";
import type { Task } from "./task";
import { PackedLines } from "../../values/packed-lines";

/** What became of one task. */
export type TaskOutcome =
  | { readonly status: "succeeded"; readonly message: string }
  | {
      readonly status: "failed";
      readonly httpStatus: number;
      readonly errorCode: string;
      readonly message: string;
    };

/** One results file. */
export interface ResultsFile {
  readonly status: TaskOutcome["status"];
  readonly body: Buffer;
}

/** AWS writes "one or more" files; how many lines it puts in one is not said. One is written in one turn. */
const LINES_PER_FILE = 50_000;

/** The lines of the tasks of one status, in files of `LINES_PER_FILE`. */
class StatusLines {
  /** The last one is still being filled. None is empty. */
  private files: PackedLines[] = [];

  add(line: string): void {
    const last = this.files.at(-1);
    if (last !== undefined && last.count < LINES_PER_FILE) {
      last.add(line);
      return;
    }
    const next = new PackedLines();
    next.add(line);
    this.files.push(next);
  }

  /** Takes the first file off; undefined when there is none. */
  takeFile(): Buffer | undefined {
    return this.files.shift()?.take();
  }

  clear(): void {
    this.files = [];
  }
}

/** Gathers the lines of a completion report while tasks run. Keeps only what the report will hold. */
export class TaskReport {
  private readonly linesByStatus = { succeeded: new StatusLines(), failed: new StatusLines() };

  constructor(private readonly request: Partial<JobReport>) {}

  get isWanted(): boolean {
    return this.request.Enabled === true;
  }

  add(task: Task, outcome: TaskOutcome): void {
    if (!this.isWanted) return;
    if (outcome.status === "succeeded" && this.request.ReportScope === "FailedTasksOnly") return;
    this.linesByStatus[outcome.status].add(reportLine(task, outcome));
  }

  /** Takes the lines off: succeeded and failed tasks in files of their own, no empty ones. */
  *files(): Generator<ResultsFile, void> {
    for (const status of ["succeeded", "failed"] as const) {
      const lines = this.linesByStatus[status];
      for (let body = lines.takeFile(); body !== undefined; body = lines.takeFile()) {
        yield { status, body };
      }
    }
  }

  /** Frees the lines once the report is written. */
  clear(): void {
    this.linesByStatus.succeeded.clear();
    this.linesByStatus.failed.clear();
  }
}

/**
 * One line. The HTTP status stands before the error code, as in AWS's example rows and as seen on AWS, although the
 * report's own `ReportSchema` names them the other way round.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 */
function reportLine(task: Task, outcome: TaskOutcome): string {
  const { bucketName, keyText, versionId } = task;
  return outcome.status === "succeeded"
    ? csvLine([bucketName, keyText, versionId, "succeeded", "200", "", outcome.message])
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
