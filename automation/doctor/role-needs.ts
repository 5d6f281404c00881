/** What the roles of a source have to be allowed, as their own policies say it. Pure. */

import { replicationOf } from "../../components/config/schema";
import type { LockstepConfig, ReplicationConfig } from "../../components/config/types";
import { bucketArn, givenKeyArn, partitionOf } from "../../components/config/values";
import {
  checksumRoleName,
  configuredReplicationRole,
  derivedNames,
  roleArn,
} from "../../components/derived-names";
import { CHECKSUM_PREFIXES, OPERATIONS_PREFIXES } from "../../components/operations-prefixes";
import {
  batchRolePolicy,
  checksumRolePolicy,
  policyDocument,
  type PolicyDocument,
  replicationRolePolicy,
} from "../../components/policy-documents";
import { replicationTargets } from "../../components/source/replication-targets";
import type { RoleNeed } from "./deny";

/** The needs of every source's roles. */
export function roleNeeds(config: LockstepConfig): readonly RoleNeed[] {
  return config.sources.flatMap(({ name }) => needsOf(replicationOf(config, name)));
}

/** The needs of one source's roles, at the source and at its vaults. Those at keys are there where the config names the key. */
export function needsOf({
  rules,
  source,
  vaults,
  verdict,
}: ReplicationConfig): readonly RoleNeed[] {
  const sourceArn = bucketArn(partitionOf(source.region), source.bucket.name);
  const names = derivedNames(source.bucket.name);
  const targets = replicationTargets(
    vaults.map(({ bucket, encryption, name, region }) => ({
      name,
      region,
      bucketName: bucket.name,
      kmsKeyArn: givenKeyArn(encryption),
    })),
    rules,
  );
  const replication = replicationRolePolicy({
    source: {
      bucketName: source.bucket.name,
      region: source.region,
      accountId: source.accountId,
      sseKmsEncryptedObjects: source.kmsKeyArns.length > 0,
      kmsKeyArns: source.kmsKeyArns,
    },
    targets,
  });
  const batch = batchRolePolicy({
    sourceBucketArn: sourceArn,
    operationsBucketArn: bucketArn(partitionOf(source.region), names.operationsBucketName),
    ...OPERATIONS_PREFIXES,
  });
  const owners = new Map(
    vaults.map((vault) => [bucketArn(partitionOf(vault.region), vault.bucket.name), vault]),
  );
  return [
    { role: configuredReplicationRole(source), policy: replication },
    { role: roleArn(source, names.batchRoleName, source.roles?.path), policy: batch },
    ...(verdict?.checksums === true ? [checksumNeeds(source, names.operationsBucketName)] : []),
  ].flatMap(({ policy, role }) =>
    policy.Statement.flatMap(({ Action, Resource = [] }) =>
      [Action].flat().flatMap((action) =>
        [Resource].flat().map((resource): RoleNeed => {
          const owner = owners.get(resource.replace(/\/\*$/, "")) ?? source;
          const [, , , keyRegion, keyAccountId] = resource.split(":");
          return {
            roleArn: role,
            action,
            resource,
            ownerAccountId: keyAccountId || owner.accountId,
            region: keyRegion || owner.region,
          };
        }),
      ),
    ),
  );
}

function checksumNeeds(
  source: ReplicationConfig["source"],
  operationsBucketName: string,
): { readonly role: string; readonly policy: PolicyDocument } {
  const { accountId, bucket, region, roles } = source;
  const policy = checksumRolePolicy({
    accountId,
    region,
    bucketName: bucket.name,
    operationsBucketName,
    ...CHECKSUM_PREFIXES,
  });
  return {
    role: roleArn(source, checksumRoleName("source", bucket.name), roles?.path),
    // Its keys are any of the account, and so none that could be asked for.
    policy: policyDocument(...policy.Statement.filter(({ Sid }) => Sid !== "DecryptVersions")),
  };
}
