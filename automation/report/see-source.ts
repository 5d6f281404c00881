/** What a report says of a source beside its verdict: its look in sums, and what ledger and reports at the source tell. Reading only. */

import type { AcceptableCode } from "../../components/config/types";
import type { LockstepOutputs } from "../../components/promise/outputs";
import type { StackClients } from "../aws/stack-clients";
import { ledgerOf, readTriedReports } from "../backfill/earlier-reports";
import { awsFailure, isLockstepError, messageOf } from "../errors";
import type { Session } from "../events";
import { JobTasks } from "../backfill/job-findings";
import { isAnyMissing } from "../judge/verdict";
import type { Look } from "../look/look";
import type { JobHistory } from "./fields";
import { jobHistory } from "./job-history";
import { liveLags } from "./live-lag";
import type { SeenOfSource } from "./make-report";
import { summarizeLook, type FailureCodes } from "./summarize-look";

interface SourceToSee extends Session {
  readonly clients: StackClients;
  readonly outputs: LockstepOutputs;
  /** Codes that the configuration accepts. */
  readonly accept?: readonly AcceptableCode[] | undefined;
}

/** Sums up a look, and reads what belongs to it. */
export async function seeSource(look: Look, source: SourceToSee): Promise<SeenOfSource> {
  return {
    looked: summarizeLook(look, await failureCodes(look, source), source.accept),
    jobs: await jobsOf(source),
    live: await liveLags({ ...source, promise: look.promise, clients: source.clients.source }),
  };
}

/** What the jobs' reports say of versions that are missing; of each the latest word. */
async function failureCodes(look: Look, source: SourceToSee): Promise<FailureCodes> {
  const { outputs } = source;
  const tasks = new JobTasks();
  const codes: FailureCodes = { get: (name) => tasks.get(name)?.error };
  if (!isAnyMissing(look)) return codes;
  const reports = await readTriedReports(source);
  for (const { rows } of [...reports].reverse()) {
    for (const row of rows) {
      if (row.bucket !== outputs.source.bucketName || row.errorCode === "") continue;
      tasks.add(row, row.errorCode);
    }
  }
  return codes;
}

/** Null where the ledger cannot be read, which the look has told already. */
async function jobsOf({
  clients,
  emit,
  outputs,
  signal,
}: SourceToSee): Promise<readonly JobHistory[] | null> {
  try {
    const { entries } = await ledgerOf(clients.source.s3, outputs).open(signal);
    return entries.map(jobHistory);
  } catch (error) {
    if (isLockstepError(error)) throw error;
    const status = awsFailure(error)?.httpStatus;
    if (status !== 403 && status !== 404) throw error;
    const message = `the ledger cannot be read, so nobody can say which jobs there were: ${messageOf(error)}`;
    emit({ type: "warning", code: "LedgerUnreadable", message });
    return null;
  }
}
