/** Buckets, roles and a rule between them, made inside the sandbox. */
import type { Sandbox } from "lockstep-sandbox";
import { accountOf, callAs } from "./seeding";

type Call = ReturnType<typeof callAs>;

export function arn(bucket: string): string {
  return `arn:aws:s3:::${bucket}`;
}

function trust(service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
}

export function allow(...statements: [action: string[], resource: string[]][]): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource })),
  });
}

export function makeBucket(call: Call, name: string, region: string, isLocked: boolean): void {
  call("s3", "CreateBucket", {
    Bucket: name,
    CreateBucketConfiguration: { LocationConstraint: region },
    ObjectLockEnabledForBucket: isLocked,
  });
  call("s3", "PutBucketVersioning", {
    Bucket: name,
    VersioningConfiguration: { Status: "Enabled" },
  });
}

export function makeRole(call: Call, name: string, service: string, policy: string): void {
  call("iam", "CreateRole", { RoleName: name, AssumeRolePolicyDocument: trust(service) });
  call("iam", "PutRolePolicy", { RoleName: name, PolicyName: "rights", PolicyDocument: policy });
}

/** In the account `vault`, locked for 30 days. */
export function makeVault(sandbox: Sandbox, name: string): void {
  const vault = callAs(sandbox, "vault");
  makeBucket(vault, name, accountOf(sandbox, "vault").region, true);
  vault("s3", "PutObjectLockConfiguration", {
    Bucket: name,
    ObjectLockConfiguration: {
      ObjectLockEnabled: "Enabled",
      Rule: { DefaultRetention: { Mode: "COMPLIANCE", Days: 30 } },
    },
  });
}

/** From a bucket of the account `source` to one of the account `vault`, from now on. */
export function replicate(sandbox: Sandbox, from: string, to: string): void {
  const source = callAs(sandbox, "source");
  const { accountId } = accountOf(sandbox, "source");
  makeRole(
    source,
    "replication",
    "s3.amazonaws.com",
    allow(
      [["s3:GetReplicationConfiguration", "s3:ListBucket"], [arn(from)]],
      [["s3:GetObjectVersion*"], [`${arn(from)}/*`]],
      [["s3:Replicate*"], [`${arn(to)}/*`]],
    ),
  );
  callAs(sandbox, "vault")("s3", "PutBucketPolicy", {
    Bucket: to,
    Policy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { AWS: `arn:aws:iam::${accountId}:role/replication` },
          Action: "s3:Replicate*",
          Resource: `${arn(to)}/*`,
        },
      ],
    }),
  });
  source("s3", "PutBucketReplication", {
    Bucket: from,
    ReplicationConfiguration: {
      Role: `arn:aws:iam::${accountId}:role/replication`,
      Rules: [
        {
          ID: "all",
          Status: "Enabled",
          Priority: 1,
          Filter: {},
          DeleteMarkerReplication: { Status: "Disabled" },
          Destination: { Bucket: arn(to) },
        },
      ],
    },
  });
}
