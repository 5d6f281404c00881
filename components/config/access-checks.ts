import type { Report } from "./loose-config";
import { parseKeyArn, parseRoleArn } from "./values";

/** How an account is reached: in one way, and in the account that is meant. */
export function checkAccess(
  access: { accountId?: string; profile?: string; assumeRoleArn?: string },
  path: string,
  report: Report,
): void {
  if (access.profile !== undefined && access.assumeRoleArn !== undefined) {
    report(
      `${path}.assumeRoleArn`,
      "expected either profile or assumeRoleArn, got both; leave one out (with neither, the environment's credentials are used)",
    );
  }
  const message = "assume a role in the account that is worked on";
  checkRoleAccount(
    access.assumeRoleArn,
    access.accountId,
    `${path}.assumeRoleArn`,
    message,
    report,
  );
}

export function checkRoleAccount(
  roleArn: string | undefined,
  accountId: string | undefined,
  path: string,
  advice: string,
  report: Report,
): void {
  const role = roleArn === undefined ? undefined : parseRoleArn(roleArn);
  if (role === undefined || accountId === undefined || role.accountId === accountId) return;
  report(
    path,
    `expected a role of account ${accountId}, got one of account ${role.accountId}; ${advice}`,
  );
}

/** S3 uses a key of the bucket's own Region, and we want it in the bucket's own account. */
export function checkKeyPlace(
  kms: string | undefined,
  bucket: { accountId?: string; region?: string },
  whose: string,
  path: string,
  report: Report,
): void {
  const key = kms === undefined ? undefined : parseKeyArn(kms);
  if (key === undefined) return;
  if (bucket.region !== undefined && key.region !== bucket.region) {
    report(
      path,
      `expected a key in the ${whose}'s Region ${bucket.region}, got one in ${key.region}; S3 cannot use a key of another Region`,
    );
  }
  if (bucket.accountId !== undefined && key.accountId !== bucket.accountId) {
    report(
      path,
      `expected a key of the ${whose}'s account ${bucket.accountId}, got one of account ${key.accountId}; who owns the key can make the copies unreadable`,
    );
  }
}
