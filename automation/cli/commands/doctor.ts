import type { FindingId } from "../../doctor/kinds";
import type { DoctorCallOptions } from "../../environment/options";
import { LockstepError } from "../../errors";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import type { Flags } from "../options";
import { environmentOf } from "./environment";

/** `lockstep doctor`: what keeps, or will keep, replication, jobs and locks from doing what is promised. */
export const doctor: CommandHandler = async (context) => {
  const { source } = context.flags;
  const canary = canaryWish(context.flags);
  const environment = await environmentOf(context);
  const { findings } = await environment.doctor({
    signal: context.signal,
    source,
    canary,
  });
  if (findings.some(({ id }) => LOGIN_FINDINGS.has(id))) return EXIT.usage;
  return findings.some(({ severity }) => severity === "error") ? EXIT.failure : EXIT.ok;
};

/** Findings of what keeps every command from an account: they end this one as they end the others. */
const LOGIN_FINDINGS: ReadonlySet<string> = new Set<FindingId>([
  "credentials-unusable",
  "credentials-of-another-account",
]);

/**
 * The canary that the command line asks for.
 * @throws LockstepError `ConfigInvalid`
 */
export function canaryWish({ canary, canaryTimeout }: Flags): DoctorCallOptions["canary"] {
  if (canary === true) {
    return { deadlineMs: canaryTimeout === undefined ? undefined : canaryTimeout * 1000 };
  }
  if (canaryTimeout === undefined) return undefined;
  const message = "expected --canary beside it: without one there is nothing to wait for";
  throw new LockstepError("ConfigInvalid", "The command cannot be called like this.", {
    problems: [{ path: "--canary-timeout", message }],
    hint: "Nothing was looked at yet.",
  });
}
