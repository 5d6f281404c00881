/** `docs/levels.md`, made of the table of levels. */

import { LEVEL_NAMES, levelFacts } from "../../automation/levels/levels";
import { PROOF_CODES, PROOFS } from "../../automation/levels/proofs";

const row = (...cells: readonly string[]): string =>
  `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;

export function levelsMarkdown(): string {
  return [
    "# Levels of proof",
    "",
    "`lockstep verify --level` says how much is looked at. A verdict carries its `level`, what it `proves` and what it `doesNotProve`, in the",
    "codes of this page; `clean` speaks of `proves` alone. `backfill`, `retry`, `relock` and the trial always look in full. Made of",
    "`automation/levels/` by `npm run docs:levels`.",
    "",
    "What a look could not see goes from `proves` to `doesNotProve` in its verdict: `annotations` without `--annotations`, `owner` where a",
    "vault does not say whose its bucket is (`s3:GetBucketAcl`), `roles` and `guard` where an earlier version or another team deployed them.",
    "",
    "## What each proves",
    "",
    row("code", "what is proven", ...LEVEL_NAMES.map((name) => `\`${name}\``)),
    row("---", "---", ...LEVEL_NAMES.map(() => "---")),
    ...PROOF_CODES.map((code) =>
      row(
        `\`${code}\``,
        PROOFS[code],
        ...LEVEL_NAMES.map((name) => (levelFacts(name).proves.includes(code) ? "yes" : "no")),
      ),
    ),
    ...LEVEL_NAMES.flatMap((name) => {
      const { blindTo, notYet, reads } = levelFacts(name);
      return [
        "",
        `## ${name}`,
        "",
        reads,
        "",
        `Blind to: ${blindTo}`,
        ...(notYet === undefined ? [] : ["", `Not there yet: use ${notYet}.`]),
      ];
    }),
    "",
    "## What changes while it is looked at",
    "",
    "| what happens | `full`, and what `sample` looks at in full | `listing`, and the rest of `sample` |",
    "| --- | --- | --- |",
    "| a version is written after the source was listed | not part of the look | the same |",
    "| a version is written just before, and still on its way | looked at again while its source says `PENDING` | looked at again until it is 15 minutes old by AWS's time, then `failed/missing`; `unverifiable/too-new` where the wait ends before |",
    "| a version is deleted for good at the source, by somebody or by a lifecycle rule | right at the vault: proven, with that as its cause; not there: `unverifiable/gone` | the same; of versions that are missing for longer than 15 minutes the first 10,000 are listed again |",
    "| a delete marker is put on top at the source, and replicated | listed again at the source: nothing on top | the same |",
    "| a version is written on top at the source, and replicated | S3 says `REPLICA`: nothing on top | listed again at the source: nothing on top; what is not there is `unknown-version` |",
    "| the clock of whoever looks is wrong | locks are judged by the date of AWS's answers | how new a version is as well |",
    "",
    "## What a sample says",
    "",
    "The versions whose HMAC-SHA256 under the seed is least are drawn: each sample is as likely as any other, and the same seed draws the same",
    "of the same versions. Without `--sample-seed` the seed is chosen at random once both sides were listed, so that nobody could know which",
    "versions would be looked at. `sample.maxShareWrong` is K/N, where K is the largest count of wrong versions among all N with which so few as were",
    "found among the n drawn are still as likely as 1 - `confidence`: P(X <= k) >= 0.05 with X hypergeometric (N, K, n). For nothing found and n",
    "much smaller than N that is 3/n, the rule of three (ASTM E2334).",
    "",
    "## What is new, and how far the vaults are behind",
    "",
    "`--since WHEN` looks in full at the versions that S3 calls as new as that, and at all others as level `listing` does, which is the level of its",
    "verdict; `since` says how many were looked at in full. A lock or a key that somebody changed on an older version shows in a full look alone.",
    "",
    "`--rpo SPAN` is a recovery point objective: how old a version may be that is not at its vaults, by S3's time of it and AWS's time of the look.",
    "What is missing and younger is `unverifiable/too-new`, is not waited for and does not stand in the way of a clean verdict; what is missing and",
    "older is `failed/missing`. `recoveryPoint.gapSeconds` is the age of the oldest version that is not there; `met` is false as well where a vault",
    "could not be asked. Without `--rpo` what is on its way is waited for. `--watch` looks again and again, until a verdict is not clean.",
    "",
  ].join("\n");
}
