import type * as BackfillCommand from "./commands/backfill";
import type * as DemoCommand from "./commands/demo";
import type * as DestroyCommand from "./commands/destroy";
import type * as DoctorCommand from "./commands/doctor";
import type * as EarlyMistakes from "./commands/early-mistakes";
import type * as EngineCommand from "./commands/engine";
import type * as PoliciesCommand from "./commands/policies";
import type * as PolicyCheckCommand from "./commands/policy-check";
import type * as PreviewCommand from "./commands/preview";
import type * as SandboxCommand from "./commands/sandbox";
import type * as UpCommand from "./commands/up";
import type * as VerifyCommand from "./commands/verify";
import type { CommandDefinition, CommandHandler } from "./command";
import { type CommandOption, OPTIONS } from "./options";
import { withSandbox } from "./sandbox-package";

/* Each command is loaded when it runs; `import()` would go past the loader. */
/* eslint-disable @typescript-eslint/no-require-imports */

/** Options of every command; they may stand before its name too, as with Pulumi. */
export const COMMON: readonly CommandOption[] = [OPTIONS.json, OPTIONS.cwd, OPTIONS.debug];
const STACK: readonly CommandOption[] = [OPTIONS.stack, ...COMMON];

/** Every command of Lockstep. */
export const COMMANDS: readonly CommandDefinition[] = [
  {
    name: "demo",
    summary: "the whole story on this machine, without an AWS account",
    options: [OPTIONS.yes, OPTIONS.data, OPTIONS.files, ...COMMON],
    load: () => withSandbox(() => (require("./commands/demo") as typeof DemoCommand).demo),
  },
  {
    name: "preview",
    summary: "show what `up` would change, and what that costs in data and protection",
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
    options: [OPTIONS.yes, OPTIONS.refresh, OPTIONS.vaultRole, OPTIONS.leaveVault, ...STACK],
    load: () => stackCommand(() => (require("./commands/up") as typeof UpCommand).up, "Deploy?"),
  },
  {
    name: "backfill",
    summary: "replicate what is already there: job, plan, approval, report, verdict",
    options: [
      OPTIONS.yes,
      OPTIONS.planHash,
      OPTIONS.details,
      OPTIONS.annotations,
      OPTIONS.source,
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
    options: [OPTIONS.details, OPTIONS.annotations, OPTIONS.source, ...STACK],
    load: () => stackCommand(() => (require("./commands/verify") as typeof VerifyCommand).verify),
  },
  {
    name: "doctor",
    summary:
      "look at both accounts for what keeps copies from arriving; changes nothing without --canary",
    options: [OPTIONS.canary, OPTIONS.canaryTimeout, OPTIONS.yes, OPTIONS.source, ...STACK],
    load: () =>
      stackCommand(
        () => (require("./commands/doctor") as typeof DoctorCommand).doctor,
        ({ canary }) => (canary === true ? "Write canaries, which stay locked?" : undefined),
      ),
  },
  {
    name: "destroy",
    summary: "take down what may go; locked data stays",
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
    options: [OPTIONS.operator, OPTIONS.outDir, ...STACK],
    load: () =>
      stackCommand(() => (require("./commands/policies") as typeof PoliciesCommand).policies),
  },
  {
    name: "policy check",
    summary: "hold any Pulumi program against the policy pack",
    argument: {
      name: "file",
      description: "of `pulumi preview --json` or `pulumi stack export`; - is standard input",
    },
    options: [OPTIONS.policyConfig, ...COMMON],
    load: () => (require("./commands/policy-check") as typeof PolicyCheckCommand).policyCheck,
  },
  {
    name: "sandbox",
    summary: "AWS on this machine, for your own tests; runs until it is stopped",
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
    options: COMMON,
    load: () => (require("./commands/engine") as typeof EngineCommand).engine,
  },
];

/** As `withEarlyMistakes` takes it. */
type Question = Parameters<typeof EarlyMistakes.withEarlyMistakes>[1];

/** A command on a stack. @param question what it will ask, or may */
function stackCommand(load: () => CommandHandler, question?: Question): CommandHandler {
  const { withEarlyMistakes } = require("./commands/early-mistakes") as typeof EarlyMistakes;
  return withEarlyMistakes(load, question);
}
