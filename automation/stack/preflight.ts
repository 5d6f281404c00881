import type { LockstepConfig } from "../../components/config/types";
import type { AwsEnvironment } from "../aws/aws-clients";
import { examine } from "../doctor/examine";
import type { LocatedFinding } from "../doctor/examine-place";
import { stopsUp, throwIfStopped } from "../doctor/stops";
import type { EventTable, Session } from "../events";
import type { StateResource } from "./kept-resources";

/**
 * The doctor's examination before anything is made: each credential belongs to the account that the config says; existing buckets
 * are there, ours and in their Region; no name that is to be made is taken; no policy, key or right stands in the way. Every mistake
 * that stops is told at once, the rest as events `finding`. Accounts of another team are not looked at. What `up` looks at itself or
 * mends is left out.
 * @param inState what the stack's state knows; absent when nothing is going to be made: no more is looked at than accounts and
 * existing buckets
 * @param command a preview has no rights to make anything, and is not asked for them
 * @returns what time it is for AWS, in ISO 8601
 * @throws LockstepError `PreflightFailed` with the path of each mistake
 */
export async function preflight(
  config: LockstepConfig,
  environment: AwsEnvironment,
  session: Session,
  inState?: readonly StateResource[],
  command: "up" | "preview" = "up",
): Promise<string | undefined> {
  const stopping = stopsUp(!isDeployed(inState ?? []));
  const stops: LocatedFinding[] = [];
  const accounts: EventTable["preflight-passed"]["accounts"][number][] = [];
  let answeredAtMs: number | undefined;
  await examine({
    purpose: command,
    config,
    environment,
    session,
    inState: () => Promise.resolve(inState ?? []),
    isReachedOnly: inState === undefined,
    reached: (account, answeredEpochMs) => {
      accounts.push(account);
      answeredAtMs = answeredEpochMs;
    },
    tell: (found, path) => {
      if (stopping.has(found.id)) stops.push({ found, path });
      else if (found.severity !== "info" || found.id === "operator-not-simulated") {
        session.emit({ type: "finding", ...found });
      }
    },
  });
  throwIfStopped(stops, "The accounts are not as the config says.");
  session.emit({ type: "preflight-passed", accounts });
  return answeredAtMs === undefined ? undefined : new Date(answeredAtMs).toISOString();
}

/** Whether the state knows anything that a provider made. */
function isDeployed(inState: readonly StateResource[]): boolean {
  return inState.some(({ id, type }) => id !== undefined && !type.startsWith("pulumi:"));
}
