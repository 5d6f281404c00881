/**
 * Looks at every account that a stack works in, with its own credentials, for what keeps or will keep replication, jobs and
 * locks from doing what is promised. Nothing is changed, and no look is left out without a word.
 */

import type { LockstepConfig } from "../../components/config/types";
import { bucketArn, partitionOf } from "../../components/config/values";
import { accountClients } from "../aws/aws-clients";
import { isLockstepError } from "../errors";
import { deployedVaults, sourceReader } from "../stack/deployed-sources";
import { isOfSource, placesOf, type PlaceToLookAt } from "../stack/places";
import type { ExaminationOptions } from "./examine-options";
import { type DeployedParts, examinePlace } from "./examine-place";
import { finding } from "./finding";

/** @throws LockstepError `AwsUnreachable`, `Aborted`, `EngineFailed`; what is refused is a finding */
export async function examine(options: ExaminationOptions): Promise<void> {
  const { config, environment, isReachedOnly, session, sourceName, tell } = options;
  const { purpose = "doctor" } = options;
  const deployed = await deployedParts(options);
  for (const place of placesOf(config)) {
    const isWhole = sourceName === undefined || isOfSource(place, sourceName, config);
    if (!isWhole && purpose === "doctor") continue;
    const clients = await accountClients(place.access, environment);
    try {
      const all = await examinePlace(
        { place, clients },
        deployed,
        isWhole && isReachedOnly !== true,
        options,
      );
      for (const { found, path } of all) tell(found, path, place);
    } finally {
      clients.destroy();
    }
    if (session.signal.aborted) return;
  }
  if (purpose === "doctor") otherSide(config).forEach((place) => tellUnseen(place, options));
}

/** Places of the config that are another team's. */
function otherSide(config: LockstepConfig): readonly PlaceToLookAt[] {
  if (config.side === "both") return [];
  const own = new Set(placesOf(config).map(({ path }) => path));
  return placesOf({ ...config, side: "both" }).filter(({ path }) => !own.has(path));
}

function tellUnseen(place: PlaceToLookAt, { tell }: ExaminationOptions): void {
  const { access, bucket, path, source } = place;
  const unseen =
    source === undefined
      ? "its guard, policy and key"
      : "its rules, roles, keys, policies and jobs";
  const what = `${path}: this stack has the other side alone, so that of ${bucket.name} ${unseen} are not looked at`;
  const fix =
    "`lockstep doctor` with that team's stack, or with a config of side both that names sourceStack and vaultStack";
  const at = {
    account: access.accountId,
    resource: bucketArn(partitionOf(access.region), bucket.name),
  };
  tell(finding("side-not-looked-at", at, what, fix), path, place);
}

const NOTHING_DEPLOYED: DeployedParts = { sourceOf: () => undefined, vaults: [] };

/** Nothing, before the first `up`. */
async function deployedParts({ config, stack }: ExaminationOptions): Promise<DeployedParts> {
  if (stack === undefined) return NOTHING_DEPLOYED;
  const orUndefined = <Value>(error: unknown): Value | undefined => {
    if (isLockstepError(error) && error.code === "StackNotDeployed") return undefined;
    throw error;
  };
  const vaults = await deployedVaults(stack).catch((error: unknown) => orUndefined<[]>(error));
  if (vaults === undefined) return NOTHING_DEPLOYED;
  const read = await sourceReader(stack, config);
  const sourceOf = (name: string) => {
    try {
      return read(name);
    } catch (error) {
      return orUndefined<ReturnType<typeof read>>(error);
    }
  };
  return { sourceOf, vaults };
}
