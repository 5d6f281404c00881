import type { AwsEnvironment } from "../aws/aws-clients";
import { LockstepError, type Problem } from "../errors";
import type { Session } from "../events";
import { bucketContent } from "../stack/bucket-content";
import type { StateResource } from "../stack/kept-resources";
import type { PlannedChange } from "../stack/planned-changes";
import { ProviderPlaces } from "../stack/resource-places";
import { deletesBucket } from "./gone-risks";

/**
 * S3 deletes no bucket that holds versions, and says so in the middle of a deployment: so each bucket that is to be deleted, or
 * replaced and then deleted, is looked into before. What is left behind at AWS is no loss of data and is not asked about here.
 * @throws LockstepError `DataAtRisk` with each bucket that holds something, or that nobody can look into
 */
export async function refuseLossOfData(
  planned: readonly PlannedChange[],
  resources: readonly StateResource[],
  session: Session,
  environment: AwsEnvironment = {},
): Promise<void> {
  const places = new ProviderPlaces(resources);
  const problems: Problem[] = [];
  for (const { account = "(unknown)", urn } of planned.filter(deletesBucket)) {
    for (const { id, provider = "" } of resources.filter((resource) => resource.urn === urn)) {
      const access = places.accessOf(provider);
      if (id === undefined || access === undefined) continue;
      const { versionsCount, words } = await bucketContent(id, access, session, environment);
      if (versionsCount === 0) continue;
      problems.push({
        path: id,
        message: `the bucket of account ${account} would be deleted (${words})`,
      });
    }
  }
  if (problems.length === 0) return;
  throw new LockstepError("DataAtRisk", "A bucket that holds data would be deleted.", {
    problems,
    hint:
      "Nothing was made or changed. Put the bucket back into the config under its own name; or take it out of the stack with " +
      "`pulumi state delete` and its URN, which leaves it at AWS.",
  });
}
