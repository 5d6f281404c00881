/**
 * Looks at every account that a stack works in, with its own credentials, for what keeps or will keep replication, jobs and
 * locks from doing what is promised. Nothing is changed, and no look is left out without a word.
 */

import { GetBucketVersioningCommand } from "@aws-sdk/client-s3";
import type { LockstepConfig } from "../../components/config/types";
import { partitionOf } from "../../components/config/values";
import { accountClients, type AccountClients, type AwsEnvironment } from "../aws/aws-clients";
import { isLockstepError } from "../errors";
import { ask } from "../guard/ask";
import type { Session } from "../events";
import type { DeployedSource, OutputsOfStack } from "../stack/deployed-sources";
import { deployedVaults, sourceReader } from "../stack/deployed-sources";
import type { StateResource } from "../stack/kept-resources";
import { bucketPresence, takenNames } from "../stack/names-taken";
import { placesOf, type PlaceToLookAt } from "../stack/places";
import { examineSource } from "./examine-source";
import { examineVault } from "./examine-vault";
import type { ExaminedPlace } from "./examined-place";
import { finding, type FindingFields, type FoundAt } from "./finding";
import { readIdentity } from "./read/identity";

/** What is looked at. */
export interface ExamineOptions {
  readonly config: LockstepConfig;
  /** What is deployed; without outputs before the first `up`. */
  readonly stack: OutputsOfStack;
  /** What the stack's state knows: its names are not taken by others. */
  readonly inState: () => Promise<readonly StateResource[]>;
  /** Of several sources only this one, and its vaults. */
  readonly sourceName?: string | undefined;
  readonly environment: AwsEnvironment;
  readonly session: Session;
  /** Is told each finding as it is found. */
  readonly tell: (found: FindingFields) => void;
}

/** @throws LockstepError `AwsUnreachable`, `Aborted`, `EngineFailed`; what is refused is a finding */
export async function examine(options: ExamineOptions): Promise<void> {
  const { config, environment, session, tell } = options;
  const deployed = await deployedParts(options);
  for (const place of placesOf(config)) {
    if (!isWanted(place, options)) continue;
    const clients = await accountClients(place.access, environment);
    try {
      const found = await examinePlace({ place, clients }, deployed, options);
      found.forEach(tell);
    } finally {
      clients.destroy();
    }
    if (session.signal.aborted) return;
  }
}

function isWanted({ source, vault }: PlaceToLookAt, { config, sourceName }: ExamineOptions) {
  if (sourceName === undefined) return true;
  if (source !== undefined) return source.name === sourceName;
  return config.rules.some(
    (rule) => rule.vault === vault?.name && (rule.source ?? sourceName) === sourceName,
  );
}

interface DeployedParts {
  readonly sourceOf: (name: string) => DeployedSource | undefined;
  readonly vaults: Awaited<ReturnType<typeof deployedVaults>>;
}

/** Nothing, before the first `up`. */
async function deployedParts({ config, stack }: ExamineOptions): Promise<DeployedParts> {
  const orUndefined = <Value>(error: unknown): Value | undefined => {
    if (isLockstepError(error) && error.code === "StackNotDeployed") return undefined;
    throw error;
  };
  const vaults = await deployedVaults(stack).catch((error: unknown) => orUndefined<[]>(error));
  if (vaults === undefined) return { sourceOf: () => undefined, vaults: [] };
  const read = await sourceReader(stack, config);
  const sourceOf = (name: string): DeployedSource | undefined => {
    try {
      return read(name);
    } catch (error) {
      return orUndefined(error);
    }
  };
  return { sourceOf, vaults };
}

async function examinePlace(
  { clients, place }: { readonly place: PlaceToLookAt; readonly clients: AccountClients },
  { sourceOf, vaults }: DeployedParts,
  options: ExamineOptions,
): Promise<readonly FindingFields[]> {
  const { access, bucket, source, vault } = place;
  const { config, environment, inState, session } = options;
  const { signal } = session;
  const at: FoundAt = { account: access.accountId, resource: bucket.name };
  const identity = await readIdentity(access, clients, environment, signal);
  switch (identity.is) {
    case "region-off": {
      const what = `${access.region} answers ${identity.code} to the account's credentials, which are known elsewhere`;
      const fix = `aws account enable-region --region-name ${access.region}, as the account or its organization's management account; it takes some minutes`;
      return [finding("region-not-enabled", { ...at, resource: access.region }, what, fix)];
    }
    case "unknown": {
      const what = `${place.path}: no usable credentials: ${identity.reason}`;
      const fix = `correct ${place.path}.${access.assumeRoleArn === undefined ? "profile" : "assumeRoleArn"} or the AWS config file`;
      return [finding("credentials-unusable", at, what, fix)];
    }
    case "known":
  }
  if (identity.accountId !== access.accountId) {
    const what = `${place.path}: the credentials belong to account ${identity.accountId} (${identity.arn})`;
    const fix = `correct ${place.path}.accountId or ${place.path}.profile`;
    return [finding("credentials-of-another-account", at, what, fix)];
  }
  const examined: ExaminedPlace = {
    place,
    clients,
    config,
    callerArn: identity.arn,
    nowEpochMs: identity.answeredEpochMs,
    signal,
    environment,
  };
  const deployed = source === undefined ? undefined : sourceOf(source.name);
  const deployedVault = vaults.find(({ name }) => name === vault?.name);
  const isDeployed = deployed !== undefined || deployedVault !== undefined;
  const found: FindingFields[] = [];
  const presence = await bucketPresence(bucket.name, access, clients, signal);
  const isMade = bucket.existing || isDeployed;
  if (isMade && !(bucket.isMadeHere && !isDeployed)) {
    if (presence.is === "not-ours" && (await isOursAllTheSame(examined))) {
      const fix = `add to the policy of the account's credentials: ${JSON.stringify({ Effect: "Allow", Action: ["s3:ListBucket", "s3:ListBucketVersions"], Resource: `arn:${partitionOf(access.region)}:s3:::${bucket.name}` })}`;
      const what = `the credentials may not use s3:ListBucket on ${bucket.name}`;
      found.push(finding("list-right", at, what, fix));
    } else {
      const wrong = judgePresence(place, presence, at);
      if (wrong !== undefined) return [wrong];
    }
  }
  if (!isDeployed) {
    const taken = await takenNames({ ...place, clients }, await inState(), signal);
    for (const { message, path } of taken) {
      const fix = "another name in the config, or the stack that made it";
      found.push(finding("name-taken", at, `${path}: ${message.replace(/\.$/, "")}`, fix));
    }
  }
  if (source !== undefined) found.push(...(await examineSource(examined, source, deployed)));
  if (vault !== undefined) found.push(...(await examineVault(examined, vault, deployedVault)));
  return found;
}

/** HEAD of a bucket is refused without `s3:ListBucket`, too. */
async function isOursAllTheSame({ clients, place, signal }: ExaminedPlace): Promise<boolean> {
  const { access, bucket } = place;
  const input = { Bucket: bucket.name, ExpectedBucketOwner: access.accountId };
  const asked = await ask("s3:GetBucketVersioning", undefined, async () => {
    await clients.s3.send(new GetBucketVersioningCommand(input), { abortSignal: signal });
    return true;
  });
  return "value" in asked;
}

function judgePresence(
  { access, path }: PlaceToLookAt,
  presence: Awaited<ReturnType<typeof bucketPresence>>,
  at: FoundAt,
): FindingFields | undefined {
  switch (presence.is) {
    case "ours":
      return undefined;
    case "free": {
      const fix = `correct ${path}.bucket.name; or \`existing: false\`, and \`lockstep up\` makes it`;
      return finding("bucket-missing", at, `there is no bucket ${at.resource}`, fix);
    }
    case "not-ours": {
      const what = `${at.resource} belongs to another account, or the credentials may not see it`;
      const fix = `correct ${path}.bucket.name; or allow s3:ListBucket on it`;
      return finding("bucket-of-another-account", at, what, fix);
    }
    case "in-another-region": {
      const what = `${at.resource} is in ${presence.region}, the config says ${access.region}`;
      const fix = `in the config: ${path}.region: ${presence.region}`;
      return finding("bucket-in-another-region", at, what, fix);
    }
  }
}
