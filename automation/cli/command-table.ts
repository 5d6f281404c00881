import { InvalidArgumentError } from "commander";
import type * as BackfillCommand from "./commands/backfill";
import type * as DemoCommand from "./commands/demo";
import type * as DestroyCommand from "./commands/destroy";
import type * as EarlyMistakes from "./commands/early-mistakes";
import type * as EngineCommand from "./commands/engine";
import type * as PoliciesCommand from "./commands/policies";
import type * as PreviewCommand from "./commands/preview";
import type * as SandboxCommand from "./commands/sandbox";
import type * as UpCommand from "./commands/up";
import type * as VerifyCommand from "./commands/verify";
import type { CommandDefinition, CommandHandler, CommandOption } from "./command";
import { withSandbox } from "./sandbox-package";

/* Each command is loaded when it runs; `import()` would go past the loader. */
/* eslint-disable @typescript-eslint/no-require-imports */

const JSON_OPTION: CommandOption = {
  flags: "--json",
  description: "one JSON object a line on stdout, nothing else",
};
/** Options of every command; they may stand before its name too, as with Pulumi. */
export const COMMON: readonly CommandOption[] = [
  JSON_OPTION,
  { flags: "-C, --cwd <folder>", description: "work in this folder" },
  { flags: "--debug", description: "show stack traces of errors" },
];
const STACK: readonly CommandOption[] = [
  {
    flags: "-s, --stack <name>",
    description: "the stack (default: $PULUMI_STACK, else the selected one)",
  },
  ...COMMON,
];
const SOURCE: CommandOption = {
  flags: "--source <name>",
  description: "of several sources, only this one (default: one after the other)",
};
const NO_REFRESH: CommandOption = {
  flags: "--no-refresh",
  description: "do not look for what was changed or removed by hand, which is put back otherwise",
};
const VAULT_ROLE: CommandOption = {
  flags: "--vault-role <arn>",
  description:
    "be this role in its account's vaults, as what only the break-glass role may change needs; may be repeated",
  parse: (text, previous) => [...((previous as string[] | undefined) ?? []), text],
};
const DETAILS: CommandOption = {
  flags: "--details <file>",
  description: "write the outcome of every version at every vault, one JSON object a line",
};
const ANNOTATIONS: CommandOption = {
  flags: "--annotations",
  description: "compare the annotations of every version too, each of which is read at both sides",
};
const YES: CommandOption = { flags: "-y, --yes", description: "answer every question with yes" };

/** Every command of Lockstep. */
export const COMMANDS: readonly CommandDefinition[] = [
  {
    name: "demo",
    summary: "the whole story on this machine, without an AWS account",
    options: [
      YES,
      { flags: "--data <folder>", description: "take the files of this folder as the source" },
      {
        flags: "--files <count>",
        description: "take at most this many files (default 2000 of node_modules; all of --data)",
        parse: wholeNumber(1),
      },
      ...COMMON,
    ],
    load: () => withSandbox(() => (require("./commands/demo") as typeof DemoCommand).demo),
  },
  {
    name: "preview",
    summary: "show what `up` would change",
    options: [NO_REFRESH, VAULT_ROLE, ...STACK],
    load: () =>
      stackCommand(() => (require("./commands/preview") as typeof PreviewCommand).preview),
  },
  {
    name: "up",
    summary: "check both accounts, show the changes, deploy, put back what was changed by hand",
    options: [
      YES,
      NO_REFRESH,
      VAULT_ROLE,
      {
        flags: "--leave-vault <name>",
        description: "agree that this vault is left behind, which --yes does not; may be repeated",
        parse: (text, previous) => [...((previous as string[] | undefined) ?? []), text],
      },
      ...STACK,
    ],
    load: () => stackCommand(() => (require("./commands/up") as typeof UpCommand).up, "Deploy?"),
  },
  {
    name: "backfill",
    summary: "replicate what is already there: job, plan, approval, report, verdict",
    options: [
      YES,
      { flags: "--plan-hash <hash>", description: "approve exactly this plan, and no other" },
      DETAILS,
      ANNOTATIONS,
      SOURCE,
      ...STACK,
    ],
    load: () =>
      stackCommand(
        () => (require("./commands/backfill") as typeof BackfillCommand).backfill,
        "Run the job?",
      ),
  },
  {
    name: "verify",
    summary: "look at every version in every vault",
    options: [DETAILS, ANNOTATIONS, SOURCE, ...STACK],
    load: () => stackCommand(() => (require("./commands/verify") as typeof VerifyCommand).verify),
  },
  {
    name: "destroy",
    summary: "take down what may go; locked data stays",
    options: [YES, ...STACK],
    load: () =>
      stackCommand(
        () => (require("./commands/destroy") as typeof DestroyCommand).destroy,
        "Destroy?",
      ),
  },
  {
    name: "policies",
    summary: "the vaults' policies for the organization: service and resource control policy",
    options: [
      {
        flags: "--out-dir <folder>",
        description: "write <stack>-service-control-policy.json and -resource-control-policy.json",
      },
      ...STACK,
    ],
    load: () =>
      stackCommand(() => (require("./commands/policies") as typeof PoliciesCommand).policies),
  },
  {
    name: "sandbox",
    summary: "AWS on this machine, for your own tests; runs until it is stopped",
    options: [
      {
        flags: "--port <number>",
        description: "listen on this port of 127.0.0.1 (default: a free one)",
        parse: wholeNumber(0, 65_535),
      },
      {
        flags: "--config-dir <folder>",
        description: "put the AWS config file here (default .lockstep/sandbox)",
      },
      {
        flags: "--accounts <name=id:region,...>",
        description:
          "have these accounts, or those of a .json or .yaml file, which may have organization policies too; may be repeated (default source=111111111111:eu-west-1,vault=222222222222:eu-central-1)",
        parse: (text, previous) => [...((previous as string[] | undefined) ?? []), text],
      },
      {
        flags: "--seed <number>",
        description: "draw ids, keys and faults from this; the same seed repeats a run (default 1)",
        parse: wholeNumber(0, 2 ** 32 - 1),
      },
      {
        flags: "--faults <file>",
        description: "let go wrong what this file (JSON or YAML) says",
      },
      { flags: "--log", description: "write each request to stderr, a line each" },
      ...COMMON,
    ],
    load: () => withSandbox(() => (require("./commands/sandbox") as typeof SandboxCommand).sandbox),
  },
  {
    name: "engine",
    summary: "find the Pulumi engine, or get one; prints where it is",
    options: COMMON,
    load: () => (require("./commands/engine") as typeof EngineCommand).engine,
  },
];

/** A command on a stack. @param question what it will ask */
function stackCommand(load: () => CommandHandler, question?: string): CommandHandler {
  const { withEarlyMistakes } = require("./commands/early-mistakes") as typeof EarlyMistakes;
  return withEarlyMistakes(load, question);
}

function wholeNumber(minimum: number, maximum = Number.MAX_SAFE_INTEGER): (text: string) => number {
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
