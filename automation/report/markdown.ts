/** A report as Markdown: for a pull request's comment or a job's summary. Whatever a key says, it is shown and never obeyed. Pure. */

import {
  code,
  COMMENT_CHARACTERS,
  moreOf,
  plain,
  plainCut,
  tableOf,
} from "../review/markdown-text";
import { failedJobs } from "./failed-jobs";
import { fitParts, type Part } from "./fit-parts";
import { ALL, causesList, statementText } from "./markdown-causes";
import type { Grouping, LookedAt, Report, SourceReport } from "./fields";
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
  toldNote,
} from "./words";

/** So many rows are shown of each table. */
const ROWS_LIMIT = 12;
const LINES_LIMIT = 20;
/** Of what is told once more, shorter, where there is not room for all. */
const FEW = 4;

/** What is taken first where a comment has not room for all. */
const RANKS = { top: 1, wrong: 2, clean: 3, accepted: 4, proof: 5, more: 6 } as const;

/** Room for the headline, and for what is said of parts that are left out. */
const AROUND_CHARACTERS = 4_000;

const BETWEEN = "\n\n";

/** Writes it, in no more than a comment takes. */
export function reportMarkdown(report: Report): string {
  const meaning = headlineMeaning(report).map((line) => plainCut(line));
  const { leftOut, texts } = fitParts(
    [
      part("lines on what this means", RANKS.top, [limited(meaning), limited(meaning, FEW)]),
      ...report.sources.flatMap(sourceParts),
      ...guardParts(report),
    ],
    COMMENT_CHARACTERS - AROUND_CHARACTERS,
    BETWEEN,
  );
  const whole = [
    `## ${report.clean ? "✅" : "❌"} Lockstep ${code(report.stack)}: ${plain(headline(report))}`,
    ...(leftOut.size === 0 ? [] : [leftOutWords(leftOut)]),
    ...texts,
    `<sub>Made at ${report.madeAt} by Lockstep ${plain(report.lockstepVersion)}.</sub>`,
  ];
  return `${whole.join(BETWEEN)}\n`;
}

function leftOutWords(leftOut: ReadonlyMap<string, number>): string {
  const parts = [...leftOut].map(([name, number]) => `${name} (${count(number)})`);
  return `**A comment has not room for all of it.** Left out, all with ${ALL}: ${parts.join(", ")}.`;
}

function part(name: string, rank: number, texts: readonly string[], under?: Part): Part {
  return { name, rank, texts, under };
}

function sourceParts(source: SourceReport): readonly Part[] {
  const { live, looked, verdict } = source;
  const where =
    looked === undefined ? "" : ` (${code(looked.bucket)} of account ${looked.accountId})`;
  const heading = `### Source ${code(source.source)}${where}`;
  const vaults = vaultsTable(verdict?.vaults ?? [], looked);
  const problems = problemsOf(source).map((line) => plainCut(line));
  const causes = looked?.causes ?? [];
  const isInNeed = verdict?.clean !== true || problems.length > 0 || causes.length > 0;
  const top = part("sources", isInNeed ? RANKS.top : RANKS.clean, [
    [heading, vaults].filter((text) => text !== "").join(BETWEEN),
    heading,
  ]);
  /** The shorter ones are tried in turn. */
  const of = (name: string, rank: number, ...texts: readonly string[]): Part =>
    part(name, rank, texts, top);
  const more = (title: string, text: string): Part =>
    of(title.toLowerCase(), RANKS.more, titled(title, text, true));
  const accepted = acceptedWords(looked?.accepted ?? []).map(plain);
  const asList = (title: string, rank: number, lines: readonly string[]): Part =>
    of(
      title.toLowerCase(),
      rank,
      ...[LINES_LIMIT, FEW].map((limit) => titled(title, limited(lines, limit))),
    );
  return [
    top,
    of("what is proven", RANKS.proof, proofPart(source)),
    asList("What is accepted", RANKS.accepted, accepted),
    asList("What is wrong beside the versions", RANKS.wrong, problems),
    of(
      "what to do",
      RANKS.wrong,
      ...[
        causesList(causes, ROWS_LIMIT),
        causesList(causes, ROWS_LIMIT, true),
        causesList(causes, FEW, true),
      ].map((text) => titled("What to do", text)),
    ),
    ...(looked === undefined
      ? []
      : [
          more("Outcomes by prefix", groupText(looked.byPrefix, code)),
          more("Outcomes by cause", groupText(looked.byCause, code, toldNote(looked))),
          more("Outcomes by rule", groupText(looked.byRule, code)),
          more("Outcomes by KMS key", groupText(looked.byKmsKey, code)),
          more("Outcomes by size", groupText(looked.bySize, plain)),
          more("When locks end", locksText(looked, verdict)),
          more("Jobs", jobsText(source)),
        ]),
    more(
      "Lag of live replication",
      tableOf(
        ["rule", "vault", "lag"],
        live.map((one) => [code(one.rule), code(one.vault), plainCut(lagWords(one))]),
        ROWS_LIMIT,
        ALL,
      ),
    ),
  ];
}

function jobsText(source: SourceReport): string {
  const { jobs } = source;
  if (jobs === null) return "Not known: the ledger cannot be read.";
  const table = tableOf(
    ["number", "job", "state"],
    jobs.map((job) => [String(job.sequence), code(job.jobId ?? ""), plainCut(jobWords(job))]),
    ROWS_LIMIT,
    ALL,
  );
  const failed = failedJobs(jobs).map(({ failure, lines, patches }) =>
    [
      plainCut(failure),
      ...lines.map((line) => `  - ${plainCut(line)}`),
      ...patches.map((patch) => `  - ${statementText(patch)}`),
    ].join("\n"),
  );
  const aside = asideWords(source).map((line) => plainCut(line));
  return [table, limited(failed), list(aside)].filter((text) => text !== "").join("\n\n");
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

/** More than any sentence of ours has. */
const PROOF_CHARACTERS = 800;

function proofPart({ verdict }: SourceReport): string {
  if (verdict === undefined) return "";
  const { doesNotProve, excused, excusedVersions, proves, title } = proofWords(verdict);
  const shown = (text: string): string => plainCut(text, PROOF_CHARACTERS);
  const lines = [
    ...proves.map((text) => `${verdict.clean ? "proven" : "looked for"}: ${shown(text)}`),
    ...excused.map((text) => `**not proven**, for ${plain(excusedVersions)}: ${shown(text)}`),
    ...doesNotProve.map((text) => `**not proven**: ${shown(text)}`),
  ];
  return titled(plain(title), list(lines), true);
}

function groupText(
  grouping: Grouping | null,
  name: (text: string) => string,
  more?: string,
): string {
  if (grouping === null) return plain(notToldWords());
  const rows = groupRows(grouping).map(([label, ...numbers]) => [
    name(label === "" ? "(no folder)" : label),
    ...numbers.slice(0, -1).map(count),
    bytes(numbers.at(-1) ?? 0),
  ]);
  const note = [groupingNote(grouping), more].filter((text) => text !== undefined).join(" ");
  const table = tableOf(["", ...GROUP_COLUMNS], rows, ROWS_LIMIT, ALL);
  return table === "" || note === "" ? table : `${table}\n\n${plain(note)}`;
}

function guardParts({ guard: { checked, losses, unknown } }: Report): readonly Part[] {
  const told = (limit: number): string => {
    const shown = (own: typeof losses): readonly string[] => [
      ...own.slice(0, limit).map((loss) => plainCut(lossWords(loss), LOSS_CHARACTERS)),
      ...(own.length > limit ? [moreOf(own.length - limit, ALL)] : []),
    ];
    const lines = [
      ...checked.map((vault) => {
        const own = losses.filter((loss) => loss.vault === vault);
        return own.length === 0
          ? `${code(vault)}: as deployed`
          : `${code(vault)}: **not as deployed**\n${shown(own)
              .map((line) => `  - ${line}`)
              .join("\n")}`;
      }),
      ...losses
        .filter(({ vault }) => !checked.includes(vault))
        .map((loss) => `${code(loss.vault)}: ${plainCut(lossWords(loss), LOSS_CHARACTERS)}`),
      ...unknown.map(
        (vault) => `${code(vault)}: not proven (another team's, or deployed by an earlier version)`,
      ),
    ];
    return lines.length === 0 ? "" : `### The vaults' guard\n\n${list(lines)}`;
  };
  return [part("the vaults' guard", RANKS.top, [told(LINES_LIMIT), told(FEW), told(1)])];
}

/** Two values that are cut, and what is said of them. */
const LOSS_CHARACTERS = 1_500;

function titled(title: string, text: string, isFolded = false): string {
  if (text === "") return "";
  return isFolded
    ? `<details><summary>${title}</summary>\n\n${text}\n\n</details>`
    : `**${title}**\n\n${text}`;
}

function limited(lines: readonly string[], limit = LINES_LIMIT): string {
  const more = lines.length - limit;
  return list([...lines.slice(0, limit), ...(more > 0 ? [moreOf(more, ALL)] : [])]);
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}
