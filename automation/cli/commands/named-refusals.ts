import type * as Refusals from "../../doctor/refusals";
import type { LockstepConfig } from "../../../components/config/types";
import { sourceNames } from "../../stack/deployed-sources";
import { isLockstepError } from "../../errors";
import type { LockstepEvent } from "../../events";
import type { CommandContext } from "../command";
import { EXIT } from "../exit-codes";

/**
 * Runs what ends in a verdict. Where it is not clean, or the job failed, the statements of others that keep our roles out are
 * named before it: whoever reads `--json` finds the verdict in the last line.
 * @returns the exit code of `run`
 */
export async function withNamedRefusals(
  config: LockstepConfig,
  context: CommandContext,
  run: (context: CommandContext) => Promise<number>,
): Promise<number> {
  let last: LockstepEvent | undefined;
  const tellLast = (): void => {
    if (last !== undefined) context.emit(last);
    last = undefined;
  };
  const emit = (event: LockstepEvent): void => {
    tellLast();
    if (event.type === "verdict") last = event;
    else context.emit(event);
  };
  const warn = (): Promise<void> => {
    const names = sourceNames(config, context.flags.source);
    return refusals().warnOfRefusals(config, names, {}, context);
  };
  try {
    const exit = await run({ ...context, emit });
    if (exit !== EXIT.ok) await warn();
    return exit;
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
  return require("../../doctor/refusals") as typeof Refusals;
}
