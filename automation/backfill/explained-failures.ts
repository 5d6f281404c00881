/** Failures of whole jobs as they are told: what happened, in whose account, the statement that a role lacks, whether a further job helps. Pure. */

import type { PolicyPatch } from "../policy-patch";
import {
  explainJobFailure,
  type JobFailure,
  type JobFailureMeaning,
  type JobPlaces,
} from "./job-failures";

/** What one failure of a job means, with whose it is. */
export interface ExplainedJobFailure extends JobFailureMeaning {
  /** Twelve digits: where something has to be done. */
  readonly account: string;
  /** ARN of the role that the job runs under. */
  readonly role: string;
  /** The statement of the first of `patches`. Absent where there is none. */
  readonly patch?: Readonly<Record<string, unknown>>;
  /** What the role's own policy has to say, of which something is missing. Absent where no right is missing, and for a job of others. */
  readonly patches?: readonly PolicyPatch[];
}

/**
 * What a failure means, with account and role, and with the statements that the role needs.
 * @param places of the job
 * @param isOurs its role has our policies; default: true
 */
function explainedJobFailure(
  failure: JobFailure,
  places: JobPlaces,
  isOurs = true,
): ExplainedJobFailure | undefined {
  const known = explainJobFailure(failure);
  if (known === undefined) return undefined;
  const { fix, rerun, rights, source, what } = known;
  const { accountId: account, roleArn: role } = places;
  const patches = (isOurs ? (rights?.(places) ?? []) : []).map((grant): PolicyPatch => ({
    account,
    policy: "role",
    on: role,
    statement: { Effect: "Allow", ...grant },
  }));
  const [first] = patches;
  return {
    what,
    account,
    role,
    fix,
    ...(first === undefined ? {} : { patch: first.statement, patches }),
    rerun,
    source,
  };
}

/** Failures as they are told, each with what it means where that is known. */
export function explainedFailures<Failure extends JobFailure>(
  failures: readonly Failure[],
  places: JobPlaces,
  isOurs = true,
): readonly (Failure & { readonly explained?: ExplainedJobFailure })[] {
  return failures.map((failure) => {
    const explained = explainedJobFailure(failure, places, isOurs);
    return explained === undefined ? failure : { ...failure, explained };
  });
}

/** What to do about a failed job, in a sentence or some. */
export function jobFailureHint(failures: readonly JobFailure[], places: JobPlaces): string {
  const known = failures.flatMap((failure) => explainedJobFailure(failure, places) ?? []);
  if (known.length === 0) {
    return "`lockstep doctor` looks for the cause. Put it right and run the command again: it starts a new job for what is left.";
  }
  const told = known.map((one) => {
    const needs = neededWords(one);
    return `${capital(one.what)}. In account ${one.account}, role ${one.role}: ${needs}${one.fix} (${one.source}).`;
  });
  const again = known.every(({ rerun }) => rerun === "yes") ? "Run" : "Then run";
  return `${told.join(" ")} ${again} the command again: it starts a new job for what is left.`;
}

/** What the role needs, on what; empty where it is no right. */
function neededWords({ patches = [] }: ExplainedJobFailure): string {
  const needs = patches.map(({ statement: { Action, Resource } }) => {
    const actions = [Action].flat().join(", ");
    return `${actions} on ${String(Resource)}`;
  });
  return needs.length === 0 ? "" : `it needs ${needs.join(", and ")}; `;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
