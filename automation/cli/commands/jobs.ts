import type { JobFields } from "../../jobs/fields";
import type { CommandContext, CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { environmentOf } from "./environment";

/** `lockstep jobs`: ours and others' on the bucket of each source. */
export const jobs: CommandHandler = async (context) => {
  const { signal } = context;
  const { allJobs: all, source } = context.flags;
  const found = await (await environmentOf(context)).jobs({ signal, source, all });
  tellJobs(found, context);
  if (found.length === 0) {
    const where = source === undefined ? "the source's bucket" : `the bucket of source ${source}`;
    const message = `No batch job of the last 90 days works on ${where}.`;
    context.emit({ type: "note", message });
  }
  return EXIT.ok;
};

/** `lockstep watch JOB...`: several in one view. Ends with each job as it ended. */
export const watch: CommandHandler = async (context) => {
  const { signal } = context;
  const { jobs: jobIds = [], source } = context.flags;
  const ended = await (await environmentOf(context)).watch({ signal, source, jobIds });
  tellJobs(ended, context);
  const hasFailed = ended.some(({ failedCount, status }) => status === "Failed" || failedCount > 0);
  if (hasFailed) {
    const message = "Not every task succeeded: `lockstep verify` looks at what the vaults lack.";
    context.emit({ type: "note", message });
    return EXIT.failure;
  }
  return ended.some(({ status }) => status === "Cancelled") ? EXIT.jobCancelled : EXIT.ok;
};

/** `lockstep cancel JOB` */
export const cancel: CommandHandler = async (context) => {
  const { signal } = context;
  const { job: jobId = "", source } = context.flags;
  tellJobs([await (await environmentOf(context)).cancel({ signal, source, jobId })], context);
  return EXIT.ok;
};

/** `lockstep priority JOB NUMBER` */
export const priority: CommandHandler = async (context) => {
  const { signal } = context;
  const { job: jobId = "", priority: wanted = 0, source } = context.flags;
  const environment = await environmentOf(context);
  const job = await environment.setPriority({ signal, source, jobId, priority: wanted });
  tellJobs([job], context);
  return EXIT.ok;
};

function tellJobs(found: readonly JobFields[], { emit }: CommandContext): void {
  for (const job of found) emit({ type: "job", ...job });
}
