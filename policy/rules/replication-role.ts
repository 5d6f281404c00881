import { defineRule } from "../define-rule";
import { lockOf } from "../program/lock";
import { isCovered, textsOf } from "../program/policy-documents";
import type { Program } from "../program/program";
import { type Replication, replicationsOf } from "../program/replications";
import { type Grant, type Grants, grantsOf, roleNamed } from "../program/roles";
import { allowsAction } from "../program/statements";
import type { PolicyViolation } from "../rule";
import { UNKNOWN } from "../values";

/** What replication never needs, and what undoes a copy or its lock. */
const NEVER_NEEDED = [
  "s3:DeleteObject",
  "s3:DeleteObjectVersion",
  "s3:BypassGovernanceRetention",
  "s3:PutBucketObjectLockConfiguration",
  "s3:PutBucketPolicy",
  "s3:DeleteBucketPolicy",
  "s3:PutLifecycleConfiguration",
  "s3:PutReplicationConfiguration",
  "s3:DeleteBucket",
] as const;

/** What S3 reads of a locked source, as the role. */
const OF_A_LOCKED_SOURCE = ["s3:GetObjectRetention", "s3:GetObjectLegalHold"] as const;

/** Policies of AWS's own that give more than replication needs. */
const TOO_WIDE = /^(AdministratorAccess|PowerUserAccess|AmazonS3FullAccess)$/;

/**
 * The rights of the role that S3 replicates as.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
 */
export const replicationRole = defineRule({
  id: "replication-role",
  title: "The replication role may replicate and nothing else",
  severity: "error",
  rationale:
    "S3 works at the source and at the vault as this role. What it may do beyond replicating, whoever can pass it to a service may do to the copies. With a locked source S3 also reads each version's retention and legal hold, and fails without these rights.",
  fix: "Name the actions one by one: s3:GetReplicationConfiguration and s3:ListBucket on the source; s3:GetObjectVersionForReplication, GetObjectVersionAcl, GetObjectVersionTagging (with Object Lock GetObjectRetention and GetObjectLegalHold too) on its objects; s3:ReplicateObject, ReplicateDelete and ReplicateTags on the vault's objects.",
  references: {
    securityHub: ["IAM.21"],
    awsConfig: ["iam-policy-no-statements-with-full-access"],
    checkov: ["CKV_AWS_63", "CKV_AWS_355"],
    nist80053: ["AC-3", "AC-6", "AC-6(2)", "AC-6(3)", "AC-6(10)"],
  },
  settings: {},
  check: (program) => {
    const seen = new Set<string>();
    return replicationsOf(program).flatMap((replication) => {
      const { resource, role: arn, roleProperty } = replication;
      const role = roleNamed(program, resource, roleProperty, arn);
      if (role === undefined) return [];
      const grants = grantsOf(program, role);
      const missing = missingRights(program, replication, grants);
      const lacking: PolicyViolation[] =
        missing.length === 0
          ? []
          : [
              {
                resource: role,
                message: `The source is locked, and the role lacks ${missing.join(", ")}.`,
              },
            ];
      // One role may serve several sources.
      if (seen.has(role.urn)) return lacking;
      seen.add(role.urn);
      return [...excess(grants), ...lacking];
    });
  },
});

function excess({ grants, managed }: Grants): PolicyViolation[] {
  return [
    ...managed
      .filter(({ name }) => TOO_WIDE.test(name))
      .map(({ name, resource }) => ({
        resource,
        message: `AWS's policy ${name} is attached to it.`,
      })),
    ...grants.flatMap(({ resource, statement }): PolicyViolation[] => {
      const found = NEVER_NEEDED.filter((action) => allowsAction(statement, action));
      if (found.length > 0) {
        return [{ resource, message: `It allows ${found.join(", ")}.` }];
      }
      return wildcards({ resource, statement });
    }),
  ];
}

/** Patterns that allow nothing harmful today are told as warnings. */
function wildcards({ resource, statement }: Grant): PolicyViolation[] {
  if (statement["Effect"] !== "Allow") return [];
  const actions = textsOf(statement, "Action");
  const resources = textsOf(statement, "Resource");
  const patterns = actions === UNKNOWN ? [] : actions.filter((action) => action.includes("*"));
  if (patterns.length > 0) {
    return [{ resource, severity: "warning", message: `It allows ${patterns.join(", ")}.` }];
  }
  if (
    resources === UNKNOWN ||
    !resources.some((one) => isCovered("arn:aws:s3:::any-bucket", one))
  ) {
    return [];
  }
  return [{ resource, severity: "warning", message: "It allows its actions on every resource." }];
}

function missingRights(
  program: Program,
  { source }: Replication,
  { grants, isComplete, managed }: Grants,
): readonly string[] {
  const lock = source === undefined ? undefined : lockOf(program, source);
  // A policy of AWS's may hold the rights; its text is not in the program.
  if (lock?.isLocked !== true || !isComplete || managed.length > 0) return [];
  return OF_A_LOCKED_SOURCE.filter(
    (action) =>
      !grants.some(
        ({ statement }) =>
          allowsAction(statement, action) || textsOf(statement, "Action") === UNKNOWN,
      ),
  );
}
