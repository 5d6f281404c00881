/**
 * Tries at each vault what it has to refuse, on a canary of our own that is locked there, and keeps what AWS answers:
 *
 *     mend what an earlier run left -> ask -> find or send a canary -> try, as each principal -> look at the canary again
 *
 * The canary is risked last: what may take it away is tried when everything else is known.
 */

import type { ReplicationConfig } from "../../components/config/types";
import { sessionRoleArn } from "../aws/session-role";
import type { AwsEnvironment } from "../aws/configured-endpoint";
import type { CanarySource } from "../canary/prepare-canaries";
import type { WaitLimits } from "../clock";
import type { Confirm, Session } from "../events";
import { tryPolicyChange, trySuspension } from "./bucket-attempts";
import { type Caller, closeVault, type NoCaller, openVault, type TriedVault } from "./callers";
import { type LockedCanary, lookAgain, tryDeletion, tryShortening } from "./canary-attempts";
import { type Attempt, ATTEMPTS, type RefusalFact, type RefusalsResult } from "./fields";
import { findCanaries, type FoundCanaries } from "./find-canaries";
import { tryKeyDeletion } from "./key-attempt";
import { type AttemptOn, isOnCanary, notTried } from "./make-fact";
import { mendVault } from "./mend";
import { refusalsQuestion } from "./question";
import { BY_DESIGN } from "./words";

/** A source, and the vaults that it fills. */
export interface RefusalSource extends Omit<CanarySource, "seen" | "isWanted"> {
  /** Of the one source: who its vaults are reached as. */
  readonly config: ReplicationConfig;
}

/** What is tried where. */
export interface RefusalOptions extends Session {
  /** A vault that several of them fill is tried once. */
  readonly sources: readonly RefusalSource[];
  /** Where profiles are. */
  readonly environment: AwsEnvironment;
  /** Is asked with `try-refusals` before anything is tried, and with `canary` before one is written. */
  readonly confirm: Confirm;
  /** How to wait for a canary's replication. */
  readonly limits: WaitLimits;
}

/**
 * Tries every attempt at every vault, as the vault's own credentials and as its `refusalsRoleArn`.
 * @returns every attempt, also what was not tried, and why
 * @throws LockstepError `AttemptNotUndone` where something could not be put back; `PreflightFailed`, `StackOutOfDate`, `Aborted`
 */
export async function tryRefusals(options: RefusalOptions): Promise<RefusalsResult> {
  const vaults: TriedVault[] = [];
  try {
    for (const { config, outputs } of vaultsOf(options.sources)) {
      vaults.push(await openVault(config, outputs, options.environment, options.signal));
    }
    const mended: string[] = [];
    for (const vault of vaults) mended.push(...(await mendVault(vault, options)));
    return { ...(await tryAll(vaults, options)), mended };
  } finally {
    for (const vault of vaults) closeVault(vault);
  }
}

function vaultsOf(sources: readonly RefusalSource[]) {
  const found = new Map<string, Pick<TriedVault, "config" | "outputs">>();
  for (const { config, outputs } of sources) {
    for (const vault of outputs.vaults) {
      const own = config.vaults.find(({ name }) => name === vault.name);
      if (own !== undefined) found.set(vault.bucketName, { config: own, outputs: vault });
    }
  }
  return [...found.values()];
}

async function tryAll(
  vaults: readonly TriedVault[],
  options: RefusalOptions,
): Promise<Omit<RefusalsResult, "mended">> {
  const asked = vaults.map(({ callers, outputs }) => ({ ...outputs, callers }));
  const text = refusalsQuestion(asked);
  if (!(await options.confirm({ code: "try-refusals", text }))) {
    return { attempts: vaults.flatMap((vault) => allNotTried(vault)), canaries: [] };
  }
  const found = await findCanaries(vaults, options);
  const attempts: RefusalFact[] = [];
  const canaries: RefusalsResult["canaries"][number][] = [];
  for (const vault of vaults) {
    attempts.push(...(await tryAtVault(vault, found, options)));
    const canary = found.canaries.get(vault.outputs.name);
    if (canary === undefined) continue;
    canaries.push({ ...canary, afterwards: await lookAgain(canary, vault, options.signal) });
  }
  return { attempts, canaries };
}

async function tryAtVault(
  vault: TriedVault,
  { canaries, without }: FoundCanaries,
  session: Session,
): Promise<readonly RefusalFact[]> {
  const facts: RefusalFact[] = [];
  const canary = canaries.get(vault.outputs.name);
  const spentBy: RefusalFact[] = [];
  for (const { attempt, caller } of inOrder(vault)) {
    const on = attemptOn(vault, caller, attempt, canary);
    const fact = await one(on, caller);
    if (isOnCanary(attempt) && fact.outcome === "accepted") spentBy.push(fact);
    facts.push(fact);
    tell(fact, session);
  }
  return facts;

  async function one(on: AttemptOn, caller: Caller | NoCaller): Promise<RefusalFact> {
    if (caller.clients === undefined) return withoutCaller(on, caller);
    if (isByDesign(on, vault)) return notTried(on, "by-design", BY_DESIGN);
    if (!isOnCanary(on.attempt)) return tryBeside(vault, caller, on, session);
    if (canary === undefined) return notTried(on, without, WITHOUT_CANARY[without]);
    // One whose lock ends an hour earlier still has a lock that can keep it.
    const spent = spentBy.find(({ attempt }) => attempt !== "shorten" || on.attempt === "shorten");
    if (spent !== undefined) {
      const says = `The canary is spent: ${spent.attempt} as ${spent.principal} was accepted.`;
      return notTried(on, "canary-spent", says);
    }
    return on.attempt === "shorten"
      ? tryShortening(canary, caller, on, session.signal)
      : tryDeletion(canary, caller, on, session.signal);
  }
}

/** What its break-glass role is for need not be refused to it. STS does not tell the path of a role. */
function isByDesign({ attempt, principal }: AttemptOn, { config }: TriedVault): boolean {
  const { breakGlassRoleArn = "" } = config;
  const isBreakGlass =
    sessionRoleArn(principal) === breakGlassRoleArn.replace(/:role\/.*\//, ":role/");
  return attempt === "policy" && isBreakGlass;
}

const WITHOUT_CANARY = {
  "no-canary":
    "No canary of this promise lies in the vault, locked for some hours at the least, and none arrived.",
  declined: "No canary lies in the vault, and none was to be written.",
} as const;

/** Everything as each principal, and then what may take the canary away. */
function inOrder({ callers }: TriedVault) {
  const last = ATTEMPTS.filter((attempt) => attempt === "bypass");
  const first = ATTEMPTS.filter((attempt) => attempt !== "bypass");
  return [first, last].flatMap((attempts) =>
    callers.flatMap((caller) => attempts.map((attempt) => ({ attempt, caller }))),
  );
}

function tryBeside(
  vault: TriedVault,
  caller: Caller,
  on: AttemptOn,
  session: Session,
): Promise<RefusalFact> {
  switch (on.attempt) {
    case "suspend":
      return trySuspension(vault, caller, on, session);
    case "policy":
      return tryPolicyChange(vault, caller, on, session);
    default:
      return tryKeyDeletion(vault, caller, on, session);
  }
}

function attemptOn(
  { outputs }: TriedVault,
  { arn }: Caller | NoCaller,
  attempt: Attempt,
  canary: LockedCanary | undefined,
): AttemptOn {
  const { accountId, bucketArn, kmsKeyArn = "", name } = outputs;
  const on = { vault: name, accountId, attempt, principal: arn };
  if (!isOnCanary(attempt)) {
    return { ...on, target: attempt === "delete-key" ? kmsKeyArn : bucketArn };
  }
  if (canary === undefined) return { ...on, target: bucketArn };
  return { ...on, target: `${bucketArn}/${canary.key}`, versionId: canary.versionId };
}

function withoutCaller(on: AttemptOn, { arn, code, message }: NoCaller): RefusalFact {
  return { ...notTried(on, "no-principal", `${arn} could not be assumed.`), code, message };
}

function allNotTried(vault: TriedVault): readonly RefusalFact[] {
  return inOrder(vault).map(({ attempt, caller }) =>
    notTried(attemptOn(vault, caller, attempt, undefined), "declined", "It was not to be tried."),
  );
}

function tell(fact: RefusalFact, { emit }: Session): void {
  const { attempt, code = "", message = "", outcome, principal, says, vault } = fact;
  if (outcome === "refused") {
    emit({ type: "refusal", action: attempt, errorCode: code, message, vault });
  }
  if (outcome === "accepted") {
    const text = `vault ${vault}: ${attempt} as ${principal}: ${says}`;
    emit({ type: "warning", code: "AttemptAccepted", message: text });
  }
}
