import type { CopyObjectRequest } from "@aws-sdk/client-s3";
import type { S3CopyObjectOperation, S3Grant } from "@aws-sdk/client-s3-control";

/** Grants of a copy, which CopyObject takes in headers. Objects have no WRITE. */
const HEADERS = [
  ["FULL_CONTROL", "GrantFullControl"],
  ["READ", "GrantRead"],
  ["READ_ACP", "GrantReadACP"],
  ["WRITE_ACP", "GrantWriteACP"],
] as const;

export function grantHeaders(copy: S3CopyObjectOperation): Partial<CopyObjectRequest> {
  const grants = copy.AccessControlGrants ?? [];
  const headers: Partial<CopyObjectRequest> = {};
  for (const [permission, header] of HEADERS) {
    const grantees = grants.filter((grant) => grant.Permission === permission).map(granteeOf);
    if (grantees.length > 0) headers[header] = grantees.join(", ");
  }
  return headers;
}

/** What no header can say. */
export function grantProblems(copy: S3CopyObjectOperation): readonly string[] {
  const grants = copy.AccessControlGrants ?? [];
  const problems: string[] = [];
  if (grants.length > 0 && copy.CannedAccessControlList !== undefined) {
    problems.push("AccessControlGrants and CannedAccessControlList must not both be specified");
  }
  if (grants.some((grant) => !HEADERS.some(([permission]) => permission === grant.Permission))) {
    problems.push("The Permission of AccessControlGrants must be one that objects have");
  }
  return problems;
}

function granteeOf({ Grantee: grantee }: S3Grant): string {
  return `${grantee?.TypeIdentifier ?? ""}="${grantee?.Identifier ?? ""}"`;
}
