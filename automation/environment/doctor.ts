import { CANARY_LIMITS, doctor as examine } from "../doctor/doctor";
import { isLockstepError } from "../errors";
import type { FindingFields } from "../events";
import { sourceNames } from "../stack/deployed-sources";
import { readStateResources } from "../stack/read-outputs";
import { requireConfirm, type Call } from "./call";
import { readOnce } from "./guard-look";
import { openForLook, requireBothSides } from "./opened";
import type { DoctorCallOptions, DoctorResult } from "./options";

/** What keeps, or will keep, replication, jobs and locks from doing what is promised. */
export async function doctor(
  { canary, source: sourceName }: DoctorCallOptions,
  call: Call,
): Promise<DoctorResult> {
  if (canary !== undefined) requireConfirm(call, "canaries, which stay");
  const { address, config, stack } = readOnce(await openForLook(call));
  if (canary !== undefined) requireBothSides(config);
  sourceNames(config, sourceName);
  const findings: FindingFields[] = [];
  const tellCounts = (): void => {
    const countOf = (asked: FindingFields["severity"]): number =>
      findings.filter(({ severity }) => severity === asked).length;
    call.emit({
      type: "examined",
      errors: countOf("error"),
      warnings: countOf("warning"),
      infos: countOf("info"),
    });
  };
  const { deadlineMs = CANARY_LIMITS.deadlineMs } = canary ?? {};
  try {
    await examine({
      config,
      stack,
      sourceName,
      environment: call.aws,
      session: call,
      inState: async () => readStateResources(address, config, await call.engine(), call.signal),
      tell: (found) => {
        findings.push(found);
        call.emit({ type: "finding", ...found });
      },
      ...(canary !== undefined && {
        canary: { confirm: call.confirm, limits: { ...CANARY_LIMITS, deadlineMs } },
      }),
    });
  } catch (error) {
    // Everything was looked at before the question came.
    if (isLockstepError(error) && error.code === "Declined") tellCounts();
    throw error;
  }
  tellCounts();
  return { findings };
}
