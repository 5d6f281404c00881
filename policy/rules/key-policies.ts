import { defineRule } from "../define-rule";
import { accountOf } from "../program/accounts";
import { encryptionOf } from "../program/bucket-aspects";
import { accountsOf } from "../program/pair-accounts";
import { keyNamed, type KeyPolicy, keyPolicyOf } from "../program/keys";
import type { Statement } from "../program/policy-documents";
import type { Program } from "../program/program";
import { type Replication, type ReplicationRule, rulesOf } from "../program/replications";
import { roleNamed, roleNameOf } from "../program/roles";
import { isKmsOptedIn, replicaKeyOf } from "../program/rule-facts";
import { namesAction, principalsOf } from "../program/statements";
import type { PolicyViolation } from "../rule";
import type { PolicyResource } from "../resource";
import { UNKNOWN } from "../values";

/**
 * The policies of the keys at both sides, for the replication role.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
export const keyPolicies = defineRule({
  id: "key-policies",
  title: "The keys of both sides let the replication role work with them",
  severity: "error",
  rationale:
    "S3 takes the configuration without looking at the keys and fails each version afterwards. The source's key has to let the role decrypt, the vault's has to let it encrypt; across accounts the vault's key policy has to name the role or its account.",
  fix: "Add to the key's policy an Allow for the replication role: kms:Decrypt at the source; kms:Encrypt, kms:GenerateDataKey, and kms:Decrypt with S3 Bucket Keys, at the vault.",
  references: { checkov: ["CKV2_AWS_64"], nist80053: ["SC-12", "SC-12(2)"] },
  settings: {},
  check: (program) =>
    rulesOf(program).flatMap(([rule, replication]) => [
      ...replicaKeyProblems(program, rule, replication),
      ...sourceKeyProblems(program, rule, replication),
    ]),
});

function replicaKeyProblems(
  program: Program,
  rule: ReplicationRule,
  replication: Replication,
): PolicyViolation[] {
  const value = replicaKeyOf(rule);
  const { resource, roleProperty } = replication;
  if (value === undefined) return [];
  const property = roleProperty === "role" ? "rules" : roleProperty;
  const key = keyNamed(program, resource, property, value);
  return key === undefined ? [] : problems(program, key, "kms:Encrypt", rule, replication);
}

function sourceKeyProblems(
  program: Program,
  rule: ReplicationRule,
  replication: Replication,
): PolicyViolation[] {
  const { source } = replication;
  if (source === undefined || isKmsOptedIn(rule) !== true) return [];
  const encryption = encryptionOf(program, source);
  if (encryption === undefined || encryption === UNKNOWN || encryption.key === undefined) return [];
  const { property, resource } = encryption;
  const key = keyNamed(program, resource, property, encryption.key);
  return key === undefined ? [] : problems(program, key, "kms:Decrypt", rule, replication);
}

function problems(
  program: Program,
  key: PolicyResource,
  action: "kms:Encrypt" | "kms:Decrypt",
  rule: ReplicationRule,
  replication: Replication,
): PolicyViolation[] {
  const policy = keyPolicyOf(program, key);
  const roleAccount = accountsOf(program, replication, rule).source;
  const keyAccount = accountOf(program, key);
  const role = roleNamed(program, replication.resource, replication.roleProperty, replication.role);
  const roleName =
    typeof replication.role === "string"
      ? replication.role.split("/").at(-1)
      : role === undefined
        ? undefined
        : roleNameOf(role);
  if (mayAllow(policy, action, { roleName, roleAccount, keyAccount })) return [];
  return [
    {
      resource: policy.resource,
      message: `Its policy does not let the replication role${roleName === undefined ? "" : ` ${roleName}`} do ${action}.`,
    },
  ];
}

interface Who {
  readonly roleName: string | undefined;
  readonly roleAccount: string | undefined;
  readonly keyAccount: string | undefined;
}

/** Whether the policy lets the role in, as far as is known. A Deny is not looked at. */
function mayAllow({ statements }: KeyPolicy, action: string, who: Who): boolean {
  if (statements === UNKNOWN) return true;
  if (statements === undefined) {
    // By AWS's default the key's account is let in, whose identity policies decide then.
    const { keyAccount, roleAccount } = who;
    return keyAccount === undefined || roleAccount === undefined || keyAccount === roleAccount;
  }
  return statements.some((statement) => mayLetIn(statement, action, who));
}

function mayLetIn(
  statement: Statement,
  action: string,
  { keyAccount, roleAccount, roleName }: Who,
): boolean {
  if (statement["Effect"] !== "Allow" && statement["Effect"] !== UNKNOWN) return false;
  if (namesAction(statement, action) === false) return false;
  const principals = principalsOf(statement);
  if (principals === UNKNOWN) return true;
  const account = roleAccount ?? keyAccount;
  return principals.some((principal) => {
    if (principal === "*") return true;
    if (account === undefined || roleName === undefined) return true;
    if (principal === account || principal.endsWith(`::${account}:root`)) return true;
    return principal.includes(`::${account}:role/`) && principal.endsWith(`/${roleName}`);
  });
}
