import { GetRoleCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand } from "@aws-sdk/client-kms";
import { HeadBucketCommand } from "@aws-sdk/client-s3";
import type { AccountAccess, SourceConfig, VaultConfig } from "../../components/config/types";
import {
  checksumRoleName,
  derivedNames,
  sourceKeyAlias,
  vaultKeyAlias,
  vaultOperationsBucketName,
  relockRoleName,
} from "../../components/derived-names";
import type { AccountClients } from "../aws/aws-clients";
import { awsFailure, isLockstepError, type Problem } from "../errors";
import type { StateResource } from "./kept-resources";
import { OwnBucketsClient } from "../aws/own-buckets-client";

/** What a HEAD of a bucket says, asked with the account that should own it. */
export type BucketPresence =
  | { readonly is: "free" }
  | { readonly is: "ours" }
  | { readonly is: "not-ours" }
  /** It says neither whose it is nor that it is not ours. */
  | { readonly is: "refused" }
  | { readonly is: "in-another-region"; readonly region: string };

/**
 * Looks whether a bucket is there and whose it is.
 * @throws the error of the AWS SDK for anything that does not answer the question
 */
export async function bucketPresence(
  bucket: string,
  access: AccountAccess,
  clients: AccountClients,
  signal?: AbortSignal,
): Promise<BucketPresence> {
  const { accountId, region } = access;
  // Only the bucket's own Region says whose it is.
  const s3 = new OwnBucketsClient(
    {
      region,
      credentials: clients.s3.config.credentials,
      maxAttempts: 5,
      ...(clients.endpoint !== undefined && { endpoint: clients.endpoint, forcePathStyle: true }),
      followRegionRedirects: true,
    },
    accountId,
  );
  try {
    const head = await s3.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal: signal });
    const actual = head.BucketRegion;
    return actual === undefined || actual === region
      ? { is: "ours" }
      : { is: "in-another-region", region: actual };
  } catch (error) {
    if (isLockstepError(error) && error.code === "BucketOfAnotherAccount")
      return { is: "not-ours" };
    const status = awsFailure(error)?.httpStatus;
    if (status === 404) return { is: "free" };
    if (status === 403) return { is: "refused" };
    throw error;
  } finally {
    s3.destroy();
  }
}

/** One source or vault of the config, with the clients of its account. */
export interface Place {
  /** `source`, `sources[0]` or `vaults[0]`. */
  readonly path: string;
  readonly access: AccountAccess;
  readonly clients: AccountClients;
  readonly source?: SourceConfig;
  readonly vault?: VaultConfig;
  /** Jobs may read it for checksums. Default: false. */
  readonly hasChecksums?: boolean;
}

/**
 * The names that a first `up` would make in an account and that are there already: the engine would find out half-way
 * and leave the other half made.
 * @param inState the resources in the stack's state; these are there because we made them
 */
export async function takenNames(
  place: Place,
  inState: readonly StateResource[],
  signal?: AbortSignal,
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const wanted of wantedNames(place)) {
    if (inState.some((resource) => isKnown(resource, wanted))) continue;
    const message = await wanted.find(signal);
    if (message !== undefined) problems.push({ path: wanted.path, message });
  }
  return problems;
}

function isKnown({ id, type, urn }: StateResource, { name, resource }: WantedName): boolean {
  if (id !== name) return false;
  if (resource === undefined) return true;
  return type.startsWith(`${resource.package}:`) && urn.endsWith(resource.urnEnd);
}

interface WantedName {
  /** As the state has it for an id. */
  readonly name: string;
  /** Which resource may have the name: set where a vault that is adopted can leave another of this stack with it. */
  readonly resource?: { readonly package: "aws" | "aws-native"; readonly urnEnd: string };
  readonly path: string;
  /** What is wrong when the name is taken. */
  readonly find: (signal?: AbortSignal) => Promise<string | undefined>;
}

function wantedNames(place: Place): readonly WantedName[] {
  const { source, vault } = place;
  return [
    ...(vault === undefined ? [] : namesOfVault(place, vault)),
    ...(source === undefined ? [] : namesOfSource(place, source)),
  ];
}

function namesOfVault(
  place: Place,
  { bucket, encryption, name, relock }: VaultConfig,
): readonly WantedName[] {
  const path = `${place.path}.bucket.name`;
  return [
    ...(bucket.existing
      ? []
      : [
          bucketName(
            place,
            bucket.name,
            path,
            "Write existing: true to adopt it, or choose another name",
          ),
        ]),
    bucketName(
      place,
      vaultOperationsBucketName(bucket.name),
      path,
      "Use the stack that made it (one vault has one stack)",
      // Beside a bucket that is adopted it may be there, from when that was a vault before; then it comes along.
      { mayBeOurs: bucket.existing },
    ),
    ...(relock === true ? [role(place, relockRoleName(bucket.name), "One vault")] : []),
    ...(place.hasChecksums === true
      ? [role(place, checksumRoleName("vault", bucket.name), "One vault")]
      : []),
    ...(encryption.kms === "create"
      ? [
          {
            ...keyAlias(place, `${place.path}.encryption.kms`, vaultKeyAlias(bucket.name)),
            resource: {
              package: bucket.existing ? "aws" : "aws-native",
              urnEnd: `-vault-${name}-key-alias`,
            } as const,
          },
        ]
      : []),
  ];
}

function namesOfSource(place: Place, { bucket, ...source }: SourceConfig): readonly WantedName[] {
  const path = `${place.path}.bucket.name`;
  const { batchRoleName, operationsBucketName, replicationRoleName } = derivedNames(bucket.name);
  return [
    ...(bucket.existing
      ? []
      : [
          bucketName(
            place,
            bucket.name,
            path,
            "Write existing: true to attach to it, or choose another name",
          ),
        ]),
    ...(bucket.encryption?.kms === "create"
      ? [keyAlias(place, `${place.path}.bucket.encryption.kms`, sourceKeyAlias(bucket.name))]
      : []),
    bucketName(
      place,
      operationsBucketName,
      path,
      "Use the stack that made it (one source bucket has one stack)",
    ),
    ...(source.replicationRoleArn === undefined ? [role(place, replicationRoleName)] : []),
    role(place, batchRoleName),
    ...(place.hasChecksums === true ? [role(place, checksumRoleName("source", bucket.name))] : []),
  ];
}

function bucketName(
  { access, clients }: Place,
  name: string,
  path: string,
  otherwise: string,
  { mayBeOurs = false } = {},
): WantedName {
  return {
    name,
    path,
    find: async (signal) => {
      const presence = await bucketPresence(name, access, clients, signal);
      if (mayBeOurs && presence.is === "ours") return undefined;
      return bucketMessage(name, access, otherwise, presence);
    },
  };
}

/** How something of ours can be at AWS and not in the state. */
export const HOW_NAMES_ARE_TAKEN =
  "What is there and not in this stack's state was made by another stack, kept by `pulumi destroy`, or left by a run that was killed.";

function bucketMessage(
  name: string,
  access: AccountAccess,
  otherwise: string,
  presence: BucketPresence,
): string | undefined {
  switch (presence.is) {
    case "free":
      return undefined;
    case "not-ours":
    case "refused":
      return `a bucket ${name} is there already and belongs to another account than ${access.accountId}, or the credentials may not see it. ${otherwise}.`;
    case "in-another-region":
      return `the account ${access.accountId} has a bucket ${name} already, in ${presence.region}. ${otherwise}.`;
    case "ours":
      return (
        `the account ${access.accountId} has a bucket ${name} already, which is not in this stack's state. ` +
        `${otherwise}, delete the bucket when it is empty, or bring it into the state with \`pulumi import\`.`
      );
  }
}

function keyAlias({ clients }: Place, path: string, alias: string): WantedName {
  return {
    name: alias,
    path,
    find: async (signal) => {
      try {
        const output = await clients.kms.send(new DescribeKeyCommand({ KeyId: alias }), {
          abortSignal: signal,
        });
        const arn = output.KeyMetadata?.Arn ?? "(unknown)";
        return (
          `the account has the alias ${alias} already, for ${arn}, and this stack did not make it for this. ` +
          `Name that key's ARN instead of "create", or delete the alias.`
        );
      } catch (error) {
        if (mayNotLook(error) || awsFailure(error)?.code === "NotFoundException") return undefined;
        throw error;
      }
    },
  };
}

function role(
  { access, clients, path }: Place,
  roleName: string,
  of = "One source bucket",
): WantedName {
  return {
    name: roleName,
    path: `${path}.bucket.name`,
    find: async (signal) => {
      try {
        await clients.iam.send(new GetRoleCommand({ RoleName: roleName }), { abortSignal: signal });
        return (
          `the account ${access.accountId} has a role ${roleName} already, which is not in this stack's state. ` +
          `${of} has one stack: use that stack, or delete the role when nothing uses it.`
        );
      } catch (error) {
        if (mayNotLook(error) || awsFailure(error)?.code === "NoSuchEntityException") {
          return undefined;
        }
        throw error;
      }
    },
  };
}

/** Who may make a role or a key may be refused to read one; then the engine finds out. */
function mayNotLook(error: unknown): boolean {
  return (
    awsFailure(error)?.httpStatus === 403 || /^AccessDenied/.test(awsFailure(error)?.code ?? "")
  );
}
