/**
 * A report as one page: no script, nothing from elsewhere, and a policy that would keep either from being loaded. Each chart has its numbers
 * beside it as a table.
 */
import type { Grouping, LookedAt, Report, SourceReport } from "./fields";
import { columns, lines, PARTS, stackedBars, type Bar } from "./charts";
import { STYLE } from "./html-style";
import { markup, prose, visible, type Html, type Inner } from "./html-text";
import { causeBlocks, failedJobBlocks, guardSection, proofLists } from "./html-parts";
import { figure, table } from "./html-table";
import { totalOf } from "./top-groups";
import type { VerdictFields } from "../events";
import { bytes, count, cut } from "../words";
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
  notToldWords,
  onTopCount,
  problemsOf,
  toldNote,
} from "./words";

/** Writes it. */
export async function reportHtml(report: Report): Promise<string> {
  const { clean, lockstepVersion, madeAt, stack } = report;
  const sources: Html[] = [];
  for (const [index, source] of report.sources.entries()) {
    sources.push(await sourceSection(source, index));
  }
  const title = `Lockstep ${visible(stack)}: ${headline(report)}`;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<a class="skip" href="#report">To the report</a>
<header>
<p class="quiet">Stack <code>${stack}</code>, <time datetime="${madeAt}">${madeAt}</time></p>
<h1 class="${clean ? "good" : "bad"}">${clean ? "✔" : "✘"} ${headline(report)}</h1>
<ul>${headlineMeaning(report).map((text) => markup`<li>${text}</li>`)}</ul>
</header>
<main id="report">
${sources}
${guardSection(report)}
</main>
<footer class="quiet"><p>Made by Lockstep ${lockstepVersion}. A prefix, cause, rule, key or size counts a version once for each vault that it is promised at.</p></footer>
</body>
</html>
`;
  return page.html;
}

async function sourceSection(source: SourceReport, index: number): Promise<Html> {
  const { looked, verdict } = source;
  const id = `source-${index}`;
  const problems = problemsOf(source);
  return markup`<section aria-labelledby="${id}">
<h2 id="${id}">Source <code>${source.source}</code></h2>
${looked && markup`<p>Bucket <code>${looked.bucket}</code> of account ${looked.accountId} in ${looked.region}, ${count(looked.versions)} versions and delete markers.</p>`}
${looked && vaultsTable(looked, verdict?.vaults ?? [])}
${titled("What is accepted", (looked?.accepted ?? []).length > 0 && markup`<ul>${acceptedWords(looked?.accepted ?? []).map((text) => markup`<li>${prose(text)}</li>`)}</ul>`)}
${verdict && proofLists(verdict)}
${titled("What is wrong beside the versions", problems.length > 0 && markup`<ul>${problems.map((text) => markup`<li>${cut(text)}</li>`)}</ul>`)}
${titled("What to do", (looked?.causes ?? []).length > 0 && markup`${causeBlocks(looked?.causes ?? [])}`)}
${looked && (await groupFigures(looked))}
${looked && (await lockFigure(looked, verdict))}
${await jobsPart(source)}
${await lagPart(source)}
</section>`;
}

function vaultsTable(
  looked: LookedAt,
  counts: NonNullable<NonNullable<SourceReport["verdict"]>["vaults"]>,
): Html {
  return table({
    caption: "Vaults: what they promise, and what was found there (versions)",
    header: [
      "vault",
      "lock",
      "*proven",
      "*failed",
      "*unverifiable",
      "*unprotected",
      "*lapsed",
      "*accepted of these",
      "*on top",
    ],
    rows: looked.vaults.map(({ accountId, bucket, lockMode, name, region, retentionDays }) => {
      const one = counts.find(({ vault }) => vault === name);
      return [
        markup`<strong>${name}</strong><br><code>${bucket}</code><br>account ${accountId}, ${region}`,
        `${lockMode}, ${count(retentionDays)} days`,
        one && count(one.proven),
        one && count(one.failed),
        one && count(one.unverifiable),
        one && count(one.unprotected),
        one && count(one.lapsed),
        one && count(acceptedAt(looked, name)),
        one && count(onTopCount(one)),
      ];
    }),
  });
}

async function groupFigures(looked: LookedAt): Promise<Html> {
  const all: readonly (readonly [string, Grouping | null])[] = [
    ["Outcomes by prefix", looked.byPrefix],
    ["Outcomes by cause", looked.byCause],
    ["Outcomes by rule", looked.byRule],
    ["Outcomes by KMS key", looked.byKmsKey],
    ["Outcomes by size", looked.bySize],
  ];
  const figures: Html[] = [];
  for (const [title, grouping] of all) {
    if (grouping === null) {
      figures.push(markup`<h3>${title}</h3><p>${notToldWords()}</p>`);
    } else if (grouping.groups.length > 0) figures.push(await groupFigure(title, grouping));
    const note = grouping === looked.byCause ? toldNote(looked) : undefined;
    if (note !== undefined) figures.push(markup`<p class="quiet">${note}</p>`);
  }
  return markup`${figures}`;
}

/** A label in a chart: long ones are cut there, and whole in the table. */
const LABEL_CHARACTERS = 48;

async function groupFigure(title: string, grouping: Grouping): Promise<Html> {
  const groups = [...grouping.groups, ...(grouping.others === null ? [] : [grouping.others])];
  const bars = groups.flatMap(({ accepted, counts, name }, index): readonly Bar[] => {
    // Two that are cut to the same are still two.
    const shownName = visible(name === "" ? "(no folder)" : name);
    const label =
      shownName.length <= LABEL_CHARACTERS
        ? shownName
        : `${index + 1}: …${shownName.slice(4 - LABEL_CHARACTERS)}`;
    const [proven, apart] = [counts.proven, counts["not-applicable"] + accepted];
    const values = [proven, totalOf(counts) - proven - apart, apart];
    return PARTS.map((part, at) => ({ label, part, value: values[at] ?? 0 }));
  });
  const note = groupingNote(grouping);
  return markup`<h3>${title}</h3>
${figure({
  name: title,
  svg: await stackedBars(bars, PARTS),
  data: table({
    caption: `${title}, as numbers`,
    header: ["group", ...GROUP_COLUMNS.map((column) => `*${column}`)],
    rows: groupRows(grouping).map(([name, ...numbers]) => [
      markup`<code>${name === "" ? "(no folder)" : name}</code>`,
      ...numbers.slice(0, -1).map(count),
      bytes(numbers.at(-1) ?? 0),
    ]),
  }),
})}
${note === undefined ? undefined : markup`<p class="quiet">${note}</p>`}`;
}

async function lockFigure(
  looked: LookedAt,
  verdict: VerdictFields | undefined,
): Promise<Html | undefined> {
  const { locks, vaults } = looked;
  if (locks === null) return markup`<h3>When locks end</h3><p>${notToldWords(verdict)}</p>`;
  if (locks.length === 0) return undefined;
  const bars = locks.map(({ month, vault, versions }) => ({
    label: month,
    part: visible(vault),
    value: versions,
  }));
  const note = locksNote(looked, verdict);
  return markup`<h3>When locks end</h3>
${note === undefined ? undefined : markup`<p class="quiet">${note}</p>`}
${figure({
  name: "Versions whose lock ends in a month",
  svg: await columns(
    bars,
    vaults.map(({ name }) => visible(name)),
  ),
  data: table({
    caption: "Versions whose lock ends in a month (UTC)",
    header: ["month", "vault", "*versions"],
    rows: locks.map(({ month, vault, versions }) => [month, vault, count(versions)]),
  }),
})}`;
}

async function jobsPart(source: SourceReport): Promise<Html> {
  const { jobs } = source;
  const aside = asideWords(source);
  const told =
    aside.length > 0 && markup`<ul>${aside.map((text) => markup`<li>${text}</li>`)}</ul>`;
  return markup`${await jobsTold(jobs)}
${told === false ? undefined : told}`;
}

async function jobsTold(jobs: SourceReport["jobs"]): Promise<Html> {
  if (jobs === null) return markup`<h3>Jobs</h3><p>Not known: the ledger cannot be read.</p>`;
  if (jobs.length === 0)
    return markup`<h3>Jobs</h3><p>None that the ledger at the source tells of.</p>`;
  const figures: Html[] = [];
  for (const { jobId, samples, totalCount } of jobs.slice(0, SHOWN_JOBS)) {
    const points = samples.map(({ at, doneCount }) => ({
      epochMs: Date.parse(at),
      line: "tasks done",
      value: doneCount,
    }));
    const svg = await lines(points);
    if (svg === undefined) continue;
    figures.push(
      figure({
        name: `Progress of job ${jobId ?? ""}, of ${totalCount === null ? "?" : count(totalCount)} tasks`,
        svg,
        isCaptioned: true,
        data: table({
          caption: "Tasks done",
          header: ["time", "*done", "*of them failed", "*tasks per second"],
          rows: samples.map((one, index) => [
            one.at,
            count(one.doneCount),
            count(one.failedCount),
            rateSince(samples[index - 1], one),
          ]),
        }),
      }),
    );
  }
  return markup`<h3>Jobs</h3>
<p class="quiet">As the ledger at the source tells it: that side may be hostile, and nothing is proven by it.</p>
${table({
  caption: "Jobs, the latest first",
  header: ["*number", "job", "state", "approved", "*tasks", "*tasks per second"],
  rows: jobs.map((job) => [
    count(job.sequence),
    markup`<code>${job.jobId ?? ""}</code>`,
    jobWords(job),
    [job.approvedAt, job.approvedBy].filter((text) => text !== undefined).join(" by "),
    job.totalCount === null ? "not known" : count(job.totalCount),
    job.tasksPerSecond === null ? "not known" : count(Math.round(job.tasksPerSecond)),
  ]),
})}
${failedJobBlocks(jobs)}
${figures}`;
}

/** So many have a chart; all are in the table. */
const SHOWN_JOBS = 5;

type Sample = NonNullable<SourceReport["jobs"]>[number]["samples"][number];

function rateSince(before: Sample | undefined, { at, doneCount }: Sample): string {
  if (before === undefined) return "";
  const seconds = (Date.parse(at) - Date.parse(before.at)) / 1000;
  return seconds > 0 ? count(Math.round((doneCount - before.doneCount) / seconds)) : "";
}

async function lagPart({ live }: SourceReport): Promise<Html | undefined> {
  if (live.length === 0) return undefined;
  const points = live.flatMap(({ points: own, rule }) =>
    own.map(({ at, seconds }) => ({
      epochMs: Date.parse(at),
      line: visible(rule),
      value: seconds,
    })),
  );
  const svg = await lines(points);
  const data = table({
    caption: "Lag of live replication by rule",
    header: ["rule", "vault", "lag"],
    rows: live.map((one) => [markup`<code>${one.rule}</code>`, one.vault, lagWords(one)]),
  });
  return markup`<h3>Lag of live replication</h3>
${data}
${svg === undefined ? undefined : figure({ name: "Largest lag in five minutes each, in seconds", svg, data: undefined, isCaptioned: true })}`;
}

function titled(title: string, inner: Html | false): Inner {
  return inner === false ? undefined : markup`<h3>${title}</h3>\n${inner}`;
}
