import { defineRule } from "../define-rule";
import { policyOf } from "../program/bucket-aspects";
import { spokesmanOf } from "../program/bucket";
import { isCovered, type Statement, textsOf } from "../program/policy-documents";
import { replicationsOf } from "../program/replications";
import { firstAt, isRecord, listAt, type PropertyValue, UNKNOWN } from "../values";

/**
 * A Deny of everything that comes without TLS.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
 */
export const tlsOnly = defineRule({
  id: "tls-only",
  title: "Buckets refuse requests without TLS",
  severity: "error",
  rationale:
    "S3 answers plain HTTP too. Only a Deny with aws:SecureTransport false in the bucket's policy keeps a misconfigured client from sending data, and what signs it, in the clear.",
  fix: 'Add to the bucket\'s policy: {"Sid": "DenyInsecureTransport", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["<bucket ARN>", "<bucket ARN>/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}.',
  references: {
    securityHub: ["S3.5"],
    awsConfig: ["s3-bucket-ssl-requests-only"],
    controlTower: ["CT.S3.PR.8"],
    checkov: ["CKV_AWS_379"],
    nist80053: ["SC-8", "SC-8(1)", "SC-13", "SC-23"],
  },
  settings: {},
  check: (program) => {
    const vaults = new Set(
      replicationsOf(program).flatMap(({ rules }) =>
        rules === UNKNOWN ? [] : rules.flatMap(({ destinations }) => destinations),
      ),
    );
    return program.buckets.flatMap((bucket) => {
      const policy = policyOf(program, bucket);
      if (policy === UNKNOWN) return [];
      const resource = policy?.resource ?? spokesmanOf(bucket);
      if (resource === undefined) return [];
      const statements = policy?.statements ?? [];
      if (statements === UNKNOWN || statements.some(mayDenyInsecureTransport)) return [];
      return [
        {
          resource,
          severity: vaults.has(bucket) ? ("error" as const) : ("warning" as const),
          message:
            policy === undefined
              ? "It has no policy, so that plain HTTP is let in."
              : "Its policy lets plain HTTP in.",
        },
      ];
    });
  },
});

/** Whether a statement refuses everything without TLS, as far as it is known. */
function mayDenyInsecureTransport(statement: Statement): boolean {
  const { Condition, Effect, Principal } = statement;
  if (Effect !== "Deny" && Effect !== UNKNOWN) return false;
  if (!mayBeEverybody(Principal)) return false;
  const actions = textsOf(statement, "Action");
  if (actions !== UNKNOWN && !actions.some((action) => isCovered("s3:Any", action))) return false;
  if (Condition === UNKNOWN) return true;
  // A second condition would have to hold too.
  if (!isRecord(Condition) || Object.keys(Condition).length !== 1) return false;
  // Every request has the key, so that the two operators mean the same.
  const operator = firstAt(Condition, ["Bool"], ["BoolIfExists"]);
  if (operator === UNKNOWN) return true;
  if (!isRecord(operator)) return false;
  const [name, ...others] = Object.keys(operator);
  // Names of conditions know no case.
  if (others.length > 0 || name?.toLowerCase() !== "aws:securetransport") return false;
  const values = listAt(operator, name);
  return (
    values === UNKNOWN ||
    values.some((value) => value === false || value === "false" || value === UNKNOWN)
  );
}

function mayBeEverybody(principal: PropertyValue | undefined): boolean {
  if (principal === "*" || principal === UNKNOWN) return true;
  const accounts = listAt(principal, "AWS");
  return accounts === UNKNOWN || accounts.includes("*") || accounts.includes(UNKNOWN);
}
