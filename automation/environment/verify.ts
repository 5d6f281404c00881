import { verifyStack } from "../backfill/look";
import { warnOfCopies } from "../promise/warn-of-copies";
import { outputsOfSources } from "../stack/deployed-sources";
import type * as Checksum from "../checksum/run";
import { chooseLevel, type LevelChoice } from "../levels/choose-level";
import { requireUpToDate } from "../stack/up-to-date";
import type { Call } from "./call";
import { lookAtGuard } from "./guard-look";
import { withNamedRefusals } from "./named-refusals";
import type { AthenaShare } from "../look/athena/fields";
import type { AthenaOptions } from "../look/look";
import type { Inspection } from "./inspection";
import { Meeting } from "./meeting";
import { type LookedAtStack, openForVerdict, type SourceWork } from "./opened";
import type { SourceVerdict, VerdictsResult, VerifyCallOptions } from "./options";
import { watchVerdicts } from "./watch-verdicts";
import { tellingBeside, tellVerdicts, withBeside, type BesideVerdict } from "./source-verdicts";

/* Loaded where bytes are read: who looks without a job loads no client for jobs. `import()` would go past the loader of a clone. */
// eslint-disable-next-line @typescript-eslint/no-require-imports
const checksum = () => require("../checksum/run") as typeof Checksum;

/** The vaults' own protections, and every version in every vault, as far as the level goes. */
export function verify(options: VerifyCallOptions, call: Call): Promise<VerdictsResult> {
  const choice = chooseLevel(options);
  return choice.watchIntervalMs === undefined
    ? verifySources(options, call)
    : watchVerdicts(options, choice, call, verifySources);
}

/** The same. */
export async function verifySources(
  options: VerifyCallOptions,
  call: Call,
  inspection?: Inspection,
): Promise<VerdictsResult> {
  return verifyOpened(await openForVerdict(call), options, call, inspection);
}

/** The same of a stack that was opened for a verdict. */
export async function verifyOpened(
  opened: LookedAtStack,
  options: VerifyCallOptions,
  call: Call,
  inspection?: Inspection,
): Promise<VerdictsResult> {
  const { annotations, onLook, source } = options;
  const level = chooseLevel(options);
  const { losses, unknown } = await lookAtGuard(opened, call, inspection?.onGuardRead);
  await warnOfCopies(await outputsOfSources(opened.stack), opened.config, call.aws, call);
  // The vaults' team may not look into the sources: what it can answer for is how its vaults are guarded.
  if (opened.config.side === "vaults") {
    return { clean: losses.length === 0, guard: losses, sources: [] };
  }
  // Athena's budget is one for all sources: none is asked for before it is known what all of them may cost.
  const shares = level.engine === "athena" ? new Meeting<AthenaShare>() : undefined;
  const beside: BesideVerdict = { losses, origins: (await opened.taken?.())?.origins };
  const verdicts = await withNamedRefusals(opened.config, source, call, (telling) =>
    tellVerdicts(
      opened,
      source,
      tellingBeside(telling, beside),
      async (work, named) => {
        const { clients, config, outputs, sharedVaults } = work;
        requireUpToDate(config, outputs);
        const reading = { ...sessionOf(named), ...call.limits, clients, config, outputs };
        const bytes = { ...reading, confirm: call.confirm, reportsFolder: call.reportsFolder };
        // Whether anything may be read at all is told before a look of hours.
        const sides = level.level === "checksum" ? checksum().checksumSides(bytes) : undefined;
        const verdict = await verifyStack({
          ...sessionOf(named),
          ...call.limits,
          outputs,
          clients,
          sharedVaults,
          guard: losses,
          isGuardKnown: unknown.length === 0,
          level: levelSince(level, inspection?.sinceOf?.(config.source.name)),
          athena: shares && athenaOf(config, call, shares),
          accept: config.verdict?.accept,
          annotations,
          // Whoever is given the look itself is given what each version tells.
          traits: inspection?.traits === true || onLook !== undefined,
          locks: onLook !== undefined,
          answers: inspection?.answers === true,
          readMore: sides && ((look) => checksum().compareBytes(look, sides, bytes)),
          onLook: async (look) => {
            await onLook?.(config.source.name, look);
            await inspection?.see(work, look);
          },
        });
        if (sides !== undefined) await checksum().endReading(sides);
        return verdict;
      },
      shares && ((works) => shares.run(works)),
    ),
  );
  return verdictsResult(verdicts, beside);
}

function levelSince(level: LevelChoice, epochMs: number | undefined): LevelChoice {
  return epochMs === undefined ? level : { ...level, level: "listing", since: { epochMs } };
}

/** What Athena is asked by. */
function athenaOf(
  { source: { name: source }, verdict }: SourceWork["config"],
  { confirm }: Call,
  shares: Meeting<AthenaShare>,
): AthenaOptions {
  return {
    source,
    places: verdict?.athena ?? {},
    budgetUsd: verdict?.athenaBudgetUsd,
    gather: (share) => shares.come(share),
    confirm,
  };
}

/** What the functions below an environment are given of a call. */
export function sessionOf({ clock, emit, signal }: Call): Pick<Call, "clock" | "emit" | "signal"> {
  return { clock, emit, signal };
}

/** What is answered of verdicts that were told. Pure. */
export function verdictsResult(
  verdicts: readonly SourceVerdict[],
  beside: BesideVerdict,
): VerdictsResult {
  const sources = verdicts.map((one) =>
    one.verdict === undefined ? one : { ...one, verdict: withBeside(one.verdict, beside) },
  );
  const isClean = beside.losses.length === 0 && verdicts.every(({ verdict }) => verdict?.clean);
  return { clean: isClean, guard: beside.losses, sources };
}
