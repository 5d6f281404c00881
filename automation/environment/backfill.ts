import type { BackfillOptions } from "../backfill/options";
import { ledgerOf } from "../backfill/earlier-reports";
import { runBackfill } from "../backfill/run";
import { isUnderWay, nobodyApproves } from "../backfill/under-way";
import { examineBackfill } from "../doctor/before-backfill";
import { requireCanaries } from "../doctor/canary-before-backfill";
import { CANARY_LIMITS } from "../doctor/doctor";
import { requireEnabledInConfig, requireUpToDate } from "../stack/up-to-date";
import { requireConfirm, type Call } from "./call";
import { lookAtGuard, readOnce } from "./guard-look";
import { withNamedRefusals } from "./named-refusals";
import { openForLook, withSources, type LookedAtStack } from "./opened";
import type { BackfillCallOptions, RetryOptions, VerdictsResult } from "./options";
import { tellingBeside, tellVerdicts } from "./source-verdicts";
import { sessionOf, verdictsResult } from "./verify";

/** Brings what is missing, and proves it. */
export function backfill(options: BackfillCallOptions, call: Call): Promise<VerdictsResult> {
  return run(options, { adoptJobId: options.adoptJobId }, call);
}

/** Jobs that may try to bring a version before a person is asked to look: a passing trouble is over by then. */
const MAX_ATTEMPTS = 3;

/** The same, from a list of exactly what is missing, and with a limit of attempts. */
export function retry(options: RetryOptions, call: Call): Promise<VerdictsResult> {
  return run(options, { retry: { maxAttempts: options.maxAttempts ?? MAX_ATTEMPTS } }, call);
}

async function run(
  {
    annotations,
    approvedPlanHash,
    atGate = "ask",
    canApprove,
    canary,
    onLook,
    source,
    trial,
  }: BackfillCallOptions,
  how: Pick<BackfillOptions, "adoptJobId" | "retry">,
  call: Call,
): Promise<VerdictsResult> {
  // A job is charged when it is made, so whether it can be approved has to be known before.
  const makesJobs =
    approvedPlanHash !== undefined || atGate !== "ask" || (canApprove ?? call.canConfirm);
  if (canary !== undefined) requireConfirm(call, "canaries, which stay");
  const opened = readOnce(await openForLook(call));
  requireEnabledInConfig(opened.config);
  if (!makesJobs && how.adoptJobId === undefined) await requireUnderWay(opened, source, call);
  const requireFit = await examineBackfill({ ...opened, sourceName: source }, call.aws, call);
  if (canary !== undefined) {
    const { deadlineMs = CANARY_LIMITS.deadlineMs } = canary;
    const limits = { ...CANARY_LIMITS, deadlineMs };
    const { confirm } = call;
    await requireCanaries({ ...opened, sourceName: source }, call.aws, call, { confirm, limits });
  }
  const { losses, unknown } = await lookAtGuard(opened, call);
  const beside = { losses };
  const verdicts = await withNamedRefusals(opened.config, source, call, (telling) =>
    tellVerdicts(
      opened,
      source,
      tellingBeside(telling, beside),
      async ({ clients, config, outputs, sharedVaults }, named) => {
        requireUpToDate(config, outputs);
        requireFit(config.source.name);
        return runBackfill({
          ...sessionOf(named),
          ...call.limits,
          confirm: call.confirm,
          config,
          outputs,
          clients,
          sharedVaults,
          guard: losses,
          isGuardKnown: unknown.length === 0,
          accept: config.verdict?.accept,
          annotations,
          ...(onLook && {
            onLook: (look) => onLook(config.source.name, look),
            traits: true,
            locks: true,
          }),
          ...how,
          trial,
          atGate,
          makesJobs,
          reportsFolder: call.reportsFolder,
          ...(approvedPlanHash !== undefined && { approvedPlanHash }),
        });
      },
    ),
  );
  return verdictsResult(verdicts, beside);
}

/**
 * Before anything is looked at or told.
 * @throws LockstepError `ConfirmationNeeded` where no source has a job under way
 */
async function requireUnderWay(
  opened: LookedAtStack,
  sourceName: string | undefined,
  call: Call,
): Promise<void> {
  await withSources(opened, sourceName, call, async (sources) => {
    for (const { clients, outputs, signal } of sources) {
      const { entries } = await ledgerOf(clients.source.s3, outputs).open(signal);
      if (isUnderWay(entries[0])) return;
    }
    throw nobodyApproves();
  });
}
