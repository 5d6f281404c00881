import { verifyStack } from "../backfill/look";
import { warnOfCopies } from "../promise/warn-of-copies";
import { outputsOfSources } from "../stack/deployed-sources";
import { chooseLevel, type LevelChoice } from "../levels/choose-level";
import { requireUpToDate } from "../stack/up-to-date";
import type { Call } from "./call";
import { lookAtGuard } from "./guard-look";
import { withNamedRefusals } from "./named-refusals";
import type { AthenaOptions, Look } from "../look/look";
import { openForVerdict, type SourceWork } from "./opened";
import type { SourceVerdict, VerdictsResult, VerifyCallOptions } from "./options";
import { watchVerdicts } from "./watch-verdicts";
import { tellingBeside, tellVerdicts, withBeside, type BesideVerdict } from "./source-verdicts";

/** The vaults' own protections, and every version in every vault, as far as the level goes. */
export function verify(options: VerifyCallOptions, call: Call): Promise<VerdictsResult> {
  const choice = chooseLevel(options);
  return choice.watchIntervalMs === undefined
    ? verifySources(options, call)
    : watchVerdicts(options, choice, call, verifySources);
}

/** The same. @param inspect is given each look, with what a report groups by, while the clients of its source are there */
export async function verifySources(
  options: VerifyCallOptions,
  call: Call,
  inspect?: (work: SourceWork, look: Look) => Promise<void>,
): Promise<VerdictsResult> {
  const { annotations, onLook, source } = options;
  const level = chooseLevel(options);
  const opened = await openForVerdict(call);
  const { losses, unknown } = await lookAtGuard(opened, call);
  await warnOfCopies(await outputsOfSources(opened.stack), opened.config, call.aws, call);
  // The vaults' team may not look into the sources: what it can answer for is how its vaults are guarded.
  if (opened.config.side === "vaults") {
    return { clean: losses.length === 0, guard: losses, sources: [] };
  }
  const beside: BesideVerdict = { losses, origins: (await opened.taken?.())?.origins };
  const verdicts = await withNamedRefusals(opened.config, source, call, (telling) =>
    tellVerdicts(opened, source, tellingBeside(telling, beside), (work, named) => {
      const { clients, config, outputs, sharedVaults } = work;
      requireUpToDate(config, outputs);
      return verifyStack({
        ...sessionOf(named),
        ...call.limits,
        outputs,
        clients,
        sharedVaults,
        guard: losses,
        isGuardKnown: unknown.length === 0,
        level,
        athena: athenaOf(level, config, call),
        accept: config.verdict?.accept,
        annotations,
        traits: inspect !== undefined,
        onLook: async (look) => {
          await onLook?.(config.source.name, look);
          await inspect?.(work, look);
        },
      });
    }),
  );
  return verdictsResult(verdicts, beside);
}

/** What Athena is asked by, where it is to be. */
function athenaOf(
  { engine }: LevelChoice,
  { verdict }: Pick<SourceWork["config"], "verdict">,
  { confirm }: Call,
): AthenaOptions | undefined {
  if (engine !== "athena") return undefined;
  return { places: verdict?.athena ?? {}, budgetUsd: verdict?.athenaBudgetUsd, confirm };
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
