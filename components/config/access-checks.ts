import type { ReportProblem } from "./loose-config";
import {
  parseKeyArn,
  parsePolicyArn,
  parseRoleArn,
  partitionProblem,
  regionalNamespaceOf,
} from "./values";

/** How an account is reached: in one way, and in the account that is meant. */
export function checkAccess(
  access: { accountId?: string; region?: string; profile?: string; assumeRoleArn?: string },
  path: string,
  report: ReportProblem,
): void {
  if (access.profile !== undefined && access.assumeRoleArn !== undefined) {
    report(
      `${path}.assumeRoleArn`,
      "expected either profile or assumeRoleArn, got both; leave one out (with neither, the environment's credentials are used)",
    );
  }
  const message = "assume a role in the account that is worked on";
  checkRolePlace(access.assumeRoleArn, access, `${path}.assumeRoleArn`, message, report);
}

/** A role has to be of the account and of the partition that it is used in. */
export function checkRolePlace(
  roleArn: string | undefined,
  { accountId, region }: Owner,
  path: string,
  advice: string,
  report: ReportProblem,
): void {
  const role = roleArn === undefined ? undefined : parseRoleArn(roleArn);
  if (role === undefined) return;
  if (accountId !== undefined && role.accountId !== accountId) {
    report(
      path,
      `expected a role of account ${accountId}, got one of account ${role.accountId}; ${advice}`,
    );
  }
  checkPartitionOf(role, region, path, report);
}

/** A boundary is a policy of the roles' account, or one of AWS's own. */
export function checkBoundary(
  boundaryArn: string | undefined,
  { accountId, region }: Owner,
  path: string,
  report: ReportProblem,
): void {
  const policy = boundaryArn === undefined ? undefined : parsePolicyArn(boundaryArn);
  if (policy === undefined) return;
  if (accountId !== undefined && ![accountId, "aws"].includes(policy.accountId)) {
    report(
      path,
      `expected a policy of account ${accountId}, got one of account ${policy.accountId}; IAM takes a boundary of the role's own account, or one of AWS's`,
    );
  }
  checkPartitionOf(policy, region, path, report);
}

/** A bucket in a regional namespace can only be of the account and Region that its name ends in. */
export function checkNamespace(
  bucketName: string | undefined,
  { accountId, region }: Owner,
  path: string,
  report: ReportProblem,
): void {
  const namespace = bucketName === undefined ? undefined : regionalNamespaceOf(bucketName);
  if (namespace === undefined || accountId === undefined || region === undefined) return;
  if (namespace.accountId === accountId && namespace.region === region) return;
  report(
    path,
    `expected a name that ends in "-${accountId}-${region}-an", got "${bucketName}", which is in the namespace of account ${namespace.accountId} in ${namespace.region}; only that account can have it, in that Region`,
  );
}

/** Whose something is, as far as it is known. */
interface Owner {
  accountId?: string | undefined;
  region?: string | undefined;
}

function checkPartitionOf(
  arn: { partition: string },
  region: string | undefined,
  path: string,
  report: ReportProblem,
): void {
  const problem = region === undefined ? undefined : partitionProblem(arn, region);
  if (problem !== undefined) report(path, problem);
}

/** Keys that versions are under may be of another account, and not of another Region. */
export function checkKeyRegion(
  keyArn: string | undefined,
  region: string | undefined,
  path: string,
  report: ReportProblem,
): void {
  const key = keyArn === undefined ? undefined : parseKeyArn(keyArn);
  if (key === undefined || region === undefined) return;
  if (key.region !== region) {
    report(
      path,
      `expected a key in the source's Region ${region}, got one in ${key.region}; S3 encrypts with keys of the bucket's own Region, so no version is under this one`,
    );
  } else checkPartitionOf(key, region, path, report);
}

/** S3 uses a key of the bucket's own Region, and we want it in the bucket's own account. */
export function checkKeyPlace(
  kms: string | undefined,
  bucket: { accountId?: string; region?: string },
  whose: string,
  path: string,
  report: ReportProblem,
): void {
  const key = kms === undefined ? undefined : parseKeyArn(kms);
  if (key === undefined) return;
  if (bucket.region !== undefined && key.region !== bucket.region) {
    report(
      path,
      `expected a key in the ${whose}'s Region ${bucket.region}, got one in ${key.region}; S3 cannot use a key of another Region`,
    );
  }
  if (key.region === bucket.region) checkPartitionOf(key, bucket.region, path, report);
  if (bucket.accountId !== undefined && key.accountId !== bucket.accountId) {
    report(
      path,
      `expected a key of the ${whose}'s account ${bucket.accountId}, got one of account ${key.accountId}; who owns the key can make the copies unreadable`,
    );
  }
}
