/**
 * Level `checksum`: a look in full, and jobs that read the bytes of both sides.
 *
 *     jobs of an earlier run   what they read is not read again
 *     plan                     what is yet to be read at the source and at each vault, and its price
 *     approve                  asked once, within the budget
 *     jobs                     at all sides at once
 *     compare                  each version's two values
 *     end                      once the verdict was told: the next run reads anew
 */
import type { ReplicationConfig } from "../../components/config/types";
import type { LockstepOutputs } from "../../components/promise/outputs";
import type { StackClients } from "../aws/stack-clients";
import { checkBudget, formatUsd } from "../backfill/plan";
import type { WaitLimits } from "../clock";
import { LockstepError } from "../errors";
import type { Confirm, Session } from "../events";
import type { Look } from "../look/look";
import { versionName } from "../proof/source-versions";
import { namesOf } from "../proof/version-names";
import { mapped } from "../spill/sequence";
import { counted } from "../words";
import { checksumJobs, sourceFrame, vaultFrame } from "./checksum-frame";
import { isToBeRead, withContent } from "./compare-content";
import { ComputedChecksums } from "./computed-checksums";
import { type PricedSide, priceOfReading, toBeRead, unpricedRegions } from "./plan";
import { ChecksumSide, type OpenJob } from "./side";

/** What contents are compared with. */
export interface CompareBytesOptions extends Session {
  /** The one source's, as `deployedSources` gives it. */
  readonly config: ReplicationConfig;
  /** Of the one source, as its stack tells them. */
  readonly outputs: LockstepOutputs;
  /** As `stackClients` makes them. */
  readonly clients: StackClients;
  /** Asked to approve the plan. */
  readonly confirm: Confirm;
  /** Folder that gets one folder per job with its report. */
  readonly reportsFolder: string;
  /** How to wait for a job. */
  readonly jobLimits: WaitLimits;
  /** How to wait for a report that is not there yet; default: five minutes. */
  readonly reportLimits?: WaitLimits | undefined;
}

/** The sides of a source. */
export interface ChecksumSides {
  /** The source first. */
  readonly all: readonly ChecksumSide[];
  /** Ends what is done at all of them; their jobs go on, and the next run carries on with them. */
  readonly stop: () => void;
}

/** A side with what is to be done there. */
type PlannedSide = PricedSide & {
  readonly side: ChecksumSide;
  readonly openJob: OpenJob | undefined;
};

/**
 * The sides of a source that are read, the source first.
 * @throws LockstepError `ConfigInvalid` where the config does not ask for it, `StackOutOfDate` where a role is not deployed
 */
export function checksumSides(given: CompareBytesOptions): ChecksumSides {
  const { clients, config, outputs } = given;
  const stopping = new AbortController();
  const options = { ...given, signal: AbortSignal.any([given.signal, stopping.signal]) };
  const { priority } = config.backfill;
  const ofSource = sourceFrame(outputs);
  const missing = ofSource === undefined ? ["the source"] : [];
  const sides: ChecksumSide[] = [];
  if (ofSource !== undefined) {
    const { bucketName: operationsBucketName } = outputs.operations;
    const { source } = clients;
    const own = {
      ...options,
      vault: null,
      s3: source.s3,
      account: source,
      bucketName: outputs.source.bucketName,
      operationsBucketName,
      frame: ofSource,
      ...checksumJobs(source, operationsBucketName, ofSource),
      priority,
    };
    sides.push(new ChecksumSide(own, new ComputedChecksums()));
  }
  for (const [name, vault] of clients.vaults) {
    const frame = vaultFrame(vault.outputs, outputs.source.bucketName);
    if (frame === undefined) {
      missing.push(`the vault ${name}`);
      continue;
    }
    const { bucketName, operationsBucketName = "" } = vault.outputs;
    const own = {
      ...options,
      vault: name,
      s3: vault.s3,
      account: vault,
      bucketName,
      operationsBucketName,
      frame,
      ...checksumJobs(vault, operationsBucketName, frame),
      priority,
    };
    sides.push(new ChecksumSide(own, new ComputedChecksums()));
  }
  if (missing.length === 0) return { all: sides, stop: () => stopping.abort() };
  throw withoutRole(missing, config.verdict?.checksums === true);
}

/** @param isAsked the config asks for the roles; a program in another language has it among its arguments */
function withoutRole(missing: readonly string[], isAsked: boolean): LockstepError {
  const message = `There is no role that reads ${missing.join(", ")} for checksums.`;
  if (isAsked) {
    const hint = "Run `lockstep up` first: it makes the roles.";
    return new LockstepError("StackOutOfDate", message, { hint });
  }
  return new LockstepError("ConfigInvalid", message, {
    problems: [{ path: "verdict.checksums", message: "is not true" }],
    hint: "Set `checksums: true` under lockstep:verdict in the stack's config, and run `lockstep up`: it makes the roles that read.",
  });
}

/**
 * Reads what a look in full found rightly there, and holds both sides against each other.
 * @returns the look, of level `checksum`
 * @throws LockstepError `BudgetExceeded`, `Declined`, `JobCancelled`, `JobFailed`, `JobNotOurs`, `DeadlinePassed`, `LedgerConflict`, `Aborted`
 */
export async function compareBytes(
  look: Look,
  { all: sides, stop }: ChecksumSides,
  options: CompareBytesOptions,
): Promise<Look> {
  const planned: PlannedSide[] = [];
  for (const side of sides) planned.push(await planSide(look, side));
  const active = planned.filter(({ open, versions }) => open !== undefined || versions.length > 0);
  if (active.length > 0) {
    await approvePlan(active, options);
    await readAll(active, stop);
  }
  const [source, ...vaults] = sides;
  const values = new Map(vaults.map(({ options: { vault }, values: own }) => [vault, own]));
  const jobs = sides.flatMap((side) => side.jobs);
  const isOfEarlier = jobs.some(({ carriedOn }) => carriedOn === true);
  return {
    ...look,
    level: "checksum",
    unproven: [...(look.unproven ?? []), ...(isOfEarlier ? (["as-of-now"] as const) : [])],
    checksums: { algorithm: "SHA256", jobs },
    versions: mapped(look.versions, (one) => {
      if (!one.outcomes.some(isToBeRead)) return one;
      const name = versionName(one.version);
      const ofSource = source?.values.get(name);
      const outcomes = one.outcomes.map((outcome) =>
        isToBeRead(outcome)
          ? withContent(outcome, ofSource, values.get(outcome.vault ?? "")?.get(name))
          : outcome,
      );
      return { ...one, outcomes };
    }),
  };
}

/** Notes that a verdict was told of what was read: the next run reads all anew. */
export async function endReading({ all }: ChecksumSides): Promise<void> {
  for (const side of all) await side.end();
}

async function planSide(look: Look, side: ChecksumSide): Promise<PlannedSide> {
  const openJob = await side.takeUp();
  const { frame, vault } = side.options;
  const reading = toBeRead(look, side.options, {
    isRead: (name) => side.values.get(name) !== undefined,
    open: namesOf(openJob?.manifest ?? []),
  });
  const open = openJob && { stage: openJob.stage, tasksCount: openJob.manifest.length };
  return { side, vault, region: frame.region, open, openJob, ...reading };
}

async function approvePlan(
  planned: readonly PlannedSide[],
  { config, confirm, emit }: CompareBytesOptions,
): Promise<void> {
  const { budgetUsd, prices } = config.backfill;
  const price = priceOfReading(planned, prices);
  const sides = planned.map(({ openJob, side, sizeBytes, vault, versions }) => ({
    vault,
    versionsCount: versions.length,
    sizeBytes,
    carriedOnJobIds: [
      ...side.jobs.map(({ jobId }) => jobId),
      ...[openJob?.entry.record.jobId ?? []].flat(),
    ],
    carriedOnCount: side.values.size + (openJob?.manifest.length ?? 0),
  }));
  emit({
    type: "checksum-plan",
    sides,
    priceUsd: { lines: price.lines, total: price.total },
    prices: price.sources,
    notIncluded: price.notIncluded,
    budgetUsd: budgetUsd ?? null,
  });
  checkBudget(price.total, budgetUsd);
  const unpriced = unpricedRegions(planned, prices);
  if (budgetUsd !== undefined && unpriced.length > 0) throw budgetOfUnknown(budgetUsd, unpriced);
  const count = planned.reduce((sum, { versions }) => sum + versions.length, 0);
  const places = planned.map(({ vault }) => (vault === null ? "the source" : `the vault ${vault}`));
  const carriedOn = sides.flatMap(({ carriedOnJobIds }) => carriedOnJobIds);
  const beside =
    carriedOn.length === 0 ? "" : `, and carry on with ${carriedOn.join(", ")} of an earlier run`;
  const unknown =
    unpriced.length === 0
      ? ""
      : `, and what AWS charges for each GB that is read in ${unpriced.join(" and ")}, which is not known here`;
  const text = `Read ${counted(count, "version")} at ${places.join(" and ")} for ${formatUsd(price.total)}${unknown}${beside}?`;
  if (await confirm({ code: "approve-checksum", text })) return;
  throw new LockstepError("Declined", "The plan was not approved.", {
    hint: "Nothing was read. Run the command again to see the plan anew, or `lockstep verify` without a level.",
  });
}

/** A budget that nobody can hold is none: it would be passed unseen. */
function budgetOfUnknown(budgetUsd: number, regions: readonly string[]): LockstepError {
  const where = regions.join(", ");
  return new LockstepError(
    "BudgetExceeded",
    `The budget of ${formatUsd(budgetUsd)} cannot be held: what AWS charges for each GB that is read in ${where} is not known here.`,
    {
      hint: `Set usdPerGbChecksummed under prices of lockstep:backfill for ${where}: the S3 pricing page has it under Management & Insights.`,
    },
  );
}

/** At all sides at once. Where one of them fails, the others end what they do, and leave jobs and records to the next run. */
async function readAll(planned: readonly PlannedSide[], stop: () => void): Promise<void> {
  let failure: { readonly error: unknown } | undefined;
  await Promise.all(
    planned.map(async ({ openJob, side, versions }) => {
      try {
        await side.read(openJob, versions);
      } catch (error) {
        failure ??= { error };
        stop();
      }
    }),
  );
  if (failure !== undefined) throw failure.error;
}
