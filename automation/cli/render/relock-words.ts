/** What people read of locks that are extended. Pure. */

import type { EventTable, RelockFailure } from "../../events";
import { count, counted, formatUsd, table } from "./words";

/** So many versions of a kind are named; `--json` has more. */
const NAMED_LIMIT = 5;

export function relockPlanLines(plan: EventTable["relock-plan"]): readonly string[] {
  const { budgetUsd, cannotCount, enoughAlready, jobs, priceUsd, vault } = plan;
  return [
    `  Vault ${vault}: ${counted(enoughAlready, "lock")} enough already`,
    ...jobs.flatMap((job) => [
      `    ${job.mode} until ${job.until}: ${counted(job.versionsCount, "version")}, ` +
        `at most ${counted(job.overLockDays, "day")} longer than asked for`,
      ...(job.raisedCount === 0
        ? []
        : [
            `      ${count(job.raisedCount)} of them from GOVERNANCE to ${job.mode}, which nobody can undo`,
          ]),
      ...job.versions
        .slice(0, NAMED_LIMIT)
        .map(
          ({ key, ownUntil, versionId }) =>
            `      ${key} ${versionId}, asked for until ${ownUntil}`,
        ),
      ...(job.versionsCount > NAMED_LIMIT ? ["      ..."] : []),
    ]),
    ...(cannotCount === 0
      ? []
      : [
          `    cannot be extended: ${counted(cannotCount, "version")}`,
          ...failureLines(plan.cannot),
        ]),
    ...(jobs.length === 0
      ? []
      : table([
          ["price", formatUsd(priceUsd), counted(jobs.length, "job")],
          ...(budgetUsd === null ? [] : [["budget", formatUsd(budgetUsd)]]),
        ])),
  ];
}

export function relockLines(fields: EventTable["relock"]): readonly string[] {
  const { enoughAlready, extended, failed, failures, source } = fields;
  return [
    `${source === undefined ? "" : `${source}: `}${counted(extended, "lock")} extended, ` +
      `${count(enoughAlready)} enough already, ${count(failed)} failed`,
    ...failureLines(failures),
  ];
}

function failureLines(failures: readonly RelockFailure[]): readonly string[] {
  const lines = failures
    .slice(0, NAMED_LIMIT)
    .map(
      ({ key, vault, versionId, why }) =>
        `    ${key} ${versionId}${vault === undefined ? "" : ` in ${vault}`}: ${why}`,
    );
  return failures.length > NAMED_LIMIT ? [...lines, "    ..."] : lines;
}
