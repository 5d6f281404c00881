import { UNKNOWN, type PolicyResource, type PropertyRecord } from "../../policy";
import { bucket, nativeBucket, part, replication, resource, ruleTo, urnOf } from "./resources";
import type { CasesOfRule } from "./rule-cases";

const allow = (Action: unknown, Resource: unknown = "arn:aws:s3:::a/*") => ({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action, Resource }],
});

const REPLICATES = [
  "s3:GetObjectVersionForReplication",
  "s3:ReplicateObject",
  "s3:ReplicateDelete",
];

const role = (props: PropertyRecord = {}) =>
  resource("aws:iam/role:Role", "role", { name: "replication", ...props });

const rolePolicy = (policy: unknown) =>
  resource("aws:iam/rolePolicy:RolePolicy", "policy", {
    role: "replication",
    policy: policy === UNKNOWN ? UNKNOWN : JSON.stringify(policy),
  });

const withRole = (...more: readonly PolicyResource[]) => [
  bucket("a"),
  replication("a", [ruleTo("v")]),
  role(),
  ...more,
];

const LOCKED_SOURCE = part("BucketObjectLockConfiguration", "a", {
  rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } },
});

const BYPASS = "s3:BypassGovernanceRetention";

const vault = (mode = "GOVERNANCE") =>
  nativeBucket("v", {
    objectLockEnabled: true,
    objectLockConfiguration: { rule: { defaultRetention: { mode, days: 30 } } },
  });

const vaultPolicy = (...statements: readonly object[]) =>
  resource("aws-native:s3:BucketPolicy", "v-policy", {
    bucket: "v",
    policyDocument: { Version: "2012-10-17", Statement: statements },
  } as never);

const DENY_BYPASS = {
  Effect: "Deny",
  Principal: "*",
  Action: [BYPASS, "s3:PutBucketObjectLockConfiguration"],
  Resource: ["arn:aws:s3:::v", "arn:aws:s3:::v/*"],
  Condition: { ArnNotEquals: { "aws:PrincipalArn": "arn:aws:iam::222222222222:role/break-glass" } },
};

const locked = (...more: readonly PolicyResource[]) => [
  bucket("a"),
  replication("a", [ruleTo("v")]),
  ...more,
];

const admin = (name: string, action: unknown = "s3:*") =>
  resource("aws:iam/rolePolicy:RolePolicy", `${name}-policy`, {
    role: name,
    policy: JSON.stringify(allow(action, "*")),
  });

const batchRole = (target: string) => [
  resource("aws:iam/role:Role", "batch", {
    name: "batch",
    assumeRolePolicy: JSON.stringify({
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "batchoperations.s3.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    }),
  }),
  resource("aws:iam/rolePolicy:RolePolicy", "batch-policy", {
    role: "batch",
    policy: JSON.stringify(allow("s3:PutObject", `arn:aws:s3:::${target}/*`)),
  }),
];

const RETENTION = { rule: { defaultRetention: { mode: "GOVERNANCE", days: 1 } } };

export const RIGHTS_CASES: Readonly<Record<string, CasesOfRule>> = {
  "replication-role": {
    pass: [
      { title: "actions one by one", resources: withRole(rolePolicy(allow(REPLICATES))) },
      {
        title: "a locked source, read with all it needs",
        resources: withRole(
          LOCKED_SOURCE,
          rolePolicy(allow([...REPLICATES, "s3:GetObjectRetention", "s3:GetObjectLegalHold"])),
        ),
      },
      {
        title: "a policy of its own that is attached",
        resources: withRole(
          resource("aws:iam/policy:Policy", "p", {
            name: "p",
            policy: JSON.stringify(allow(REPLICATES)),
          }),
          resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attached", {
            role: "replication",
            policyArn: "arn:aws:iam::111111111111:policy/p",
          }),
        ),
      },
    ],
    fail: [
      {
        title: "everything in S3",
        resources: withRole(rolePolicy(allow("s3:*"))),
        severity: "error",
        at: "policy",
        message: /It allows s3:DeleteObject, /,
      },
      {
        title: "deletion by a pattern",
        resources: withRole(rolePolicy(allow(["s3:ReplicateObject", "s3:Delete*"]))),
        severity: "error",
        at: "policy",
        message: /s3:DeleteObjectVersion/,
      },
      {
        title: "a policy of AWS's, by what the role is made of",
        resources: [
          bucket("a"),
          replication("a", [ruleTo("v")], {
            propertyDependencies: { role: [urnOf("aws:iam/role:Role", "role")] },
          }),
          role(),
          resource(
            "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            "attached",
            { role: UNKNOWN, policyArn: "arn:aws:iam::aws:policy/AmazonS3FullAccess" },
            { propertyDependencies: { role: [urnOf("aws:iam/role:Role", "role")] } },
          ),
        ],
        severity: "error",
        at: "attached",
        message: /AmazonS3FullAccess/,
      },
      {
        title: "reading by a pattern",
        resources: withRole(rolePolicy(allow(["s3:Get*", "s3:ReplicateObject"]))),
        severity: "warning",
        at: "policy",
        message: /It allows s3:Get\*\./,
      },
      {
        title: "every resource",
        resources: withRole(rolePolicy(allow(REPLICATES, "*"))),
        severity: "warning",
        at: "policy",
        message: /every resource/,
      },
      {
        title: "a locked source whose holds it may not read",
        resources: withRole(
          LOCKED_SOURCE,
          rolePolicy(allow([...REPLICATES, "s3:GetObjectRetention"])),
        ),
        severity: "error",
        at: "role",
        message: /lacks s3:GetObjectLegalHold/,
      },
    ],
    unknown: [
      { title: "the policy", resources: withRole(LOCKED_SOURCE, rolePolicy(UNKNOWN)) },
      {
        title: "whose policy it is",
        resources: withRole(
          LOCKED_SOURCE,
          resource("aws:iam/rolePolicy:RolePolicy", "policy", {
            role: UNKNOWN,
            policy: JSON.stringify(allow("s3:*")),
          }),
        ),
      },
      {
        title: "the role, which is made elsewhere",
        resources: [bucket("a"), replication("a", [ruleTo("v")])],
      },
    ],
  },
  "break-glass-only": {
    pass: [
      {
        title: "the vault's policy denies it to all others",
        resources: locked(vault(), vaultPolicy(DENY_BYPASS), admin("ops")),
      },
      {
        title: "only break-glass may",
        resources: locked(
          vault("COMPLIANCE"),
          admin("break-glass", "s3:PutBucketObjectLockConfiguration"),
        ),
        settings: { breakGlass: ["break-glass"] },
      },
      {
        title: "rights in other buckets",
        resources: locked(
          vault("COMPLIANCE"),
          resource("aws:iam/rolePolicy:RolePolicy", "other", {
            role: "ops",
            policy: JSON.stringify(allow("s3:*", "arn:aws:s3:::logs/*")),
          }),
        ),
      },
      {
        title: "an administrator beside an unlocked bucket",
        resources: locked(bucket("v"), admin("ops")),
      },
    ],
    fail: [
      {
        title: "an administrator in the program",
        resources: locked(vault(), admin("ops")),
        severity: "error",
        at: "ops-policy",
        message:
          /allows s3:BypassGovernanceRetention, s3:PutBucketObjectLockConfiguration in the vault v/,
      },
      {
        title: "the lock's configuration, in COMPLIANCE mode too",
        resources: locked(vault("COMPLIANCE"), admin("ops")),
        severity: "error",
        at: "ops-policy",
        message: /allows s3:PutBucketObjectLockConfiguration in/,
      },
      {
        title: "the vault's policy lets a role change its lock",
        resources: locked(
          vault("COMPLIANCE"),
          vaultPolicy({
            Effect: "Allow",
            Principal: { AWS: "arn:aws:iam::222222222222:role/ops" },
            Action: "s3:PutBucket*",
            Resource: "arn:aws:s3:::v",
          }),
        ),
        severity: "error",
        at: "v-policy",
        message: /to arn:aws:iam::222222222222:role\/ops/,
      },
      {
        title: "GOVERNANCE that no policy guards",
        resources: locked(vault()),
        severity: "warning",
        at: "v",
        message: /Every administrator of its account may bypass/,
      },
    ],
    unknown: [
      {
        title: "the vault's policy",
        resources: locked(
          vault(),
          resource("aws-native:s3:BucketPolicy", "v-policy", {
            bucket: "v",
            policyDocument: UNKNOWN,
          }),
          admin("ops"),
        ),
      },
      {
        title: "the resources of a right",
        resources: locked(
          vault("COMPLIANCE"),
          resource("aws-native:iam:RolePolicy", "ops", {
            roleName: "ops",
            policyDocument: {
              Statement: [{ Effect: "Allow", Action: "s3:*", Resource: UNKNOWN }],
            },
          }),
        ),
      },
    ],
  },
  "operations-buckets": {
    pass: [
      {
        title: "reports in a bucket apart",
        resources: [
          bucket("a"),
          bucket("ops"),
          replication("a", [ruleTo("v")]),
          ...batchRole("ops"),
        ],
      },
      {
        title: "a locked bucket that nothing is delivered into",
        resources: [
          bucket("ops"),
          bucket("locked"),
          part("BucketObjectLockConfiguration", "locked", RETENTION),
          ...batchRole("ops"),
        ],
      },
      {
        title: "logs without any replication",
        resources: [
          bucket("a"),
          bucket("logs"),
          part("BucketLogging", "a", { targetBucket: "logs" }),
        ],
      },
    ],
    fail: [
      {
        title: "reports in the source",
        resources: [bucket("a"), replication("a", [ruleTo("v")]), ...batchRole("a")],
        severity: "error",
        at: "a",
        message: /reports of batch jobs go into it/,
      },
      {
        title: "reports under a default retention",
        resources: [
          bucket("ops"),
          part("BucketObjectLockConfiguration", "ops", RETENTION),
          ...batchRole("ops"),
        ],
        severity: "error",
        at: "ops-BucketObjectLockConfiguration",
        message: /S3 does not deliver them/,
      },
      {
        title: "inventories in the vault",
        resources: [
          bucket("a"),
          bucket("v"),
          replication("a", [ruleTo("v")]),
          part("Inventory", "a", { destination: { bucket: { bucketArn: "arn:aws:s3:::v" } } }),
        ],
        severity: "error",
        at: "v",
        message: /inventories go into it/,
      },
      {
        title: "logs under a default retention, of aws-native",
        resources: [
          nativeBucket("a", { loggingConfiguration: { destinationBucketName: "logs" } }),
          nativeBucket("logs", { objectLockEnabled: true, objectLockConfiguration: RETENTION }),
        ],
        severity: "error",
        at: "logs",
        message: /server access logs go into it/,
      },
    ],
    unknown: [
      {
        title: "its retention",
        resources: [
          bucket("ops"),
          part("BucketObjectLockConfiguration", "ops", { rule: UNKNOWN }),
          ...batchRole("ops"),
        ],
      },
      {
        title: "where reports go",
        resources: [
          bucket("a"),
          part("BucketObjectLockConfiguration", "a", RETENTION),
          replication("a", [ruleTo("v")]),
          ...batchRole("ops").slice(0, 1),
          resource("aws:iam/rolePolicy:RolePolicy", "batch-policy", {
            role: "batch",
            policy: UNKNOWN,
          }),
        ],
      },
    ],
  },
};
