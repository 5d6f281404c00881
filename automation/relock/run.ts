/**
 * Brings the locks of a source's replicas up to the promise.
 *
 *     each vault's ledger: a job to carry on? -> a look at every version -> plan of each vault, listed and priced -> confirm
 *       -> is a mode raised without bypass? (tried on one version) -> for each day: manifest, intent, job, report, look
 *
 * Each arrow may be the last one of a run: what is in a ledger is carried on by the next, and what is locked by then is enough.
 */
import type { ReplicationConfig } from "../../components/config/types";
import type { VaultClients } from "../aws/stack-clients";
import { checkBudget } from "../backfill/plan";
import { jobPrice } from "../backfill/price";
import { readingOnce } from "../backfill/job-manifest";
import { takeUp } from "../backfill/take-up";
import type { WaitLimits } from "../clock";
import { LockstepError } from "../errors";
import type { Confirm, EventTable, RelockFields } from "../events";
import { lookAtPromise } from "../look/look-at-promise";
import type { LookOptions, SeenReplica } from "../look/look";
import { versionName } from "../proof/source-versions";
import { LatestList } from "../spill/latest-list";
import { firstOf } from "../spill/sequence";
import { SpilledList } from "../spill/spilled-list";
import { FAILURES_LIMIT } from "./fields";
import { intendRelock, plainRelock, type RelockJobOptions, runRelockJob } from "./job";
import { RelockOutcomes } from "./outcomes";
import {
  type LockedReplica,
  type NotRelocked,
  overLockDays,
  type PlannedRelock,
  planRelock,
  raisedCount,
  type RelockPlan,
  withVersions,
} from "./plan";
import { relockFrame, relockJobs } from "./relock-frame";
import { isRaisedWithoutBypass } from "./try-raise";
import { counted, formatUsd } from "../words";

/** What `relock` is given. */
export interface RelockOptions extends LookOptions {
  /** The one source's, as `deployedSources` gives it. */
  readonly config: ReplicationConfig;
  /** Asked to approve the plan, and to carry on with a job of an earlier run. */
  readonly confirm: Confirm;
  /** Folder that gets one folder per job with its report. */
  readonly reportsFolder: string;
  /** Locks that end within so many days are renewed for the vault's retention, those that are over included. Default: none. */
  readonly withinDays?: number | undefined;
  /** How to wait for a job. */
  readonly jobLimits: WaitLimits;
  /** How to wait for a report that is not there yet; default: five minutes. */
  readonly reportLimits?: WaitLimits | undefined;
}

/**
 * Extends the locks of one source's replicas that are weaker or shorter than promised, or end soon. Never shortens one.
 * @throws LockstepError `ConfigInvalid` when no vault lets locks be extended, `StackOutOfDate`, `BudgetExceeded`, `Declined`,
 * `PlanChanged`, `JobCancelled`, `JobFailed`, `DeadlinePassed`, `LedgerConflict`, `Aborted`
 */
export function relock(options: RelockOptions): Promise<RelockFields> {
  return new Relock(options).run();
}

/** A vault whose locks may be extended. */
interface RelockVault {
  readonly name: string;
  readonly making: RelockJobOptions;
}

class Relock {
  /** AWS's time, as the vaults' answers tell it: this machine's may be years ahead, and COMPLIANCE is for good. */
  private answeredEpochMs = 0;
  private readonly outcomes = new RelockOutcomes();

  constructor(private readonly options: RelockOptions) {}

  async run(): Promise<RelockFields> {
    const vaults = this.vaults();
    for (const vault of vaults) await this.carryOn(vault);
    const seen = await this.look();
    const plans = [...this.options.clients.vaults].map(([name, access]) => ({
      vault: vaults.find((one) => one.name === name),
      name,
      plan: this.planOf(access, seen.get(name) ?? []),
    }));
    let enoughAlready = 0;
    for (const { name, plan } of plans) {
      let known = 0;
      for (const one of plan.enoughAlready) if (!this.outcomes.isExtended(name, one)) known++;
      enoughAlready += known;
      for (const one of plan.cannot) this.outcomes.fail(name, one);
      this.tellPlan(name, plan, known);
    }
    const planned = plans.flatMap(({ plan }) => plan.jobs);
    if (planned.length > 0) {
      const usd = plans.reduce((sum, { name, plan }) => sum + this.totalUsd(name, plan.jobs), 0);
      await this.approve(planned, usd);
    }
    for (const { plan, vault } of plans) {
      if (vault !== undefined) await this.extend(vault, plan.jobs);
    }
    return this.tell(enoughAlready);
  }

  /** @throws LockstepError `ConfigInvalid`, `StackOutOfDate` */
  private vaults(): readonly RelockVault[] {
    const { options } = this;
    const { clients, config } = options;
    const wanting = config.vaults.filter((vault) => vault.relock === true);
    if (wanting.length === 0) {
      throw new LockstepError("ConfigInvalid", "No vault of the source lets locks be extended.", {
        hint: "Set `relock: true` at the vault in the stack's config, and run `lockstep up`: it makes the one role that may.",
      });
    }
    return wanting.map(({ name }) => {
      const vault = clients.vaults.get(name);
      const frame = vault && relockFrame(vault.outputs);
      if (vault === undefined || frame === undefined) {
        throw new LockstepError("StackOutOfDate", `The vault ${name} has no relock role yet.`, {
          hint: "Run `lockstep up` first: it makes the role, and lets it extend locks.",
        });
      }
      const { priority } = config.backfill;
      const own = { vault, frame, ...relockJobs(vault, frame), priority };
      const making = { ...options, ...own, readManifest: readingOnce() };
      return { name, making };
    });
  }

  /** A job of an earlier run is carried on before anything is planned. */
  private async carryOn(vault: RelockVault): Promise<void> {
    const { making, name } = vault;
    const { entry } = await takeUp({
      ...making,
      intentOf: (sequence) => plainRelock(making, sequence),
      namedAside: new Set(),
    });
    if (entry === undefined) return;
    const { jobId, intent } = entry.record;
    const what = jobId === undefined ? `intent ${intent.sequence}` : `the job ${jobId}`;
    const text = `Carry on with ${what} of an earlier run, which extends locks in the vault ${name}?`;
    await this.ask(text);
    await this.runJob(vault, entry, true);
  }

  private async look(): Promise<ReadonlyMap<string, Iterable<LockedReplica>>> {
    const seen = new Map<string, LatestList<LockedReplica>>();
    const onReplica = (one: SeenReplica): void => {
      const at = seen.get(one.vault) ?? new LatestList<LockedReplica>(versionName);
      seen.set(one.vault, at);
      this.answeredEpochMs = Math.max(this.answeredEpochMs, one.head.answeredEpochMs ?? 0);
      const replica = lockedReplica(one);
      // A version is looked at again while it is on its way: the last look counts.
      if (replica === undefined) at.delete(versionName(one.version));
      else at.set(replica);
    };
    const { versions } = await lookAtPromise({ ...this.options, onReplica, skipsRoles: true });
    // What nobody could look at is not enough.
    for (const { outcomes } of versions) {
      for (const { cause = "", code, kind, vault = "", ...version } of outcomes) {
        if (kind === "unverifiable" && UNREAD.has(code)) {
          this.outcomes.fail(vault, { ...version, why: cause });
        }
      }
    }
    return seen;
  }

  private planOf({ outputs }: VaultClients, replicas: Iterable<LockedReplica>): RelockPlan {
    const { withinDays } = this.options;
    const { lock, guard } = outputs;
    const rules = {
      nowEpochMs: this.answeredEpochMs,
      withinDays,
      retentionDays: lock.retentionDays,
      floorDays: guard?.relock?.floorDays ?? 1,
      maximumDays: lock.maximumRetentionDays ?? lock.retentionDays,
      modes: guard?.relock?.modes ?? [lock.mode],
    };
    const plan = planRelock(replicas, rules);
    if (guard?.relock !== undefined) return plan;
    const why = "the vault has no relock role: set `relock: true` there, and run `lockstep up`";
    const cannot = new SpilledList<NotRelocked>();
    for (const one of plan.cannot) cannot.push(one);
    for (const { versions } of plan.jobs) {
      for (const { key, versionId } of versions) cannot.push({ key, versionId, why });
    }
    return { ...plan, jobs: [], cannot };
  }

  private tellPlan(vault: string, { cannot, jobs }: RelockPlan, enoughAlready: number): void {
    this.options.emit({
      type: "relock-plan",
      vault,
      jobs: jobs.map(jobFields),
      enoughAlready,
      cannot: firstOf(cannot, FAILURES_LIMIT),
      cannotCount: cannot.length,
      priceUsd: this.totalUsd(vault, jobs),
      budgetUsd: this.options.config.backfill.budgetUsd ?? null,
    });
  }

  /** Of jobs in one vault's Region. */
  private totalUsd(vault: string, jobs: readonly PlannedRelock[]): number {
    const { clients, config } = this.options;
    const region = clients.vaults.get(vault)?.outputs.region ?? config.source.region;
    return jobs.reduce((sum, { versions }) => {
      const facts = {
        region,
        manifestBy: "own",
        tasksCount: versions.length,
        listedCount: 0,
      } as const;
      return sum + jobPrice(facts, config.backfill.prices).total;
    }, 0);
  }

  private async approve(jobs: readonly PlannedRelock[], price: number): Promise<void> {
    checkBudget(price, this.options.config.backfill.budgetUsd);
    const count = jobs.reduce((sum, { versions }) => sum + versions.length, 0);
    const compliance = jobs.some(({ mode }) => mode === "COMPLIANCE")
      ? " Nobody can undo COMPLIANCE."
      : "";
    await this.ask(
      `Extend the locks of ${counted(count, "version")} by ${counted(jobs.length, "job")} for ${formatUsd(price)}?${compliance}`,
    );
  }

  private async ask(text: string): Promise<void> {
    if (await this.options.confirm({ code: "approve-relock", text })) return;
    throw new LockstepError("Declined", "The plan was not approved.", {
      hint: "No lock was changed. Run the command again to see the plan anew.",
    });
  }

  private async extend(vault: RelockVault, jobs: readonly PlannedRelock[]): Promise<void> {
    let isFree: boolean | undefined;
    for (const job of jobs) {
      const isRaising = raisedCount(job) > 0;
      if (isRaising) {
        isFree ??= await isRaisedWithoutBypass(vault.making.vault, job, this.options);
      }
      const planned = isRaising && isFree === false ? this.withBypass(vault, job) : job;
      if (planned.versions.length === 0) continue;
      const entry = await intendRelock(
        vault.making,
        planned,
        isFree === false && raisedCount(planned) > 0,
      );
      await this.runJob(vault, entry, false);
    }
  }

  /** Where nobody may bypass, what it takes the bypass for is left out, and named. */
  private withBypass({ making, name }: RelockVault, job: PlannedRelock): PlannedRelock {
    if (making.vault.outputs.guard?.relock?.mayBypass === true) return job;
    const why =
      "its GOVERNANCE lock does not become COMPLIANCE without the bypass, which nobody has at a vault of this stage";
    for (const { isRaised, key, versionId } of job.versions) {
      if (isRaised) this.outcomes.fail(name, { key, versionId, why });
    }
    return withVersions(job, ({ isRaised }) => !isRaised);
  }

  private async runJob(
    { making, name }: RelockVault,
    entry: Parameters<typeof runRelockJob>[1],
    resumed: boolean,
  ): Promise<void> {
    const found = await runRelockJob(making, entry, resumed);
    for (const one of found?.extended ?? []) this.outcomes.extend(name, one);
    for (const one of found?.failed ?? []) this.outcomes.fail(name, one);
  }

  private tell(enoughAlready: number): RelockFields {
    const fields = {
      extended: this.outcomes.extendedCount,
      enoughAlready,
      failed: this.outcomes.failedCount,
      failures: this.outcomes.failures(FAILURES_LIMIT),
    };
    this.options.emit({ type: "relock", ...fields });
    return fields;
  }
}

/** Codes of what could not be looked at. */
const UNREAD: ReadonlySet<string> = new Set(["no-right", "error"]);

/**
 * A replica whose content is right, so that a longer lock of it is worth something. One whose answer had no date is judged to be
 * unverifiable, and so is none of these.
 */
function lockedReplica({ head, outcome, version, wanted }: SeenReplica): LockedReplica | undefined {
  const isWeaker = outcome.code === "lock-weaker";
  if (!isWeaker && outcome.kind !== "proven" && outcome.kind !== "lapsed") return undefined;
  return {
    key: version.key,
    versionId: version.versionId,
    isWeaker,
    lockMode: head.lockMode,
    lockedUntilEpochMs: head.retainUntilEpochMs,
    wanted,
  };
}

/** So many versions of each job are listed; the job's manifest has them all. */
const LISTED_LIMIT = 20;

function jobFields(job: PlannedRelock): EventTable["relock-plan"]["jobs"][number] {
  return {
    mode: job.mode,
    until: new Date(job.untilEpochMs).toISOString(),
    versionsCount: job.versions.length,
    raisedCount: raisedCount(job),
    overLockDays: overLockDays(job),
    versions: firstOf(job.versions, LISTED_LIMIT).map(({ key, ownUntilEpochMs, versionId }) => ({
      key,
      versionId,
      ownUntil: new Date(ownUntilEpochMs).toISOString(),
    })),
  };
}
