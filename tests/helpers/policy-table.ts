/** `docs/policies.md`, made of the rules of the policy pack. */

import { POLICY_RULES, type PolicyReferences, type PolicyRule } from "../../policy";

const CATALOGUES: Readonly<Record<keyof PolicyReferences, string>> = {
  securityHub: "AWS Security Hub",
  awsConfig: "AWS Config",
  controlTower: "AWS Control Tower",
  checkov: "Checkov",
  nist80053: "NIST SP 800-53 r5",
};

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const HEAD = `# The policy pack

Rules for immutable copies, for any Pulumi program that uses \`aws\`, \`aws-native\` or both. They see resources together: a bucket with
its \`BucketVersioning\`, \`BucketObjectLockConfiguration\` and the rest, in the older tokens with \`V2\` too; a source with its vaults; a role
with its policies; keys with theirs. Resources belong together by a bucket's name or ARN and, where only the deployment tells these,
by what a value is made of. What is known after the deployment only violates nothing: a first preview leaves such rules silent, and the
next one, or the state, tells. Made by \`npm run docs:policies\`.

## Where it runs

- \`lockstep preview\` holds the stack against it after every preview, and ends with 1 where a violation is an error. What the config
  asks for on purpose (a chain, Replication Time Control, a break-glass role) is no violation.
- \`lockstep policy check FILE\`, of \`pulumi preview --json\` or \`pulumi stack export\` of any program; \`-\` is standard input. With \`--json\`
  each violation is a line with \`"type": "policy-violation"\`. Exit code 1: a violation of severity error; 2: the file or the settings
  cannot be used.
- \`pulumi preview --policy-pack node_modules/lockstep/policy-pack\`, or \`pulumi up\`: CrossGuard. Errors are mandatory; warnings and what
  is to know are advisory, under the rule's id with \`-advice\`. An analyzer is not told whether Pulumi only forgets a resource
  (\`retainOnDelete\`), so \`protect\` speaks of \`forceDestroy\` alone there.
- As a library: \`checkProgram(resources, settings)\` of \`lockstep/policy\`; the rules are values in \`POLICY_RULES\`,
  and \`stackPolicies(rules)\` makes policies of them for a pack of your own.

## Settings

By the id of a rule, in a file of JSON or YAML for \`--policy-config\`; as JSON for Pulumi's
\`--policy-pack-config\`, where \`enforcementLevel\` may stand beside them. Every rule has \`level\` (\`error\`, \`warning\`, \`info\`, \`off\`) and \`exempt\` (names, URNs or physical names of
resources, with \`*\` for any characters).

\`\`\`yaml
object-lock:
  classes:
    records: { mode: COMPLIANCE, minimumDays: 2555 } # buckets tagged data-class: records
tls-only: { exempt: [public-website] }
\`\`\`

## False alarms of public controls

These are told by AWS of a set-up that is as it should be. No rule here repeats them.

- **S3.7** (\`s3-bucket-cross-region-replication-enabled\`) wants replication from every bucket: also from the vault, which is where replicas end.
  AWS's own page says so and advises to suppress it there.
- **S3.15** (\`s3-bucket-default-lock-enabled\`) looks at whether there is a lock and, if asked, at its mode. It does not look at the period:
  a lock of one day passes. It also wants a lock on operations buckets, into which AWS delivers no reports when they have a default retention.
- **S3.20** (\`s3-bucket-mfa-delete-enabled\`) wants MFA delete, which S3 refuses together with a lifecycle configuration, and which only the root
  user can turn on. In a locked vault it adds nothing for locked versions. It skips buckets that have a lifecycle, so that its result says
  nothing of them.
- **CKV_AWS_379** of Checkov looks at \`aws_s3_bucket_acl\` resources and not at the bucket's policy: \`tls-only\` here looks at the policy.

Sources: [Security Hub's controls for S3](https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html),
[MFA delete](https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html).

## Rules
`;

export function policiesMarkdown(): string {
  return [
    HEAD,
    row("rule", "severity", "demand"),
    row("---", "---", "---"),
    ...POLICY_RULES.map(({ id, severity, title }) => row(`[\`${id}\`](#${id})`, severity, title)),
    ...POLICY_RULES.flatMap(section),
    "",
  ].join("\n");
}

function section(rule: PolicyRule): string[] {
  const { configuration, fix, id, rationale, references, severity, title } = rule;
  const settings = Object.entries(configuration);
  const ids = Object.entries(CATALOGUES).flatMap(([catalogue, name]) => {
    const found = references[catalogue as keyof PolicyReferences];
    return found === undefined ? [] : [`${name}: ${found.join(", ")}`];
  });
  return [
    "",
    `### ${id}`,
    "",
    `${title}. Severity: ${severity}, unless a violation says another.`,
    "",
    rationale,
    "",
    `**Fix:** ${fix}`,
    ...(ids.length === 0 ? [] : ["", `**The same or nearest demand in** ${ids.join("; ")}.`]),
    ...(settings.length === 0
      ? []
      : ["", ...settings.map(([name, schema]) => `- \`${name}\`${settingWords(schema)}`)]),
  ];
}

function settingWords(schema: object): string {
  const { default: byDefault, description = "" } = schema as {
    default?: unknown;
    description?: string;
  };
  return `, by default \`${JSON.stringify(byDefault)}\`: ${description}`;
}
