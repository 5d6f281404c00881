import { z } from "zod";
import { defineRule } from "../define-rule";
import { accountOf } from "../program/accounts";
import { type Bucket } from "../program/bucket";
import { arnsOf } from "../program/bucket-names";
import { policyOf } from "../program/bucket-aspects";
import { lockOf } from "../program/lock";
import { isCovered, type Statement } from "../program/policy-documents";
import type { Program } from "../program/program";
import { vaultsOf } from "../program/replications";
import { type Grant, identityStatements, ROLE_KINDS, roleNameOf } from "../program/roles";
import {
  allowsAction,
  isAboutEverybody,
  mayBeAbout,
  namesAction,
  principalsOf,
} from "../program/statements";
import { kindOf, type PolicyResource } from "../resource";
import type { PolicyViolation } from "../rule";
import { at, UNKNOWN } from "../values";

/** What ends a lock before its time, or makes the next ones shorter. */
const UNLOCKING = ["s3:BypassGovernanceRetention", "s3:PutBucketObjectLockConfiguration"] as const;

type Unlocking = (typeof UNLOCKING)[number];

/**
 * Who may take a lock off.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html#object-lock-managing-bypass
 */
export const breakGlassOnly = defineRule({
  id: "break-glass-only",
  title: "Nobody but break-glass may bypass or change the lock of a vault",
  severity: "error",
  rationale:
    "GOVERNANCE gives way to whoever may s3:BypassGovernanceRetention, and S3's console sends that header unasked. Whoever may put the lock configuration makes the next versions' lock as short as they like, in COMPLIANCE mode too.",
  fix: "Take the two actions out of the policy, or deny them in the vault's policy to everybody but the break-glass role (a Deny with ArnNotEquals on aws:PrincipalArn).",
  references: { securityHub: ["IAM.21"], nist80053: ["AC-3", "AC-5", "AC-6", "CP-6(2)"] },
  settings: {
    breakGlass: z
      .array(z.string().min(1))
      .default([])
      .describe("Names or ARNs of roles that may; * stands for any characters."),
  },
  check: (program, { breakGlass }) => {
    const statements = identityStatements(program);
    return [...vaultsOf(program)].flatMap((vault): PolicyViolation[] => {
      const lock = lockOf(program, vault);
      if (lock?.isLocked !== true) return [];
      const policy = policyOf(program, vault);
      // What only the deployment tells may well deny them.
      if (policy === UNKNOWN || policy?.statements === UNKNOWN) return [];
      const own = policy?.statements ?? [];
      const isGovernance =
        lock.retention !== undefined &&
        lock.retention !== UNKNOWN &&
        lock.retention.mode === "GOVERNANCE";
      const open = UNLOCKING.filter(
        (action) =>
          (action !== "s3:BypassGovernanceRetention" || isGovernance) &&
          !own.some((statement) => mayDenyToMost(statement, action)),
      );
      const byIdentity = statements
        .filter(({ resource }) => !isOfAnotherAccount(program, resource, vault))
        .flatMap((grant) => identityProblem(grant, vault, open, breakGlass));
      return [
        ...ownProblems(own, open, breakGlass, policy?.resource),
        ...byIdentity.map(({ actions, resource }) => ({
          resource,
          message: `It allows ${actions.join(", ")} in the vault ${vault.name ?? lock.resource.name}.`,
        })),
        ...(open.includes("s3:BypassGovernanceRetention") && byIdentity.length === 0
          ? [
              {
                resource: policy?.resource ?? lock.resource,
                severity: "warning" as const,
                message:
                  "Every administrator of its account may bypass its GOVERNANCE retention: no policy of the vault denies it.",
              },
            ]
          : []),
      ];
    });
  },
});

/** What an identity of another account may do, the vault's own policy has to allow too, which is looked at. */
function isOfAnotherAccount(program: Program, identity: PolicyResource, vault: Bucket): boolean {
  const own = accountOf(program, identity);
  const its = vault.resource === undefined ? undefined : accountOf(program, vault.resource);
  return own !== undefined && its !== undefined && own !== its;
}

function ownProblems(
  statements: readonly Statement[],
  open: readonly Unlocking[],
  breakGlass: readonly string[],
  resource: PolicyResource | undefined,
): PolicyViolation[] {
  if (resource === undefined) return [];
  return statements.flatMap((statement) => {
    const actions = open.filter((action) => allowsAction(statement, action));
    const principals = principalsOf(statement);
    if (actions.length === 0 || principals === UNKNOWN) return [];
    const others = principals.filter((principal) => !isNamed(principal, breakGlass));
    if (others.length === 0) return [];
    return [{ resource, message: `It allows ${actions.join(", ")} to ${others.join(", ")}.` }];
  });
}

function identityProblem(
  { resource, statement }: Grant,
  vault: Bucket,
  open: readonly Unlocking[],
  breakGlass: readonly string[],
): { resource: PolicyResource; actions: readonly Unlocking[] }[] {
  if (isNamed(holderOf(resource), breakGlass)) return [];
  const { name } = vault;
  if (name === undefined) return [];
  const actions = open.filter(
    (action) =>
      allowsAction(statement, action) &&
      [...arnsOf(name), ...arnsOf(`${name}/key`)].some((arn) => mayBeAboutTold(statement, arn)),
  );
  return actions.length === 0 ? [] : [{ resource, actions }];
}

/** Resources that are not known yet accuse nobody. */
function mayBeAboutTold(statement: Statement, arn: string): boolean {
  return at(statement, "Resource") !== UNKNOWN && mayBeAbout(statement, arn);
}

/** The role that a policy is of, as far as the policy says it; else the policy's own name. */
function holderOf(resource: PolicyResource): string {
  const role = at(resource.props, "role");
  if (typeof role === "string") return role;
  const isRole = (ROLE_KINDS as readonly string[]).includes(kindOf(resource.type));
  return (isRole ? roleNameOf(resource) : undefined) ?? resource.name;
}

/** Whether a principal is one of these, which may be names of roles or ARNs. */
function isNamed(principal: string, patterns: readonly string[]): boolean {
  const name = principal.split("/").at(-1) ?? principal;
  return patterns.some((pattern) => isCovered(principal, pattern) || isCovered(name, pattern));
}

/** Whether a statement denies an action to everybody, or to everybody but those that a condition names. */
function mayDenyToMost(statement: Statement, action: Unlocking): boolean {
  const effect = statement["Effect"];
  if (effect !== "Deny" && effect !== UNKNOWN) return false;
  if (isAboutEverybody(statement) === false) return false;
  return namesAction(statement, action) !== false;
}
