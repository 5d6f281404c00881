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

/** One results file. */
export interface ResultsFile {
  readonly status: TaskOutcome["status"];
  readonly body: Buffer;
  readonly isLastOfStatus: boolean;
}

/** AWS writes "one or more" files; how many lines it puts in one is not said. One is written in one turn. */
const LINES_PER_FILE = 50_000;

/** Lines that are kept as strings, for each status; more of them become bytes outside of the JavaScript heap. */
const OPEN_LINES_COUNT = 1000;

/** The lines of the tasks of one status. */
class Lines {
  private open: string[] = [];
  private packed: Buffer[] = [];

  add(line: string): void {
    this.open.push(line);
    if (this.open.length === OPEN_LINES_COUNT) this.pack();
  }

  /** Takes the lines off, file by file. */
  *takeFiles(): Generator<Buffer, void> {
    if (this.open.length > 0) this.pack();
    while (this.packed.length > 0) {
      yield Buffer.concat(this.packed.splice(0, LINES_PER_FILE / OPEN_LINES_COUNT));
    }
  }

  get isEmpty(): boolean {
    return this.open.length === 0 && this.packed.length === 0;
  }

  clear(): void {
    this.open = [];
    this.packed = [];
  }

  private pack(): void {
    this.packed.push(Buffer.from(this.open.join("")));
    this.open = [];
  }
}

/** Gathers the lines of a completion report while tasks run. Keeps only what the report will hold. */
export class TaskReport {
  private readonly linesByStatus = { succeeded: new Lines(), failed: new Lines() };

  constructor(private readonly request: JobReport | undefined) {}

  get isWanted(): boolean {
    return this.request?.Enabled === true;
  }

  add(task: Task, outcome: TaskOutcome): void {
    if (!this.isWanted) return;
    if (outcome.status === "succeeded" && this.request?.ReportScope === "FailedTasksOnly") return;
    this.linesByStatus[outcome.status].add(reportLine(task, outcome));
  }

  /** Takes the lines off: succeeded and failed tasks in files of their own, no empty ones. */
  *files(): Generator<ResultsFile, void> {
    for (const status of ["succeeded", "failed"] as const) {
      const lines = this.linesByStatus[status];
      for (const body of lines.takeFiles()) {
        yield { status, body, isLastOfStatus: lines.isEmpty };
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
