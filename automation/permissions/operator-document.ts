import { parseConfig } from "../../components/config/schema";
import { operatorPolicies, OPERATOR_ROWS, type OperatorPolicy } from "./operator-policies";
import { OPERATOR_COMMANDS, type OperatorCommand, type OperatorRow } from "./operator-row";
import { ATHENA_REPORT_ROWS, ATHENA_ROWS } from "./rows/athena";
import { REFUSAL_ROWS } from "./rows/refusals";
import { TRAIL_ROWS } from "./rows/trail";
import { SOURCE_CHECKSUM_ROWS, VAULT_CHECKSUM_ROWS } from "./rows/checksum";
import { SOURCE_INVENTORY_ROWS, VAULT_INVENTORY_ROWS } from "./rows/inventory";

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
  prove:
    "Looks as `verify` does, reads what jobs left, and keeps the bundle beside the vaults. With a key of KMS `kms:GetPublicKey` and `kms:Sign` on it are needed as well.",
  relock:
    "Looks at each version at both sides; extends locks by jobs in the vault's account. Shortens none.",
  jobs: "Looks at batch jobs. Changes nothing.",
  watch: "Follows batch jobs. Changes nothing.",
  approve:
    "Works a job's plan out anew, and lets the job run: for a second person or role, who can neither make jobs nor hand roles over.",
  cancel: "Ends a batch job.",
  priority: "Changes a batch job's priority.",
  lineage: "Reads the reports of earlier jobs. Changes nothing.",
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
    "only one to allow something that was asked for. Each action is asked for, also to put back what others changed; but not",
    "`s3:ListBucketVersions` of a source by `preview` and `up`, which ask where a plan would take a bucket away. They run each command",
    "without each statement, too: it ends with an error, or `doctor` with a finding, that names the action and what it was refused on;",
    "the tables say where it is a warning. Given back, the command goes on where it was.",
    "",
    "Until an `up` has taken away what a config has no more, `preview` and `up` need the rights of the config before as well, and `up`",
    "those of its `destroy`.",
    "",
    "Other stacks that are run with exactly the rights of their config: a fleet with two vaults, inventories, roles with a path and an",
    "adopted vault that gets a key; two teams with a stack each, and one that looks into both; a source and a vault that were there before, with keys,",
    "a replication role, rules, events and inventories of their owners; a vault with a break-glass role.",
    "",
    "Where a first `up` may make a vault's bucket and not look at it, the engine does not take it into the state: `up` then says that the",
    "name is taken, and how to go on.",
    "",
    "Not run: what is said below to be asked for by AWS's own providers alone, and what Slack channels take.",
    "`report` needs the rights of `verify`, `retry` those of `backfill`, and `backfill --canary` those of `doctor --canary` beside its own. `policies`, `policy check`, `init`, `completion`, `demo`, `sandbox` and `engine` need none.",
    "",
    "## With `lockstep:inventory`",
    "",
    "Beside what follows, each command needs these in the accounts whose inventories the stack declares. The example has none.",
    "",
    "| statement | commands | actions | why |",
    "| --- | --- | --- | --- |",
    ...[...SOURCE_INVENTORY_ROWS, ...VAULT_INVENTORY_ROWS].map(rowLine),
    "",
    "## With `checksums` of `lockstep:verdict`",
    "",
    "Beside what follows, in the accounts of the source and of each vault; the role of the source is one more of those that `up` makes there. What",
    "`verify` needs with the level `checksum` it needs with that level alone.",
    "",
    "| statement | commands | actions | why |",
    "| --- | --- | --- | --- |",
    ...[...SOURCE_CHECKSUM_ROWS, ...VAULT_CHECKSUM_ROWS].map(rowLine),
    "",
    "With `lockstep:verdict` athena, for `verify --level inventory --engine athena`, in the accounts of the vaults that it names. Where Lake Formation",
    "guards the database, it has to allow the same there; under a key of KMS, what lies in the place of work takes rights to that key.",
    "",
    "| statement | commands | actions | why |",
    "| --- | --- | --- | --- |",
    ...ATHENA_ROWS.map(rowLine),
    "",
    "With `lockstep:backfill` athena, for `lineage --engine athena`, in the accounts of the sources that it names; the same holds of Lake Formation and of KMS.",
    "",
    "| statement | commands | actions | why |",
    "| --- | --- | --- | --- |",
    ...ATHENA_REPORT_ROWS.map(rowLine),
    "",
    "## With `prove --refusals`",
    "",
    "With `--yes`, or agreed to on a terminal, beside those of `prove` and of `doctor --canary`, in the accounts of vaults. What is missing is told as refused for want of a right, which",
    "shows nothing of the vault, or as not tried.",
    "",
    "| statement | actions | why |",
    "| --- | --- | --- |",
    ...REFUSAL_ROWS.map(({ needs, sid, why }) => `| \`${sid}\` | ${codes(needs)} | ${why} |`),
    "",
    "## With `prove --trail`",
    "",
    "Beside those of `prove`, in the accounts of vaults; where a trail of the organization delivers into another account, its bucket has to let",
    "them read, too. What is missing is told with the attempts whose events were not read. Name the trail's bucket and key in the place of all.",
    "",
    "| statement | actions | why |",
    "| --- | --- | --- |",
    ...TRAIL_ROWS.map(({ needs, sid, why }) => `| \`${sid}\` | ${codes(needs)} | ${why} |`),
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

/** A row, whose commands need the same, or some of it. */
function rowLine({ actions, sid, why }: OperatorRow): string {
  const commands = OPERATOR_COMMANDS.filter((command) => actions[command] !== undefined);
  const needed = [...new Set(commands.flatMap((command) => actions[command] ?? []))];
  return `| \`${sid}\` | ${codes(commands)} | ${codes(needed)} | ${why} |`;
}

function codes(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ");
}

function policySection({ accountId, command, document }: OperatorPolicy): readonly string[] {
  const rowOf = new Map(OPERATOR_ROWS.map((row) => [row.sid, row]));
  return [
    `### In account ${accountId}`,
    "",
    "| statement | why | without it |",
    "| --- | --- | --- |",
    ...document.Statement.map(
      ({ Sid }) =>
        `| \`${Sid}\` | ${rowOf.get(Sid)?.why ?? ""} | ${without(command, rowOf.get(Sid))} |`,
    ),
    "",
    "```json",
    JSON.stringify(document, null, 2),
    "```",
    "",
    ...providersText(command, document),
  ];
}

/** What a command does where the statement is missing. */
function without(command: OperatorCommand, row: OperatorRow | undefined): string {
  const warning = row?.warnings?.[command];
  // What is missing at a vault ends a verdict by itself.
  if (warning !== undefined && ["prove", "verify"].includes(command))
    return `a warning \`${warning}\``;
  if (warning !== undefined) return `a warning \`${warning}\`, exit 0`;
  const goesOn = command.startsWith("doctor") || row?.goesOn?.includes(command) === true;
  return goesOn ? "a finding" : "an error";
}

/** The actions that no test shows to be needed. */
function providersText(
  command: OperatorCommand,
  { Statement }: OperatorPolicy["document"],
): readonly string[] {
  const texts = OPERATOR_ROWS.filter(({ sid }) => Statement.some(({ Sid }) => Sid === sid)).flatMap(
    ({ ofProviders, sid }) => {
      const actions = ofProviders?.[command] ?? [];
      if (actions.length === 0) return [];
      return [`\`${sid}\`: ${actions.map((action) => `\`${action}\``).join(", ")}.`];
    },
  );
  return texts.length === 0
    ? []
    : ["Asked for by AWS's own providers alone, and not run here:", "", ...texts, ""];
}
