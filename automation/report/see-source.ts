/** What a report says of a source beside its verdict: its look in sums, and what ledger and reports at the source tell. Reading only. */

import type { AcceptableCode } from "../../components/config/types";
import type { LockstepOutputs } from "../../components/promise/outputs";
import type { StackClients } from "../aws/stack-clients";
import { ledgerOf, readTriedReports } from "../backfill/earlier-reports";
import { toldCodes } from "../backfill/told-codes";
import { awsFailure, isLockstepError, messageOf } from "../errors";
import type { Session } from "../events";
import { isAnyMissing } from "../judge/verdict";
import type { FailureCodes, Look } from "../look/look";
import { jobHistory, jobsAside } from "./job-history";
import { liveLags } from "./live-lag";
import type { SeenOfSource } from "./make-report";
import { summarizeLook } from "./summarize-look";

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
    ...(await jobsOf(source)),
    live: await liveLags({ ...source, promise: look.promise, clients: source.clients.source }),
  };
}

/** What the jobs' reports say of versions that are missing. A look that goes by listings has not read them. */
async function failureCodes(look: Look, source: SourceToSee): Promise<FailureCodes | undefined> {
  if (look.failureCodes !== undefined || !isAnyMissing(look)) return look.failureCodes;
  return toldCodes(await readTriedReports(source), source.outputs.source.bucketName);
}

/** Null where the ledger cannot be read, which the look has told already. */
async function jobsOf({
  clients,
  emit,
  outputs,
  signal,
}: SourceToSee): Promise<Pick<SeenOfSource, "jobs" | "jobsAside">> {
  try {
    const { aside, entries } = await ledgerOf(clients.source.s3, outputs).open(signal);
    return { jobs: entries.map(jobHistory), ...jobsAside(aside) };
  } catch (error) {
    if (isLockstepError(error)) throw error;
    const status = awsFailure(error)?.httpStatus;
    if (status !== 403 && status !== 404) throw error;
    const message = `the ledger cannot be read, so nobody can say which jobs there were: ${messageOf(error)}`;
    emit({ type: "warning", code: "LedgerUnreadable", message });
    return { jobs: null };
  }
}
