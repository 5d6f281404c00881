import type * as Refusals from "../doctor/refusals";
import type { LockstepConfig } from "../../components/config/types";
import { sourceNames } from "../stack/deployed-sources";
import { isLockstepError } from "../errors";
import type { LockstepEvent } from "../events";
import { withEmit, type Call } from "./call";
import type { SourceVerdict } from "./options";

/**
 * Runs what ends in verdicts. Where one is not clean, or the job failed, the statements of others that keep our roles out are
 * named before it: whoever reads the events finds the verdict in the last one.
 */
export async function withNamedRefusals(
  config: LockstepConfig,
  sourceName: string | undefined,
  call: Call,
  run: (call: Call) => Promise<readonly SourceVerdict[]>,
): Promise<readonly SourceVerdict[]> {
  let last: LockstepEvent | undefined;
  const tellLast = (): void => {
    if (last !== undefined) call.emit(last);
    last = undefined;
  };
  const emit = (event: LockstepEvent): void => {
    tellLast();
    if (event.type === "verdict") last = event;
    else call.emit(event);
  };
  const warn = (): Promise<void> => {
    const names = sourceNames(config, sourceName);
    return refusals().warnOfRefusals(config, names, call.aws, call);
  };
  try {
    const verdicts = await run(withEmit(call, emit));
    if (verdicts.some(({ verdict }) => verdict?.clean !== true)) await warn();
    return verdicts;
  } catch (error) {
    if (isLockstepError(error) && error.code === "JobFailed") {
      await warn();
    }
    throw error;
  } finally {
    tellLast();
  }
}

/** A clean verdict does not wait for what only the others need. */
function refusals(): typeof Refusals {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- `import()` would go past the loader of a clone
  return require("../doctor/refusals") as typeof Refusals;
}
