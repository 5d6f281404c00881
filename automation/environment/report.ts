import { ledgerOf, readTriedReports } from "../backfill/earlier-reports";
import { awsFailure, isLockstepError, messageOf } from "../errors";
import type { GuardFields } from "../events";
import { isAnyMissing } from "../judge/verdict";
import type { Look } from "../look/look";
import { packageVersion } from "../package-root";
import { versionName } from "../proof/source-versions";
import type { JobHistory, LiveLag } from "../report/fields";
import { jobHistory } from "../report/job-history";
import { makeReport, type SeenOfSource } from "../report/make-report";
import { summarizeLook, type FailureCodes } from "../report/summarize-look";
import { withEmit, type Call } from "./call";
import type { SourceWork } from "./opened";
import type { ReportResult, VerifyCallOptions } from "./options";
import { verifySources } from "./verify";

/** All that `verify` looks at, with what a report says beside its verdicts. */
export async function report(options: VerifyCallOptions, call: Call): Promise<ReportResult> {
  let guard: GuardFields | undefined;
  const listening = withEmit(call, (event) => {
    if (event.type === "guard") {
      guard = { checked: event.checked, unknown: event.unknown, losses: event.losses };
    }
    call.emit(event);
  });
  const seen = new Map<string, SeenOfSource>();
  const result = await verifySources(options, listening, async (work, look) => {
    seen.set(work.config.source.name, await seenOfSource(work, look, call));
  });
  const { address, clock } = call;
  return {
    ...result,
    report: makeReport({
      lockstepVersion: packageVersion(),
      stack: address.stack,
      madeEpochMs: clock.nowEpochMs(),
      result,
      guard,
      seen,
    }),
  };
}

async function seenOfSource(work: SourceWork, look: Look, call: Call): Promise<SeenOfSource> {
  return {
    looked: summarizeLook(look, await failureCodes(work, look, call)),
    jobs: await jobsOf(work, call),
    live: look.promise.rules.map(({ name, vault }): LiveLag => ({
      rule: name,
      vault,
      points: [],
      unknown: "this version of Lockstep does not ask CloudWatch for it",
    })),
  };
}

/** What the jobs' reports say of versions that are missing; of each the latest word. */
async function failureCodes(
  { clients, outputs }: SourceWork,
  look: Look,
  { clock, emit, signal }: Call,
): Promise<FailureCodes> {
  const codes = new Map<string, string>();
  if (!isAnyMissing(look)) return codes;
  const reports = await readTriedReports({ clients, outputs, clock, emit, signal });
  for (const { rows } of [...reports].reverse()) {
    for (const row of rows) {
      if (row.bucket !== outputs.source.bucketName || row.errorCode === "") continue;
      codes.set(versionName(row), row.errorCode);
    }
  }
  return codes;
}

/** Null where the ledger cannot be read, which the look has told already. */
async function jobsOf(
  { clients, outputs }: SourceWork,
  { emit, signal }: Call,
): Promise<readonly JobHistory[] | null> {
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
