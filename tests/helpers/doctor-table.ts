/** The tables of `docs/doctor.md`, made of the kinds of findings. */

import { FINDING_KINDS, type FindingKind } from "../../automation/doctor/kinds";

const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const GROUPS: readonly [title: string, severity: FindingKind["severity"], text: string][] = [
  ["Errors", "error", "Something does not work as promised. `lockstep doctor` ends with 1."],
  ["Warnings", "warning", "Something may not work, or could not be looked at."],
  ["To know", "info", "Nothing is wrong."],
];

export function doctorMarkdown(): string {
  return [
    "# What `lockstep doctor` finds",
    "",
    "Each finding has the stable `id` of one of these kinds, the account and the resource, what was found and what comes of it,",
    "and the way out. `up` says whether `lockstep up` puts it right. Made by `npm run docs:doctor`.",
    ...GROUPS.flatMap(([title, severity, text]) => [
      "",
      `## ${title}`,
      "",
      text,
      "",
      row("id", "what", "what comes of it", "`up`"),
      row("---", "---", "---", "---"),
      ...Object.entries<FindingKind>(FINDING_KINDS)
        .filter(([, kind]) => kind.severity === severity)
        .map(([id, kind]) => row(`\`${id}\``, kind.title, kind.why, kind.up)),
    ]),
    "",
  ].join("\n");
}
