/** Every option of the command line, once; what a command is given of them follows from here. */

import { InvalidArgumentError } from "commander";
import { readPointOfTime } from "../levels/spans";

/** One option of a command, as commander takes it. */
export interface CommandOption {
  /** `-s, --stack <name>` */
  readonly flags: string;
  readonly description: string;
  /** Turns the text into a value; `previous` is the value so far of an option that is given several times. */
  readonly parse?: (text: string, previous: unknown) => unknown;
}

/** By the name that commander gives the value. */
export const OPTIONS = {
  json: { flags: "--json", description: "one JSON object a line on stdout, nothing else" },
  cwd: { flags: "-C, --cwd <folder>", description: "work in this folder" },
  nonInteractive: {
    flags: "--non-interactive",
    description: "ask nothing: what would have to be asked ends the command with 2",
  },
  verbose: {
    flags: "--verbose",
    description:
      "tell what is left out otherwise: each step as it begins, and what the engine says",
  },
  debug: { flags: "--debug", description: "show stack traces of errors" },
  stack: {
    flags: "-s, --stack <name>",
    description: "the stack (default: $PULUMI_STACK, else the selected one)",
  },
  source: {
    flags: "--source <name>",
    description: "of several sources, only this one (default: one after the other)",
  },
  /** False where it is given. */
  refresh: {
    flags: "--no-refresh",
    description: "do not look for what was changed or removed by hand, which is put back otherwise",
  },
  vaultRole: {
    flags: "--vault-role <arn>",
    description:
      "be this role in its account's vaults, as what only the break-glass role may change needs; may be repeated",
    parse: repeated,
  },
  leaveVault: {
    flags: "--leave-vault <name>",
    description: "agree that this vault is left behind, which --yes does not; may be repeated",
    parse: repeated,
  },
  details: {
    flags: "--details <file>",
    description:
      "write the outcome of every version at every vault: CSV or Parquet into a file that ends in .csv or .parquet, else one JSON object a line; keys are as they are, which a spreadsheet may take for formulas: rather Parquet; columns: docs/report.md",
  },
  level: {
    flags: "--level <level>",
    description:
      "how much is looked at, and so proven: listing, sample, inventory, full or checksum (default full); see docs/levels.md",
  },
  engine: {
    flags: "--engine <engine>",
    description:
      "with --level inventory: what joins the inventories, duckdb on this machine or athena in each vault's account, which charges for it (default duckdb)",
  },
  sample: {
    flags: "--sample <count>",
    description: "with --level sample: look at so many versions in full (default 1000)",
    parse: wholeNumber(1, 1_000_000),
  },
  sampleSeed: {
    flags: "--sample-seed <text>",
    description:
      "with --level sample: draw the sample that an earlier verdict had (default: chosen at random once all was listed)",
  },
  since: {
    flags: "--since <when>",
    description:
      "look in full only at what is as new as this, and at the rest by the listings: 15m, 24h, 7d ago, or a date in ISO 8601",
  },
  rpo: {
    flags: "--rpo <span>",
    description:
      "recovery point objective, as in 15m: fail where something older is not at its vaults, and wait for nothing younger",
  },
  watch: {
    flags: "--watch",
    description:
      "look again and again, at what is new since the last look in full, until a verdict is not clean",
  },
  interval: {
    flags: "--interval <span>",
    description: "with --watch: wait so long between two looks (default 5m)",
  },
  format: {
    flags: "--format <format>",
    description: "html, markdown, junit or json (default: by the name of the file, else html)",
    parse: oneOf(["html", "markdown", "junit", "json"]),
  },
  out: {
    flags: "--out <file>",
    description: "write the report into this file (default, and -: standard output)",
  },
  publicKey: {
    flags: "--public-key <file>",
    description: "PEM of the signer's public key, as you have it from the signer",
  },
  previous: {
    flags: "--previous <file>",
    description: "the bundle before this one, which it has to follow",
  },
  newChain: {
    flags: "--new-chain",
    description: "follow no bundle, also where one is kept beside the vaults",
  },
  refusals: {
    flags: "--refusals",
    description:
      "try what the vaults have to refuse, on canaries of our own, which stay locked; asks first (default, where somebody can be asked or --yes agrees)",
  },
  trail: {
    flags: "--trail",
    description:
      "the events of earlier attempts too, with CloudTrail's signed digests; its log files have other events of the account in them",
  },
  html: { flags: "--html <file>", description: "write what the check came to as a page too" },
  bucket: {
    flags: "--bucket <name>",
    description: "the bucket that it has to be about: of one of its sources (default: any)",
    parse: notEmpty,
  },
  notBefore: {
    flags: "--not-before <date>",
    description: "it has to be made then or later: a date, or date and time, in ISO 8601",
    parse: dateText,
  },
  key: { flags: "--key <key>", description: "of the object, as it is" },
  version: {
    flags: "--version <id>",
    description: "of one version, S3's id (default: all of the key)",
  },
  allJobs: {
    flags: "--all-jobs",
    description: "every job of the account and Region of a source, not only those on its bucket",
  },
  maxAttempts: {
    flags: "--max-attempts <count>",
    description: "leave out what so many jobs have tried in vain (default 3)",
    parse: wholeNumber(1),
  },
  withinDays: {
    flags: "--within-days <days>",
    description:
      "renew locks too that end within so many days, those that are over included (default: only what is weaker or shorter than promised)",
    parse: wholeNumber(0, 36_500),
  },
  adopt: {
    flags: "--adopt <job>",
    description: "carry on this job, which was made elsewhere, instead of making one",
  },
  annotations: {
    flags: "--annotations",
    description:
      "compare the annotations of every version too, each of which is read at both sides",
  },
  policyConfig: {
    flags: "--policy-config <file>",
    description: "settings of policy rules by their ids, JSON or YAML; see docs/policies.md",
  },
  yes: { flags: "-y, --yes", description: "answer every question with yes" },
  planHash: {
    flags: "--plan-hash <hash>",
    description: "approve exactly this plan, and no other",
  },
  stopAtPlan: {
    flags: "--stop-at-plan",
    description: "make the job, show its plan and end with 5; `lockstep approve` approves it",
  },
  awaitApproval: {
    flags: "--await-approval",
    description: "ask nothing: show the plan, and wait until `lockstep approve` was run elsewhere",
  },
  data: {
    flags: "--data <folder>",
    description: "take the files of this folder as the source",
  },
  files: {
    flags: "--files <count>",
    description: "take at most this many files (default 2000 of node_modules; all of --data)",
    parse: wholeNumber(1),
  },
  canary: {
    flags: "--canary",
    description:
      "write a small object for each rule, which stays locked in the vaults, and watch it arrive; asks first",
  },
  canaryTimeout: {
    flags: "--canary-timeout <seconds>",
    description: "wait at most this long for a canary to arrive (default 900)",
    parse: wholeNumber(1),
  },
  markdown: {
    flags: "--markdown <file>",
    description: "write the review as a comment of a pull request (-: standard output)",
  },
  sarif: {
    flags: "--sarif <file>",
    description:
      "write risks and policy findings for code scanning, as SARIF 2.1.0 (-: standard output)",
  },
  operator: {
    flags: "--operator",
    description: "what somebody has to be allowed to run each command, for each account, instead",
  },
  outDir: {
    flags: "--out-dir <folder>",
    description: "write each policy into a file of its own, <stack>-....json",
  },
  port: {
    flags: "--port <number>",
    description: "listen on this port of 127.0.0.1 (default: a free one)",
    parse: wholeNumber(0, 65_535),
  },
  configDir: {
    flags: "--config-dir <folder>",
    description: "put the AWS config file here (default .lockstep/sandbox)",
  },
  accounts: {
    flags: "--accounts <name=id:region,...>",
    description:
      "have these accounts, or those of a .json or .yaml file, which may have organization policies too; may be repeated (default source=111111111111:eu-west-1,vault=222222222222:eu-central-1)",
    parse: repeated,
  },
  seed: {
    flags: "--seed <number>",
    description: "draw ids, keys and faults from this; the same seed repeats a run (default 1)",
    parse: wholeNumber(0, 2 ** 32 - 1),
  },
  faults: {
    flags: "--faults <file>",
    description: "let go wrong what this file (JSON or YAML) says",
  },
  log: { flags: "--log", description: "write each request to stderr, a line each" },
  acceptMachineTime: {
    flags: "--accept-machine-time",
    description:
      "take signatures by the machine's time too, for boto3 and the AWS CLI once the clock is moved",
  },
  sourceAccount: { flags: "--source-account <id>", description: "account of the data" },
  sourceRegion: { flags: "--source-region <region>", description: "Region of the source bucket" },
  sourceBucket: { flags: "--source-bucket <name>", description: "the bucket with the data" },
  sourceProfile: {
    flags: "--source-profile <name>",
    description:
      "profile of the AWS config file that reaches it (default: the environment's credentials)",
  },
  newBucket: {
    flags: "--new-bucket",
    description: "the source bucket is made (default: it is there)",
  },
  vaultAccount: { flags: "--vault-account <id>", description: "account of the vault" },
  vaultRegion: { flags: "--vault-region <region>", description: "Region of the vault" },
  vaultBucket: {
    flags: "--vault-bucket <name>",
    description: "name of the vault's bucket, which will be made",
  },
  vaultProfile: {
    flags: "--vault-profile <name>",
    description:
      "profile that reaches the vault's account (default: the environment's credentials)",
  },
  stage: {
    flags: "--stage <stage>",
    description: "how the vault locks: pilot or governance (default pilot)",
  },
  retention: {
    flags: "--retention <time>",
    description: 'for how long, as in "30 days" or "7 years" (default: the stage\'s)',
  },
  prefix: {
    flags: "--prefix <prefix>",
    description: "prefix of the keys to copy (default: the whole bucket)",
  },
} as const satisfies Readonly<Record<string, CommandOption>>;

/** What stands for standard output where an option names a file. */
export const STDOUT = "-";

/** Value of an option: what its text is turned into, else the text, else whether it is given. */
type ValueOf<Option extends CommandOption> = Option extends {
  parse: (...args: never) => infer Value;
}
  ? Value
  : Option["flags"] extends `${string}<${string}>`
    ? string
    : boolean;

/** Values of all options that any command has. */
export type Flags = {
  readonly [Name in keyof typeof OPTIONS]?: ValueOf<(typeof OPTIONS)[Name]>;
} & Partial<ArgumentValues>;

/** What stands after the name of a command. */
export interface ArgumentValues {
  /** `-` is standard input. */
  readonly file: string;
  /** Of an object. */
  readonly key: string;
  /** S3's. */
  readonly version: string;
  /** Id of a job. */
  readonly job: string;
  /** Ids of jobs. */
  readonly jobs: readonly string[];
  /** Of a plan. */
  readonly hash: string;
  /** Of a job. */
  readonly priority: number;
  /** One of the argument's choices. */
  readonly shell: string;
}

function repeated(text: string, previous: unknown): readonly string[] {
  return [...((previous as readonly string[] | undefined) ?? []), text];
}

/** One of some words. */
function oneOf<const Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const found = words.find((word) => word === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`Expected one of ${words.join(", ")}.`);
  };
}

/** A date in ISO 8601, as the moment that it begins with. */
function dateText(text: string): string {
  const point = readPointOfTime(text);
  if (point !== undefined && "epochMs" in point) return new Date(point.epochMs).toISOString();
  throw new InvalidArgumentError("Expected a date, as in 2026-11-30 or 2026-11-30T06:00:00Z.");
}

/** A text of at least one character. */
export function notEmpty(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("Expected at least one character.");
}

export function wholeNumber(
  minimum: number,
  maximum = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(
      maximum === Number.MAX_SAFE_INTEGER
        ? `Expected a whole number, ${minimum} or more.`
        : `Expected a whole number, ${minimum} to ${maximum}.`,
    );
  };
}
