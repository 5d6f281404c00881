/**
 * One stack in one folder, with everything that the command line does to it: options in, events and results out. Nothing of it
 * is the process's: several environments work side by side, each with variables, credentials and signals of its own.
 */

import { resolve, join } from "node:path";
import { findEngine } from "../engine/find-engine";
import { systemClock } from "../clock";
import { LockstepError } from "../errors";
import type { JobFields, LineageFields } from "../jobs/fields";
import { ownSignal } from "../signals";
import { readStackConfig } from "../stack/stack-config";
import type * as Backfill from "./backfill";
import { Calls, type Call } from "./call";
import type * as Destroy from "./destroy";
import type * as Doctor from "./doctor";
import type * as Jobs from "./jobs";
import { AWS_LIMITS } from "./limits";
import type {
  ApproveOptions,
  BackfillCallOptions,
  CallOptions,
  CancelOptions,
  DestroyResult,
  DoctorCallOptions,
  DoctorResult,
  EnvironmentOptions,
  LineageOptions,
  ListJobsOptions,
  PreviewOptions,
  PreviewResult,
  PriorityOptions,
  ProveCallOptions,
  ProveResult,
  RelockCallOptions,
  RelockResult,
  ReportResult,
  RetryOptions,
  UpOptions,
  UpResult,
  VerdictsResult,
  VerifyCallOptions,
  WatchOptions,
} from "./options";
import type * as Preview from "./preview";
import type * as Prove from "./prove";
import type * as Relock from "./relock";
import type * as Report from "./report";
import type * as Up from "./up";
import type * as Verify from "./verify";
import { awsEnvironmentOf, selectedStack, variablesOf } from "../stack/workspace";

/**
 * An opened environment. Every method reads the stack's file anew, so that a change of it counts from the next call on; throws a
 * LockstepError; takes `signal`, `emit` and `confirm` of its own; and may run beside others, also of the same environment, as far
 * as Pulumi's lock of the stack lets it. `streamEvents((emit) => environment.backfill({ emit }))` gives a call's events as an
 * async iterator.
 */
export interface Environment {
  /** Absolute. */
  readonly cwd: string;
  /** The stack's short name. */
  readonly stack: string;
  /**
   * Batch jobs on the bucket of each source, ours and others', the latest first; AWS keeps them for 90 days.
   * @throws LockstepError `StackNotDeployed`
   */
  jobs(options?: ListJobsOptions): Promise<readonly JobFields[]>;
  /**
   * Follows jobs until each has ended.
   * @returns each as it ended, in the order in which they were named: also one that failed or was cancelled
   * @throws LockstepError `JobNotFound`, `DeadlinePassed`
   */
  watch(options: WatchOptions): Promise<readonly JobFields[]>;
  /**
   * Asks (`cancel-job`), and cancels a job. What it has replicated stays; one that has ended is left alone.
   * @throws LockstepError `JobNotFound`, `Declined`
   */
  cancel(options: CancelOptions): Promise<JobFields>;
  /**
   * Changes a job's priority.
   * @throws LockstepError `JobNotFound`, `JobEnded`
   */
  setPriority(options: PriorityOptions): Promise<JobFields>;
  /**
   * What every job made of a key's versions.
   * @throws LockstepError `NoVersionsFound`
   */
  lineage(options: LineageOptions): Promise<readonly LineageFields[]>;
  /**
   * Looks at the vaults' own protections, and at every version in every vault.
   * @throws LockstepError what kept the only source from a verdict; of several sources each error is in the answer
   */
  verify(options?: VerifyCallOptions): Promise<VerdictsResult>;
  /**
   * Looks as `verify` does, and answers a report for people beside the verdicts.
   * @throws LockstepError as `verify`
   */
  report(options?: VerifyCallOptions): Promise<ReportResult>;
  /**
   * Looks as `verify` does, and writes all that was found into a signed bundle that others check without AWS. It is written whatever
   * the verdict is, which it says. It asks (`try-refusals`, `canary`) before anything is tried that vaults have to refuse.
   * @throws LockstepError as `verify`; `EvidenceUnreadable` for a key that cannot sign, or a bundle that nothing can follow; then no
   * file is written
   */
  prove(options: ProveCallOptions): Promise<ProveResult>;
  /**
   * Brings what is missing by a job, and proves it. Asks for its plan (`approve-plan`), unless that was approved before. A call
   * that was ended goes on with the same job in the next one.
   * @throws LockstepError as `verify`; `BudgetExceeded`, `PlanChanged`, `Declined`, `JobCancelled`, `JobFailed`
   */
  backfill(options?: BackfillCallOptions): Promise<VerdictsResult>;
  /**
   * Approves exactly the plan with this hash, of a job that waits for it, from any desk.
   * @throws LockstepError `JobNotFound`, `JobNotOurs`, `JobEnded`, `JobNotReady`, `PlanChanged`, `BudgetExceeded`
   */
  approve(options: ApproveOptions): Promise<JobFields>;
  /**
   * Extends locks at the vaults that are weaker or shorter than promised, and never shortens one. Asks for its plan.
   * @throws LockstepError what kept the only source from it; of several sources each error is in the answer
   */
  relock(options?: RelockCallOptions): Promise<RelockResult>;
  /** As `backfill`, from a list of exactly what is missing, and with a limit of attempts. */
  retry(options?: RetryOptions): Promise<VerdictsResult>;
  /**
   * What `up` would change, what that costs and which policies it violates. Changes nothing.
   * @throws LockstepError `PreflightFailed`, `EngineFailed`, `StackBusy`; what `up` alone would refuse is in the answer
   */
  preview(options?: PreviewOptions): Promise<PreviewResult>;
  /**
   * Deploys, and puts back what was changed by hand. Asks (`leave-vault`, `deploy`).
   * @throws LockstepError `PreflightFailed`, `DataAtRisk`, `Declined`, `EngineFailed`, `GuardNotWhole`, `StackBusy`
   */
  up(options?: UpOptions): Promise<UpResult>;
  /**
   * Takes the stack down but for what holds data. Asks (`destroy`).
   * @throws LockstepError `StackNotDeployed`, `Declined`, `EngineFailed`, `StackBusy`
   */
  destroy(options?: CallOptions): Promise<DestroyResult>;
  /**
   * What keeps, or will keep, replication, jobs and locks from doing what is promised. Asks (`canary`) where one is wished for.
   * @throws LockstepError `Declined`; what is refused is a finding
   */
  doctor(options?: DoctorCallOptions): Promise<DoctorResult>;
}

/* Each method is loaded when it is called: who only looks loads no Pulumi. `import()` would go past the loader of a clone. */
/* eslint-disable @typescript-eslint/no-require-imports */
const METHODS = {
  backfill: () => require("./backfill") as typeof Backfill,
  destroy: () => require("./destroy") as typeof Destroy,
  doctor: () => require("./doctor") as typeof Doctor,
  jobs: () => require("./jobs") as typeof Jobs,
  preview: () => require("./preview") as typeof Preview,
  prove: () => require("./prove") as typeof Prove,
  relock: () => require("./relock") as typeof Relock,
  report: () => require("./report") as typeof Report,
  up: () => require("./up") as typeof Up,
  verify: () => require("./verify") as typeof Verify,
};
/* eslint-enable @typescript-eslint/no-require-imports */

/**
 * Opens an environment: finds out which stack it is, and checks the stack's file. Asks AWS nothing.
 * @throws LockstepError `ConfigInvalid` with every mistake of the file, or where no stack is named and none is selected;
 * `EngineUnavailable` where the engine has to be asked which one is
 */
export async function openEnvironment(options: EnvironmentOptions = {}): Promise<Environment> {
  const folder = resolve(options.cwd ?? ".");
  const stack = await stackOf(folder, options);
  const { environment } = options;
  const address = { folder, stack, ...(environment !== undefined && { environment }) };
  await readStackConfig(address);
  const calls = new Calls({
    address,
    aws: awsEnvironmentOf(address),
    variables: variablesOf(address),
    vaultRoles: options.vaultRoles ?? [],
    reportsFolder: options.reportsFolder ?? join(folder, ".lockstep", "reports", stack),
    limits: {
      jobLimits: options.jobLimits ?? AWS_LIMITS.jobLimits,
      settleLimits: options.settleLimits ?? AWS_LIMITS.settleLimits,
      concurrency: options.concurrency ?? AWS_LIMITS.concurrency,
    },
    clock: options.clock ?? systemClock,
    emit: options.emit ?? (() => {}),
    confirm: options.confirm,
  });
  return methodsOf(calls);
}

/** The name that is given, that of `PULUMI_STACK`, or the one that the engine says is selected. */
async function stackOf(folder: string, options: EnvironmentOptions): Promise<string> {
  const { environment = {} } = options;
  const variables = variablesOf(options.environment === undefined ? {} : { environment });
  const named = options.stack ?? (variables["PULUMI_STACK"] || undefined);
  if (named !== undefined) return named;
  const { release, signal } = ownSignal(options.signal);
  try {
    const engine = await findEngine({
      emit: (event) => {
        // The first call tells it, as of every stack.
        if (event.type !== "engine-ready") options.emit?.(event);
      },
      signal,
      clock: options.clock ?? systemClock,
      environment: variables,
    });
    const selected = await selectedStack(folder, engine, signal, environment);
    if (selected !== undefined) return selected;
  } finally {
    release();
  }
  throw new LockstepError("ConfigInvalid", "No stack is named, and none is selected.", {
    hint: "Add --stack <name>, set PULUMI_STACK, or choose one with `pulumi stack select`.",
  });
}

function methodsOf(calls: Calls): Environment {
  const { folder, stack } = calls.parts.address;
  /** A method; its code is loaded with its first call. */
  const method =
    <Options extends CallOptions, Result>(
      load: () => (options: Options, call: Call) => Promise<Result>,
    ) =>
    (options: Options): Promise<Result> =>
      calls.run(options, (call) => load()(options, call));
  const optional =
    <Options extends CallOptions, Result>(called: (options: Options) => Promise<Result>) =>
    (options?: Options): Promise<Result> =>
      called(options ?? ({} as Options));
  return {
    cwd: folder,
    stack,
    jobs: optional(method(() => METHODS.jobs().jobs)),
    watch: method(() => METHODS.jobs().watch),
    cancel: method(() => METHODS.jobs().cancel),
    setPriority: method(() => METHODS.jobs().setPriority),
    lineage: method(() => METHODS.jobs().lineage),
    verify: optional(method(() => METHODS.verify().verify)),
    report: optional(method(() => METHODS.report().report)),
    prove: method(() => METHODS.prove().prove),
    backfill: optional(method(() => METHODS.backfill().backfill)),
    approve: method(() => METHODS.jobs().approve),
    relock: optional(method(() => METHODS.relock().relock)),
    retry: optional(method(() => METHODS.backfill().retry)),
    preview: optional(method(() => METHODS.preview().preview)),
    up: optional(method(() => METHODS.up().up)),
    destroy: optional(method(() => METHODS.destroy().destroy)),
    doctor: optional(method(() => METHODS.doctor().doctor)),
  };
}
