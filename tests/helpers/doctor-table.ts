/** The tables of `docs/doctor.md`, made of the kinds of findings. */

import { FINDING_KINDS, type FindingId, type FindingKind } from "../../automation/doctor/kinds";
import { STOPS_BACKFILL, stopsUp } from "../../automation/doctor/stops";

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const GROUPS: readonly [title: string, severity: FindingKind["severity"], text: string][] = [
  ["Errors", "error", "Something does not work as promised. `lockstep doctor` ends with 1."],
  ["Warnings", "warning", "Something may not work, or could not be looked at."],
  ["To know", "info", "Nothing is wrong."],
];

function stops(id: FindingId): string {
  const up = stopsUp(false).has(id) ? "`up`" : "the first `up`";
  return [
    ...(stopsUp(true).has(id) ? [up] : []),
    ...(STOPS_BACKFILL.has(id) ? ["`backfill`"] : []),
  ].join(", ");
}

export function doctorMarkdown(): string {
  return [
    "# What `lockstep doctor` finds",
    "",
    "Each finding has the stable `id` of one of these kinds, the account and the resource, what was found and what comes of it,",
    "and the way out. `up` says whether `lockstep up` puts it right. Made by `npm run docs:doctor`.",
    "",
    "`preview`, `up` and `backfill` look too, before anything is changed or paid for. What they look at themselves (the vaults' guard,",
    "roles, rules) they tell in their own events; what they find beside it is an event `finding` with the severity that it has here,",
    "and ends the command (PreflightFailed, exit code 2) only where `stops` says so. `the first` `up` is one of a stack of which nothing is",
    "deployed yet, and `preview` before it: afterwards nothing of the source keeps `up` from restoring the vaults' guard.",
    "",
    "Before a place is deployed, `up` and `doctor` ask IAM's policy simulator what their own credentials are refused of all that a first",
    "`up` does there. The simulator does not know conditions on what only a real request carries, policies of sessions and of resources,",
    "nor resource control policies. A refusal is an `operator-denied` only where the action belongs to every first `up` and a boundary or a",
    "Deny refuses it without an unknown condition, or an organization that lets other actions of the same service through: one that",
    "refuses all of a service may be a condition that the simulator cannot know, and is the first step that fails.",
    ...GROUPS.flatMap(([title, severity, text]) => [
      "",
      `## ${title}`,
      "",
      text,
      "",
      row("id", "what", "what comes of it", "`up`", "stops"),
      row("---", "---", "---", "---", "---"),
      ...Object.entries<FindingKind>(FINDING_KINDS)
        .filter(([, kind]) => kind.severity === severity)
        .map(([id, kind]) =>
          row(`\`${id}\``, kind.title, kind.why, kind.up, stops(id as FindingId)),
        ),
    ]),
    "",
  ].join("\n");
}
