/**
 * Level `checksum`: a look in full, and jobs that read the bytes of both sides.
 *
 *     jobs of an earlier run   what they read is not read again
 *     plan                     what is yet to be read at the source and at each vault, and its price
 *     approve                  asked once, within the budget
 *     jobs                     at all sides at once; the last of each side is settled when all reports are read
 *     compare                  each version's two values
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
import { priceOfReading, type SideToRead, toBeRead } from "./plan";
import { ChecksumSide, type OpenJob } from "./side";
import { Together } from "./together";

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
interface PlannedSide extends SideToRead {
  readonly side: ChecksumSide;
  readonly vault: string | null;
  readonly region: string;
  readonly open: OpenJob | undefined;
}

/**
 * The sides of a source that are read, the source first.
 * @throws LockstepError `ConfigInvalid` where the config does not ask for it, `StackOutOfDate` where a role is not deployed
 */
export function checksumSides(given: CompareBytesOptions): ChecksumSides {
  const { clients, config, outputs } = given;
  const stopping = new AbortController();
  const options = { ...given, signal: AbortSignal.any([given.signal, stopping.signal]) };
  if (config.verdict?.checksums !== true) {
    throw new LockstepError("ConfigInvalid", "No job may read the source or its vaults.", {
      problems: [{ path: "verdict.checksums", message: "is not true" }],
      hint: "Set `checksums: true` under lockstep:verdict in the stack's config, and run `lockstep up`: it makes the roles that read.",
    });
  }
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
    const frame = vaultFrame(vault.outputs);
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
  throw new LockstepError(
    "StackOutOfDate",
    `There is no role yet that reads ${missing.join(", ")} for checksums.`,
    { hint: "Run `lockstep up` first: it makes the roles." },
  );
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

async function planSide(look: Look, side: ChecksumSide): Promise<PlannedSide> {
  const open = await side.openJob();
  const { frame, vault } = side.options;
  const reading = toBeRead(look, vault, namesOf(open?.manifest ?? []));
  return { side, vault, region: frame.region, open, ...reading };
}

async function approvePlan(
  planned: readonly PlannedSide[],
  { config, confirm, emit }: CompareBytesOptions,
): Promise<void> {
  const { budgetUsd, prices } = config.backfill;
  const price = priceOfReading(planned, prices);
  emit({
    type: "checksum-plan",
    sides: planned.map(({ open, sizeBytes, vault, versions }) => ({
      vault,
      versionsCount: versions.length,
      sizeBytes,
      carriedOnJobId: open?.entry.record.jobId ?? null,
      carriedOnCount: open?.manifest.length ?? 0,
    })),
    priceUsd: { lines: price.lines, total: price.total },
    prices: price.sources,
    notIncluded: price.notIncluded,
    budgetUsd: budgetUsd ?? null,
  });
  checkBudget(price.total, budgetUsd);
  const count = planned.reduce((sum, { versions }) => sum + versions.length, 0);
  const places = planned.map(({ vault }) => (vault === null ? "the source" : `the vault ${vault}`));
  const carriedOn = planned.flatMap(({ open }) => open?.entry.record.jobId ?? []);
  const beside =
    carriedOn.length === 0 ? "" : `, and carry on with ${carriedOn.join(", ")} of an earlier run`;
  const text = `Read ${counted(count, "version")} at ${places.join(" and ")} for ${formatUsd(price.total)}${beside}?`;
  if (await confirm({ code: "approve-checksum", text })) return;
  throw new LockstepError("Declined", "The plan was not approved.", {
    hint: "Nothing was read. Run the command again to see the plan anew, or `lockstep verify` without a level.",
  });
}

/** At all sides at once. Where one of them fails, the others end what they do, and leave jobs and records to the next run. */
async function readAll(planned: readonly PlannedSide[], stop: () => void): Promise<void> {
  const together = new Together(planned.length);
  let failure: { readonly error: unknown } | undefined;
  await Promise.all(
    planned.map(async ({ open, side, versions }) => {
      try {
        await side.read(open, versions, () => together.arrive());
      } catch (error) {
        failure ??= { error };
        together.fail(error);
        stop();
      }
    }),
  );
  if (failure !== undefined) throw failure.error;
}
