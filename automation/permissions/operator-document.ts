import { parseConfig } from "../../components/config/schema";
import { operatorPolicies, OPERATOR_ROWS, type OperatorPolicy } from "./operator-policies";
import { OPERATOR_COMMANDS, type OperatorCommand } from "./operator-row";

/** The stack that the document's policies are of: two accounts, a key in each, monitoring. */
const EXAMPLE = {
  source: {
    accountId: "111111111111",
    region: "eu-west-1",
    bucket: { name: "acme-records", encryption: { kms: "create" } },
  },
  vaults: [
    {
      name: "primary",
      accountId: "222222222222",
      region: "eu-central-1",
      bucket: { name: "acme-records-vault" },
      lock: { stage: "governance", retention: "30 days" },
      encryption: { kms: "create" },
    },
  ],
  rules: [{ name: "all", vault: "primary", metrics: true }],
  monitoring: { subscribers: { emails: ["records@example.com"] }, dashboard: true },
};

const WORDS: Record<OperatorCommand, string> = {
  preview: "Reads only: the policy of a plan role for pull requests.",
  up: "Makes, changes and puts back; looks at the guard afterwards.",
  backfill: "Makes one job, follows it, and looks at each version at both sides.",
  verify: "Looks at each version at both sides, the guard and the roles. Changes nothing.",
  doctor:
    "Looks at settings, roles, keys and jobs. Changes nothing; what it may not read is a finding, and so is that with these rights alone nobody may backfill.",
  "doctor --canary":
    "Beside that, writes a small object for each rule in force, which stays locked, and watches it arrive. Deletes nothing.",
  destroy: "Takes down what may go. What holds data stays.",
};

/** The text of `docs/operator-permissions.md`. Pure. */
export function operatorPermissionsMarkdown(): string {
  const policies = operatorPolicies(parseConfig(EXAMPLE));
  return [
    "# What an operator has to be allowed",
    "",
    "Written by `npm run docs:operator`. `lockstep policies --stack NAME --operator` tells the same for a stack of yours, from its",
    "config alone; with `--out-dir DIR` it writes a file for each command and account. The example has a source and a vault in two",
    "accounts, a key in each, and monitoring.",
    "",
    "The tests run each command in the sandbox with exactly these rights: it succeeds, is refused nothing, and each statement is the",
    "only one to allow something that was asked for. `verify`, `doctor` and `backfill` they run without each statement too: it ends with an",
    "error, or `doctor` with a finding, that names the action. S3 answers HEAD requests without words: where versions may not be looked at,",
    "the verdict says `unverifiable/no-right`.",
    "",
    "Not proven there: what AWS's own providers read beside what the sandbox's stand-ins read (they are in the same statements), Slack",
    "channels, given keys, adopted vaults and a source that was there before, whose policies have what is needed to make them as well.",
    "`policies`, `demo`, `sandbox` and `engine` need no rights.",
    "",
    ...OPERATOR_COMMANDS.flatMap((command) => [
      `## \`lockstep ${command}\``,
      "",
      WORDS[command],
      "",
      ...policies.filter((policy) => policy.command === command).flatMap(policySection),
    ]),
  ].join("\n");
}

function policySection({ accountId, document }: OperatorPolicy): readonly string[] {
  const whyOf = new Map(OPERATOR_ROWS.map(({ sid, why }) => [sid, why]));
  return [
    `### In account ${accountId}`,
    "",
    "| statement | why |",
    "| --- | --- |",
    ...document.Statement.map(({ Sid }) => `| \`${Sid}\` | ${whyOf.get(Sid) ?? ""} |`),
    "",
    "```json",
    JSON.stringify(document, null, 2),
    "```",
    "",
  ];
}
