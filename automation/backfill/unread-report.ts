/**
 * Reports of earlier jobs that cannot be read. They lie on the source's side: whoever has the source can archive one, deny it or delete
 * it, and no verdict may be lost with it. Of a job that is judged now its own report is none of these.
 */
import { awsFailure, isLockstepError, messageOf } from "../errors";
import type { LockstepEvent } from "../events";
import { counted } from "../words";
import type { RowsElsewhere } from "./report";

/**
 * What was said in place of a report, in words: that it is not as it has to be, or what S3 answered, whatever that is. Undefined for what is
 * no answer, as an order to stop and a machine without a network are: that ends the run.
 */
export function whyUnread(error: unknown): string | undefined {
  if (isLockstepError(error)) {
    return error.code === "ReportUnreadable" ? error.message : undefined;
  }
  return awsFailure(error)?.httpStatus === undefined ? undefined : messageOf(error);
}

/** The warning about a report that is not read. @param why as in `There is no reports/job-1/manifest.json in ops.` */
export function unreadWarning(jobId: string, why: string): LockstepEvent {
  return warning(`The report of job ${jobId} cannot be read: ${why}`);
}

/** The warning about rows of a report that are of no version of the source. */
export function elsewhereWarning(jobId: string, { count, first }: RowsElsewhere): LockstepEvent {
  const rows = counted(count, "row");
  return warning(
    `The report of job ${jobId} has ${rows} of another bucket, left out here: the first is of ${JSON.stringify(first.bucket)}, in ${first.file}`,
  );
}

function warning(message: string): LockstepEvent {
  return { type: "warning", code: "ReportUnreadable", message };
}
