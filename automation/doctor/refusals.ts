/** The statements of others that keep our roles out of a deployed stack, beside a verdict that is not clean. */

import { replicationOf } from "../../components/config/schema";
import type { LockstepConfig } from "../../components/config/types";
import { accountClients, type AwsEnvironment } from "../aws/aws-clients";
import type { Problem } from "../errors";
import type { Session } from "../events";
import { placesOf } from "../stack/places";
import { checkPolicies, warnOf } from "./check-policies";
import { needsOf } from "./role-needs";

/** Neither a report's `DstPutObjectNotPermitted` nor a failed job names the statement. */
export async function warnOfRefusals(
  config: LockstepConfig,
  sourceNames: readonly string[],
  environment: AwsEnvironment,
  session: Session,
): Promise<void> {
  const found = new Map<string, Problem>();
  for (const name of sourceNames) {
    for (const problem of await refusalsOf(config, name, environment, session)) {
      found.set(`${problem.path}: ${problem.message}`, problem);
    }
  }
  warnOf([...found.values()], session);
}

async function refusalsOf(
  config: LockstepConfig,
  sourceName: string,
  environment: AwsEnvironment,
  session: Session,
): Promise<readonly Problem[]> {
  const replication = replicationOf(config, sourceName);
  const needs = needsOf(replication);
  const problems: Problem[] = [];
  for (const place of placesOf(config)) {
    const isOfSource =
      place.source?.name === sourceName ||
      replication.vaults.some(({ name }) => name === place.vault?.name);
    if (!isOfSource) continue;
    const clients = await accountClients(place.access, environment);
    try {
      problems.push(...(await checkPolicies({ ...place, clients }, needs, session)));
    } finally {
      clients.destroy();
    }
  }
  return problems;
}
