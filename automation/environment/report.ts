import type { GuardFields } from "../events";
import { packageVersion } from "../package-root";
import { makeReport, type SeenOfSource } from "../report/make-report";
import { seeSource } from "../report/see-source";
import { sessionOf, verifySources } from "./verify";
import { withEmit, type Call } from "./call";
import type { ReportResult, VerifyCallOptions } from "./options";

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
  const result = await verifySources(options, listening, {
    traits: true,
    see: async (work, look) => {
      const accept = work.config.verdict?.accept;
      const session = sessionOf(call);
      seen.set(work.config.source.name, await seeSource(look, { ...work, ...session, accept }));
    },
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
