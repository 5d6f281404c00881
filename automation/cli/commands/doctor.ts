import type { FindingId } from "../../doctor/kinds";
import { LockstepError } from "../../errors";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { environmentOf } from "./environment";

/** `lockstep doctor`: what keeps, or will keep, replication, jobs and locks from doing what is promised. */
export const doctor: CommandHandler = async (context) => {
  const { canary, canaryTimeout, source } = context.flags;
  if (canaryTimeout !== undefined && canary !== true) throw timeoutWithoutCanary();
  const deadlineMs = canaryTimeout === undefined ? undefined : canaryTimeout * 1000;
  const environment = await environmentOf(context);
  const { findings } = await environment.doctor({
    signal: context.signal,
    source,
    canary: canary === true ? { deadlineMs } : undefined,
  });
  if (findings.some(({ id }) => LOGIN_FINDINGS.has(id))) return EXIT.usage;
  return findings.some(({ severity }) => severity === "error") ? EXIT.failure : EXIT.ok;
};

/** Findings of what keeps every command from an account: they end this one as they end the others. */
const LOGIN_FINDINGS: ReadonlySet<string> = new Set<FindingId>([
  "credentials-unusable",
  "credentials-of-another-account",
]);

function timeoutWithoutCanary(): LockstepError {
  const message = "expected --canary beside it: without one there is nothing to wait for";
  return new LockstepError("ConfigInvalid", "The doctor cannot be called like this.", {
    problems: [{ path: "--canary-timeout", message }],
    hint: "Nothing was looked at yet.",
  });
}
