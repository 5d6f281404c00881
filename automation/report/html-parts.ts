/** The parts of a page that are words alone. Pure. */

import type { VerdictFields } from "../events";
import { failedJobs } from "./failed-jobs";
import type { CauseFields, JobHistory, Report } from "./fields";
import { patchesOf } from "./patch-words";
import { markup, prose, type Html } from "./html-text";
import { bytes, count, cut } from "../words";
import { lossWords, proofWords, RERUN_WORDS } from "./words";

/** What is proven, and what is not. */
export function proofLists(verdict: VerdictFields): Html {
  const { doesNotProve, proves, title } = proofWords(verdict);
  const list = (texts: readonly string[]): Html =>
    markup`<ul>${texts.map((text) => markup`<li>${prose(text)}</li>`)}</ul>`;
  return markup`<h3>${title}</h3>
${list(proves)}
${doesNotProve.length === 0 ? undefined : markup`<h3>What is not proven</h3>${list(doesNotProve)}`}`;
}

/** What is wrong with versions, cause by cause, and what to do. */
export function causeBlocks(causes: readonly CauseFields[]): readonly Html[] {
  return causes.map(
    (cause) => markup`<div class="cause">
<p><strong>${count(cause.versions)}</strong> ${cause.versions === 1 ? "version" : "versions"} (${bytes(cause.sizeBytes)})${cause.vault === undefined ? undefined : markup` in vault <strong>${cause.vault}</strong>`}: ${cause.what}. <span class="quiet"><code>${cause.failureCode ?? cause.outcome}</code></span></p>
<dl>
<dt>What to do, in account ${cause.account}</dt><dd>${prose(cause.fix)}.</dd>
${patchesOf(cause).map(
  ({ statement, where }) =>
    markup`<dt>Statement ${where}</dt><dd><pre>${patchText(statement)}</pre></dd>`,
)}
<dt>Does a further run help?</dt><dd>${RERUN_WORDS[cause.rerun]}</dd>
</dl>
<details><summary>${cause.examples.length === 1 ? "An example" : "Examples"}: ${cause.what}</summary><ul>${cause.examples.map(
      ({ cause: words, key, versionId }) =>
        markup`<li><code>${key}</code> <code>${versionId}</code>: ${cut(words)}</li>`,
    )}</ul></details>
${cause.source && markup`<p><a href="${cause.source}" rel="noreferrer">AWS on <code>${cause.failureCode ?? cause.outcome}</code></a></p>`}
</div>`,
  );
}

/** Why jobs failed. */
export function failedJobBlocks(jobs: readonly JobHistory[]): readonly Html[] {
  return failedJobs(jobs).map(
    ({ failure, lines, patches }) => markup`<div class="cause">
<p><strong>${failure}</strong></p>
<ul>${lines.map((line) => markup`<li>${prose(line)}</li>`)}</ul>
${
  patches.length > 0
    ? markup`<dl>${patches.map(
        ({ statement, where }) =>
          markup`<dt>Statement ${where}</dt><dd><pre>${patchText(statement)}</pre></dd>`,
      )}</dl>`
    : undefined
}
</div>`,
  );
}

/** As one pastes it. The line breaks of a page are shown, all else is escaped. */
function patchText(patch: object): Html {
  return markup`${JSON.stringify(patch, null, 2)
    .split("\n")
    .map((line) => markup`${line}`)}`;
}

/** What the guard of each vault was found to be. */
export function guardSection({ guard: { checked, losses, unknown } }: Report): Html {
  const vaults = [...new Set([...checked, ...unknown, ...losses.map(({ vault }) => vault)])];
  if (vaults.length === 0) return { html: "" };
  return markup`<section aria-labelledby="guard">
<h2 id="guard">The vaults' guard</h2>
<p>Policy, lock, versioning, lifecycle, encryption, key, public access, ownership, payer and replication of each vault and of the operations bucket beside it, held against what was deployed.</p>
<ul>${vaults.map((vault) => {
    const own = losses.filter((loss) => loss.vault === vault);
    const words =
      own.length > 0
        ? markup`<strong>not as deployed</strong><ul>${own.map((loss) => markup`<li>${lossWords(loss)}</li>`)}</ul>`
        : unknown.includes(vault)
          ? markup`not proven: another team's vault, or deployed by an earlier version`
          : markup`as deployed`;
    return markup`<li><strong>${vault}</strong>: ${words}</li>`;
  })}</ul>
</section>`;
}
