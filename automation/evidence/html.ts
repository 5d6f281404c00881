/** A check as one page: no script, nothing from elsewhere, and all text of the bundle shown and never obeyed. Pure. */

import { STYLE } from "../report/html-style";
import { table } from "../report/html-table";
import { markup, visible, type Html } from "../report/html-text";
import { count } from "../words";
import type { EvidenceFields } from "./fields";

/** Writes it. @param file name of the bundle, as it was given */
export function evidenceHtml(fields: EvidenceFields, file: string): string {
  const { meaning, problem, sound } = fields;
  const headline = sound ? "The bundle is sound" : "The bundle is NOT sound";
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Lockstep evidence: ${visible(headline)}</title>
<style>${{ html: STYLE }}</style>
</head>
<body>
<header>
<p class="quiet"><code>${file}</code></p>
<h1 class="${sound ? "good" : "bad"}">${sound ? "✔" : "✘"} ${headline}</h1>
${problem === undefined ? undefined : markup`<p>${problem.message} (<code>${problem.code}</code>). Nothing that it says counts.</p>`}
<ul>${meaning.map((text) => markup`<li>${text}</li>`)}</ul>
</header>
<main>
${verdictTables(fields)}
${regulationTable(fields)}
</main>
<footer class="quiet"><p>A page that somebody shows you proves nothing: check the bundle yourself.</p></footer>
</body>
</html>
`;
  return page.html;
}

function verdictTables({ sources = [], verdict }: EvidenceFields): readonly Html[] {
  return (verdict?.sources ?? []).map((one, index) => {
    const modes = new Map(sources[index]?.vaults.map(({ lock, name }) => [name, lock.mode]));
    const rows = Object.entries(one.vaults).flatMap(([vault, { locks, outcomes }]) => [
      ...Object.entries(outcomes).map(([outcome, lines]) => [
        vault === "" ? "(none)" : vault,
        modes.get(vault) ?? "",
        outcome,
        count(lines),
      ]),
      ...Object.entries(locks).map(([mode, { count: locked, firstEnd }]) => [
        vault,
        modes.get(vault) ?? "",
        `locked in ${mode} mode, the first until ${firstEnd}`,
        count(locked),
      ]),
    ]);
    return markup`<section><h2>${one.clean ? "✔" : "✘"} Source ${one.source}</h2>
${table({ caption: `What became of the versions of ${one.source}`, header: ["vault", "promised mode", "outcome", "*lines"], rows })}</section>`;
  });
}

function regulationTable({ regulations }: EvidenceFields): Html | undefined {
  if (regulations === undefined) return undefined;
  return markup`<section><h2>Rules on the keeping of records</h2>
<p>What each paragraph asks, in our words, what in the bundle speaks to it and what of that is lacking, and what stays with the firm. No legal advice, and no word that a rule is met. Paragraphs are those of the rules as amended in 2022 (SEC) and 2017 (CFTC), as far as we know them: the text that counts is the rule's own.</p>
${table({
  caption: "Rules, and what in the bundle speaks to them",
  header: ["paragraph", "asks", "in the bundle", "the firm"],
  rows: regulations.map(({ asks, bundleHas, firmMust, lacking, paragraph }) => [
    paragraph,
    asks,
    [bundleHas ?? "Nothing.", ...lacking].join(" "),
    firmMust,
  ]),
})}</section>`;
}
