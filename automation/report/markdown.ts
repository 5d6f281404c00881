/** A report as Markdown: for a pull request's comment or a job's summary. Whatever a key says, it is shown and never obeyed. Pure. */

import { code, moreOf, plain, tableOf } from "../review/markdown-text";
import { firstCauses } from "./causes";
import type { CauseFields, Grouping, LookedAt, Report, SourceReport } from "./fields";
import { failedJobs } from "./failed-jobs";
import { patchesOf } from "./patch-words";
import type { VerdictFields } from "../events";
import { bytes, count } from "../words";
import {
  acceptedAt,
  acceptedWords,
  asideWords,
  GROUP_COLUMNS,
  groupingNote,
  groupRows,
  headline,
  headlineMeaning,
  jobWords,
  lagWords,
  locksNote,
  lossWords,
  notToldWords,
  onTopCount,
  problemsOf,
  proofWords,
  RERUN_WORDS,
  toldNote,
} from "./words";

/** A comment has 65,536 characters at GitHub: so many rows are shown of each table. */
const ROWS_LIMIT = 12;
const LINES_LIMIT = 20;
/** What has all. */
const ALL = "--format json";

/** Writes it. */
export function reportMarkdown(report: Report): string {
  const parts = [
    `## ${report.clean ? "✅" : "❌"} Lockstep ${code(report.stack)}: ${plain(headline(report))}`,
    list(headlineMeaning(report).map(plain)),
    ...report.sources.flatMap(sourceParts),
    ...guardParts(report),
    `<sub>Made at ${report.madeAt} by Lockstep ${plain(report.lockstepVersion)}.</sub>`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function sourceParts(source: SourceReport): readonly string[] {
  const { live, looked, verdict } = source;
  const where =
    looked === undefined ? "" : ` (${code(looked.bucket)} of account ${looked.accountId})`;
  return [
    `### Source ${code(source.source)}${where}`,
    ...(verdict === undefined
      ? []
      : [vaultsTable(verdict.vaults ?? [], looked), proofPart(source)]),
    titled("What is accepted", limited(acceptedWords(looked?.accepted ?? []).map(plain))),
    titled("What is wrong beside the versions", limited(problemsOf(source).map(plain))),
    titled("What to do", causesPart(looked?.causes ?? [])),
    ...(looked === undefined
      ? []
      : [
          groupPart("Outcomes by prefix", looked.byPrefix, code),
          groupPart("Outcomes by cause", looked.byCause, code, toldNote(looked)),
          groupPart("Outcomes by rule", looked.byRule, code),
          groupPart("Outcomes by KMS key", looked.byKmsKey, code),
          groupPart("Outcomes by size", looked.bySize, plain),
          titled("When locks end", locksText(looked, verdict), true),
        ]),
    titled("Jobs", jobsText(source), true),
    titled(
      "Lag of live replication",
      tableOf(
        ["rule", "vault", "lag"],
        live.map((one) => [code(one.rule), code(one.vault), plain(lagWords(one))]),
        ROWS_LIMIT,
        ALL,
      ),
      true,
    ),
  ];
}

function jobsText(source: SourceReport): string {
  const { jobs } = source;
  if (jobs === null) return "Not known: the ledger cannot be read.";
  const table = tableOf(
    ["number", "job", "state"],
    jobs.map((job) => [String(job.sequence), code(job.jobId ?? ""), plain(jobWords(job))]),
    ROWS_LIMIT,
    ALL,
  );
  const failed = failedJobs(jobs).map(({ failure, lines, patches }) =>
    [
      plain(failure),
      ...lines.map((line) => `  - ${plain(line)}`),
      ...patches.map(
        ({ statement, where }) =>
          `  - statement ${plain(where)}: <code>${escapedJson(statement)}</code>`,
      ),
    ].join("\n"),
  );
  return [table, limited(failed), list(asideWords(source).map(plain))]
    .filter((text) => text !== "")
    .join("\n\n");
}

function locksText(looked: LookedAt, verdict: VerdictFields | undefined): string {
  if (looked.locks === null) return plain(notToldWords(verdict));
  const table = tableOf(
    ["month", "vault", "versions"],
    looked.locks.map(({ month, vault, versions }) => [plain(month), code(vault), count(versions)]),
    ROWS_LIMIT,
    ALL,
  );
  const note = locksNote(looked, verdict);
  return table === "" || note === undefined ? table : `${plain(note)}\n\n${table}`;
}

function vaultsTable(
  vaults: NonNullable<SourceReport["verdict"]>["vaults"] & object,
  looked: LookedAt | undefined,
): string {
  return tableOf(
    [
      "vault",
      "proven",
      "failed",
      "unverifiable",
      "unprotected",
      "lapsed",
      "accepted of these",
      "on top",
    ],
    vaults.map((one) => [
      code(one.vault),
      count(one.proven),
      count(one.failed),
      count(one.unverifiable),
      count(one.unprotected),
      count(one.lapsed),
      count(acceptedAt(looked, one.vault)),
      count(onTopCount(one)),
    ]),
    ROWS_LIMIT,
    ALL,
  );
}

function proofPart({ verdict }: SourceReport): string {
  if (verdict === undefined) return "";
  const { doesNotProve, proves, title } = proofWords(verdict);
  const lines = [
    ...proves.map((text) => `${verdict.clean ? "proven" : "looked for"}: ${plain(text)}`),
    ...doesNotProve.map((text) => `**not proven**: ${plain(text)}`),
  ];
  return titled(plain(title), list(lines), true);
}

function causesPart(causes: readonly CauseFields[]): string {
  const more = causes.length - ROWS_LIMIT;
  const told = firstCauses(causes, ROWS_LIMIT)
    .map(
      ({
        account,
        examples,
        failureCode,
        fix,
        outcome,
        patches,
        rerun,
        source,
        vault,
        versions,
        what,
      }) => {
        const [example] = examples;
        const lines = [
          `**${count(versions)}** × ${code(failureCode ?? outcome)}${vault === undefined ? "" : ` in ${code(vault)}`}: ${plain(what)}`,
          `  - in account ${account}: ${plain(fix)}`,
          ...patchesOf({ patches }).map(
            ({ statement, where }) =>
              `  - statement ${plain(where)}: <code>${escapedJson(statement)}</code>`,
          ),
          `  - does a further run help? ${plain(RERUN_WORDS[rerun])}`,
          ...(example === undefined
            ? []
            : [`  - as ${code(example.key)} ${code(example.versionId)}: ${plain(example.cause)}`]),
          ...(source === undefined ? [] : [`  - [AWS](${source})`]),
        ];
        return `- ${lines.join("\n")}`;
      },
    )
    .join("\n");
  return more > 0 ? `${told}\n\n${moreOf(more, ALL)}` : told;
}

/** In full: whoever pastes it needs all of it. Names of buckets and roles have no more signs than these. */
function escapedJson(value: unknown): string {
  return plain(JSON.stringify(value)).replaceAll("<!-- -->", "");
}

function groupPart(
  title: string,
  grouping: Grouping | null,
  name: (text: string) => string,
  more?: string,
): string {
  if (grouping === null) return titled(title, plain(notToldWords()), true);
  const rows = groupRows(grouping).map(([label, ...numbers]) => [
    name(label === "" ? "(no folder)" : label),
    ...numbers.slice(0, -1).map(count),
    bytes(numbers.at(-1) ?? 0),
  ]);
  const note = [groupingNote(grouping), more].filter((text) => text !== undefined).join(" ");
  const table = tableOf(["", ...GROUP_COLUMNS], rows, ROWS_LIMIT, ALL);
  return titled(title, table === "" || note === "" ? table : `${table}\n\n${plain(note)}`, true);
}

function guardParts({ guard: { checked, losses, unknown } }: Report): readonly string[] {
  const lines = [
    ...checked.map((vault) => {
      const own = losses.filter((loss) => loss.vault === vault);
      return own.length === 0
        ? `${code(vault)}: as deployed`
        : `${code(vault)}: **not as deployed**\n${own.map((loss) => `  - ${plain(lossWords(loss))}`).join("\n")}`;
    }),
    ...losses
      .filter(({ vault }) => !checked.includes(vault))
      .map((loss) => `${code(loss.vault)}: ${plain(lossWords(loss))}`),
    ...unknown.map(
      (vault) => `${code(vault)}: not proven (another team's, or deployed by an earlier version)`,
    ),
  ];
  return lines.length === 0 ? [] : ["### The vaults' guard", list(lines)];
}

function titled(title: string, text: string, isFolded = false): string {
  if (text === "") return "";
  return isFolded
    ? `<details><summary>${title}</summary>\n\n${text}\n\n</details>`
    : `**${title}**\n\n${text}`;
}

function limited(lines: readonly string[]): string {
  const more = lines.length - LINES_LIMIT;
  return list([...lines.slice(0, LINES_LIMIT), ...(more > 0 ? [moreOf(more, ALL)] : [])]);
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}
