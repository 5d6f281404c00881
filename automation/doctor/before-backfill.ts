/** The doctor's examination before a job is made. */

import type { LockstepConfig } from "../../components/config/types";
import type { AwsEnvironment } from "../aws/aws-clients";
import type { EventTable, Session } from "../events";
import type { OutputsOfStack } from "../stack/deployed-sources";
import { isOfSource, type PlaceToLookAt } from "../stack/places";
import { examine } from "./examine";
import type { LocatedFinding } from "./examine-place";
import { STOPS_BACKFILL, STOPS_EVERYTHING, throwIfStopped } from "./stops";

/** Whose job would be made. */
export interface BackfillToExamine {
  /** The environment's, as its file has it. */
  readonly config: LockstepConfig;
  /** What its stack tells of what was deployed. */
  readonly stack: OutputsOfStack;
  /** Of several sources only this one. */
  readonly sourceName?: string | undefined;
}

/**
 * Looks at what a job and its replicas need and `runBackfill` does not look at itself: policies of others, given keys, the
 * bucket of manifest and report, the caller's rights.
 * @returns stops the backfill of one source, for what would make its job fail: others go on
 * @throws LockstepError `PreflightFailed` where the accounts are not as the config says
 */
export async function examineBackfill(
  { config, sourceName, stack }: BackfillToExamine,
  environment: AwsEnvironment,
  session: Session,
): Promise<(sourceName: string) => void> {
  const stops: (LocatedFinding & { readonly place: PlaceToLookAt })[] = [];
  const accounts: EventTable["preflight-passed"]["accounts"][number][] = [];
  await examine({
    purpose: "backfill",
    config,
    stack,
    sourceName,
    environment,
    session,
    inState: () => Promise.resolve([]),
    reached: (account) => void accounts.push(account),
    tell: (found, path, place) => {
      if (STOPS_BACKFILL.has(found.id)) stops.push({ found, path, place });
      else if (found.severity !== "info") session.emit({ type: "finding", ...found });
    },
  });
  throwIfStopped(
    stops.filter(({ found }) => STOPS_EVERYTHING.has(found.id)),
    "The accounts are not as the config says.",
  );
  session.emit({ type: "preflight-passed", accounts });
  return (name) => {
    const ofSource = stops.filter(({ place }) => isOfSource(place, name, config));
    throwIfStopped(ofSource, "A job would be paid for, and fail or bring nothing.");
  };
}
