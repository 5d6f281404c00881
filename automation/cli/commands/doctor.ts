import { CANARY_LIMITS, doctor as examine } from "../../doctor/doctor";
import type { FindingId } from "../../doctor/kinds";
import { isLockstepError, LockstepError } from "../../errors";
import type { FindingFields } from "../../events";
import { sourceNames } from "../../stack/deployed-sources";
import { findEngine } from "../../engine/find-engine";
import { readStateResources } from "../../stack/read-outputs";
import type { CommandHandler } from "../command";
import { EXIT } from "../exit-codes";
import { readOnce } from "./guard-look";
import { openForLook, requireBothSides } from "./stack-command";

/** `lockstep doctor`: what keeps, or will keep, replication, jobs and locks from doing what is promised. */
export const doctor: CommandHandler = async (context) => {
  const { canary, canaryTimeout, source: sourceName } = context.flags;
  if (canaryTimeout !== undefined && canary !== true) throw timeoutWithoutCanary();
  const { address, config, stack } = readOnce(await openForLook(context));
  if (canary === true) requireBothSides(config);
  sourceNames(config, sourceName);
  const counts: Record<FindingFields["severity"], number> = { error: 0, warning: 0, info: 0 };
  let isLoginWrong = false;
  const tellCounts = (): void => {
    const { error: errors, info: infos, warning: warnings } = counts;
    context.emit({ type: "examined", errors, warnings, infos });
  };
  const deadlineMs = canaryTimeout === undefined ? CANARY_LIMITS.deadlineMs : canaryTimeout * 1000;
  try {
    await examine({
      config,
      stack,
      sourceName,
      environment: {},
      session: context,
      inState: async () =>
        readStateResources(address, config, await findEngine(context), context.signal),
      tell: (found) => {
        counts[found.severity]++;
        isLoginWrong ||= LOGIN_FINDINGS.has(found.id);
        context.emit({ type: "finding", ...found });
      },
      ...(canary === true && {
        canary: { confirm: context.confirm, limits: { ...CANARY_LIMITS, deadlineMs } },
      }),
    });
  } catch (error) {
    // Everything was looked at before the question came.
    if (isLockstepError(error) && error.code === "Declined") tellCounts();
    throw error;
  }
  tellCounts();
  if (isLoginWrong) return EXIT.usage;
  return counts.error === 0 ? EXIT.ok : EXIT.failure;
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
