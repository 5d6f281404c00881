import type { LockstepConfig } from "../../components/config/types";
import type { AwsEnvironment } from "../aws/aws-clients";
import { LockstepError } from "../errors";
import type { Session } from "../events";
import { bucketContent } from "../stack/bucket-content";
import type { StateResource } from "../stack/kept-resources";
import type { PlannedChange } from "../stack/planned-changes";
import { ProviderPlaces } from "../stack/resource-places";
import { vaultsLeftBehind } from "../stack/vaults-left-behind";
import { deletesBucket } from "./gone-risks";
import { operationsBucketsOf, replacedBuckets } from "./replaced-buckets";

/** A bucket with data that a plan would delete, or put another in the place of. */
export interface BucketAtRisk {
  /** Of the bucket. */
  readonly bucketName: string;
  /** Twelve digits; absent where the plan does not tell it. */
  readonly account?: string;
  /** `deleted`, or `replaced`: it stays at AWS and the stack forgets it. */
  readonly fate: "deleted" | "replaced";
  /** As in `would be replaced by acme-other (12 versions)`. Not stable. */
  readonly words: string;
}

/** What is planned, and for which stack. */
export interface PlanAtRisk {
  /** As the preview told it; `keepingPlan` keeps that. */
  readonly planned: readonly PlannedChange[];
  /** Of the state, as `stateResources` answers it. */
  readonly resources: readonly StateResource[];
  /** As the stack's file says it. */
  readonly config: LockstepConfig;
}

/**
 * The buckets that a plan takes data from: by deleting them, or by putting an empty one in their place. S3 deletes no bucket that
 * holds versions, and says so in the middle of a deployment; one that is replaced stays at AWS, and no command looks at it. So each
 * is looked into before.
 */
export async function bucketsAtRisk(
  { config, planned, resources }: PlanAtRisk,
  session: Session,
  environment: AwsEnvironment = {},
): Promise<readonly BucketAtRisk[]> {
  const places = new ProviderPlaces(resources);
  const atRisk: BucketAtRisk[] = [];
  for (const { account, urn } of planned.filter(deletesBucket)) {
    for (const { id, provider = "" } of resources.filter((resource) => resource.urn === urn)) {
      const access = places.accessOf(provider);
      if (id === undefined || access === undefined) continue;
      const { versionsCount, words } = await bucketContent(id, access, session, environment);
      if (versionsCount === 0) continue;
      atRisk.push({
        bucketName: id,
        fate: "deleted",
        words: `would be deleted (${words})`,
        ...(account !== undefined && { account }),
      });
    }
  }
  const deleted = new Set(atRisk.map(({ bucketName }) => bucketName));
  const replaced = await replacedAtRisk({ config, planned, resources }, session, environment);
  // One that has another in its place and is deleted as well is told once, for the worse of it.
  return [...atRisk, ...replaced.filter(({ bucketName }) => !deleted.has(bucketName))];
}

async function replacedAtRisk(
  { config, planned, resources }: PlanAtRisk,
  session: Session,
  environment: AwsEnvironment,
): Promise<readonly BucketAtRisk[]> {
  const replacedVaults = vaultsLeftBehind(resources, config).filter((left) =>
    config.vaults.some(({ name }) => name === left.name),
  );
  const replaced = replacedBuckets(planned, resources, replacedVaults);
  const empty = new Set<string>();
  const atRisk: BucketAtRisk[] = [];
  for (const { access, by, name } of replaced) {
    const { versionsCount, words } = await bucketContent(name, access, session, environment);
    if (versionsCount === 0) empty.add(name);
    else {
      atRisk.push({
        bucketName: name,
        account: access.accountId,
        fate: "replaced",
        words: `would be replaced by ${by ?? "another"} (${words})`,
      });
    }
  }
  // What stands beside an empty bucket is about nothing.
  const beside = new Set([...empty].flatMap(operationsBucketsOf));
  return atRisk.filter(({ bucketName }) => !beside.has(bucketName));
}

/**
 * Refuses a plan that takes data.
 * @throws LockstepError `DataAtRisk` with each bucket that holds something, or that nobody can look into
 */
export function refuseLossOfData(atRisk: readonly BucketAtRisk[]): void {
  if (atRisk.length === 0) return;
  const isDeleted = atRisk.some(({ fate }) => fate === "deleted");
  const isReplaced = atRisk.some(({ fate }) => fate === "replaced");
  throw new LockstepError(
    "DataAtRisk",
    `A bucket that holds data would be ${isDeleted ? "deleted" : "replaced"}.`,
    {
      problems: atRisk.map(({ account = "(unknown)", bucketName, words }) => ({
        path: bucketName,
        message: `the bucket of account ${account} ${words}`,
      })),
      hint: [
        "Nothing was made or changed. Put the bucket back into the config under its own name.",
        ...(isDeleted
          ? [
              "Or take it out of the stack with `pulumi state delete` and its URN, which leaves it at AWS.",
            ]
          : []),
        ...(isReplaced
          ? [
              "For another vault, give the new one a name and rules of its own beside the former, deploy, run `lockstep backfill`, " +
                "and only then take the former out (`lockstep up --leave-vault NAME`). Another source is a stack of its own.",
            ]
          : []),
      ].join(" "),
    },
  );
}
