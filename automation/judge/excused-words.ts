/** What a clean verdict is clean beside, for people. Pure. */

import type { VerdictFields } from "../events";
import { counted } from "../words";

/**
 * What stands in nobody's way and is not proven, as in `3 versions that the configuration accepts, 5 versions that are still on the way`.
 * Undefined where there is none.
 */
export function excusedWords({ excused }: Pick<VerdictFields, "excused">): string | undefined {
  if (excused === undefined) return undefined;
  const { configuration, level, objective } = excused;
  const parts = [
    configuration > 0 && `${counted(configuration, "version")} that the configuration accepts`,
    objective > 0 &&
      `${counted(objective, "version")} that ${objective === 1 ? "is" : "are"} still on the way`,
    level > 0 && `${counted(level, "version")} whose tags were not read`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? undefined : parts.join(", ");
}
