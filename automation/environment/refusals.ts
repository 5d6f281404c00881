import { CANARY_LIMITS } from "../doctor/doctor";
import type { RefusalsResult } from "../refusals/fields";
import { tryRefusals } from "../refusals/try-refusals";
import type { Call } from "./call";
import { withSources, type LookedAtStack } from "./opened";
import { sessionOf } from "./verify";

/** Tries what every vault of a stack has to refuse, on canaries of our own. Asks (`try-refusals`, `canary`). */
export function refusalsOf(opened: LookedAtStack, call: Call): Promise<RefusalsResult> {
  return withSources(opened, undefined, call, (sources) =>
    tryRefusals({
      ...sessionOf(call),
      sources,
      environment: call.aws,
      confirm: call.confirm,
      limits: CANARY_LIMITS,
    }),
  );
}
