/** Who reaches a place, whether its bucket and its names are as the config says, and what is found behind them. */

import { GetBucketVersioningCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import { bucketArn, partitionOf } from "../../components/config/values";
import type { VaultOutputs } from "../../components/promise/outputs";
import type { AccountClients } from "../aws/aws-clients";
import { sessionRoleArn } from "../aws/session-role";
import { ask } from "../guard/ask";
import type { DeployedSource } from "../stack/deployed-sources";
import { bucketPresence, takenNames } from "../stack/names-taken";
import type { PlaceToLookAt } from "../stack/places";
import type { ExaminationOptions } from "./examine-options";
import { examineOperator } from "./examine-operator";
import { examineSource } from "./examine-source";
import { examineVault } from "./examine-vault";
import type { ExaminedPlace } from "./examined-place";
import { finding, type FindingFields, type FoundAt } from "./finding";
import { readIdentity } from "./read/identity";
import { roleNeeds } from "./role-needs";

/** A finding, and what of the config it is about. */
export interface LocatedFinding {
  readonly found: FindingFields;
  /** As in `vaults[0].bucket.name`. */
  readonly path: string;
}

/** What is deployed. */
export interface DeployedParts {
  readonly sourceOf: (name: string) => DeployedSource | undefined;
  readonly vaults: readonly VaultOutputs[];
}

/** @param isWhole false: no further than to whether the account and its bucket are those of the config */
export async function examinePlace(
  { clients, place }: { readonly place: PlaceToLookAt; readonly clients: AccountClients },
  { sourceOf, vaults }: DeployedParts,
  isWhole: boolean,
  options: ExaminationOptions,
): Promise<readonly LocatedFinding[]> {
  const { access, bucket, path, source, vault } = place;
  const { config, environment, inState, purpose = "doctor", session } = options;
  const { signal } = session;
  const at: FoundAt = { account: access.accountId, resource: bucket.name };
  const identity = await readIdentity(access, clients, environment, signal);
  if (identity.is !== "known" || identity.accountId !== access.accountId) {
    return [judgeIdentity(place, identity, at)];
  }
  const { accountId, answeredEpochMs, arn } = identity;
  options.reached?.({ path, accountId, arn }, answeredEpochMs);
  const examined: ExaminedPlace = {
    purpose,
    place,
    clients,
    config,
    callerArn: arn,
    nowEpochMs: answeredEpochMs,
    signal,
    environment,
  };
  const deployed = source === undefined ? undefined : sourceOf(source.name);
  const deployedVault = vaults.find(({ name }) => name === vault?.name);
  const isDeployed = deployed !== undefined || deployedVault !== undefined;
  const found: LocatedFinding[] = [];
  // What `up` has made, `up` makes again, and a verdict names it.
  const isMade = bucket.existing || (isDeployed && purpose === "doctor");
  if (isMade && !(bucket.isMadeHere && !isDeployed)) {
    const wrong = await lookForBucket(examined, at);
    if (wrong !== undefined) {
      found.push(wrong);
      if (wrong.found.id !== "list-right") return found;
    }
  }
  if (!isWhole) return found;
  if (purpose === "doctor" ? !isDeployed : purpose !== "backfill") {
    const taken = await takenNames({ ...place, clients }, await inState(), signal);
    for (const { message, path: takenAt } of taken) {
      const fix = "another name in the config, or the stack that made it";
      const what = `${takenAt}: ${message.replace(/\.$/, "")}`;
      found.push({ path: takenAt, found: finding("name-taken", at, what, fix) });
    }
  }
  const deep = [
    ...(source === undefined ? [] : await examineSource(examined, source, deployed)),
    ...(vault === undefined ? [] : await examineVault(examined, vault, deployedVault)),
    ...(isDeployed ? [] : await examineOperator(examined, await inState())),
  ];
  found.push(...deep.map((one) => ({ path: pathOf(place, one), found: one })));
  return found;
}

/** A finding at a bucket is about the bucket of the config, or about the one beside it. */
function pathOf({ path }: PlaceToLookAt, { resource }: FindingFields): string {
  return resource.includes(":s3:::") ? `${path}.bucket` : path;
}

function judgeIdentity(
  { access, path }: PlaceToLookAt,
  identity: Awaited<ReturnType<typeof readIdentity>>,
  at: FoundAt,
): LocatedFinding {
  switch (identity.is) {
    case "region-off": {
      const what = `${access.region} answers ${identity.code} to the account's credentials, which are known elsewhere`;
      const fix = `aws account enable-region --region-name ${access.region}, as the account or its organization's management account; it takes some minutes`;
      const found = finding("region-not-enabled", { ...at, resource: access.region }, what, fix);
      return { path: `${path}.region`, found };
    }
    case "unknown": {
      const way =
        access.assumeRoleArn !== undefined
          ? `the role ${access.assumeRoleArn}`
          : access.profile !== undefined
            ? `the profile ${access.profile}`
            : "the environment";
      const member = `${path}.${access.assumeRoleArn === undefined ? "profile" : "assumeRoleArn"}`;
      const what = `${path}: no usable credentials from ${way}: ${identity.reason}`;
      const fix = `correct ${member} or the AWS config file`;
      return { path: member, found: finding("credentials-unusable", at, what, fix) };
    }
    case "known": {
      const what = `${path}: the credentials belong to account ${identity.accountId} (${identity.arn}), not to ${access.accountId}`;
      const fix = `correct ${path}.accountId or ${path}.profile`;
      const found = finding("credentials-of-another-account", at, what, fix);
      return { path: `${path}.accountId`, found };
    }
  }
}

async function lookForBucket(
  examined: ExaminedPlace,
  at: FoundAt,
): Promise<LocatedFinding | undefined> {
  const { clients, place, signal } = examined;
  const { access, bucket, path } = place;
  const presence = await bucketPresence(bucket.name, access, clients, signal);
  const named = `${path}.bucket.name`;
  switch (presence.is) {
    case "ours":
      return undefined;
    case "free": {
      const fix = `correct ${named}; or \`existing: false\`, and \`lockstep up\` makes it`;
      const found = finding("bucket-missing", at, `there is no bucket ${bucket.name}`, fix);
      return { path: named, found };
    }
    case "not-ours":
    case "refused":
      return ofRefused(examined, presence.is, at);
    case "in-another-region": {
      const what = `${bucket.name} is in ${presence.region}, the config says ${access.region}`;
      const fix = `in the config: ${path}.region: ${presence.region}`;
      const found = finding("bucket-in-another-region", at, what, fix);
      return { path: `${path}.region`, found };
    }
  }
}

/** "Correct the name" is said only where the name may be wrong. */
async function ofRefused(
  examined: ExaminedPlace,
  presence: "not-ours" | "refused",
  at: FoundAt,
): Promise<LocatedFinding> {
  const { access, bucket, path } = examined.place;
  if (await isOursAllTheSame(examined)) {
    const Resource = `arn:${partitionOf(access.region)}:s3:::${bucket.name}`;
    const Action = ["s3:ListBucket", "s3:ListBucketVersions"];
    const statement = { Effect: "Allow", Action, Resource };
    const what = `the credentials may not use s3:ListBucket on ${bucket.name}`;
    const fix = `add to the policy of the account's credentials: ${JSON.stringify(statement)}`;
    return { path: `${path}.bucket`, found: finding("list-right", at, what, fix) };
  }
  if (presence === "refused" && (await isListed(examined))) {
    return { path: `${path}.bucket`, found: finding("bucket-refuses", at, ...refusalOf(examined)) };
  }
  const what = `${bucket.name} belongs to another account than ${access.accountId}, or the credentials may not see it`;
  const fix = `correct ${path}.bucket.name; or allow s3:ListBucket on it`;
  return {
    path: `${path}.bucket.name`,
    found: finding("bucket-of-another-account", at, what, fix),
  };
}

/** The account's list of its buckets is asked of no bucket, so that no bucket's policy can refuse it. */
async function isListed({ clients, place: { bucket }, signal }: ExaminedPlace): Promise<boolean> {
  const listed = await ask("s3:ListAllMyBuckets", undefined, async () => {
    const command = new ListBucketsCommand({ Prefix: bucket.name });
    return (await clients.s3.send(command, { abortSignal: signal })).Buckets ?? [];
  });
  return "value" in listed && (listed.value ?? []).some(({ Name }) => Name === bucket.name);
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html for what the root user may always do */
function refusalOf({ callerArn, config, place }: ExaminedPlace): readonly [string, string] {
  const { bucket, access, path } = place;
  const caller = sessionRoleArn(callerArn) ?? callerArn;
  const arn = bucketArn(partitionOf(access.region), bucket.name);
  const needing = roleNeeds(config).filter(
    ({ resource }) => resource === arn || resource.startsWith(`${arn}/`),
  );
  const spared = [...new Set([caller, ...needing.map(({ roleArn }) => roleArn)])];
  const exception = JSON.stringify({ Condition: { ArnNotLike: { "aws:PrincipalArn": spared } } });
  return [
    `${bucket.name} is the account's own, as ${path}.bucket.name says, and refuses ${caller}: a Deny in its policy, or in the caller's, hits it`,
    `add to the Deny: ${exception}; the account's root user may always read and change the policy of its bucket (aws s3api get-bucket-policy --bucket ${bucket.name})`,
  ];
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
