import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { environmentOf } from "./environment";

/** `lockstep approve JOB HASH` */
export const approve: CommandHandler = async (context) => {
  const { hash: planHash = "", job: jobId = "", source } = context.flags;
  const environment = await environmentOf(context);
  const job = await environment.approve({ signal: context.signal, source, jobId, planHash });
  context.emit({ type: "job", ...job });
  return EXIT.ok;
};
