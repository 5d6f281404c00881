import type * as ApproveCommand from "./commands/approve";
import type * as BackfillCommand from "./commands/backfill";
import type * as CompletionCommand from "./commands/completion";
import type * as DemoCommand from "./commands/demo";
import type * as DestroyCommand from "./commands/destroy";
import type * as DoctorCommand from "./commands/doctor";
import type * as EarlyMistakes from "./commands/early-mistakes";
import type * as EngineCommand from "./commands/engine";
import type * as EvidenceCheckCommand from "./commands/evidence-check";
import type * as EvidenceKeyCommand from "./commands/evidence-key";
import type * as EvidenceShowCommand from "./commands/evidence-show";
import type * as InitCommand from "./commands/init";
import type * as JobsCommand from "./commands/jobs";
import type * as LineageCommand from "./commands/lineage";
import type * as PoliciesCommand from "./commands/policies";
import type * as PolicyCheckCommand from "./commands/policy-check";
import type * as PreviewCommand from "./commands/preview";
import type * as ProveCommand from "./commands/prove";
import type * as RelockCommand from "./commands/relock";
import type * as ReportCommand from "./commands/report";
import type * as SandboxCommand from "./commands/sandbox";
import type * as UpCommand from "./commands/up";
import type * as VerifyCommand from "./commands/verify";
import type { CommandArgument, CommandDefinition, CommandHandler } from "./command";
import type * as Outputs from "./outputs";
import { type CommandOption, notEmpty, OPTIONS, STDOUT, wholeNumber } from "./options";
import { withSandbox } from "./sandbox-package";

/* Each command is loaded when it runs; `import()` would go past the loader. */
/* eslint-disable @typescript-eslint/no-require-imports */

/** Options of every command; they may stand before its name too, as with Pulumi. */
export const COMMON: readonly CommandOption[] = [
  OPTIONS.json,
  OPTIONS.cwd,
  OPTIONS.nonInteractive,
  OPTIONS.verbose,
  OPTIONS.debug,
];
const STACK: readonly CommandOption[] = [OPTIONS.stack, ...COMMON];

/** Of what looks at every version. */
const LOOK: readonly CommandOption[] = [
  OPTIONS.details,
  OPTIONS.annotations,
  OPTIONS.source,
  ...STACK,
];

/** Of how much is looked at. */
const LEVEL: readonly CommandOption[] = [OPTIONS.level, OPTIONS.sample, OPTIONS.sampleSeed];

/** Of how far the vaults may be behind. */
const BEHIND: readonly CommandOption[] = [OPTIONS.since, OPTIONS.rpo];

/** Of looks that are made again and again. */
const WATCH: readonly CommandOption[] = [...BEHIND, OPTIONS.watch, OPTIONS.interval];

/** Of what makes a job, which waits for its approval. */
const GATE: readonly CommandOption[] = [
  OPTIONS.planHash,
  OPTIONS.stopAtPlan,
  OPTIONS.awaitApproval,
];

/** They stay locked, so --yes alone writes none. */
const CANARY: readonly CommandOption[] = [OPTIONS.canary, OPTIONS.canaryTimeout];

const JOB: CommandArgument = {
  name: "job",
  description: "id of a job, as `lockstep jobs` tells it",
};

const BUNDLE: CommandArgument = { name: "file", description: "the bundle" };

/** Every command of Lockstep. */
export const COMMANDS: readonly CommandDefinition[] = [
  {
    name: "init",
    summary:
      "write Pulumi.yaml and a first stack file from questions or options, checked on the spot",
    examples: [
      ["lockstep init", "asks for each value"],
      [
        "lockstep init -s dev --yes --source-account 111111111111 --source-region eu-west-1 --source-bucket acme-records --vault-account 222222222222 --vault-region eu-central-1 --vault-bucket acme-records-vault",
        "asks nothing",
      ],
    ],
    options: [
      OPTIONS.sourceAccount,
      OPTIONS.sourceRegion,
      OPTIONS.sourceBucket,
      OPTIONS.sourceProfile,
      OPTIONS.newBucket,
      OPTIONS.vaultAccount,
      OPTIONS.vaultRegion,
      OPTIONS.vaultBucket,
      OPTIONS.vaultProfile,
      OPTIONS.stage,
      OPTIONS.retention,
      OPTIONS.prefix,
      OPTIONS.yes,
      ...STACK,
    ],
    load: () => (require("./commands/init") as typeof InitCommand).init,
  },
  {
    name: "demo",
    summary: "the whole story on this machine, without an AWS account",
    examples: [
      ["lockstep demo", "with files of this installation"],
      ["lockstep demo --data ~/documents --files 500", "with files of yours"],
    ],
    options: [OPTIONS.yes, OPTIONS.data, OPTIONS.files, ...COMMON],
    load: () => withSandbox(() => (require("./commands/demo") as typeof DemoCommand).demo),
  },
  {
    name: "preview",
    summary: "show what `up` would change, and what that costs in data and protection",
    examples: [
      ["lockstep preview -s dev", ""],
      ["lockstep preview -s dev --markdown review.md", "as a comment of a pull request"],
      [
        "lockstep preview -s dev --sarif review.sarif --json",
        "for code scanning; JSON for a program",
      ],
    ],
    options: [
      OPTIONS.refresh,
      OPTIONS.vaultRole,
      OPTIONS.markdown,
      OPTIONS.sarif,
      OPTIONS.policyConfig,
      ...STACK,
    ],
    load: () =>
      stackCommand(() => (require("./commands/preview") as typeof PreviewCommand).preview),
  },
  {
    name: "up",
    summary: "check both accounts, show the changes, deploy, put back what was changed by hand",
    examples: [
      ["lockstep up -s dev", "shows the changes, and asks"],
      ["lockstep up -s dev --yes", "in a pipeline"],
      [
        "lockstep up -s dev --vault-role arn:aws:iam::222222222222:role/break-glass",
        "changes a vault's own protections",
      ],
    ],
    options: [OPTIONS.yes, OPTIONS.refresh, OPTIONS.vaultRole, OPTIONS.leaveVault, ...STACK],
    load: () => stackCommand(() => (require("./commands/up") as typeof UpCommand).up, "Deploy?"),
  },
  {
    name: "backfill",
    summary: "replicate what is already there: job, plan, approval, report, verdict",
    examples: [
      ["lockstep backfill -s dev", "shows the price, and asks"],
      [
        "lockstep backfill -s dev --source records --details outcomes.jsonl",
        "one source; an outcome a line",
      ],
      [
        "lockstep backfill -s dev --plan-hash 0123456789abcdef",
        "approves exactly the plan that was shown",
      ],
      ["lockstep backfill -s dev --canary", "no job before a canary has arrived, once a promise"],
      ["lockstep backfill -s dev --stop-at-plan", "somebody else approves it, and it ends with 5"],
    ],
    options: [OPTIONS.yes, ...GATE, ...CANARY, OPTIONS.adopt, ...LOOK],
    load: () =>
      lookCommand(
        () => (require("./commands/backfill") as typeof BackfillCommand).backfill,
        // Whether a job is under way that was approved elsewhere, nobody knows so early.
        ({ canary }) => (canary === true ? "Write canaries, which stay?" : undefined),
      ),
  },
  {
    name: "verify",
    summary: "look at every version in every vault, and say what that proves",
    examples: [
      ["lockstep verify -s dev", ""],
      ["lockstep verify -s dev --annotations --details outcomes.jsonl", "all there is to see"],
      ["lockstep verify -s dev --json", "the verdict is the last line"],
      [
        "lockstep verify -s dev --level listing",
        "by the listings: versions are asked for only where they are in doubt",
      ],
      ["lockstep verify -s dev --level sample --sample 3000", "a random sample in full as well"],
      ["lockstep verify -s dev --level inventory --engine athena", "too much for one machine"],
      [
        "lockstep verify -s dev --since 25h --rpo 15m",
        "each day: fails when the vaults are behind",
      ],
      ["lockstep verify -s dev --rpo 15m --watch", "until something is wrong"],
      [
        "lockstep verify -s dev --level checksum",
        "has jobs read both sides: shows their price, and asks",
      ],
    ],
    options: [...LEVEL, OPTIONS.engine, OPTIONS.yes, ...WATCH, ...LOOK],
    load: () => lookCommand(() => (require("./commands/verify") as typeof VerifyCommand).verify),
  },
  {
    name: "report",
    summary:
      "look as `verify` does, and write what was found for people: HTML, Markdown, JUnit, JSON",
    examples: [
      ["lockstep report -s dev --out report.html", "one file to look at, without a network"],
      ["lockstep report -s dev --format markdown", "for a pull request's comment"],
      ["lockstep report -s dev --format junit --out lockstep.xml", "for CI's list of tests"],
      ["lockstep report -s dev --since 25h --rpo 15m --out day.html", "each day, of what is new"],
    ],
    options: [
      OPTIONS.yes,
      OPTIONS.format,
      OPTIONS.out,
      ...LEVEL,
      OPTIONS.engine,
      ...BEHIND,
      ...LOOK,
    ],
    writesDocument: ({ out }) => out === undefined || out === STDOUT,
    load: () => lookCommand(() => (require("./commands/report") as typeof ReportCommand).report),
  },
  {
    name: "prove",
    summary:
      "look as `verify` does, and write what was found as signed evidence that others check without AWS",
    examples: [
      [
        "lockstep prove -s prod --out june.tar --key private.pem",
        "`lockstep evidence key` makes a key",
      ],
      [
        "lockstep prove -s prod --out june.tar --key kms:arn:aws:kms:eu-central-1:222222222222:key/ID",
        "with a key that never leaves KMS",
      ],
      [
        "lockstep prove -s prod --out july.tar --key private.pem --previous june.tar",
        "chained to the bundle before",
      ],
      [
        "lockstep prove -s prod --out june.tar --key private.pem --yes",
        "tries to delete and to unlock what must stay, on canaries, without asking",
      ],
      [
        "lockstep prove -s prod --out july.tar --key private.pem --trail",
        "with what CloudTrail signed of the attempts of the bundle before",
      ],
    ],
    options: [
      { ...OPTIONS.out, description: "write the bundle into this file, which must not be there" },
      {
        flags: "--key <key>",
        description: "PEM file of a private key on P-256, or kms:ARN of a key of KMS",
      },
      {
        ...OPTIONS.previous,
        description:
          "the bundle before this one, of the same stack and key (default: the last one kept beside the vaults)",
      },
      OPTIONS.newChain,
      OPTIONS.refusals,
      { flags: "--no-refusals", description: "try nothing; the bundle says that nobody tried" },
      OPTIONS.trail,
      OPTIONS.yes,
      OPTIONS.annotations,
      ...STACK,
    ],
    load: () => stackCommand(() => (require("./commands/prove") as typeof ProveCommand).prove),
  },
  {
    name: "retry",
    summary: "a job for exactly what is still missing, but for what several have tried in vain",
    examples: [["lockstep retry -s prod --max-attempts 5", "after the cause was put right"]],
    options: [OPTIONS.yes, ...GATE, OPTIONS.maxAttempts, ...LOOK],
    load: () => lookCommand(() => (require("./commands/backfill") as typeof BackfillCommand).retry),
  },
  {
    name: "relock",
    summary: "extend locks that are weaker or shorter than promised, or end soon; shortens none",
    examples: [
      ["lockstep relock -s prod", "shows the plan and its price, and asks"],
      ["lockstep relock -s prod --within-days 30 --yes", "each month, so that no lock lapses"],
    ],
    options: [OPTIONS.yes, OPTIONS.withinDays, OPTIONS.source, ...STACK],
    // It asks only where there is something to do, and has shown its plan by then.
    load: () => stackCommand(() => (require("./commands/relock") as typeof RelockCommand).relock),
  },
  {
    name: "lineage",
    summary: "what every job made of an object's versions, or of one of them",
    examples: [
      ["lockstep lineage records/2026/a.csv -s prod", "each job's attempt, per version"],
      ["lockstep lineage records/2026/a.csv -s prod --engine athena", "too much for one machine"],
    ],
    arguments: [
      {
        name: "key",
        description: "of the object, as it is; after -- where it begins with a dash",
        parse: notEmpty,
      },
      { name: "version", description: "of one version (default: all)", optional: true },
    ],
    options: [
      {
        ...OPTIONS.engine,
        description:
          "what reads the reports of jobs: duckdb, this machine, or athena in each source's account, which charges for it (default duckdb)",
      },
      OPTIONS.yes,
      OPTIONS.source,
      ...STACK,
    ],
    load: () =>
      stackCommand(() => (require("./commands/lineage") as typeof LineageCommand).lineage),
  },
  {
    name: "jobs",
    summary: "the batch jobs on the source's bucket, ours and others', of the last 90 days",
    examples: [
      ["lockstep jobs -s prod", "what runs, waits and has ended on the source's bucket"],
      ["lockstep jobs -s prod --all-jobs --json", "all of the account and Region, as JSON"],
    ],
    options: [OPTIONS.allJobs, OPTIONS.source, ...STACK],
    load: () => stackCommand(() => (require("./commands/jobs") as typeof JobsCommand).jobs),
  },
  {
    name: "watch",
    summary: "follow jobs until each has come to its end; changes nothing",
    examples: [["lockstep watch 8c0e7b9a 5d1f2c3b -s prod", "both in one view"]],
    arguments: [{ ...JOB, name: "jobs", variadic: true }],
    options: [OPTIONS.source, ...STACK],
    load: () => stackCommand(() => (require("./commands/jobs") as typeof JobsCommand).watch),
  },
  {
    name: "approve",
    summary: "approve the plan of a job that waits, from any desk; exactly the plan with this hash",
    examples: [
      [
        "lockstep approve 8c0e7b9a 0123456789abcdef -s prod",
        "the job runs; a `backfill` follows it",
      ],
    ],
    arguments: [JOB, { name: "hash", description: "of its plan, as `lockstep backfill` shows it" }],
    options: [OPTIONS.source, ...STACK],
    load: () =>
      stackCommand(() => (require("./commands/approve") as typeof ApproveCommand).approve),
  },
  {
    name: "cancel",
    summary: "end a job; what it has replicated stays",
    examples: [["lockstep cancel 8c0e7b9a -s prod", "asks first"]],
    arguments: [JOB],
    options: [OPTIONS.yes, OPTIONS.source, ...STACK],
    // It asks nothing of a job that has ended, and tells which one it is before.
    load: () => stackCommand(() => (require("./commands/jobs") as typeof JobsCommand).cancel),
  },
  {
    name: "priority",
    summary: "put a job before others; the higher runs first",
    examples: [["lockstep priority 8c0e7b9a 100 -s prod", "before those of a lower one"]],
    arguments: [
      JOB,
      { name: "priority", description: "0 to 2147483647", parse: wholeNumber(0, 2_147_483_647) },
    ],
    options: [OPTIONS.source, ...STACK],
    load: () => stackCommand(() => (require("./commands/jobs") as typeof JobsCommand).priority),
  },
  {
    name: "doctor",
    summary:
      "look at both accounts for what keeps copies from arriving; changes nothing without --canary",
    examples: [
      ["lockstep doctor -s dev", "changes nothing"],
      [
        "lockstep doctor -s dev --canary --canary-timeout 300",
        "writes canaries, which stay locked; asks",
      ],
    ],
    options: [...CANARY, OPTIONS.yes, OPTIONS.source, ...STACK],
    load: () =>
      stackCommand(
        () => (require("./commands/doctor") as typeof DoctorCommand).doctor,
        ({ canary }) => (canary === true ? "Write canaries, which stay locked?" : undefined),
      ),
  },
  {
    name: "destroy",
    summary: "take down what may go; locked data stays",
    examples: [["lockstep destroy -s dev", ""]],
    options: [OPTIONS.yes, ...STACK],
    load: () =>
      stackCommand(
        () => (require("./commands/destroy") as typeof DestroyCommand).destroy,
        "Destroy?",
      ),
  },
  {
    name: "policies",
    summary: "the vaults' policies for the organization, or those of whoever runs the commands",
    examples: [
      ["lockstep policies -s dev --out-dir policies", "for the vaults' accounts"],
      ["lockstep policies -s dev --operator --out-dir policies", "for whoever runs the commands"],
    ],
    options: [OPTIONS.operator, OPTIONS.outDir, ...STACK],
    load: () =>
      stackCommand(() => (require("./commands/policies") as typeof PoliciesCommand).policies),
  },
  {
    name: "policy check",
    summary: "hold any Pulumi program against the policy pack",
    examples: [
      ["lockstep policy check preview.json", "of `pulumi preview --json`"],
      ["lockstep policy check - --policy-config rules.yaml", "of standard input"],
    ],
    arguments: [
      {
        name: "file",
        description: "of `pulumi preview --json` or `pulumi stack export`; - is standard input",
      },
    ],
    options: [OPTIONS.policyConfig, ...COMMON],
    load: () => (require("./commands/policy-check") as typeof PolicyCheckCommand).policyCheck,
  },
  {
    name: "evidence key",
    summary: "make a pair of keys that evidence is signed and checked with",
    examples: [["lockstep evidence key --out keys", "keys/private.pem and keys/public.pem"]],
    options: [
      { ...OPTIONS.out, description: "write the keys into this folder (default: here)" },
      ...COMMON,
    ],
    load: () => (require("./commands/evidence-key") as typeof EvidenceKeyCommand).evidenceKey,
  },
  {
    name: "evidence check",
    summary:
      "check a bundle of evidence, or lines shown of one, with nothing but the signer's public key",
    examples: [
      [
        "lockstep evidence check evidence.tar --public-key public.pem",
        "0 where it is sound, 1 where it is not, 2 where it cannot be read",
      ],
      [
        "lockstep evidence check june.tar --public-key public.pem --previous may.tar --html june.html",
        "whether it follows the one before; as a page too",
      ],
      [
        "lockstep evidence check june.tar --public-key public.pem --stack prod --bucket acme-records --not-before 2026-06-01",
        "whether it is the one that you asked for, and none of another stack or of last year",
      ],
    ],
    arguments: [BUNDLE],
    options: [
      OPTIONS.publicKey,
      OPTIONS.previous,
      {
        ...OPTIONS.stack,
        description: "the stack that it has to be of, by its short name (default: any)",
        parse: notEmpty,
      },
      OPTIONS.bucket,
      OPTIONS.notBefore,
      OPTIONS.html,
      ...COMMON,
    ],
    load: () => (require("./commands/evidence-check") as typeof EvidenceCheckCommand).evidenceCheck,
  },
  {
    name: "evidence show",
    summary:
      "what a bundle says of one object, with the proof that it is in it, without all the rest",
    examples: [
      ["lockstep evidence show evidence.tar --key records/2026/a.csv", "each version, each vault"],
      [
        "lockstep evidence show evidence.tar --key records/2026/a.csv --public-key public.pem --out a.json",
        "to hand over; `lockstep evidence check a.json` checks it",
      ],
    ],
    arguments: [BUNDLE],
    options: [
      OPTIONS.key,
      OPTIONS.version,
      OPTIONS.publicKey,
      { ...OPTIONS.out, description: "write lines and proofs into this file too, to hand over" },
      ...COMMON,
    ],
    load: () => (require("./commands/evidence-show") as typeof EvidenceShowCommand).evidenceShow,
  },
  {
    name: "sandbox",
    summary: "AWS on this machine, for your own tests; runs until it is stopped",
    examples: [
      ["lockstep sandbox", "until Ctrl-C"],
      [
        "lockstep sandbox --json --port 4566 --accounts source=111111111111:eu-west-1",
        "for a script",
      ],
    ],
    options: [
      OPTIONS.port,
      OPTIONS.configDir,
      OPTIONS.accounts,
      OPTIONS.seed,
      OPTIONS.faults,
      OPTIONS.log,
      OPTIONS.acceptMachineTime,
      ...COMMON,
    ],
    load: () => withSandbox(() => (require("./commands/sandbox") as typeof SandboxCommand).sandbox),
  },
  {
    name: "engine",
    summary: "find the Pulumi engine, or get one; prints where it is",
    examples: [["lockstep engine", ""]],
    options: COMMON,
    load: () => (require("./commands/engine") as typeof EngineCommand).engine,
  },
  {
    name: "completion",
    summary: "print the script with which a shell completes commands, options and stacks",
    examples: [
      ["lockstep completion bash", "in ~/.bashrc: source <(lockstep completion bash)"],
      ["lockstep completion zsh", "as the file _lockstep in a folder of $fpath"],
      ["lockstep completion fish", "as ~/.config/fish/completions/lockstep.fish"],
    ],
    arguments: [
      {
        name: "shell",
        description: "bash, zsh or fish",
        choices: ["bash", "zsh", "fish"],
      },
    ],
    options: COMMON,
    load: () =>
      (require("./commands/completion") as typeof CompletionCommand).completionOf(COMMANDS, COMMON),
  },
];

/** As `withEarlyMistakes` takes it. */
type Question = Parameters<typeof EarlyMistakes.withEarlyMistakes>[1];

/** A command on a stack. @param question what it will ask, or may */
function stackCommand(load: () => CommandHandler, question?: Question): CommandHandler {
  const { withEarlyMistakes } = require("./commands/early-mistakes") as typeof EarlyMistakes;
  return withEarlyMistakes(load, question);
}

/** One with `--details`, or with `--out` of a report. */
function lookCommand(load: () => CommandHandler, question?: Question): CommandHandler {
  const { withEmptiedOutputs } = require("./outputs") as typeof Outputs;
  return withEmptiedOutputs(stackCommand(load, question));
}
